package daemon_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// pinned waits until the bodies in flight hold what is wanted of them.
func pinned(t *testing.T, s *daemontest.Server, want func(int64) bool) {
	t.Helper()
	var used int64
	for range 5000 {
		if used = s.Daemon().BodyMemory(); want(used) {
			return
		}
		time.Sleep(time.Millisecond) // the daemon reads in its own time
	}
	t.Fatalf("the bodies in flight hold %d bytes", used)
}

// openPut begins an upload of size bytes and sends frames of it, the last of
// them cut in the middle.
func openPut(p *peer, upload int, size int64, frames int, frame []byte) {
	p.t.Helper()
	p.send(wire.Put, wire.PutArgs{
		Upload: wire.UploadID(fmt.Sprintf("%032x", upload)), Path: wire.Path(fmt.Sprintf("/f%d", upload)), Size: size,
		ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAny},
	})
	p.flush()
	for i := range frames {
		cut := len(frame)
		if i == frames-1 {
			cut = len(frame) - 1
		}
		_, err := p.raw.Write(append(wire.AppendHeader(nil, wire.KindData, len(frame)), frame[:cut]...))
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

// TestABodyHoldsOnePart shows what an upload pins whose client is silent in the
// middle of the longest frame, and that its end gives it back.
func TestABodyHoldsOnePart(t *testing.T) {
	s := daemontest.Start(t)
	_, token := memberToken(t, s, "alice")
	const bodies = 4
	frame := random(wire.MaxFrame - 1)
	var peers []*peer
	for i := range bodies {
		p := greeted(t, s)
		p.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
		openPut(p, i, 1<<30, 2, frame)
		peers = append(peers, p)
	}
	pinned(t, s, func(used int64) bool { return used == bodies*wire.PartSize })
	for i := range bodies {
		_ = peers[i].conn.Close()
	}
	pinned(t, s, func(used int64) bool { return used == 0 })
}

// TestAnAbandonedDownloadHoldsNothing asks for a file, reads a part and leaves.
func TestAnAbandonedDownloadHoldsNothing(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	p.upload("/big", random(8<<20))
	pinned(t, s, func(used int64) bool { return used == 0 })
	p.ask(wire.Get, wire.GetArgs{Path: "/big"}, nil)
	pinned(t, s, func(used int64) bool { return used >= wire.PartSize })
	_ = p.conn.Close()
	pinned(t, s, func(used int64) bool { return used == 0 })
}

// TestIdleConnectionsAreSmall counts what connections hold on both sides that
// have each moved a file.
func TestIdleConnectionsAreSmall(t *testing.T) {
	const connections, most = 40, 100 << 10
	s := daemontest.Start(t)
	_, token := memberToken(t, s, "alice")
	content := random(300 << 10)
	held := func() int64 {
		for range 3 { // pools keep what they have for one round more
			runtime.GC()
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc) + int64(m.StackInuse)
	}
	var before int64
	for i := range connections + 1 {
		p := greeted(t, s)
		p.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
		p.id = uint64(i) << 32
		path := fmt.Sprintf("/f%d", i)
		p.upload(path, content)
		p.download(path)
		if i == 0 {
			before = held()
		}
	}
	each := (held() - before) / connections
	t.Logf("an idle connection holds %d KiB on both sides", each>>10)
	if each > most {
		t.Errorf("an idle connection holds %d KiB on both sides, want at most %d", each>>10, most>>10)
	}
}

// TestARequestTakesNoMemoryBeforeItIsThere announces long requests and sends
// nothing of them.
func TestARequestIsRefusedByItsHeader(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	long := strings.Repeat("x", wire.MaxFrame-1)
	if err := p.conn.WriteFrame(wire.KindMessage, []byte(long)); err != nil {
		t.Fatal(err)
	}
	if err := p.answer(0, nil); err == nil || !strings.Contains(err.Error(), "longer") {
		t.Errorf("a request of 1 MiB answers %v, want a refusal", err)
	}
	p.ended()
}
