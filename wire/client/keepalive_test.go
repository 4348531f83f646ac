package client

import (
	"net"
	"testing"
	"time"
)

func TestPulse(t *testing.T) {
	const s = time.Second
	// Silence is 15 s and Idle 30 s throughout.
	tests := []struct {
		name  string
		facts liveness
		ping  bool
		dead  bool
		want  time.Duration // until the next look; 0 when dead
	}{
		{"nothing happens", liveness{now: 10 * s, life: 1 * s, heard: 1 * s}, false, false, 20 * s},
		{"a quiet connection", liveness{now: 30 * s, life: 1 * s, heard: 1 * s}, true, false, 15 * s},
		{"quiet, and pinged", liveness{now: 31 * s, life: 1 * s, heard: 1 * s, pinged: 30 * s, pings: 30 * s, spoke: 30 * s}, false, false, 14 * s},
		{"quiet, pinged, and dead", liveness{now: 45 * s, life: 1 * s, heard: 1 * s, pinged: 30 * s, pings: 30 * s, spoke: 30 * s}, false, true, 0},
		{"quiet, and the pong came", liveness{now: 45 * s, life: 31 * s, heard: 31 * s, pinged: 30 * s, pings: 30 * s, spoke: 30 * s}, false, false, 15 * s},
		{"a request after long quiet", liveness{now: 25 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 25 * s, spoke: 25 * s}, false, false, 5 * s},
		{"a slow answer", liveness{now: 30 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 25 * s, spoke: 25 * s}, true, false, 5 * s},
		{
			"a slow answer, and pinged",
			liveness{now: 32 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 25 * s, pinged: 30 * s, pings: 30 * s, spoke: 30 * s},
			false, false, 3 * s,
		},
		{
			"a slow answer, and the pong came",
			liveness{now: 32 * s, life: 31 * s, heard: 31 * s, waiting: true, asked: 25 * s, pinged: 30 * s, pings: 30 * s, spoke: 30 * s},
			false, false, 4 * s,
		},
		{
			"a slow answer, and the pong is late",
			liveness{now: 35 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 25 * s, pinged: 30 * s, pings: 30 * s, spoke: 30 * s},
			true, false, 5 * s,
		},
		{
			"a slow answer, and both pongs are late",
			liveness{now: 37 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 25 * s, pinged: 30 * s, pings: 35 * s, spoke: 35 * s},
			false, false, 3 * s,
		},
		{
			"no answer and no pong",
			liveness{now: 40 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 25 * s, pinged: 30 * s, pings: 35 * s, spoke: 35 * s},
			false, true, 0,
		},
		{
			"asked while a ping is out",
			liveness{now: 45 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 44 * s, pinged: 30 * s, pings: 30 * s, spoke: 44 * s},
			false, true, 0,
		},
		{"a long download", liveness{now: 100 * s, life: 100 * s, heard: 100 * s, waiting: true, asked: 1 * s, spoke: 90 * s}, false, false, 5 * s},
		{"a long download, nothing sent for long", liveness{now: 100 * s, life: 100 * s, heard: 100 * s, waiting: true, asked: 1 * s, spoke: 70 * s}, true, false, 5 * s},
		{"a long upload", liveness{now: 100 * s, life: 100 * s, heard: 95 * s, waiting: true, asked: 1 * s, pings: 94 * s, spoke: 94 * s}, true, false, 5 * s},
		{"a long upload, and the pong is behind its bytes", liveness{now: 102 * s, life: 102 * s, heard: 95 * s, waiting: true, asked: 1 * s, pings: 100 * s, spoke: 100 * s}, false, false, 3 * s},
		{"requests on a dead line do not count", liveness{now: 45 * s, life: 1 * s, heard: 1 * s, pinged: 30 * s, pings: 30 * s, waiting: true, asked: 31 * s, spoke: 45 * s}, false, true, 0},
		{"a request within its time", liveness{now: 100 * s, life: 100 * s, heard: 100 * s, waiting: true, asked: 41 * s, spoke: 98 * s, end: 101 * s}, false, false, s},
		{"a request past its time, on a line that lives", liveness{now: 101 * s, life: 101 * s, heard: 101 * s, waiting: true, asked: 41 * s, spoke: 98 * s, end: 101 * s}, false, true, 0},
		{"dead, but nothing could be sent", liveness{now: 40 * s, life: 1 * s, heard: 1 * s, waiting: true, asked: 25 * s, spoke: 25 * s}, false, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.facts.silence, tt.facts.idle = 15*s, 30*s
			ping, wait, dead := tt.facts.check()
			if ping != tt.ping || (dead != nil) != tt.dead || wait != tt.want {
				t.Errorf("ping %v, dead %v, wait %v, want %v, %v, %v", ping, dead, wait, tt.ping, tt.dead, tt.want)
			}
		})
	}
}

func TestPulseTaker(t *testing.T) {
	here, there := net.Pipe()
	defer func() { _, _ = here.Close(), there.Close() }()
	go func() {
		_, _ = there.Write([]byte("x"))
		_, _ = there.Read(make([]byte, 1))
		_, _ = there.Read(make([]byte, 1))
	}()
	p := newLine(here).socket
	if p.lastActive() != 0 {
		t.Errorf("there is life at %v before anything was heard", p.lastActive())
	}
	if _, err := p.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	heard := p.lastActive()
	if heard == 0 {
		t.Error("a byte that arrived is no life")
	}
	if _, err := p.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if p.lastActive() != heard {
		t.Error("a request that was sent counts as life")
	}
	p.sendingBody.Store(true)
	if _, err := p.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	moved := p.lastActive()
	if moved <= heard {
		t.Error("a body that moves is no life")
	}
	if p.lastReceived() != heard {
		t.Error("a body that moves says when the server was heard")
	}
	p.block(func() {
		first := p.lastActive()
		for p.lastActive() == first {
			continue // the clock goes on, and so does life
		}
	})
	if after := p.lastActive(); after <= moved || after != p.lastActive() {
		t.Error("a line that was held does not begin to be silent when it is let go")
	}
}
