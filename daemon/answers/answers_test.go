package answers

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"wangpan/daemon/clock"
	"wangpan/wire"
)

// counted is a call that counts how often it is carried out.
func counted(key wire.Key, runs *atomic.Int64) Call {
	return Call{
		Key: key, Request: wire.Mkdir, Args: wire.MkdirArgs{Path: "/a"},
		Observe: func() any { return struct{}{} },
		Run:     func() (any, *wire.Error) { return map[string]int64{"run": runs.Add(1)}, nil },
		Resolve: func(json.RawMessage) (any, bool) { return nil, false },
	}
}

func key(n int) wire.Key { return wire.Key(fmt.Sprintf("%032x", n)) }

func use(t *testing.T, dir string) *Account {
	t.Helper()
	a := Open(dir, clock.New(clock.System()), slog.New(slog.NewTextHandler(t.Output(), nil))).Use("alice")
	t.Cleanup(a.Release)
	return a
}

// TestBounded sends many more keys than are kept: memory and disk stay bounded,
// and the last keys are answered from what was kept, also after a restart.
func TestBounded(t *testing.T) {
	dir := t.TempDir()
	a := use(t, dir)
	var runs atomic.Int64
	const count = 5 * maxKeys / 2
	for n := range count {
		if _, refused := a.Do(t.Context(), counted(key(n), &runs)); refused != nil {
			t.Fatal(refused)
		}
	}
	if len(a.entries) > 2*maxKeys {
		t.Errorf("%d keys are in memory, want at most %d", len(a.entries), 2*maxKeys)
	}
	var lines int64
	for _, name := range []string{currentName, previousName} {
		info, err := os.Stat(filepath.Join(dir, "alice", name))
		if err != nil {
			t.Fatal(err)
		}
		lines += info.Size()
	}
	if most := int64(2 * maxKeys * 512); lines > most {
		t.Errorf("the files have %d bytes, want at most %d", lines, most)
	}
	again := use(t, dir)
	for _, a := range []*Account{a, again} {
		for n := count - maxKeys; n < count; n++ {
			raw, refused := a.Do(t.Context(), counted(key(n), &runs))
			if want := fmt.Sprintf(`{"run":%d}`, n+1); refused != nil || string(raw) != want {
				t.Fatalf("key %d answers %s, %v, want %s", n, raw, refused, want)
			}
		}
	}
	if got := runs.Load(); got != count {
		t.Errorf("%d requests were carried out, want %d", got, count)
	}
}

// TestAtOnce sends a key from many goroutines: it is carried out once.
func TestAtOnce(t *testing.T) {
	a := use(t, t.TempDir())
	var runs atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if raw, refused := a.Do(t.Context(), counted(key(7), &runs)); refused != nil || string(raw) != `{"run":1}` {
				t.Errorf("the answer is %s, %v", raw, refused)
			}
		})
	}
	wg.Wait()
	if got := runs.Load(); got != 1 {
		t.Errorf("it was carried out %d times, want once", got)
	}
}

// TestWhatIsKept repeats a key after each kind of end.
func TestWhatIsKept(t *testing.T) {
	tests := []struct {
		name string
		end  func() (any, *wire.Error)
		want int64 // how often two requests are carried out
	}{
		{"a reply", func() (any, *wire.Error) { return wire.Empty{}, nil }, 1},
		{"a refusal", func() (any, *wire.Error) { return nil, wire.Errorf(wire.Exists, "it is there") }, 1},
		{"no room", func() (any, *wire.Error) { return nil, wire.Errorf(wire.NoSpace, "the disk is full") }, 1},
		{"busy", func() (any, *wire.Error) { return nil, wire.Errorf(wire.Busy, "wait") }, 2},
		{"going down", func() (any, *wire.Error) { return nil, wire.Errorf(wire.Unavailable, "later") }, 2},
		{"internal", func() (any, *wire.Error) { return nil, wire.Errorf(wire.Internal, "a fault") }, 2},
		{"a panic", func() (any, *wire.Error) { panic("a fault") }, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := use(t, t.TempDir())
			var runs atomic.Int64
			c := counted(key(1), &runs)
			c.Run = func() (any, *wire.Error) { runs.Add(1); return tt.end() }
			var answers [2]string
			for n := range answers {
				func() {
					defer func() { _ = recover() }()
					raw, refused := a.Do(t.Context(), c)
					answers[n] = fmt.Sprintf("%s %v", raw, refused)
				}()
			}
			if got := runs.Load(); got != tt.want || answers[0] != answers[1] {
				t.Errorf("it was carried out %d times and answers %q, want %d times and equal answers", got, answers, tt.want)
			}
		})
	}
}

// TestAnotherRequest uses a key for other arguments.
func TestAnotherRequest(t *testing.T) {
	a := use(t, t.TempDir())
	var runs atomic.Int64
	_, _ = a.Do(t.Context(), counted(key(1), &runs))
	other := counted(key(1), &runs)
	other.Args = wire.MkdirArgs{Path: "/b"}
	if _, refused := a.Do(t.Context(), other); !errors.Is(refused, wire.Invalid) || runs.Load() != 1 {
		t.Errorf("the answer is %v after %d runs, want %v after 1", refused, runs.Load(), wire.Invalid)
	}
}
