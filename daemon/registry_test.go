package daemon

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"testing"
	"time"

	"wangpan/wire"
)

// waitingConnection is an unauthenticated one, which nobody serves.
func waitingConnection(t *testing.T, address string, since time.Time) *connection {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	line := newHearing(ours)
	c := &connection{line: line, raw: line, conn: wire.NewConn(line, wire.Timeouts{}), address: address, since: since, phase: refused}
	c.ctx, c.cancel = context.WithCancel(t.Context())
	return c
}

func TestDropProbability(t *testing.T) {
	tests := []struct {
		name    string
		n, full int
		want    float64
	}{
		{"none", 0, 100, 0},
		{"below half", 49, 100, 0},
		{"half", 50, 100, 0.3},
		{"three quarters", 75, 100, 0.65},
		{"full", 100, 100, 1},
		{"more", 200, 100, 1},
		{"one place, free", 0, 1, 0.3},
		{"one place, taken", 1, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := dropProbability(tt.n, tt.full); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("%d of %d: %v, want %v", tt.n, tt.full, got, tt.want)
			}
		})
	}
}

// TestDropChoosesTheOldOfTheLargest fills a phase from two addresses. The small
// one loses nothing, and most that the large one loses are its old ones.
func TestDropChoosesTheOldOfTheLargest(t *testing.T) {
	r := newRegistry(Limits{Handshakes: 400}.withDefaults())
	begun := time.Now()
	var large []*connection
	for i := range 100 {
		c := waitingConnection(t, "large", begun.Add(time.Duration(i)))
		large = append(large, c)
		r.chance = func() float64 { return 1 } // nothing is dropped
		r.admit(c, nil)
	}
	small := waitingConnection(t, "small", begun.Add(-time.Hour))
	r.admit(small, nil)
	for range 20 {
		r.drop(silent)
	}
	old, recent := 0, 0
	for i, c := range large {
		switch {
		case c.phase == overdue && i < 50:
			old++
		case c.phase == overdue:
			recent++
		}
	}
	if small.phase != silent || old+recent != 20 || old <= recent {
		t.Errorf("the small address is in phase %d, the large one lost %d old and %d recent connections, want %d, and 20 that are mostly old",
			small.phase, old, recent, silent)
	}
}

// TestRegistryCounts moves connections at random and compares the counts with
// the connections.
func TestRegistryCounts(t *testing.T) {
	r := newRegistry(Limits{Connections: 64, PerAccount: 9}.withDefaults())
	random := rand.New(rand.NewPCG(1, 2))
	var open []*connection
	for i := range 5000 {
		switch random.IntN(4) {
		case 0:
			c := waitingConnection(t, fmt.Sprintf("address %d", random.IntN(5)), time.Now())
			r.admit(c, nil)
			open = append(open, c)
		case 1:
			if len(open) > 0 {
				if c := open[random.IntN(len(open))]; c.phase != authenticated {
					_ = r.advance(c, handshaking+phase(random.IntN(2)))
				}
			}
		case 2:
			if len(open) > 0 {
				if c := open[random.IntN(len(open))]; c.phase < authenticated && c.begun {
					_ = r.authenticate(c, &session{Account: fmt.Sprintf("account %d", random.IntN(8))})
				}
			}
		case 3:
			if len(open) > 0 {
				at := random.IntN(len(open))
				r.remove(open[at])
				open = slices.Delete(open, at, at+1)
			}
		}
		if got, want := countsOf(r), expectedCounts(open); got != want {
			t.Fatalf("after %d steps the counts are %s, want %s", i, got, want)
		}
	}
}

func countsOf(r *registry) string {
	ofAddresses, ofAccounts := 0, 0
	for _, a := range r.addresses {
		ofAddresses += a.authenticated
		for _, list := range a.waiting {
			ofAddresses += len(list)
		}
	}
	for _, list := range r.accounts {
		ofAccounts += len(list)
	}
	return fmt.Sprint(len(r.all), r.waiting, len(r.overdue), r.authenticated, ofAddresses, ofAccounts)
}

func expectedCounts(open []*connection) string {
	var of [refused + 1]int
	for _, c := range open {
		of[c.phase]++
	}
	waiting := [phases]int{of[silent], of[handshaking], of[loggingIn]}
	return fmt.Sprint(len(open), waiting, of[overdue], of[authenticated],
		of[silent]+of[handshaking]+of[loggingIn]+of[authenticated], of[authenticated])
}
