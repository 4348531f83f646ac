package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

var _ interface {
	transfer.Server
	Heard() time.Time // without which nobody is known to be silent
} = (*client.Client)(nil)

// account logs in once and dials further connections of the session, by way
// of a cable that can be cut.
type account struct {
	daemon *daemontest.Server
	cable  *cable
	token  wire.Token
}

func newAccount(tb testing.TB) *account {
	tb.Helper()
	a := &account{daemon: daemontest.Start(tb)}
	a.cable = newCable(tb, a.daemon.Addr)
	a.register(tb)
	return a
}

// register makes the account and logs in.
func (a *account) register(tb testing.TB) {
	tb.Helper()
	c, err := a.connect(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Register(tb.Context(), wire.RegisterArgs{User: "ann", Password: "correct horse"}); err != nil {
		tb.Fatal(err)
	}
	session, err := c.Login(tb.Context(), "ann", "correct horse")
	if err != nil {
		tb.Fatal(err)
	}
	a.token = session.Token
}

func (a *account) connect(ctx context.Context) (*client.Client, error) {
	return client.Dial(ctx, a.cable.addr, client.Options{
		Name: "test",
		Trust: func(_ context.Context, _, fingerprint string) error {
			if fingerprint != a.daemon.Fingerprint {
				return errors.New("another key")
			}
			return nil
		},
	})
}

func (a *account) dial(ctx context.Context) (transfer.Server, error) {
	c, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.Join(ctx, a.token); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

func (a *account) queue(tb testing.TB) *transfer.Queue {
	tb.Helper()
	q := transfer.New(transfer.Options{Dial: a.dial, Origin: a.daemon.Fingerprint + "/ann"})
	tb.Cleanup(func() { _ = q.Close() })
	return q
}

func content(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{9, byte(n)}).Read(b)
	return b
}

// settle waits until nothing goes on by itself, without patience for the network.
func settle(tb testing.TB, q *transfer.Queue) transfer.Snapshot {
	tb.Helper()
	deadline := time.After(time.Minute)
	for {
		s := q.Snapshot()
		if s.Counts[transfer.Waiting] > 0 {
			q.Nudge()
		}
		if s.Counts[transfer.Queued]+s.Counts[transfer.Active]+s.Counts[transfer.Waiting] == 0 {
			return s
		}
		select {
		case <-q.Changed():
		case <-deadline:
			tb.Fatalf("the queue does not settle: %+v", s)
		}
	}
}

func done(tb testing.TB, q *transfer.Queue, job transfer.Job) transfer.Transfer {
	tb.Helper()
	id := q.Add(job)[0]
	for _, tr := range settle(tb, q).Transfers {
		if tr.ID == id {
			if tr.State != transfer.Done {
				tb.Fatalf("state is %d: %v %+v", tr.State, tr.Err, tr.Question)
			}
			return tr
		}
	}
	tb.Fatal("it is not in the queue")
	return transfer.Transfer{}
}

func write(tb testing.TB, path string, data []byte) {
	tb.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
}

func wantFile(tb testing.TB, path string, want []byte) {
	tb.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		tb.Fatalf("%s has %d bytes that are not the %d wanted (%v)", filepath.Base(path), len(got), len(want), err)
	}
}

func TestThereAndBack(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	q := a.queue(t)
	for i, size := range []int{0, 1, 70_000, wire.BlockSize, 2*wire.BlockSize + 5} {
		data := content(size)
		local := filepath.Join(folder, fmt.Sprintf("论文 %d.pdf", i))
		remote := wire.Path("/" + filepath.Base(local))
		write(t, local, data)
		up := done(t, q, transfer.Job{Direction: transfer.Upload, Local: local, Remote: remote})
		wantFile(t, filepath.Join(a.daemon.Dir, "drives", "ann", filepath.Base(local)), data)
		again := done(t, q, transfer.Job{Direction: transfer.Upload, Local: local, Remote: remote})
		if !again.Result.Identical {
			t.Errorf("the same file was sent again: %+v", again.Result)
		}
		down := done(t, q, transfer.Job{Local: local + ".back", Remote: remote})
		wantFile(t, local+".back", data)
		if up.Result.Digest != down.Result.Digest || up.Result.Entry.Version != down.Result.Entry.Version {
			t.Errorf("up %+v, down %+v", up.Result, down.Result)
		}
	}
}

// Cables that are cut at many places, both ways.
func TestCutCable(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	q := a.queue(t)
	data := content(3*wire.BlockSize + 999)
	cuts := func() []int64 {
		return []int64{100, 3000, 6000, 50_000, 1_000_000, wire.BlockSize, wire.BlockSize + 9000, 2_500_000}
	}
	source := filepath.Join(folder, "source")
	write(t, source, data)
	a.cable.mu.Lock()
	a.cable.cuts = cuts()
	a.cable.mu.Unlock()
	up := done(t, q, transfer.Job{Direction: transfer.Upload, Local: source, Remote: "/f"})
	wantFile(t, filepath.Join(a.daemon.Dir, "drives", "ann", "f"), data)
	if err := q.Close(); err != nil { // so that the next one dials anew
		t.Fatal(err)
	}
	q = a.queue(t)
	a.cable.mu.Lock()
	a.cable.cuts = cuts()
	a.cable.mu.Unlock()
	target := filepath.Join(folder, "target")
	down := done(t, q, transfer.Job{Local: target, Remote: "/f"})
	wantFile(t, target, data)
	if moved := q.Snapshot().Moved; moved > int64(len(data))+wire.BlockSize {
		t.Errorf("%d bytes moved for %d: more than a block was sent twice", moved, len(data))
	}
	if up.Result.Digest != down.Result.Digest {
		t.Error("the digests differ")
	}
}

// The daemon goes down in the middle and comes back on the same address.
func TestDaemonRestarts(t *testing.T) {
	for _, direction := range []transfer.Direction{transfer.Upload, transfer.Download} {
		a, folder := newAccount(t), t.TempDir()
		data := content(3*wire.BlockSize + 999)
		local := filepath.Join(folder, "f")
		on := filepath.Join(a.daemon.Dir, "drives", "ann", "f")
		if direction == transfer.Upload {
			write(t, local, data)
		} else {
			write(t, on, data)
		}
		cut := make(chan struct{})
		a.cable.mu.Lock()
		a.cable.cuts = []int64{2 * wire.BlockSize}
		a.cable.then = sync.OnceFunc(func() { close(cut) })
		a.cable.mu.Unlock()
		q := a.queue(t)
		q.SetRate(16 << 20) // what sockets hold counts as moved, and is lost with them
		id := q.Add(transfer.Job{Direction: direction, Local: local, Remote: "/f"})[0]
		<-cut
		q.SetRate(0)
		a.daemon.Stop()
		a.daemon.Restart()
		s := settle(t, q)
		tr := s.Transfers[0]
		if tr.ID != id || tr.State != transfer.Done {
			t.Fatalf("transfer is %+v", tr)
		}
		wantFile(t, local, data)
		wantFile(t, on, data)
		if s.Moved > int64(len(data))+wire.BlockSize {
			t.Errorf("%d bytes moved for %d", s.Moved, len(data))
		}
	}
}

// The program is started again: what an earlier queue has left is offered.
func TestNextRunResumes(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	data := content(2*wire.BlockSize + 999)
	source, target := filepath.Join(folder, "source"), filepath.Join(folder, "target")
	write(t, source, data)
	jobs := []transfer.Job{
		{Direction: transfer.Upload, Local: source, Remote: "/f"},
		{Direction: transfer.Download, Local: target, Remote: "/f"},
	}
	for _, job := range jobs {
		cut := make(chan struct{})
		a.cable.mu.Lock()
		a.cable.cuts = []int64{wire.BlockSize + 500_000, 0, 0, 0, 0, 0, 0}
		a.cable.then = sync.OnceFunc(func() { close(cut) })
		a.cable.mu.Unlock()
		first := a.queue(t)
		first.Add(job)
		<-cut
		waitFor(t, func() bool { return first.Snapshot().Counts[transfer.Waiting] == 1 }) // it has read what came
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		a.cable.mu.Lock()
		a.cable.cuts, a.cable.then = nil, nil
		a.cable.mu.Unlock()
		q := a.queue(t)
		q.Add(job)
		s := settle(t, q)
		asked := s.Transfers[0]
		if asked.State != transfer.Asking || !asked.Question.Partial || asked.Question.Saves < 1_000_000 {
			t.Fatalf("transfer is %+v, question %+v", asked, asked.Question)
		}
		q.Answer(asked.ID, transfer.AnswerResume, false)
		s = settle(t, q)
		if tr := s.Transfers[0]; tr.State != transfer.Done || s.Moved+tr.Resumed != int64(len(data)) {
			t.Fatalf("%d bytes moved, transfer is %+v", s.Moved, tr)
		}
	}
	wantFile(t, target, data)
}

// Ten thousand bytes a file, many of them, all at once.
func TestManySmallFiles(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	q := a.queue(t)
	var up, down []transfer.Job
	for i := range 100 {
		local, remote := filepath.Join(folder, fmt.Sprint(i)), wire.Path(fmt.Sprintf("/%d", i))
		write(t, local, content(10_000+i))
		up = append(up, transfer.Job{Direction: transfer.Upload, Local: local, Remote: remote})
		down = append(down, transfer.Job{Local: local + ".back", Remote: remote})
	}
	for _, jobs := range [][]transfer.Job{up, down} {
		q.Add(jobs...)
		if err := q.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := q.Snapshot().Counts[transfer.Done]; n != 200 {
		t.Fatalf("%d are done", n)
	}
	for i := range 100 {
		wantFile(t, filepath.Join(folder, fmt.Sprint(i)+".back"), content(10_000+i))
	}
}

func TestMissingRemoteFolder(t *testing.T) {
	a, folder := newAccount(t), t.TempDir()
	write(t, filepath.Join(folder, "f"), []byte("x"))
	q := a.queue(t)
	q.Add(transfer.Job{Direction: transfer.Upload, Local: filepath.Join(folder, "f"), Remote: "/no/f"})
	if tr := settle(t, q).Transfers[0]; tr.State != transfer.Failed || !errors.Is(tr.Err, wire.NotFound) {
		t.Errorf("transfer is %+v", tr)
	}
}

func benchmark(b *testing.B, direction transfer.Direction) {
	b.Helper()
	const size = 64 << 20
	a, folder := newAccount(b), b.TempDir()
	local := filepath.Join(folder, "f")
	on := filepath.Join(a.daemon.Dir, "drives", "ann")
	job := transfer.Job{Direction: direction, Local: local, Remote: "/f", IfExists: transfer.StartOver}
	if direction == transfer.Upload {
		write(b, local, content(size))
	} else {
		write(b, filepath.Join(on, "f"), content(size))
	}
	a.cable.addr = a.daemon.Addr // directly
	q := a.queue(b)
	b.SetBytes(size)
	for b.Loop() {
		done(b, q, job)
		b.StopTimer()
		path := local
		if direction == transfer.Upload {
			path = filepath.Join(on, "f")
		}
		if err := os.Remove(path); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkDownload(b *testing.B) { benchmark(b, transfer.Download) }

func BenchmarkUpload(b *testing.B) { benchmark(b, transfer.Upload) }
