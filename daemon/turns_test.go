package daemon

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestTurns(t *testing.T) {
	tests := []struct {
		name            string
		perAccount, all int
		arrive          []string // accounts, in the order of their requests
		leave           []int    // requests that do not wait any longer
		want            []int    // requests in the order in which they run, one ending after the other
	}{
		{"all at once", 2, 4, []string{"a", "a", "b", "b"}, nil, []int{0, 1, 2, 3}},
		{"at most two of an account", 2, 4, []string{"a", "a", "a", "b"}, nil, []int{0, 1, 3, 2}},
		{"at most so many of all", 2, 2, []string{"a", "a", "b", "c"}, nil, []int{0, 1, 2, 3}},
		{"the accounts take turns", 2, 1, []string{"a", "a", "a", "b", "b", "c"}, nil, []int{0, 1, 3, 5, 2, 4}},
		{"in the order of arrival within one", 1, 4, []string{"a", "a", "a", "a"}, nil, []int{0, 1, 2, 3}},
		{"one that waits leaves", 1, 1, []string{"a", "a", "a", "b"}, []int{1, 3}, []int{0, 2}},
		{"one that runs leaves", 1, 1, []string{"a", "a"}, []int{0}, []int{1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newTurns()
			s.perAccount, s.all = tt.perAccount, tt.all
			requests := make([]chan struct{}, len(tt.arrive))
			for i, account := range tt.arrive {
				requests[i] = s.enqueue(account)
			}
			done := map[int]bool{}
			for _, i := range tt.leave {
				s.leave(tt.arrive[i], requests[i])
				done[i] = true
			}
			var order, running []int
			for {
				for i, turn := range requests {
					select {
					case <-turn:
						if !done[i] {
							done[i] = true
							order, running = append(order, i), append(running, i)
						}
					default:
					}
				}
				if len(running) == 0 {
					break
				}
				s.release(tt.arrive[running[0]])
				running = running[1:]
			}
			if fmt.Sprint(order) != fmt.Sprint(tt.want) {
				t.Errorf("the requests run in the order %v, want %v", order, tt.want)
			}
			if s.running != 0 || len(s.accounts) != 0 || len(s.order) != 0 {
				t.Errorf("%d run, %d accounts and %d queues are left, want none", s.running, len(s.accounts), len(s.order))
			}
		})
	}
}

func newPacer(s *turns, account string) *pacer {
	return &pacer{turns: s, account: account, left: make(chan struct{})}
}

// TestALongRequestLetsOthersGoFirst has one request at work when another comes.
func TestALongRequestLetsOthersGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTurns()
		s.all = 1
		long, short := newPacer(s, "a"), newPacer(s, "b")
		ctx := t.Context()
		if err := long.pace(ctx); err != nil {
			t.Fatal(err)
		}
		var order []string
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = short.pace(ctx)
			order = append(order, "short")
			short.end()
		}()
		synctest.Wait()
		if err := long.pace(ctx); err != nil || len(order) != 0 {
			t.Errorf("after no time %v has run, %v, want nothing", order, err)
		}
		time.Sleep(turnTime)
		if err := long.pace(ctx); err != nil {
			t.Fatal(err)
		}
		order = append(order, "long")
		<-done
		long.end()
		if fmt.Sprint(order) != "[short long]" || s.running != 0 {
			t.Errorf("the order is %v and %d run at the end, want the short one first and none", order, s.running)
		}
	})
}

// TestAPacerEndsWhileItWaits has the work of a request go on in the background
// after its client has left.
func TestAPacerEndsWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTurns()
		s.all = 1
		first, second := newPacer(s, "a"), newPacer(s, "b")
		if err := first.pace(t.Context()); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- second.pace(t.Context()) }()
		synctest.Wait()
		second.end()
		if err := <-done; err != nil {
			t.Errorf("got %v, want the work to go on", err)
		}
		first.end()
		if s.running != 0 || len(s.accounts) != 0 {
			t.Errorf("%d run and %d accounts are left, want none", s.running, len(s.accounts))
		}
	})
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	s := newTurns()
	s.all = 1
	first, second := newPacer(s, "a"), newPacer(s, "b")
	if err := first.pace(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := second.pace(ctx); err == nil {
		t.Error("a request whose client is gone got a turn")
	}
	second.end()
	first.end()
	if s.running != 0 || len(s.accounts) != 0 {
		t.Errorf("%d run and %d accounts are left, want none", s.running, len(s.accounts))
	}
}
