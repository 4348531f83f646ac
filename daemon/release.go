package daemon

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Memory goes back to the system when no body is in flight. The runtime does it
// too, but only minutes later: pools keep what they have through two collections,
// and without requests there is none.
const (
	releaseEvery = 15 * time.Second
	releaseFrom  = 16 << 20 // bytes more than at the start
)

// releaseMemory gives memory back until the daemon goes down.
func (d *Daemon) releaseMemory() {
	tick := time.NewTicker(releaseEvery)
	defer tick.Stop()
	start := resident()
	last, released := start, time.Now()
	for {
		select {
		case <-d.ctx.Done():
			return
		case <-tick.C:
		}
		now := resident()
		if d.bodies.Used() > 0 || now < start+releaseFrom {
			continue
		}
		// Connections that have ended leave garbage that does not grow.
		if now < last+releaseFrom && time.Since(released) < 2*releaseEvery {
			continue
		}
		debug.FreeOSMemory()
		debug.FreeOSMemory()
		last, released = resident(), time.Now()
	}
}

// resident is how many bytes of memory the runtime holds.
func resident() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}
