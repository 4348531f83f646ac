package session

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"wangpan/wire"
)

// A flood of events becomes a few deliveries, of which the last reports what
// came last. The clock is that of the test.
func TestFloodOfEvents(t *testing.T) {
	tests := []struct {
		name   string
		events int
		pause  time.Duration // between two events
		want   int           // deliveries
	}{
		{"one", 1, 0, 1},
		{"a few, far apart", 3, time.Second, 3},
		{"100,000 at once", 100_000, 0, 2},
		{"100,000 within 10 s", 100_000, 100 * time.Microsecond, 51},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &Session{changes: newChanges()}
				delivered, last := 0, []wire.Path(nil)
				done := make(chan struct{})
				go func() {
					for {
						select {
						case <-s.Changed():
							delivered, last = delivered+1, s.Changes()
						case <-done:
							return
						}
					}
				}()
				for i := range tt.events - 1 {
					s.changes.event(wire.Event{Event: wire.Changed, Path: wire.Path(fmt.Sprint("/", i%8))})
					time.Sleep(tt.pause)
				}
				s.changes.event(wire.Event{Event: wire.Changed, Path: "/last"})
				time.Sleep(time.Second)
				synctest.Wait()
				close(done)
				if delivered != tt.want {
					t.Errorf("%d events become %d deliveries, want %d", tt.events, delivered, tt.want)
				}
				if !slices.Contains(last, "/last") {
					t.Errorf("the last delivery reports %v, want /last among them", last)
				}
			})
		})
	}
}
