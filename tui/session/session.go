package session

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"wangpan/wire"
	"wangpan/wire/client"
)

// Session is a logged-in user on a server, with one connection for browsing.
// It is safe for use by several goroutines.
type Session struct {
	Server      string // normalized, or Embedded
	User        string // as the server spells it
	Fingerprint string // of the server's key: what the server really is, whatever it is called

	dialer  *Dialer
	token   wire.Token
	changes *changes

	mu       sync.Mutex
	browsing *client.Client
	closed   bool
}

// String keeps the token out of logs.
func (s *Session) String() string { return s.User + "@" + s.Server }

// Origin names the server and the user in records of this computer. It stays the
// same when the server gets another address.
func (s *Session) Origin() string { return s.Fingerprint + " " + s.User }

// Client returns the connection for browsing. It may be gone already (its Done
// says so); Reconnect replaces it.
func (s *Session) Client() *client.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.browsing
}

// Dial makes another connection of this session, which the caller owns: it
// outlives Close. ErrLoggedOut means that the server has ended the session.
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

// Reconnect makes a new connection for browsing and closes the one before.
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
	_ = old.Close() // it is usually dead; what it died of is in its Err
	if old == c {
		return client.ErrClosed
	}
	return nil
}

// Remember stores the token, so that Restore works in the next run, and this
// server and user as the last ones.
func (s *Session) Remember(k *Keeper) error {
	return errors.Join(
		k.SaveToken(s.Server, s.User, s.token),
		k.Change(func(settings *Settings) { settings.LastServer, settings.LastUser = s.Server, s.User }),
	)
}

// RememberPlace stores this server and user as the last ones, and no token: the
// session is gone with this run.
func (s *Session) RememberPlace(k *Keeper) error {
	return errors.Join(
		k.SaveToken(s.Server, s.User, ""),
		k.Change(func(settings *Settings) { settings.LastServer, settings.LastUser = s.Server, s.User }),
	)
}

// Logout ends the session on the server, on all its connections, and forgets
// the token. The token is forgotten also when the server can not be told.
func (s *Session) Logout(ctx context.Context) error {
	err := s.Client().Logout(ctx)
	if errors.Is(err, wire.Unauthenticated) {
		err = nil // it has ended already
	}
	return errors.Join(err, s.dialer.Keeper.DropToken(s.Server, s.User), s.Close())
}

// LogoutEverywhere ends all sessions of the account, on every computer, and
// forgets the token of this one. When the server could not be told, nothing is
// forgotten, so that it can be tried again.
func (s *Session) LogoutEverywhere(ctx context.Context) error {
	if err := s.Client().LogoutEverywhere(ctx); err != nil && !errors.Is(err, wire.Unauthenticated) {
		return errors.Join(err, s.Close())
	}
	return errors.Join(s.dialer.Keeper.DropToken(s.Server, s.User), s.Close())
}

// Close closes the connection for browsing. The session itself goes on at the
// server until it expires or Logout ends it.
func (s *Session) Close() error {
	s.mu.Lock()
	s.closed = true
	c := s.browsing
	s.mu.Unlock()
	return c.Close()
}
