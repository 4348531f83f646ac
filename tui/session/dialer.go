package session

import (
	"context"
	"errors"
	"fmt"

	"wangpan/wire"
	"wangpan/wire/client"
)

// ErrLoggedOut says that there is no session to restore, or not any more: a
// password is needed.
var ErrLoggedOut = errors.New("not logged in")

// ErrNoEmbedded says that this program has no embedded drive.
var ErrNoEmbedded = errors.New("this program has no embedded drive")

// Dialer gets onto servers. It may be used by several goroutines as long as
// nobody changes its fields.
type Dialer struct {
	Keeper *Keeper
	Name   string // of the program, for the server's log

	// TrustNew pins the key of a server never seen before without asking. A
	// changed key is refused all the same.
	TrustNew bool

	Timeouts client.Timeouts // of its connections

	// Embedded starts the drive of this computer, or finds the one that runs.
	// The Dialer calls it for each connection, because the process of the drive
	// ends when it is unused.
	Embedded func(ctx context.Context) (EmbeddedDrive, error)
}

// EmbeddedDrive is how one gets onto the drive of this computer.
type EmbeddedDrive struct {
	Addr        string `json:"addr"`
	Fingerprint string `json:"fingerprint"` // of its key
	// Invitation makes accounts. Whoever else has a login on this computer can
	// reach the drive's port, but does not know it.
	Invitation string `json:"invitation"`
}

// Connect makes a connection on which nobody is logged in yet. A key that is
// not the pinned one is a *KeyError, and nothing was said to that server.
func (d *Dialer) Connect(ctx context.Context, server string) (*client.Client, error) {
	server, err := Normalize(server)
	if err != nil {
		return nil, err
	}
	c, _, err := d.connect(ctx, server, nil)
	return c, err
}

// connect dials a normalized server and returns its key's fingerprint, too.
// onEvent may be nil.
func (d *Dialer) connect(ctx context.Context, server string, onEvent func(wire.Event)) (c *client.Client, presented string, err error) {
	if server == Embedded {
		return d.connectEmbedded(ctx, onEvent)
	}
	// Whom to trust is asked of the disk: another wangpan may have pinned or
	// dropped a key. When it fails, the keys known before count; an unknown one
	// is trusted only after Pin, which the disk has to bear out.
	_ = d.Keeper.Reload()
	known, pinned := d.Keeper.Pinned(server)
	c, err = client.Dial(ctx, server, client.Options{
		Name: d.Name, OnEvent: onEvent, Timeouts: d.Timeouts,
		Trust: func(_ context.Context, _, fingerprint string) error {
			presented = fingerprint
			if pinned && known == fingerprint || !pinned && d.TrustNew {
				return nil
			}
			return &KeyError{Server: server, Known: known, Presented: fingerprint}
		},
	})
	if err != nil {
		return nil, "", err
	}
	if !pinned { // only now is it known to be a wangpan server at all
		if err := d.Keeper.Pin(server, presented); err != nil {
			return nil, "", errors.Join(err, c.Close())
		}
	}
	return c, presented, nil
}

// connectEmbedded trusts exactly the key that the embedded drive has.
func (d *Dialer) connectEmbedded(ctx context.Context, onEvent func(wire.Event)) (c *client.Client, known string, err error) {
	if d.Embedded == nil {
		return nil, "", ErrNoEmbedded
	}
	drive, err := d.Embedded(ctx)
	if err != nil {
		return nil, "", err
	}
	known = drive.Fingerprint
	c, err = client.Dial(ctx, drive.Addr, client.Options{
		Name: d.Name, OnEvent: onEvent, Timeouts: d.Timeouts,
		Trust: func(_ context.Context, _, fingerprint string) error {
			if fingerprint == known {
				return nil
			}
			return &KeyError{Server: Embedded, Known: known, Presented: fingerprint}
		},
	})
	return c, known, err
}

// Login begins a session with a password, which is not kept.
func (d *Dialer) Login(ctx context.Context, server, user, password string) (*Session, error) {
	return d.begin(ctx, server, func(c *client.Client) (wire.SessionReply, error) {
		return c.Login(ctx, user, password)
	})
}

// Invitation is what making an account on server takes: the one given, or that
// of the embedded drive, whose owner is at the keyboard.
func (d *Dialer) Invitation(ctx context.Context, server, given string) (string, error) {
	if server != Embedded || given != "" || d.Embedded == nil {
		return given, nil
	}
	drive, err := d.Embedded(ctx)
	return drive.Invitation, err
}

// Register makes an account and logs in to it. The invitation is blank where
// the server needs none, and on the embedded drive.
func (d *Dialer) Register(ctx context.Context, server, user, password, invitation string) (*Session, error) {
	return d.begin(ctx, server, func(c *client.Client) (wire.SessionReply, error) {
		invitation, err := d.Invitation(ctx, server, invitation)
		if err != nil {
			return wire.SessionReply{}, err
		}
		reply, err := c.Register(ctx, wire.RegisterArgs{User: user, Password: password, Invitation: invitation})
		if err != nil {
			return wire.SessionReply{}, err
		}
		return c.Login(ctx, reply.User, password)
	})
}

// Restore continues a session by its stored token. It is ErrLoggedOut when
// there is none or when the server has ended it.
func (d *Dialer) Restore(ctx context.Context, server, user string) (*Session, error) {
	server, err := Normalize(server)
	if err != nil {
		return nil, err
	}
	_ = d.Keeper.Reload() // another wangpan may have logged in or out; when the disk fails, what was known before counts
	token, ok := d.Keeper.Token(server, user)
	if !ok {
		return nil, ErrLoggedOut
	}
	s, err := d.begin(ctx, server, func(c *client.Client) (wire.SessionReply, error) {
		reply, err := c.Join(ctx, token)
		reply.Token = token
		return reply, err
	})
	if errors.Is(err, wire.Unauthenticated) {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrLoggedOut, err), d.Keeper.dropToken(server, user, token))
	}
	return s, err
}

// begin connects and enters; whatever fails, no connection is left open.
func (d *Dialer) begin(ctx context.Context, server string, enter func(*client.Client) (wire.SessionReply, error)) (*Session, error) {
	server, err := Normalize(server)
	if err != nil {
		return nil, err
	}
	changes := newChanges()
	c, fingerprint, err := d.connect(ctx, server, changes.event)
	if err != nil {
		return nil, err
	}
	reply, err := enter(c)
	if err != nil {
		_ = c.Close() // the refusal says more
		return nil, err
	}
	return &Session{
		Server: server, User: reply.User, Fingerprint: fingerprint,
		dialer: d, token: reply.Token, changes: changes, browsing: c,
	}, nil
}
