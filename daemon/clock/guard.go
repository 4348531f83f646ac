// Package clock protects stored data from a wrong system clock. A board without
// a battery may start a year ahead and correct itself minutes later; what expires
// by age must not be deleted in between.
//
// A [Guard] keeps the newest time that it trusts in a file. When the system clock
// is further ahead of it than [Tolerance], nothing expires until the daemon has
// run for [Wait] under the new time. A server that was legitimately off for months
// waits once. A clock that is behind never makes anything expire early: [Guard.Now]
// does not go back.
package clock

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Bounds of what the guard accepts.
const (
	// Tolerance is how far the system clock may be ahead of the newest trusted
	// time. A server that is off at night stays below it, and what is kept for
	// days expires at most this much too early.
	Tolerance = 24 * time.Hour

	// Wait is the uptime after which the guard trusts a clock that is ahead.
	Wait = 6 * time.Hour

	// pause is how long a server may be off while it waits without beginning to
	// wait again: a private drive on a laptop runs for less than Wait per day.
	pause = 10 * 24 * time.Hour

	// SaveEvery is how often the owner of a Guard should call Save.
	SaveEvery = 5 * time.Minute
)

// Source is the clock that a Guard watches.
type Source struct {
	Wall   func() time.Time     // the system clock
	Uptime func() time.Duration // monotonic
}

// System returns the clocks of the operating system.
func System() Source {
	began := time.Now()
	return Source{Wall: time.Now, Uptime: func() time.Duration { return time.Since(began) }}
}

// Guard decides by which time stored data expires. It is safe for concurrent use.
type Guard struct {
	source Source
	file   string // "": the state is not kept
	write  func(name string, data []byte) error
	log    *slog.Logger

	mu     sync.Mutex
	uptime time.Duration // when the state was updated
	opened bool          // the state is that of an earlier process
	state  state
}

// state is the content of the file.
type state struct {
	Newest time.Time     `json:"newest"`          // the newest trusted time; zero: none yet
	Ahead  time.Time     `json:"ahead,omitzero"`  // the system clock while it is not trusted
	Waited time.Duration `json:"waited,omitzero"` // uptime since then, in nanoseconds
}

// New returns a Guard that trusts the system clock from the start and keeps
// nothing.
func New(source Source) *Guard {
	g := &Guard{source: source, log: slog.New(slog.DiscardHandler), uptime: source.Uptime()}
	g.state.Newest = utc(source.Wall())
	return g
}

// Open returns a Guard that keeps its state in file, with write, which must
// replace a file atomically. Without a readable file it trusts no clock before
// Wait.
func Open(file string, write func(name string, data []byte) error, source Source, log *slog.Logger) (*Guard, error) {
	g := &Guard{source: source, file: file, write: write, log: log, uptime: source.Uptime(), opened: true}
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if err := json.Unmarshal(data, &g.state); err != nil {
			log.Warn("the newest time seen is unreadable: nothing expires until the server has run for a while", "file", file, "uptime", Wait, "error", err)
			g.state = state{}
		}
	}
	now := g.Now()
	if behind := g.state.Newest.Sub(utc(source.Wall())); behind > Tolerance {
		log.Warn("the system clock is behind the newest time seen: correct it, or remove the file if the clock is right",
			"clock", source.Wall(), "newest", now, "file", file)
	}
	if err := g.Save(); err != nil { // a full disk must not keep the server from starting
		log.Error("save the newest time seen", "error", err)
	}
	return g, nil
}

// utc strips the monotonic reading, which would hide changes of the system clock.
func utc(t time.Time) time.Time { return t.Round(0).UTC() }

// Now returns the time for new records. It is the system clock, or the newest
// trusted time where that is later.
func (g *Guard) Now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.update(); g.waiting() {
		return g.state.Ahead
	}
	return g.state.Newest
}

// ExpiryTime returns the time to compare expiries with: that of Now, or the zero
// time while nothing may expire.
func (g *Guard) ExpiryTime() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.update(); g.waiting() {
		return time.Time{}
	}
	return g.state.Newest
}

// Expired reports whether a record that is kept until t may be deleted now.
func (g *Guard) Expired(t time.Time) bool { return !g.ExpiryTime().Before(t) }

// Save writes the state to the file. The owner calls it every SaveEvery and at
// the end.
func (g *Guard) Save() error {
	g.mu.Lock()
	g.update()
	data, err := json.Marshal(g.state)
	g.mu.Unlock()
	if err != nil || g.file == "" {
		return err
	}
	return g.write(g.file, append(data, '\n'))
}

func (g *Guard) waiting() bool { return !g.state.Ahead.IsZero() }

// update compares the system clock with the newest trusted time, which goes on
// with the uptime. The caller holds g.mu.
func (g *Guard) update() {
	s := &g.state
	wall, uptime := utc(g.source.Wall()), g.source.Uptime()
	step := uptime - g.uptime
	g.uptime = uptime
	gap := Tolerance
	if g.opened {
		g.opened, gap = false, pause
	}
	known := !s.Newest.IsZero()
	if known {
		s.Newest = s.Newest.Add(step)
	}
	if known && !wall.After(s.Newest.Add(Tolerance)) {
		if g.waiting() {
			g.log.Info("the system clock agrees with the newest time seen again", "clock", wall)
		}
		if wall.After(s.Newest) {
			s.Newest = wall
		}
		s.Ahead, s.Waited = time.Time{}, 0
		return
	}
	expected := s.Ahead.Add(step)
	if !g.waiting() || wall.Before(expected.Add(-Tolerance)) || wall.After(expected.Add(gap)) {
		if known {
			g.log.Warn("the system clock has jumped ahead: nothing expires until the server has run for a while",
				"clock", wall, "newest", s.Newest, "uptime", Wait)
		}
		step, s.Waited = 0, 0
	}
	s.Ahead = wall
	if s.Waited += step; s.Waited >= Wait {
		g.log.Info("the system clock is trusted", "clock", wall)
		*s = state{Newest: wall}
	}
}
