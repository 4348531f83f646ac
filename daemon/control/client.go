package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"wangpan/wire"
)

// ErrNoDaemon says that no daemon listens on a data folder.
var ErrNoDaemon = errors.New("no daemon runs on this data folder")

// patience is how long a daemon may take for a frame of an answer. Setting a
// password takes its turn among the logins.
const patience = time.Minute

// Client is a connection to the daemon of a data folder.
type Client struct {
	conn *wire.Conn
}

// Dial connects to the daemon that runs on the data folder dir, or fails with
// ErrNoDaemon. The caller closes the Client.
func Dial(ctx context.Context, dir string) (*Client, error) {
	if _, err := os.Lstat(filepath.Join(dir, socketName)); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoDaemon
	} else if err != nil {
		return nil, fmt.Errorf("look for the daemon: %w", err)
	}
	address, forget, err := reachable(dir)
	if err != nil {
		return nil, fmt.Errorf("look for the daemon: %w", err)
	}
	defer forget()
	raw, err := new(net.Dialer).DialContext(ctx, "unix", address)
	switch {
	case errors.Is(err, errRefused), errors.Is(err, fs.ErrNotExist):
		return nil, ErrNoDaemon // a crash has left the socket; or it is just ending
	case err != nil:
		return nil, fmt.Errorf("reach the daemon: %w", err)
	}
	conn := wire.NewConn(raw, wire.Timeouts{Idle: patience, Stall: stall, Write: stall})
	conn.Open(wire.MaxFrame)
	return &Client{conn}, nil
}

// Do asks the daemon; it is a Handler. After an error that is no *wire.Error the
// Client is of no more use. When ctx ends, so does the connection, and whether
// the request was done is not known.
func (c *Client) Do(ctx context.Context, r Request) (Reply, error) {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() })
	defer stop()
	done, err := c.do(r)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return done, err
}

func (c *Client) do(r Request) (Reply, error) {
	if err := errors.Join(c.conn.WriteMessage(wire.KindMessage, r), c.conn.Flush()); err != nil {
		return Reply{}, fmt.Errorf("ask the daemon: %w", err)
	}
	var all Reply
	for {
		frame, err := c.conn.ReadFrame()
		if errors.Is(err, io.EOF) {
			err = errors.New("it went down before it answered")
		}
		if err != nil {
			return Reply{}, fmt.Errorf("hear the daemon: %w", err)
		}
		var some reply
		if err := wire.Unmarshal(frame.Payload, &some); frame.Kind != wire.KindMessage || err != nil {
			return Reply{}, errors.New("hear the daemon: it answers in another way; are command and daemon of one version?")
		}
		if some.Error != nil {
			return Reply{}, some.Error
		}
		all.Accounts = append(all.Accounts, some.Accounts...)
		if !some.More {
			all.Report = some.Report
			return all, nil
		}
	}
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }
