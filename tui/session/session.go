package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"wangpan/tui/backoff"
	"wangpan/wire"
	"wangpan/wire/client"
)

// Session is a logged-in user on a server, with one connection for browsing. It is safe
// for concurrent use.
type Session struct {
	Server      string // normalized, or Embedded
	User        string // in the spelling of the server
	Fingerprint string // of the server's key; it identifies the server under any name

	dialer  *Dialer
	token   wire.Token
	changes *changes

	mu       sync.Mutex
	browsing *client.Client
	closed   bool
}

// String returns user@server. It keeps the token out of logs.
func (s *Session) String() string { return s.User + "@" + s.Server }

// Origin returns an identifier of the server and the user for records on this computer.
// It stays the same when the server gets another address.
func (s *Session) Origin() string { return s.Fingerprint + " " + s.User }

// Client returns the connection for browsing, which the Session owns. The connection
// may have ended (see client.Client.Done); Reconnect replaces it.
func (s *Session) Client() *client.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.browsing
}

// Dial makes another connection of this session. The caller must close it; Close does
// not. It fails with ErrLoggedOut when the server has ended the session.
func (s *Session) Dial(ctx context.Context) (*client.Client, error) { return s.dial(ctx, nil) }

func (s *Session) dial(ctx context.Context, onEvent func(wire.Event)) (*client.Client, error) {
	c, _, err := s.dialer.connect(ctx, s.Server, onEvent)
	if err != nil {
		return nil, err
	}
	if _, err := c.Join(ctx, s.token); err != nil {
		_ = c.Close() // the refusal says more
		if errors.Is(err, wire.Unauthenticated) {
			err = errors.Join(fmt.Errorf("%w: %w", ErrLoggedOut, err), s.dialer.Keeper.dropToken(s.Server, s.User, s.token))
		}
		return nil, err
	}
	return c, nil
}

// Reconnect makes a new connection for browsing and closes the old one. After Close it
// fails with client.ErrClosed.
func (s *Session) Reconnect(ctx context.Context) error {
	c, err := s.dial(ctx, s.changes.event)
	if err != nil {
		return err
	}
	s.mu.Lock()
	old := s.browsing
	if s.closed {
		old = c
	} else {
		s.browsing = c
	}
	s.mu.Unlock()
	_ = old.Close() // its Err has the reason why it ended
	if old == c {
		return client.ErrClosed
	}
	return nil
}

// Remember stores the token, so that Restore works in the next run. It also stores this
// server and user as the last ones.
func (s *Session) Remember(k *Keeper) error {
	return errors.Join(
		k.SaveToken(s.Server, s.User, s.token),
		k.Change(func(settings *Settings) { settings.LastServer, settings.LastUser = s.Server, s.User }),
	)
}

// RememberPlace stores this server and user as the last ones, without the token: the
// next run needs a password.
func (s *Session) RememberPlace(k *Keeper) error {
	return errors.Join(
		k.SaveToken(s.Server, s.User, ""),
		k.Change(func(settings *Settings) { settings.LastServer, settings.LastUser = s.Server, s.User }),
	)
}

// Logout ends the session on the server, which closes all its connections, and removes
// the stored token. It removes the token even if the request to the server fails.
func (s *Session) Logout(ctx context.Context) error {
	err := s.Client().Logout(ctx)
	if errors.Is(err, wire.Unauthenticated) {
		err = nil // it has ended already
	}
	return errors.Join(err, s.dialer.Keeper.DropToken(s.Server, s.User), s.Close())
}

// LogoutEverywhere ends all sessions of the account, on every computer, and removes the
// stored token of this one. If the request to the server fails, the token stays stored,
// so that the user can try again.
func (s *Session) LogoutEverywhere(ctx context.Context) error {
	if err := s.Client().LogoutEverywhere(ctx); err != nil && !errors.Is(err, wire.Unauthenticated) {
		return errors.Join(err, s.Close())
	}
	return errors.Join(s.dialer.Keeper.DropToken(s.Server, s.User), s.Close())
}

// Close closes the connection for browsing. The session on the server continues until
// it expires or Logout ends it.
func (s *Session) Close() error {
	s.mu.Lock()
	s.closed = true
	c := s.browsing
	s.mu.Unlock()
	return c.Close()
}

// repeats is how often Repeat runs a write again. The first repetition starts at once,
// the others after a wait.
const repeats = 3

// Repeat runs do with c. If the connection is lost before an answer, Repeat runs do
// again with a new connection, up to three times. The context of do contains a key, so
// that the server carries out each write once and repeats its answer. do must make the
// same requests each time. If the server does not support such keys, Repeat runs do
// once.
func (s *Session) Repeat(ctx context.Context, c *client.Client, do func(ctx context.Context, c *client.Client) error) error {
	ctx = wire.WithKey(ctx, wire.NewKey())
	err := do(ctx, c)
	if !slices.Contains(c.Welcome().Features, wire.FeatureKeys) {
		return err
	}
	for failures := range repeats {
		if !errors.Is(err, client.ErrLost) {
			return err
		}
		select {
		case <-time.After(backoff.Backoff{}.After(failures)):
		case <-ctx.Done():
			return err
		}
		again, dialed := s.Dial(ctx)
		if dialed != nil {
			continue // return err, which is about the request
		}
		err = do(ctx, again)
		_ = again.Close() // the connection was only for this attempt
	}
	return err
}
