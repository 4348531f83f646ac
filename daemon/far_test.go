package daemon_test

import (
	"slices"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// A copy tells how far it is to those who want to know, and to no others.
func TestCopyTellsHowFarItIs(t *testing.T) {
	s := daemontest.Start(t)
	p, token := memberToken(t, s, "ann")
	p.upload("/a", random(wire.BlockSize))
	c, _ := watcher(t, s, token)
	if !slices.Contains(c.Welcome().Features, string(wire.Progress)) {
		t.Errorf("the features are %v", c.Welcome().Features)
	}
	var told []int64
	_, err := c.Copy(t.Context(), wire.CopyArgs{From: "/a", To: "/b"}, func(done, size int64) {
		told = append(told, done)
		if size != wire.BlockSize {
			t.Errorf("it is %d of %d", done, size)
		}
	})
	if err != nil || len(told) == 0 || told[0] != 0 {
		t.Errorf("told %v (%v), want it from the beginning", told, err)
	}
	p.send(wire.Copy, wire.CopyArgs{From: "/a", To: "/c"})
	p.flush()
	if f, err := p.conn.ReadFrame(); err != nil || f.Kind != wire.KindMessage {
		t.Errorf("the first that comes is of kind %d (%v), want the answer", f.Kind, err)
	}
}
