package transfer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"wangpan/wire"
)

// gate holds requests of one name until it is opened.
type gate struct {
	request string
	held    chan struct{} // receives once for each
	open    chan struct{}
	once    sync.Once
}

func newGate(request string) *gate {
	return &gate{request: request, held: make(chan struct{}, 100), open: make(chan struct{})}
}

func (g *gate) before(request string) {
	if request == g.request {
		g.held <- struct{}{}
		<-g.open
	}
}

// release opens it, also more than once, so that a test that fails can end.
func (g *gate) release() { g.once.Do(func() { close(g.open) }) }

func jobs(t *testing.T, m *memory, n int) []Job {
	t.Helper()
	folder := t.TempDir()
	list := make([]Job, n)
	for i := range list {
		path := wire.Path(fmt.Sprintf("/%d", i))
		m.set(path, random(2000+i))
		list[i] = Job{Local: filepath.Join(folder, fmt.Sprint(i)), Remote: path}
	}
	return list
}

func states(s Snapshot) (list []State) {
	for _, tr := range s.Transfers {
		list = append(list, tr.State)
	}
	return list
}

func TestActiveLimitAndOrder(t *testing.T) {
	m, g := newMemory(), newGate("get")
	m.before = g.before
	q := start(t, m, func(o *Options) { o.Active = 2 })
	ids := q.Add(jobs(t, m, 5)...)
	s := until(t, q, func(s Snapshot) bool { return s.Counts[Active] == 2 })
	if want := []State{Active, Active, Queued, Queued, Queued}; !slices.Equal(states(s), want) {
		t.Fatalf("states are %v, want %v", states(s), want)
	}
	q.MoveUp(ids[4])
	q.MoveUp(ids[4])
	q.MoveDown(ids[2])
	q.MoveUp(ids[4])   // it is the first that waits
	q.MoveDown(ids[2]) // it is the last by now
	q.MoveDown(ids[0]) // it does not wait
	var order []ID
	for _, tr := range q.Snapshot().Transfers {
		order = append(order, tr.ID)
	}
	if want := []ID{ids[0], ids[1], ids[4], ids[3], ids[2]}; !slices.Equal(order, want) {
		t.Fatalf("order is %v, want %v", order, want)
	}
	g.release()
	s = settle(t, q)
	if s.Counts[Done] != 5 || s.Moved != 5*2000+10 || s.BytesRemaining != 0 {
		t.Fatalf("snapshot is %+v", s)
	}
	if find(t, s, ids[4]).Started.After(find(t, s, ids[2]).Started) {
		t.Error("what was moved up began later")
	}
	q.ClearFinished()
	if n := len(q.Snapshot().Transfers); n != 0 {
		t.Errorf("%d transfers are left", n)
	}
}

func TestPauseResumeCancelRetry(t *testing.T) {
	m, g := newMemory(), newGate("get")
	m.before = g.before
	q := start(t, m, func(o *Options) { o.Active = 1 })
	ids := q.Add(jobs(t, m, 3)...)
	<-g.held
	q.Pause(ids[0])  // active
	q.Pause(ids[1])  // queued
	q.Cancel(ids[2]) // queued
	if got, want := states(q.Snapshot()), []State{Paused, Paused, Cancelled}; !slices.Equal(got, want) {
		t.Fatalf("states are %v, want %v", got, want)
	}
	// Resumed before its goroutine has ended: it still runs only once.
	q.Resume(ids[0])
	q.Resume(ids[2]) // it is not paused
	g.release()
	s := settle(t, q)
	if got, want := states(s), []State{Done, Paused, Cancelled}; !slices.Equal(got, want) {
		t.Fatalf("states are %v, want %v", got, want)
	}
	q.Resume(ids[1])
	q.Retry(ids[2])
	q.Cancel(ids[0]) // it is done
	q.Retry(ids[0])
	s = settle(t, q)
	if s.Counts[Done] != 3 {
		t.Fatalf("counts are %v", s.Counts)
	}
	for i, tr := range s.Transfers {
		wantFile(t, tr.Local, random(2000+i))
	}
	for _, id := range []ID{0, 99} { // nobody's
		q.Pause(id)
		q.Resume(id)
		q.Cancel(id)
		q.Retry(id)
		q.MoveUp(id)
		q.Answer(id, AnswerSkip, true)
	}
}

func TestFailedStaysUntilCancelled(t *testing.T) {
	m := newMemory()
	q := start(t, m)
	tr := run(t, q, Job{Local: filepath.Join(t.TempDir(), "f"), Remote: "/f"})
	wantState(t, tr, Failed)
	q.ClearFinished()
	m.set("/f", random(10))
	q.Retry(tr.ID)
	wantState(t, find(t, settle(t, q), tr.ID), Done)
}

func TestCancelKeepsThePartial(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.set("/f", random(900_000))
	m.cutGet = []int64{500_000}
	q := start(t, m, func(o *Options) { o.Dial = oneDial(m) })
	target := filepath.Join(folder, "f")
	id := q.Add(Job{Local: target, Remote: "/f"})[0]
	until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
	q.Cancel(id)
	wantState(t, find(t, q.Snapshot(), id), Cancelled)
	wantOnly(t, folder, "f.wangpan-part", "f.wangpan-part.json")
}

// oneDial gives one connection and none after.
func oneDial(m *memory) func(context.Context) (Server, error) {
	var n atomic.Int32
	return func(ctx context.Context) (Server, error) {
		if n.Add(1) > 1 {
			return nil, errCut
		}
		return m.dial(ctx)
	}
}

func TestConnectionsAreReused(t *testing.T) {
	m := newMemory()
	var dials atomic.Int32
	q := start(t, m, func(o *Options) {
		o.Active = 2
		o.Dial = func(ctx context.Context) (Server, error) {
			dials.Add(1)
			return m.dial(ctx)
		}
	})
	q.Add(jobs(t, m, 20)...)
	if s := settle(t, q); s.Counts[Done] != 20 {
		t.Fatalf("counts are %v", s.Counts)
	}
	if n := dials.Load(); n > 2 {
		t.Errorf("%d connections for two at a time", n)
	}
	// One that died while nobody used it is replaced without a word.
	q.pool.mu.Lock()
	for _, l := range q.pool.idle {
		l.server = &deaf{l.server}
	}
	q.pool.mu.Unlock()
	waited := false
	q.Add(jobs(t, m, 1)...)
	until(t, q, func(s Snapshot) bool {
		waited = waited || s.Counts[Waiting] > 0
		return s.Counts[Done] == 21
	})
	if waited {
		t.Error("it waited for a network that is there")
	}
}

// deaf is a connection that is dead and does not know it.
type deaf struct{ Server }

func (*deaf) Stat(context.Context, wire.Path) (wire.StatReply, error) {
	return wire.StatReply{}, errCut
}

func TestCloseAndWait(t *testing.T) {
	m, g := newMemory(), newGate("get")
	m.before = g.before
	q := New(Options{Dial: m.dial})
	if err := q.Wait(background(t)); err != nil {
		t.Fatal(err)
	}
	q.Add(jobs(t, m, 2)...)
	<-g.held
	<-g.held
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.Wait(short); !errors.Is(err, context.Canceled) {
		t.Errorf("wait: %v", err)
	}
	waited := make(chan error)
	go func() { waited <- q.Wait(background(t)) }()
	g.release()
	if err := <-waited; err != nil {
		t.Errorf("wait: %v", err)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	q.Add(Job{Local: "f", Remote: "/f"})
	if err := q.Wait(background(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("wait of a closed queue: %v", err)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
}

func TestCloseKeepsPartials(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	data := random(2_000_000)
	m.set("/f", data)
	m.cutGet = []int64{1_000_000}
	target := filepath.Join(folder, "f")
	q := New(Options{Dial: oneDial(m), Origin: origin})
	q.Add(Job{Local: target, Remote: "/f"})
	until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	tr := run(t, start(t, m), Job{Local: target, Remote: "/f", IfExists: Fail})
	wantState(t, tr, Done)
	wantFile(t, target, data)
	if got, _ := m.moved(); got != 2_000_000 {
		t.Errorf("%d bytes moved", got)
	}
}

func TestPanicFailsOneTransfer(t *testing.T) {
	m := newMemory()
	list := jobs(t, m, 2)
	m.before = func(request string) {
		if request == "get" && m.count("get") == 0 {
			panic("on purpose")
		}
	}
	q := start(t, m, func(o *Options) { o.Active = 1 })
	q.Add(list...)
	s := until(t, q, func(s Snapshot) bool { return s.Counts[Failed] > 0 })
	if !errors.Is(s.Transfers[0].Err, ErrInternal) {
		t.Errorf("error is %v", s.Transfers[0].Err)
	}
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex // guards dials
		var dials []time.Duration
		begun := time.Now()
		q := New(Options{Dial: func(context.Context) (Server, error) {
			mu.Lock()
			defer mu.Unlock()
			dials = append(dials, time.Since(begun))
			return nil, errCut
		}})
		q.net.backoff.Random = func() float64 { return 0.5 } // the average waits
		var list []Job
		for i := range 100 {
			list = append(list, Job{Local: fmt.Sprint(i), Remote: "/f"})
		}
		q.Add(list...)
		time.Sleep(85 * time.Second)
		synctest.Wait()
		s := q.Snapshot()
		if !s.Offline || !errors.Is(s.Err, errCut) || !s.RetryAt.Equal(begun.Add(143*time.Second)) {
			t.Errorf("offline %v, retry at %v, error %v", s.Offline, s.RetryAt.Sub(begun), s.Err)
		}
		q.Nudge()
		synctest.Wait()
		if err := q.Close(); err != nil {
			t.Error(err)
		}
		var want []time.Duration
		for _, seconds := range []int{0, 0, 0, 0, 1, 3, 8, 23, 83, 85} {
			want = append(want, time.Duration(seconds)*time.Second)
		}
		if !slices.Equal(dials, want) {
			t.Errorf("dials at %v, want %v", dials, want)
		}
	})
}

// The queues of 100 clients lose a server at the same moment. They come back one
// after the other, not all at once.
func TestQueuesSpreadOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const clients = 100
		var mu sync.Mutex // guards second
		var second []time.Duration
		begun := time.Now()
		for range clients {
			dials := 0
			q := New(Options{Dial: func(context.Context) (Server, error) {
				mu.Lock()
				defer mu.Unlock()
				if dials++; dials == 2 {
					second = append(second, time.Since(begun))
				}
				return nil, errCut
			}, Active: 1})
			q.Add(Job{Local: "f", Remote: "/f"})
			t.Cleanup(func() { _ = q.Close() })
		}
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(second)
		if len(second) != clients {
			t.Fatalf("%d of %d clients have tried again after 1.5 s", len(second), clients)
		}
		if spread := second[clients-1] - second[0]; spread < 700*time.Millisecond {
			t.Errorf("all clients try again within %v", spread)
		}
		for i := 40; i < clients; i++ {
			if within := second[i] - second[i-40]; within < 100*time.Millisecond {
				t.Errorf("40 clients try again within %v", within)
			}
		}
	})
}

func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(Options{
			Patience: 10 * time.Second,
			Dial:     func(context.Context) (Server, error) { return nil, errCut },
		})
		begun := time.Now()
		var list []Job
		for i := range 100 {
			list = append(list, Job{Local: fmt.Sprint(i), Remote: "/f"})
		}
		q.Add(list...)
		if err := q.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if d := time.Since(begun); d != 10*time.Second {
			t.Errorf("it took %v", d)
		}
		s := q.Snapshot()
		if err := s.Transfers[99].Err; s.Counts[Failed] != 100 || !errors.Is(err, ErrUnreachable) || !errors.Is(err, errCut) {
			t.Errorf("counts are %v, error %v", s.Counts, err)
		}
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestHopelessDials(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want State
	}{
		{"the network", errCut, Waiting},
		{"a changed key", errors.New("changed key"), Failed},
		{"logged out", wire.Errorf(wire.Unauthenticated, "log in"), Failed},
		{"too many connections", wire.Errorf(wire.Busy, "later"), Waiting},
		{"going down", wire.Errorf(wire.Unavailable, "later"), Waiting},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := start(t, newMemory(), func(o *Options) {
				o.Dial = func(context.Context) (Server, error) { return nil, tt.err }
				o.Hopeless = func(err error) bool { return err.Error() == "changed key" }
			})
			id := q.Add(Job{Local: "f", Remote: "/f"})[0]
			s := until(t, q, func(s Snapshot) bool { return s.Counts[Waiting]+s.Counts[Failed] == 1 })
			tr := find(t, s, id)
			wantState(t, tr, tt.want)
			if !errors.Is(tr.Err, tt.err) {
				t.Errorf("error is %v", tr.Err)
			}
		})
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var server Server
		q := New(Options{Dial: func(ctx context.Context) (s Server, err error) {
			server, err = m.dial(ctx)
			return server, err
		}})
		q.Add(Job{Local: "f", Remote: "/none"})
		if err := q.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		begun := time.Now()
		<-server.Done()
		if d := time.Since(begun); d != idleFor {
			t.Errorf("closed after %v", d)
		}
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
}
