package transfer

import (
	"path/filepath"
	"testing"
)

// Find returns what is at work on a job, of several the one added or retried
// last.
func TestFind(t *testing.T) {
	job := Job{Local: filepath.Join(t.TempDir(), "f"), Remote: "/f"}
	q := start(t, newMemory(), func(o *Options) { o.Dial = noDial })
	wantFound := func(step string, want ID) {
		t.Helper()
		again := job
		again.IfExists = Skip
		if got, ok := q.Find(again); got.ID != want || ok != (want != 0) {
			t.Errorf("%s: found %d (%v), want %d", step, got.ID, ok, want)
		}
	}
	wantFound("nothing was added", 0)
	first := q.Add(job)[0]
	wantFound("added", first)
	second := q.Add(job)[0]
	wantFound("added again", second)
	q.Cancel(second)
	wantFound("cancelled", 0)
	q.Retry(first)
	q.Cancel(first)
	q.Retry(first)
	wantFound("retried", first)
	q.Cancel(first)
	q.ClearFinished()
	wantFound("cleared", 0)
}
