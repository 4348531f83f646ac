package clock_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/daemon/clock"
)

// fake is a clock that tests set.
type fake struct {
	wall   time.Time
	uptime time.Duration
}

func (f *fake) source() clock.Source {
	return clock.Source{Wall: func() time.Time { return f.wall }, Uptime: func() time.Duration { return f.uptime }}
}

// run lets time pass as it does on a machine that is on.
func (f *fake) run(d time.Duration) {
	f.wall = f.wall.Add(d)
	f.uptime += d
}

const (
	day  = 24 * time.Hour
	year = 365 * day
)

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// opened returns a function that starts a Guard on one file, as a new process does.
func opened(t *testing.T, f *fake) func() *clock.Guard {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clock.json")
	write := func(name string, data []byte) error { return os.WriteFile(name, data, 0o600) }
	return func() *clock.Guard {
		t.Helper()
		f.uptime = 0
		g, err := clock.Open(file, write, f.source(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
}

// trusted returns a Guard that has trusted f for some time.
func trusted(t *testing.T, f *fake) (g *clock.Guard, restart func() *clock.Guard) {
	t.Helper()
	restart = opened(t, f)
	g = restart()
	g.ExpiryTime()
	f.run(clock.Wait)
	if g.ExpiryTime().IsZero() {
		t.Fatal("after the wait nothing expires")
	}
	if err := g.Save(); err != nil {
		t.Fatal(err)
	}
	return g, restart
}

// TestGuard: each case is what happens to a clock that was trusted, whether
// something kept until the end of that day has expired then, and whether it has
// after the wait.
func TestGuard(t *testing.T) {
	tests := []struct {
		name         string
		happens      func(f *fake, restart func() *clock.Guard) *clock.Guard // nil: the process goes on
		now, delayed bool
	}{
		{"running for two days", func(f *fake, _ func() *clock.Guard) *clock.Guard { f.run(2 * day); return nil }, true, true},
		{"off for a night", func(f *fake, restart func() *clock.Guard) *clock.Guard {
			f.wall = f.wall.Add(23 * time.Hour)
			return restart()
		}, true, true},
		{"started a year ahead", func(f *fake, restart func() *clock.Guard) *clock.Guard {
			f.wall = f.wall.Add(year)
			return restart()
		}, false, true},
		{"a year ahead while running", func(f *fake, _ func() *clock.Guard) *clock.Guard {
			f.wall = f.wall.Add(year)
			return nil
		}, false, true},
		{"a year ahead, then corrected", func(f *fake, restart func() *clock.Guard) *clock.Guard {
			f.wall = f.wall.Add(year)
			g := restart()
			f.run(time.Hour)
			g.ExpiryTime()
			f.wall = f.wall.Add(-year)
			return g
		}, false, false},
		{"a year ahead, started again and again", func(f *fake, restart func() *clock.Guard) (g *clock.Guard) {
			f.wall = f.wall.Add(year)
			for range 100 {
				g = restart()
				f.run(time.Minute)
			}
			return g
		}, false, true},
		{"off for two months, then used for an hour a day", func(f *fake, restart func() *clock.Guard) (g *clock.Guard) {
			f.wall = f.wall.Add(60 * day)
			for range 7 {
				g = restart()
				f.run(time.Hour)
				_ = g.Save()
				f.wall = f.wall.Add(23 * time.Hour)
			}
			return g
		}, true, true},
		{"set back", func(f *fake, restart func() *clock.Guard) *clock.Guard {
			f.wall = time.Unix(0, 0)
			return restart()
		}, false, false},
		{"set back, then corrected", func(f *fake, restart func() *clock.Guard) *clock.Guard {
			before := f.wall
			f.wall = time.Unix(0, 0)
			g := restart()
			f.run(time.Minute)
			g.ExpiryTime()
			f.wall = before.Add(time.Hour)
			return g
		}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{wall: began}
			g, restart := trusted(t, f)
			until := began.Add(15 * time.Hour)
			if next := tt.happens(f, restart); next != nil {
				g = next
			}
			if got := g.Expired(until); got != tt.now {
				t.Errorf("expired is %v, want %v", got, tt.now)
			}
			f.run(clock.Wait - time.Minute)
			if got := g.Expired(until); got != tt.now && tt.name != "a year ahead, started again and again" {
				t.Errorf("a minute before the end of the wait, expired is %v, want %v", got, tt.now)
			}
			f.run(time.Minute)
			if got := g.Expired(until); got != tt.delayed {
				t.Errorf("after the wait, expired is %v, want %v", got, tt.delayed)
			}
		})
	}
}

// TestNowNeverGoesBack: what is recorded under a clock that was set back does not
// expire early when the clock is corrected.
func TestNowNeverGoesBack(t *testing.T) {
	f := &fake{wall: began}
	g, restart := trusted(t, f)
	before := g.Now()
	f.wall = time.Unix(0, 0)
	f.uptime += time.Hour
	if got, want := g.Now(), before.Add(time.Hour); !got.Equal(want) {
		t.Errorf("an hour after the clock was set back, Now is %v, want %v", got, want)
	}
	if err := g.Save(); err != nil {
		t.Fatal(err)
	}
	if got, want := restart().Now(), before.Add(time.Hour); !got.Equal(want) {
		t.Errorf("after a start Now is %v, want %v", got, want)
	}
}

// TestNowOfNewRecords is the system clock when it is ahead: if it is right, a
// record with the older time would expire as soon as the clock is trusted.
func TestNowOfNewRecords(t *testing.T) {
	f := &fake{wall: began}
	_, restart := trusted(t, f)
	f.wall = f.wall.Add(60 * day)
	if got := restart().Now(); !got.Equal(f.wall) {
		t.Errorf("Now is %v, want %v", got, f.wall)
	}
}

// TestUnreadableState: without a trusted time nothing expires at once.
func TestUnreadableState(t *testing.T) {
	for _, text := range []string{"", "{", `{"newest":"soon"}`, "null", "\x00\x00"} {
		file := filepath.Join(t.TempDir(), "clock.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f := &fake{wall: began}
		write := func(name string, data []byte) error { return os.WriteFile(name, data, 0o600) }
		g, err := clock.Open(file, write, f.source(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if g.Expired(began.Add(-year)) {
			t.Errorf("with %q something expires", text)
		}
		f.run(clock.Wait)
		if !g.Expired(began.Add(-year)) {
			t.Errorf("with %q nothing expires after the wait", text)
		}
	}
}
