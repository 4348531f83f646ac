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

// repeats is how often Repeat runs a write again, the first time at once.
const repeats = 3

// Repeat runs do with c. When the connection is lost before an answer, Repeat
// runs do again over a connection of its own. The context that do gets has a key,
// so that the server carries out each write once and gives its answer again. do
// must make the same requests each time. With a server that does not keep
// answers, do is not run again.
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
			continue // err says more about the request
		}
		err = do(ctx, again)
		_ = again.Close() // it was only for this
	}
	return err
}

// changesPause is the shortest time between two deliveries of changes. The
// server sends at most as many events; one that sends more must not keep the
// screen from handling keys.
const changesPause = 200 * time.Millisecond

// changes collects the watched folders that the server reports as changed.
type changes struct {
	told chan struct{} // readable when there are changes to deliver

	mu    sync.Mutex
	paths map[wire.Path]struct{} // at most as many as a connection watches
	last  time.Time              // of the latest delivery
	timer *time.Timer            // delivers what arrives during the pause; nil: none is armed
}

func newChanges() *changes {
	return &changes{told: make(chan struct{}, 1), paths: make(map[wire.Path]struct{})}
}

// event takes an event of the server. The first change is delivered at once,
// the following ones together after changesPause.
func (c *changes) event(e wire.Event) {
	if e.Event != wire.Changed {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.paths) < wire.MaxWatched {
		c.paths[e.Path] = struct{}{}
	}
	if c.timer != nil {
		return
	}
	if pause := changesPause - time.Since(c.last); pause > 0 {
		c.timer = time.AfterFunc(pause, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.timer = nil
			c.deliver()
		})
		return
	}
	c.deliver()
}

// deliver makes told readable. The caller holds c.mu.
func (c *changes) deliver() {
	c.last = time.Now()
	select {
	case c.told <- struct{}{}:
	default:
	}
}

// Told is readable when a folder that the connection for browsing watches has
// changed, at most five times per second: Changes returns the folders.
func (s *Session) Told() <-chan struct{} { return s.changes.told }

// Changes returns the watched folders that have changed since it was called last.
func (s *Session) Changes() []wire.Path {
	s.changes.mu.Lock()
	defer s.changes.mu.Unlock()
	paths := make([]wire.Path, 0, len(s.changes.paths))
	for path := range s.changes.paths {
		paths = append(paths, path)
	}
	clear(s.changes.paths)
	return paths
}
