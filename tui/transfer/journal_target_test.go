package transfer

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// Each target has one entry, whoever began its transfer: a later transfer takes
// over the entry of an earlier run.
func TestJournalHasOneEntryPerTarget(t *testing.T) {
	dir := t.TempDir()
	down := Job{Local: filepath.Join(dir, "f"), Remote: "/f"}
	up := Job{Direction: Upload, Local: filepath.Join(dir, "f"), Remote: "/f"}
	with := func(job Job, change func(*Job)) Job { change(&job); return job }
	tests := []struct {
		name          string
		earlier, then Job
		want          int
	}{
		{"the same download", down, down, 1},
		{"the same upload", up, up, 1},
		{"another policy", down, with(down, func(j *Job) { j.IfExists = KeepBoth }), 1},
		{"another target", down, with(down, func(j *Job) { j.Local += "2" }), 2},
		{"another source", up, with(up, func(j *Job) { j.Local += "2" }), 2},
		{"another remote file", down, with(down, func(j *Job) { j.Remote = "/g" }), 2},
		{"the other direction", down, up, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			leave := func(job Job) { // as a program that is quit does
				j := openJournal(t, folder)
				q := start(t, newMemory(), withJournal(j), func(o *Options) { o.Dial = noDial })
				q.Add(job)
				if err := errors.Join(j.Sync(), q.Close(), j.Close()); err != nil {
					t.Fatal(err)
				}
			}
			leave(tt.earlier)
			leave(tt.then)
			j := openJournal(t, folder)
			list := j.Unfinished(origin)
			if len(list) != tt.want || list[len(list)-1].Job != tt.then {
				t.Errorf("unfinished are %+v, want %d", list, tt.want)
			}
		})
	}
}

// An entry that is taken over keeps what the earlier transfer had moved, and is
// not offered while the new one is open. It ends with the last transfer of its
// target.
func TestJournalEntryIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	job := Job{Local: filepath.Join(dir, "f"), Remote: "/f"}
	j := openJournal(t, t.TempDir())
	first := start(t, newMemory(), withJournal(j), func(o *Options) { o.Dial = noDial })
	first.Add(job)
	if err := errors.Join(j.Sync(), first.Close()); err != nil {
		t.Fatal(err)
	}
	left := wantUnfinished(t, j, "/f")
	j.note(left[0].entry, Queued, 100, 40)

	q := start(t, newMemory(), withJournal(j), func(o *Options) { o.Dial = noDial })
	ids := q.Add(job, job)
	wantUnfinished(t, j)
	if again := q.Continue(left...); len(again) != 0 {
		t.Errorf("the earlier entry is continued beside the new transfer: %v", again)
	}
	q.Drop(left...)
	q.Cancel(ids[0])
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if u := wantUnfinished(t, j, "/f")[0]; u.Size != 100 || u.Done != 40 || !u.Added.Equal(left[0].Added) {
		t.Errorf("unfinished is %+v", u)
	}
	q = start(t, newMemory(), withJournal(j), func(o *Options) { o.Dial = noDial })
	q.Cancel(q.Add(job)[0])
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	wantUnfinished(t, j)
}

// Two programs at once may leave entries for one target. Whoever opens the
// journals next has one, the latest.
func TestDuplicateEntriesAreMerged(t *testing.T) {
	folder, dir := t.TempDir(), t.TempDir()
	at := time.Now().UTC()
	for i := range 3 {
		facts := factsOfJob(Job{Local: filepath.Join(dir, "f"), Remote: "/f"})
		facts.Key, facts.Origin, facts.Added, facts.At = entryKey(fmt.Sprint("k", i)), origin, at.Add(time.Duration(i)), at
		facts.Done, facts.Size = int64(10*i), 100
		if i == 1 {
			facts.At = at.Add(time.Hour)
		}
		file, err := newJournalFile(folder, nil, []entryFacts{facts})
		if err != nil {
			t.Fatal(err)
		}
		if err := file.f.Close(); err != nil { // its program has ended
			t.Fatal(err)
		}
	}
	for range 2 {
		j := openJournal(t, folder)
		if u := wantUnfinished(t, j, "/f")[0]; u.Done != 10 || !u.Added.Equal(at) {
			t.Errorf("unfinished is %+v", u)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		wantJournals(t, folder, 1, 0)
	}
}
