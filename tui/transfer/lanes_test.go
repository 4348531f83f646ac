package transfer_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"wangpan/tui/transfer"
	"wangpan/wire"
)

// lanes is a way to a daemon on which each connection is as slow as on a long
// fat link, and one that has the file there, or the source here.
func lanes(tb testing.TB, direction transfer.Direction, size int, speed rate.Limit) (*account, transfer.Job, []byte) {
	tb.Helper()
	a, data := newAccount(tb), content(size)
	a.cable.mu.Lock()
	a.cable.speed = speed
	a.cable.mu.Unlock()
	job := transfer.Job{Direction: direction, Local: filepath.Join(tb.TempDir(), "f"), Remote: "/f", IfExists: transfer.StartOver}
	if direction == transfer.Upload {
		write(tb, job.Local, data)
	} else {
		write(tb, a.there(), data)
	}
	return a, job, data
}

func (a *account) there() string { return filepath.Join(a.daemon.Dir, "drives", "ann", "f") }

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
	wantFile(t, a.there(), data)
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

// A transfer takes further connections while each makes it faster.
func TestLanesAreTaken(t *testing.T) {
	both(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a, job, data := lanes(t, direction, 32<<20+5, 8<<20)
		q := a.queue(t)
		q.SetLanes(4<<20, wire.BlockSize, 30*time.Millisecond)
		done(t, q, job)
		wantBoth(t, a, job, data)
		if up, down, busy := a.cable.loaded(2 << 20); busy < 3 || up+down > int64(len(data))*11/10 {
			t.Errorf("%d connections carried %d bytes for %d", busy, up+down, len(data))
		}
	})
}

// inLanes lets q take lanes for a job and returns when three are at work.
func inLanes(tb testing.TB, a *account, q *transfer.Queue, job transfer.Job) transfer.ID {
	tb.Helper()
	q.SetLanes(4<<20, wire.BlockSize, 30*time.Millisecond)
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
func TestLanesAreLost(t *testing.T) {
	both(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a, job, data := lanes(t, direction, 40<<20+5, 8<<20)
		q := a.queue(t)
		inLanes(t, a, q, job)
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

// Another transfer gets its place at once, though lanes have all of them.
func TestLanesGiveWay(t *testing.T) {
	both(t, func(t *testing.T, direction transfer.Direction) {
		t.Helper()
		a, job, data := lanes(t, direction, 40<<20+5, 8<<20)
		q := a.queue(t)
		bigID := inLanes(t, a, q, job)
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

// A program that is killed in the middle loses a MiB and a bit a lane, and the
// partial that it leaves has holes.
func TestKilledLanesResume(t *testing.T) {
	a, job, data := lanes(t, transfer.Download, 40<<20+5, 8<<20)
	q := a.queue(t)
	inLanes(t, a, q, job)
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
		t.Errorf("%d of %d bytes are lost, of %d lanes; question is %+v", lost, done1, busy, tr.Question)
	}
	a.cable.release()
	q.Answer(tr.ID, transfer.AnswerResume, false)
	s := settle(t, q)
	if tr := s.Transfers[0]; tr.State != transfer.Done || s.Moved+tr.Resumed != int64(len(data)) {
		t.Errorf("%d bytes moved; transfer is %+v", s.Moved, tr)
	}
	wantFile(t, killed, data)
}

// A program that ends while lanes send leaves an upload with holes; the next
// one sends what is not there.
func TestEndedUploadLanesResume(t *testing.T) {
	a, job, data := lanes(t, transfer.Upload, 40<<20+5, 8<<20)
	q := a.queue(t)
	inLanes(t, a, q, job)
	waitFor(t, func() bool { return q.Snapshot().Transfers[0].Done > 16<<20 })
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	sent, _, lanes := a.cable.loaded(0)
	a.cable.release()
	q = a.queue(t)
	job.IfExists = transfer.Ask
	q.Add(job)
	tr := settle(t, q).Transfers[0]
	if tr.State != transfer.Asking || !tr.Question.Whole || tr.Question.Saves < sent-int64(lanes)*wire.BlockSize {
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
// time, in one lane or in many.
func TestCutsCostABlockAtMost(t *testing.T) {
	tests := []struct {
		name  string
		least int64 // of SetLanes
		cuts  int
		speed rate.Limit
	}{
		{"one lane", 1 << 40, 8, 0},
		{"hands", 0, 8, 0},
		{"lanes", 0, 12, 16 << 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			both(t, func(t *testing.T, direction transfer.Direction) {
				t.Helper()
				a, job, data := lanes(t, direction, 24<<20+5, tt.speed)
				random := rand.New(rand.NewPCG(7, uint64(direction)))
				a.cable.mu.Lock()
				for range tt.cuts {
					a.cable.cuts = append(a.cable.cuts, 10_000+random.Int64N(6<<20))
				}
				a.cable.mu.Unlock()
				q := a.queue(t)
				q.SetLanes(tt.least, wire.BlockSize, 10*time.Millisecond)
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

// BenchmarkLanes tells how many times faster a file moves with lanes than over
// one connection, on lines that are slow a connection and on loopback.
func BenchmarkLanes(b *testing.B) {
	for name, direction := range map[string]transfer.Direction{"download": transfer.Download, "upload": transfer.Upload} {
		for line, speed := range map[string]rate.Limit{"slow": 6 << 20, "loopback": 0} {
			b.Run(name+" "+line, func(b *testing.B) { benchmarkLanes(b, direction, speed) })
		}
	}
}

func benchmarkLanes(b *testing.B, direction transfer.Direction, speed rate.Limit) {
	b.Helper()
	const size = 256 << 20
	a, job, _ := lanes(b, direction, size, speed)
	var took [2]time.Duration
	for b.Loop() {
		for i, least := range []int64{1 << 40, 64 << 20} {
			q := a.queue(b)
			q.SetLanes(least, 16<<20, 500*time.Millisecond)
			begun := time.Now()
			done(b, q, job)
			took[i] += time.Since(begun)
			path := job.Local
			if direction == transfer.Upload {
				path = a.there()
			}
			if err := errors.Join(q.Close(), os.Remove(path)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(took[0])/float64(took[1]), "times-faster")
	b.ReportMetric(float64(size)*float64(b.N)/1e6/took[1].Seconds(), "MB/s")
	b.ReportMetric(0, "ns/op")
}
