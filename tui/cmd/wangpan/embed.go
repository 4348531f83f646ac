package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/daemon/cmd/desk"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/durable"
)

// errDriveBusy says that some other program than a wangpan holds the data
// folder of the embedded drive.
var errDriveBusy = errors.New("the embedded drive is in use")

const (
	recordName = "embedded.json"        // where the running drive is, for other wangpans
	logName    = "embedded.log"         // what its daemon logs
	longestLog = 4 << 20                // bytes; a longer one becomes embedded.log.old
	joinWait   = 15 * time.Second       // longer than another one takes to end in peace
	joinRetry  = 50 * time.Millisecond  // between two looks
	goodbye    = 5 * time.Second        // for requests at work when the drive ends
	probeWait  = 500 * time.Millisecond // for a connection on this machine
)

// embedded is the private drive of this computer: the real daemon on a loopback
// port. The first wangpan that needs it runs it, others join, and when the one
// that runs it ends, the next dial of another starts it again.
type embedded struct {
	dir      string
	patience time.Duration // for another wangpan to start or end its drive

	mu      sync.Mutex
	running *runningDrive // nil: another wangpan's, or none yet
}

// runningDrive is a daemon in this process.
type runningDrive struct {
	record session.EmbeddedDrive
	book   *accounts.Book
	daemon *daemon.Daemon
	served chan error
	log    *os.File
	// commands stops taking those of wangpand account; nil before it began.
	commands func()
}

// newEmbedded returns the drive with its data in dir, which is made when the
// drive starts; blank means the person's data folder.
func newEmbedded(dir string) *embedded {
	if dir == "" {
		dir = filepath.Join(xdg.DataHome, "wangpan")
	}
	return &embedded{dir: dir, patience: joinWait}
}

// dial returns how one gets onto the drive, and starts it when nobody runs it.
func (e *embedded) dial(ctx context.Context) (session.EmbeddedDrive, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running != nil {
		return e.running.record, nil
	}
	patience := time.NewTimer(e.patience)
	defer patience.Stop()
	for {
		running, err := startDrive(e.dir)
		if err == nil {
			e.running = running
			return running.record, nil
		}
		if !errors.Is(err, accounts.ErrInUse) {
			return session.EmbeddedDrive{}, fmt.Errorf("start the embedded drive: %w", err)
		}
		if r, ok := e.join(ctx); ok {
			return r, nil
		}
		// It is just starting, or just ending; or it is no wangpan.
		select {
		case <-ctx.Done():
			return session.EmbeddedDrive{}, ctx.Err()
		case <-patience.C:
			return session.EmbeddedDrive{}, errDriveBusy
		case <-time.After(joinRetry):
		}
	}
}

// join finds the drive that another wangpan runs. A record may be left from a
// crash, so the port is tried.
func (e *embedded) join(ctx context.Context) (session.EmbeddedDrive, bool) {
	var r session.EmbeddedDrive
	content, err := os.ReadFile(filepath.Join(e.dir, recordName))
	if err != nil || json.Unmarshal(content, &r) != nil {
		return r, false
	}
	if host, _, err := net.SplitHostPort(r.Addr); err != nil || !net.ParseIP(host).IsLoopback() {
		return r, false // no wangpan wrote that
	}
	probe := net.Dialer{Timeout: probeWait}
	conn, err := probe.DialContext(ctx, "tcp", r.Addr)
	if err != nil {
		return r, false
	}
	return r, conn.Close() == nil
}

// startDrive runs a daemon on dir. The error is accounts.ErrInUse when somebody
// else does.
func startDrive(dir string) (_ *runningDrive, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	r := &runningDrive{served: make(chan error, 1)}
	if r.log, err = openLog(dir); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(r.log, nil))
	// The port is open to everybody who has a login here, the record is not.
	r.record.Invitation = rand.Text()
	r.book, err = accounts.Open(filepath.Join(dir, "accounts.xlsx"), accounts.Options{
		Log: log, Registration: accounts.RegistrationInvited, InvitationCode: r.record.Invitation,
		DefaultEntries: daemon.DefaultEntries,
		Occupied:       func(folder string) bool { return daemon.Occupied(dir, folder) },
	})
	if err != nil {
		return nil, errors.Join(err, r.log.Close())
	}
	// From here on the folder is ours, and so is the record in it.
	if err := os.Remove(filepath.Join(dir, recordName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, errors.Join(err, r.book.Close(), r.log.Close())
	}
	r.daemon, err = daemon.New(daemon.Config{
		Dir: dir, Accounts: r.book, Log: log, Name: "wangpan " + version(), Registration: wire.RegistrationInvitation,
		Reserve: daemon.DefaultReserve,
	})
	if err != nil {
		return nil, errors.Join(err, r.book.Close(), r.log.Close())
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, r.close(""))
	}
	go func() { r.served <- r.daemon.Serve(listener) }()
	r.commands = desk.Serve(context.Background(), dir, r.book, log)
	r.record.Addr, r.record.Fingerprint = listener.Addr().String(), r.daemon.Fingerprint()
	if err := writeRecord(dir, r.record); err != nil {
		return nil, errors.Join(err, r.close(dir))
	}
	return r, nil
}

// openLog opens the log of the drive, and puts a long one aside.
func openLog(dir string) (*os.File, error) {
	name := filepath.Join(dir, logName)
	if info, err := os.Stat(name); err == nil && info.Size() > longestLog {
		_ = os.Rename(name, name+".old") // another wangpan may have done it
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// writeRecord puts the record in place at once, so that nobody reads half of it.
func writeRecord(dir string, r session.EmbeddedDrive) error {
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(dir, recordName), content, 0o600)
}

// close ends the drive if it runs in this process; others take over.
func (e *embedded) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running == nil {
		return nil
	}
	r := e.running
	e.running = nil
	return r.close(e.dir)
}

// close stops serving, and gives the folder free as its last act. dir is where
// the record lies, if it does.
func (r *runningDrive) close(dir string) error {
	if dir != "" {
		_ = os.Remove(filepath.Join(dir, recordName)) // left behind, it is only tried in vain
	}
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	err := r.daemon.Shutdown(ctx)
	if dir != "" {
		if served := <-r.served; !errors.Is(served, daemon.ErrServerClosed) {
			err = errors.Join(err, served)
		}
	}
	if r.commands != nil {
		r.commands()
	}
	return errors.Join(err, r.book.Close(), r.log.Close())
}
