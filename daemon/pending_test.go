package daemon

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"wangpan/wire"
)

func pendingRequest(id uint64) request { return request{Request: wire.Request{ID: id}} }

func TestAWorkerLivesWhileRequestsWait(t *testing.T) {
	p := pending{most: 2}
	add := func(id uint64, want bool) {
		t.Helper()
		if start, err := p.add(t.Context(), pendingRequest(id)); err != nil || start != want {
			t.Errorf("request %d starts a worker: %v (%v), want %v", id, start, err, want)
		}
	}
	take := func(id uint64, want bool) {
		t.Helper()
		if r, ok := p.take(); ok != want || r.ID != id {
			t.Errorf("the worker takes request %d (%v), want %d (%v)", r.ID, ok, id, want)
		}
	}
	add(1, true)
	add(2, false)
	take(1, true)
	add(3, false)
	take(2, true)
	take(3, true)
	if !p.empty() {
		t.Error("a request waits after the last was taken")
	}
	take(0, false) // the worker ends
	if p.queue != nil {
		t.Error("the queue has memory without a worker")
	}
	add(4, true)
	take(4, true)
}

func TestAFullQueueWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p := pending{most: 1}
		added := make(chan error, 1)
		add := func(id uint64) {
			_, err := p.add(ctx, pendingRequest(id))
			added <- err
		}
		go add(1)
		if err := <-added; err != nil {
			t.Fatal(err)
		}
		go add(2)
		synctest.Wait()
		if len(added) > 0 {
			t.Error("a full queue takes a request")
		}
		if r, ok := p.take(); !ok || r.ID != 1 {
			t.Errorf("the worker takes request %d", r.ID)
		}
		if err := <-added; err != nil {
			t.Errorf("a request after one was taken: %v", err)
		}
		go add(3)
		synctest.Wait()
		cancel()
		if err := <-added; !errors.Is(err, context.Canceled) {
			t.Errorf("a request of a connection that has ended: %v", err)
		}
	})
}
