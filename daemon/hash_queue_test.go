package daemon

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"wangpan/wire"
)

// queued is one request of a test of the queue.
type queued struct {
	lane    hashLane
	address string
}

// served enters the requests in order while both hashes run, then runs the
// waiting ones one by one and returns the addresses in the order of service.
func served(t *testing.T, requests []queued) []string {
	t.Helper()
	q := &hashQueue{}
	for range hashesAtOnce {
		if _, err := q.enter(t.Context(), laneFailing, "running"); err != nil {
			t.Fatal(err)
		}
	}
	order := make(chan string)
	for i, r := range requests {
		go func() {
			if _, err := q.enter(t.Context(), r.lane, r.address); err == nil {
				order <- r.address
			}
		}()
		waitFor(q, i+1)
	}
	var got []string
	for range requests {
		q.leave()
		got = append(got, <-order)
	}
	return got
}

// waitFor returns when n requests wait.
func waitFor(q *hashQueue, n int) {
	for {
		q.mu.Lock()
		waiting := 0
		for i := range q.lanes {
			waiting += q.lanes[i].waiting
		}
		q.mu.Unlock()
		if waiting == n {
			return
		}
		runtime.Gosched()
	}
}

func TestHashQueueOrder(t *testing.T) {
	f, c, r := laneFailing, laneClean, laneReturning
	for _, test := range []struct {
		name     string
		requests []queued
		want     string
	}{
		{"one address in order of arrival", []queued{{f, "a"}, {f, "b"}, {f, "c"}}, "[a b c]"},
		{"an address with many requests delays nobody", []queued{{f, "a"}, {f, "a"}, {f, "a"}, {f, "a"}, {f, "b"}, {f, "c"}}, "[a b c a a a]"},
		{"lanes share the hashes", []queued{{f, "a"}, {f, "b"}, {f, "c"}, {c, "d"}, {c, "e"}, {r, "owner"}}, "[owner d a e b c]"},
		{"a flood of returning addresses does not stop the others", []queued{{r, "a"}, {r, "b"}, {r, "c"}, {r, "d"}, {c, "e"}}, "[a e b c d]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := fmt.Sprint(served(t, test.requests)); got != test.want {
				t.Errorf("served %s, want %s", got, test.want)
			}
		})
	}
}

func TestHashQueueBehindManyAddresses(t *testing.T) {
	requests := make([]queued, 0, 151)
	for i := range 150 {
		requests = append(requests, queued{laneFailing, fmt.Sprint(i)})
	}
	for _, lane := range []hashLane{laneReturning, laneClean} {
		got := served(t, append(slices.Clone(requests), queued{lane, "owner"}))
		if at := slices.Index(got, "owner"); at > int(laneCount) {
			t.Errorf("in lane %d the owner is served after %d others", lane, at)
		}
	}
}

func TestHashQueueEnds(t *testing.T) {
	q := &hashQueue{}
	for range hashesAtOnce {
		if _, err := q.enter(t.Context(), laneClean, "running"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	wait := func(address string) {
		_, err := q.enter(ctx, laneClean, address)
		result <- err
	}
	for i := range hashesWaiting {
		go wait(fmt.Sprint("greedy", i%2))
		waitFor(q, i+1)
	}
	if _, err := q.enter(ctx, laneClean, "greedy0"); !errors.Is(err, wire.Busy) {
		t.Errorf("one more of an address that has its share answers %v, want busy", err)
	}
	go wait("modest")
	if err := <-result; !errors.Is(err, wire.Busy) {
		t.Errorf("a request of a greedy address answers %v, want busy", err)
	}
	q.mu.Lock()
	if q.lanes[laneClean].waiting != hashesWaiting || q.lanes[laneClean].of("modest") == nil {
		t.Errorf("%d requests wait, want %d with the modest one", q.lanes[laneClean].waiting, hashesWaiting)
	}
	q.mu.Unlock()
	cancel()
	for range hashesWaiting {
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Fatalf("a cancelled request answers %v", err)
		}
	}
	for range hashesAtOnce {
		q.leave()
	}
	if leave, err := q.enter(t.Context(), laneFailing, "later"); err != nil {
		t.Error(err)
	} else {
		leave()
	}
	if q.running != 0 || q.lanes[laneClean].waiting != 0 {
		t.Errorf("%d run and %d wait at the end", q.running, q.lanes[laneClean].waiting)
	}
}
