package transfer_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"wangpan/daemon/daemontest"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/linetest"
)

// slowStreams returns an account on a daemon to which each connection is as slow
// as on a long fat link, with the file there, or the source here.
func slowStreams(tb testing.TB, direction transfer.Direction, size int, speed rate.Limit) (*account, transfer.Job, []byte) {
	tb.Helper()
	a, data := newAccount(tb), content(size)
	a.cable.mu.Lock()
	a.cable.speed = speed
	a.cable.mu.Unlock()
	job := transfer.Job{Direction: direction, Local: filepath.Join(tb.TempDir(), "f"), Remote: "/f", IfExists: transfer.StartOver}
	if direction == transfer.Upload {
		write(tb, job.Local, data)
	} else {
		write(tb, a.arrived(), data)
	}
	return a, job, data
}

func (a *account) arrived() string { return filepath.Join(a.daemon.Dir, "drives", "ann", "f") }

// both runs a test in both directions.
func both(t *testing.T, f func(t *testing.T, direction transfer.Direction)) {
	t.Helper()
	t.Run("download", func(t *testing.T) { f(t, transfer.Download) })
	t.Run("upload", func(t *testing.T) { f(t, transfer.Upload) })
}

// wantBoth checks that both sides have the file, and nothing is left over.
func wantBoth(t *testing.T, a *account, job transfer.Job, data []byte) {
	t.Helper()
	wantFile(t, job.Local, data)
	wantFile(t, a.arrived(), data)
	if left, err := filepath.Glob(job.Local + ".*"); err != nil || len(left) > 0 {
		t.Errorf("%q is left over", left)
	}
	server, err := a.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if reply, err := server.Uploads(t.Context(), wire.UploadsArgs{}); err != nil || len(reply.Uploads) > 0 {
		t.Errorf("%+v is left over (%v)", reply.Uploads, err)
	}
}

// A large file moves over several connections, and no byte moves twice.
func TestStreamsAreUsed(t *testing.T) {
	both(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a, job, data := slowStreams(t, direction, 32<<20+5, 8<<20)
		q := a.queue(t)
		q.SetStreams(4, 4<<20, wire.BlockSize)
		done(t, q, job)
		wantBoth(t, a, job, data)
		if up, down, busy := a.cable.loaded(2 << 20); busy != 4 || up+down > int64(len(data))*11/10 {
			t.Errorf("%d connections carried %d bytes for %d", busy, up+down, len(data))
		}
	})
}

// inStreams adds a job to q and returns when three streams are at work.
func inStreams(tb testing.TB, a *account, q *transfer.Queue, job transfer.Job) transfer.ID {
	tb.Helper()
	q.SetStreams(3, 4<<20, wire.BlockSize)
	id := q.Add(job)[0]
	waitFor(tb, func() bool {
		_, _, busy := a.cable.loaded(1 << 20)
		return busy >= 3
	})
	return id
}

// waitFor waits until something is so that nothing announces.
func waitFor(tb testing.TB, is func() bool) {
	tb.Helper()
	deadline := time.After(time.Minute)
	for !is() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			tb.Fatal("it does not come to that")
		}
	}
}

// watchStates waits for the end of everything, and fails when a transfer had
// to wait for the network on the way.
func watchStates(tb testing.TB, q *transfer.Queue) {
	tb.Helper()
	deadline := time.After(time.Minute)
	for {
		s := q.Snapshot()
		if s.Counts[transfer.Waiting] > 0 {
			tb.Fatalf("it waits: %+v", s.Transfers)
		}
		if s.Counts[transfer.Queued]+s.Counts[transfer.Active] == 0 {
			return
		}
		select {
		case <-q.Changed():
		case <-deadline:
			tb.Fatalf("the queue does not settle: %+v", s)
		}
	}
}

// Connections that are lost give back what they had; the others go on, also
// when the lost one is the first.
func TestStreamsAreLost(t *testing.T) {
	both(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a, job, data := slowStreams(t, direction, 40<<20+5, 8<<20)
		q := a.queue(t)
		inStreams(t, a, q, job)
		a.cable.mu.Lock()
		for _, l := range a.cable.loads[:3] { // the first one has ended: it was the login
			l.sever()
		}
		a.cable.mu.Unlock()
		a.cable.release()
		watchStates(t, q)
		wantBoth(t, a, job, data)
		if up, down, _ := a.cable.loaded(0); up+down > int64(len(data))+2*wire.BlockSize+int64(len(data))/100 {
			t.Errorf("%d bytes were carried for %d", up+down, len(data))
		}
	})
}

// Another transfer gets its place at once, however many streams a large file has.
func TestStreamsTakeNoPlaces(t *testing.T) {
	both(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a, job, data := slowStreams(t, direction, 40<<20+5, 8<<20)
		q := a.queue(t)
		bigID := inStreams(t, a, q, job)
		other := filepath.Join(t.TempDir(), "small")
		write(t, other, []byte("small"))
		for _, remote := range []wire.Path{"/1", "/2", "/3"} {
			q.Add(transfer.Job{Direction: transfer.Upload, Local: other, Remote: remote})
		}
		states := func() (small, big int) {
			for _, tr := range q.Snapshot().Transfers {
				switch {
				case tr.State != transfer.Done:
				case tr.ID == bigID:
					big++
				default:
					small++
				}
			}
			return small, big
		}
		waitFor(t, func() bool {
			small, big := states()
			return small == 3 || big > 0
		})
		if small, big := states(); small < 3 || big > 0 {
			t.Error("the small ones had to wait for the big one")
		}
		a.cable.release()
		settle(t, q)
		wantBoth(t, a, job, data)
	})
}

// A program that is killed in the middle loses a MiB and a bit per stream, and the
// partial that it leaves has holes.
func TestKilledStreamsResume(t *testing.T) {
	a, job, data := slowStreams(t, transfer.Download, 40<<20+5, 8<<20)
	q := a.queue(t)
	inStreams(t, a, q, job)
	waitFor(t, func() bool { return q.Snapshot().Transfers[0].Done > 16<<20 })
	done1 := q.Snapshot().Transfers[0].Done
	_, _, busy := a.cable.loaded(0)
	// What a kill leaves at this moment, the record first: it knows less then.
	killed := filepath.Join(t.TempDir(), "f")
	for _, suffix := range []string{".wangpan-part.json", ".wangpan-part"} {
		left, err := os.ReadFile(job.Local + suffix)
		if err != nil {
			t.Fatal(err)
		}
		write(t, killed+suffix, left)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = a.queue(t)
	q.Add(transfer.Job{Local: killed, Remote: "/f"})
	tr := settle(t, q).Transfers[0]
	if tr.State != transfer.Asking || !tr.Question.Offers(transfer.AnswerResume) {
		t.Fatalf("transfer is %+v", tr)
	}
	if lost := done1 - tr.Question.Saves; lost > int64(busy)*(1<<20+1<<18) || tr.Question.Local.Size != tr.Question.Saves {
		t.Errorf("%d of %d bytes are lost, of %d connections; question is %+v", lost, done1, busy, tr.Question)
	}
	a.cable.release()
	q.Answer(tr.ID, transfer.AnswerResume, false)
	s := settle(t, q)
	if tr := s.Transfers[0]; tr.State != transfer.Done || s.Moved+tr.Resumed != int64(len(data)) {
		t.Errorf("%d bytes moved; transfer is %+v", s.Moved, tr)
	}
	wantFile(t, killed, data)
}

// A program that ends while streams send leaves an upload with holes; the next
// one sends what is not there.
func TestEndedUploadStreamsResume(t *testing.T) {
	a, job, data := slowStreams(t, transfer.Upload, 40<<20+5, 8<<20)
	q := a.queue(t)
	inStreams(t, a, q, job)
	waitFor(t, func() bool { return q.Snapshot().Transfers[0].Done > 16<<20 })
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	sent, _, connections := a.cable.loaded(0)
	a.cable.release()
	q = a.queue(t)
	job.IfExists = transfer.Ask
	q.Add(job)
	tr := settle(t, q).Transfers[0]
	if tr.State != transfer.Asking || !tr.Question.Whole || tr.Question.Saves < sent-int64(connections)*wire.BlockSize {
		t.Fatalf("after %d bytes the transfer is %+v, question %+v", sent, tr, tr.Question)
	}
	q.Answer(tr.ID, transfer.AnswerResume, false)
	s := settle(t, q)
	if tr := s.Transfers[0]; tr.State != transfer.Done || s.Moved+tr.Resumed != int64(len(data)) {
		t.Errorf("%d bytes moved; transfer is %+v", s.Moved, tr)
	}
	wantBoth(t, a, job, data)
}

// A line that is cut again and again carries no more than a block more for each
// time, on one stream or on several.
func TestCutsCostABlockAtMost(t *testing.T) {
	tests := []struct {
		name  string
		count int   // of streams
		least int64 // of SetStreams
		cuts  int
		speed rate.Limit
	}{
		{"one worker", 1, 1 << 40, 8, 0},
		{"one stream", 1, 0, 8, 0},
		{"streams", 3, 0, 12, 16 << 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			both(t, func(t *testing.T, direction transfer.Direction) {
				t.Helper()
				a, job, data := slowStreams(t, direction, 24<<20+5, tt.speed)
				random := rand.New(rand.NewPCG(7, uint64(direction)))
				a.cable.mu.Lock()
				for range tt.cuts {
					a.cable.cuts = append(a.cable.cuts, 10_000+random.Int64N(6<<20))
				}
				a.cable.mu.Unlock()
				q := a.queue(t)
				q.SetStreams(tt.count, tt.least, wire.BlockSize)
				done(t, q, job)
				wantBoth(t, a, job, data)
				a.cable.mu.Lock()
				cut := int64(tt.cuts - len(a.cable.cuts))
				a.cable.mu.Unlock()
				// A hundredth for TLS and frames, and a little for each login.
				up, down, _ := a.cable.loaded(0)
				if again := up + down - int64(len(data)) - int64(len(data))/100; again > cut*(wire.BlockSize+20_000) {
					t.Errorf("%d bytes were carried again after %d cuts", again, cut)
				}
			})
		})
	}
}

// BenchmarkStreams tells how fast files move on a line with a round trip of 50 ms,
// with fixed numbers of streams per file. "shared" passes 200 Mbit/s in all, "each"
// so much per connection, as a line does that loses packets or whose window is full.
func BenchmarkStreams(b *testing.B) {
	const mbit200 = 25_000_000
	lines := []struct {
		name string
		set  func(*linetest.Line)
	}{
		{"shared", func(l *linetest.Line) { l.Delay(25 * time.Millisecond); l.Total(mbit200) }},
		{"each", func(l *linetest.Line) { l.Delay(25 * time.Millisecond); l.Rate(mbit200) }},
		{"loopback", nil},
	}
	for _, line := range lines {
		for _, files := range []int{1, 3} {
			for _, direction := range []transfer.Direction{transfer.Upload, transfer.Download} {
				for count := 1; count <= 4; count++ {
					name := fmt.Sprintf("%s/files=%d/upload=%t/streams=%d", line.name, files, direction == transfer.Upload, count)
					b.Run(name, func(b *testing.B) { benchmarkStreams(b, line.set, files, direction, count) })
				}
			}
		}
	}
}

func benchmarkStreams(b *testing.B, set func(*linetest.Line), files int, direction transfer.Direction, count int) {
	b.Helper()
	const size = 128 << 20
	server := daemontest.Start(b)
	a := &account{daemon: server, cable: &cable{addr: server.Addr}}
	a.register(b)
	if set != nil {
		line := linetest.Start(b, server.Addr)
		set(line)
		a.cable.addr = line.Addr
	}
	data, dir := content(size), b.TempDir()
	var jobs []transfer.Job
	var arrives []string
	for i := range files {
		name := fmt.Sprint("f", i)
		here, there := filepath.Join(dir, name), filepath.Join(server.Dir, "drives", "ann", name)
		from, to := there, here
		if direction == transfer.Upload {
			from, to = here, there
		}
		write(b, from, data)
		arrives = append(arrives, to)
		jobs = append(jobs, transfer.Job{Direction: direction, Local: here, Remote: wire.Path("/" + name), IfExists: transfer.StartOver})
	}
	for b.Loop() {
		q := transfer.New(transfer.Options{Dial: a.dial, Origin: "ann"})
		q.SetStreams(count, 64<<20, transfer.StreamSegment)
		q.Add(jobs...)
		if err := errors.Join(q.Wait(b.Context()), q.Close()); err != nil {
			b.Fatal(err)
		}
		for _, path := range arrives {
			if err := os.Remove(path); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(size*files)*float64(b.N)/1e6/b.Elapsed().Seconds(), "MB/s")
	b.ReportMetric(0, "ns/op")
}
