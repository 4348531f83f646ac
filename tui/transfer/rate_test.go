package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// The limit is that of all transfers together, and changes while they wait.
func TestRateHoldsBothWays(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	data := random(40 * rateStep)
	m.set("/down", data)
	source := filepath.Join(folder, "source")
	write(t, source, data)
	q := start(t, m, func(o *Options) { o.Rate = 1 })
	ids := q.Add(
		Job{Local: filepath.Join(folder, "target"), Remote: "/down"},
		Job{Direction: Upload, Local: source, Remote: "/up"},
	)
	held := func() (n int) {
		q.mu.Lock()
		defer q.mu.Unlock()
		for _, id := range ids {
			n += int(q.byID[id].progress.held.Load())
		}
		return n
	}
	deadline := time.After(30 * time.Second)
	for held() < 2 {
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			t.Fatal("nothing is held")
		}
	}
	for _, tr := range q.Snapshot().Transfers {
		if tr.State != Active || tr.Stall != NotStalled || tr.Done == tr.Size {
			t.Errorf("transfer is %+v", tr)
		}
	}
	q.SetRate(0)
	for _, tr := range settle(t, q).Transfers {
		wantState(t, tr, Done)
	}
	wantFile(t, filepath.Join(folder, "target"), data)
	if !bytes.Equal(m.content("/up"), data) {
		t.Error("the upload is another")
	}
}

type heardAt struct{ time.Time }

func (h heardAt) Heard() time.Time { return h.Time }

type someServer struct {
	Server
	heardAt
}

func TestStall(t *testing.T) {
	now := time.Now()
	ago := func(d time.Duration) int64 { return now.Add(-d).UnixNano() }
	tests := []struct {
		name  string
		set   func(p *progress)
		heard time.Duration // ago
		want  Stall
	}{
		{"it moves", func(p *progress) { p.lastByte.Store(ago(time.Second)) }, 0, NotStalled},
		{"it has just begun", func(p *progress) { p.entered.Store(ago(time.Second)) }, 0, NotStalled},
		{"it is comparing", func(p *progress) { p.phase.Store(int64(Comparing)) }, 0, NotStalled},
		{"the server answers", func(*progress) {}, 2 * time.Second, StalledServer},
		{"the server is silent", func(*progress) {}, 8 * time.Second, StalledNetwork},
		{"the disk is slow", func(p *progress) { p.inDisk.Store(1); p.diskSince.Store(ago(4 * time.Second)) }, 0, StalledDisk},
		{"the disk works", func(p *progress) { p.inDisk.Store(1); p.diskSince.Store(ago(0)) }, 0, StalledServer},
		{"the disk is slow to make it durable", func(p *progress) {
			p.phase.Store(int64(Committing))
			p.inDisk.Store(1)
			p.diskSince.Store(ago(4 * time.Second))
		}, 0, StalledDisk},
		{"the server makes it durable", func(p *progress) { p.phase.Store(int64(Committing)) }, 0, NotStalled},
		{"the user wants it slow", func(p *progress) { p.held.Store(1) }, 0, NotStalled},
		{"the user wanted it slow", func(p *progress) { p.released.Store(ago(time.Second)) }, 0, NotStalled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := new(progress)
			p.phase.Store(int64(Moving))
			p.entered.Store(ago(time.Hour))
			p.lastByte.Store(ago(4 * time.Second))
			done := p.use(someServer{heardAt: heardAt{now.Add(-tt.heard)}})
			tt.set(p)
			if got := p.stall(now); got != tt.want {
				t.Errorf("stall is %d, want %d", got, tt.want)
			}
			done()
			if len(p.servers) != 0 {
				t.Error("the connection is still noted")
			}
		})
	}
}

// Where there is a limit, a frame of a body moves in small steps, each counted
// by itself: else a slow transfer stood still and jumped.
func TestPacedInSteps(t *testing.T) {
	body := random(10*rateStep + 1)
	for _, limit := range []int64{0, 1 << 50} {
		p := &progress{limit: newLimiter(limit), moved: new(atomic.Int64)}
		var got bytes.Buffer
		most := 0
		n, err := p.paced(t.Context(), body, func(b []byte) (int, error) {
			most = max(most, len(b))
			return got.Write(b)
		})
		want := len(body)
		if limit > 0 {
			want = rateStep
		}
		if n != len(body) || err != nil || most != want || !bytes.Equal(got.Bytes(), body) {
			t.Errorf("limit %d: %d of %d bytes passed, at most %d at once, %v", limit, n, len(body), most, err)
		}
	}
	p := &progress{limit: newLimiter(1 << 50)}
	if n, err := p.paced(t.Context(), body, func([]byte) (int, error) { return 1, nil }); n != 1 || !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a short write is %d, %v", n, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if n, err := p.paced(ended, body, func(b []byte) (int, error) { return len(b), nil }); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context passes %d, %v", n, err)
	}
}

// What is read to be sent is read in such steps as well.
func TestReadInSteps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	body := random(3*rateStep + 1)
	write(t, path, body)
	src, err := openSource(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	p := &progress{limit: newLimiter(1 << 50), moved: new(atomic.Int64)}
	var steps []int
	w := &watched{
		ctx: t.Context(), source: src, hasher: digest.From(0), end: src.size(), count: p,
		moved: func(n int) { steps = append(steps, n) },
	}
	got := make([]byte, 0, len(body))
	for buffer := make([]byte, wire.ChunkSize); ; {
		n, err := w.Read(buffer)
		if got = append(got, buffer[:n]...); err != nil {
			break
		}
	}
	if want := []int{rateStep, rateStep, rateStep, 1}; !slices.Equal(steps, want) || !bytes.Equal(got, body) {
		t.Errorf("it was read in steps of %d, want %d", steps, want)
	}
}
