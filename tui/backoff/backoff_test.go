package backoff

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestAfter(t *testing.T) {
	tests := []struct {
		name     string
		failures int
		random   float64
		want     time.Duration
	}{
		{"none", 0, 0.5, 0},
		{"first", 1, 0.5, time.Second},
		{"first, earliest", 1, 0, 500 * time.Millisecond},
		{"second", 2, 0.5, 2 * time.Second},
		{"third", 3, 0.5, 5 * time.Second},
		{"fourth, earliest", 4, 0, 7500 * time.Millisecond},
		{"fifth", 5, 0.5, time.Minute},
		{"fifth, almost the latest", 5, 0.75, 75 * time.Second},
		{"the last repeats", 1000, 0.5, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := Backoff{Random: func() float64 { return tt.random }}
			if got := b.After(tt.failures); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// A hundred clients that lose the server at the same moment spread out over a
// second at the first wait, and over a minute later. No tenth of that time holds
// more than three times its share of them.
func TestClientsSpreadOut(t *testing.T) {
	const clients, tenths = 100, 10
	b := Backoff{Random: rand.New(rand.NewPCG(1, 2)).Float64}
	for failures, step := range steps {
		var waits []time.Duration
		var counts [tenths]int
		for range clients {
			wait := b.After(failures + 1)
			waits = append(waits, wait)
			counts[(wait-step/2)*tenths/step]++
		}
		if spread := slices.Max(waits) - slices.Min(waits); spread < step*9/10 {
			t.Errorf("after %d failures the waits are within %v, want %v", failures+1, spread, step)
		}
		if most := slices.Max(counts[:]); most > 3*clients/tenths {
			t.Errorf("after %d failures %d of %d clients come in one tenth of the time: %v", failures+1, most, clients, counts)
		}
	}
}

// The zero value is seeded: two of them do not return the same waits.
func TestZeroValueIsRandom(t *testing.T) {
	var a, b Backoff
	for range 10 {
		if a.After(5) != b.After(5) {
			return
		}
	}
	t.Error("ten waits of a minute are the same")
}
