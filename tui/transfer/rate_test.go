package transfer

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"
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
