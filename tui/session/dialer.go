package session

import (
	"context"
	"errors"
	"fmt"

	"wangpan/wire"
	"wangpan/wire/client"
)

// ErrLoggedOut means that no session is stored, or that the server has ended it. The
// user must log in with a password.
var ErrLoggedOut = errors.New("not logged in")

// ErrNoEmbedded means that this program has no embedded drive.
var ErrNoEmbedded = errors.New("this program has no embedded drive")

// Dialer makes connections to servers. It is safe for concurrent use if its fields do
// not change.
type Dialer struct {
	Keeper *Keeper
	Name   string // the program and its version, for the server's log

	// TrustNew pins the key of a server without a pinned key, without asking. A
	// changed key is always refused.
	TrustNew bool

	Timeouts client.Timeouts // of all connections

	// Embedded starts the drive of this computer, or finds the one that runs.
	// The Dialer calls it for each connection, because the process of the drive
	// ends when it is unused.
	Embedded func(ctx context.Context) (EmbeddedDrive, error)
}

// EmbeddedDrive is the address and the secrets of the embedded drive.
type EmbeddedDrive struct {
	Addr        string `json:"addr"`
	Fingerprint string `json:"fingerprint"` // of its key
	// Invitation is needed to make an account. Other users of this computer can
	// connect to the drive's port, but do not have the invitation.
	Invitation string `json:"invitation"`
}

// Connect makes an unauthenticated connection, which the caller must close. If the
// server's key is not the pinned one, the error is a *KeyError, and the client has sent
// no byte of the protocol.
func (d *Dialer) Connect(ctx context.Context, server string) (*client.Client, error) {
	server, err := Normalize(server)
	if err != nil {
		return nil, err
	}
	c, _, err := d.connect(ctx, server, nil)
	return c, err
}

// connect dials a normalized server and returns the fingerprint of its key, too.
// onEvent receives the events of the server; it may be nil.
func (d *Dialer) connect(ctx context.Context, server string, onEvent func(wire.Event)) (c *client.Client, presented string, err error) {
	if server == Embedded {
		return d.connectEmbedded(ctx, onEvent)
	}
	// Read the keys from the disk: another wangpan may have pinned or removed one. If
	// that fails, use the cached keys. That is safe: an unknown key is trusted only
	// after Pin, which reads the file again and fails if it cannot.
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
	if !pinned { // after Dial, which fails if the peer is not a wangpan server
		if err := d.Keeper.Pin(server, presented); err != nil {
			return nil, "", errors.Join(err, c.Close())
		}
	}
	return c, presented, nil
}

// connectEmbedded dials the embedded drive. It trusts the key in EmbeddedDrive only.
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

// Login starts a session with a password, which it does not store. The caller must
// close the session.
func (d *Dialer) Login(ctx context.Context, server, user, password string) (*Session, error) {
	return d.begin(ctx, server, func(c *client.Client) (wire.SessionReply, error) {
		return c.Login(ctx, user, password)
	})
}

// Invitation returns the invitation for a new account on server. That is the given one;
// if that is blank and server is Embedded, it is the invitation of the embedded drive,
// which belongs to the user.
func (d *Dialer) Invitation(ctx context.Context, server, given string) (string, error) {
	if server != Embedded || given != "" || d.Embedded == nil {
		return given, nil
	}
	drive, err := d.Embedded(ctx)
	return drive.Invitation, err
}

// Register makes an account and logs in to it. The invitation may be blank if the
// server needs none, and on the embedded drive. The caller must close the session.
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

// Restore continues a session with its stored token. It fails with ErrLoggedOut when
// there is no token or the server has ended the session. The caller must close the
// session.
func (d *Dialer) Restore(ctx context.Context, server, user string) (*Session, error) {
	server, err := Normalize(server)
	if err != nil {
		return nil, err
	}
	_ = d.Keeper.Reload() // another wangpan may have logged in or out; if this fails, use the cached token
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

// begin connects to server and calls enter, which logs in. After an error no connection
// stays open.
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
