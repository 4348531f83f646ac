package daemon_test

import (
	"errors"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// On a disk that has no more than is kept free, people register and make folders,
// and upload nothing.
func TestReserve(t *testing.T) {
	s := daemontest.Start(t, func(c *daemon.Config) { c.Reserve = 1 << 60 })
	p := member(t, s, "ann")
	p.ask(wire.Mkdir, wire.MkdirArgs{Path: "/a"}, nil)
	var usage wire.UsageReply
	if err := p.try(wire.Usage, wire.Empty{}, &usage); err != nil || usage.Free != 0 {
		t.Errorf("usage is %+v (%v), want nothing free", usage, err)
	}
	put := wire.PutArgs{
		Upload: "00112233445566778899aabbccddeeff", Path: "/f", Size: 1, ModTime: time.Unix(1000, 0).UTC(),
		Precondition: wire.Precondition{If: wire.IfAny},
	}
	id := p.send(wire.Put, put)
	if err := errors.Join(p.conn.WriteFrame(wire.KindData, []byte("x")), p.conn.WriteEndMark()); err != nil {
		t.Fatal(err)
	}
	p.flush()
	if err := p.answer(id, nil); !errors.Is(err, wire.NoSpace) {
		t.Errorf("put: %v, want no_space", err)
	}
}
