package transfer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wangpan/wire"
)

func openJournal(t *testing.T, folder string) *Journal {
	t.Helper()
	j, err := OpenJournal(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

func withJournal(j *Journal) func(*Options) { return func(o *Options) { o.Journal = j } }

func remotes(list []Unfinished) (paths []string) {
	for _, u := range list {
		paths = append(paths, string(u.Job.Remote))
	}
	return paths
}

func wantUnfinished(t *testing.T, j *Journal, want ...string) []Unfinished {
	t.Helper()
	list := j.Unfinished(origin)
	if got := remotes(list); !slices.Equal(got, want) {
		t.Fatalf("unfinished are %q, want %q", got, want)
	}
	return list
}

// wantJournals checks how many files of which kind the folder holds.
func wantJournals(t *testing.T, folder string, whole, other int) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	got := 0
	for _, e := range entries {
		names = append(names, e.Name())
		if strings.HasSuffix(e.Name(), journalSuffix) {
			got++
		}
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v (%v)", e.Name(), info.Mode(), err)
		}
	}
	if got != whole || len(entries) != whole+other {
		t.Errorf("the folder holds %q, want %d journals and %d others", names, whole, other)
	}
}

// What a queue leaves is offered to the next one, and goes on without a
// question.
func TestJournalHandsOver(t *testing.T) {
	folder, target := filepath.Join(t.TempDir(), "state"), t.TempDir()
	m := newMemory()
	data := random(2_000_000)
	m.set("/f", data)
	m.set("/held", data)
	m.cutGet = []int64{1_000_000}
	odd := target + "/none\xff" // no valid UTF-8, as names may be on Unix
	j := openJournal(t, folder)
	q := start(t, m, withJournal(j), func(o *Options) { o.Dial = oneDial(m); o.Active = 1 })
	ids := q.Add(Job{Local: filepath.Join(target, "f"), Remote: "/f"}, Job{Local: filepath.Join(target, "held"), Remote: "/held"},
		Job{Direction: Upload, Local: odd, Remote: "/none", IfExists: KeepBoth})
	q.Pause(ids[1])
	q.Pause(ids[2])
	until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
	wantUnfinished(t, j) // all are this queue's
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	wantUnfinished(t, j, "/f", "/held", "/none")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	wantJournals(t, folder, 1, 0)

	j = openJournal(t, folder)
	wantJournals(t, folder, 1, 0)
	list := wantUnfinished(t, j, "/f", "/held", "/none")
	if u := list[0]; u.State != Queued || u.Size != 2_000_000 || u.Done != 1_000_000 || u.Stopped.Before(u.Added) {
		t.Errorf("unfinished is %+v", u)
	}
	if u := list[2]; u.Job != (Job{Direction: Upload, Local: odd, Remote: "/none", IfExists: KeepBoth}) {
		t.Errorf("unfinished is %+v", u)
	}
	if others := j.Unfinished("another"); len(others) != 0 {
		t.Errorf("another user is offered %+v", others)
	}
	q = start(t, m, withJournal(j))
	ids = q.Continue(list...)
	if again := q.Continue(list...); len(again) != 0 {
		t.Errorf("continued twice: %v", again)
	}
	s := settle(t, q)
	if got, want := states(s), []State{Done, Paused, Paused}; !slices.Equal(got, want) {
		t.Fatalf("states are %v, want %v", got, want)
	}
	if got, _ := m.moved(); got != 2_000_000 {
		t.Errorf("%d bytes moved", got)
	}
	wantFile(t, filepath.Join(target, "f"), data)
	q.Cancel(ids[2])
	q.Resume(ids[1])
	settle(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	wantUnfinished(t, j)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	wantJournals(t, folder, 0, 0)
}

// Two programs at a time have a journal each, and none gets what the other is
// at.
func TestTwoJournals(t *testing.T) {
	folder := t.TempDir()
	m := newMemory()
	job := func(name string) Job {
		return Job{Local: filepath.Join(folder, "x", name), Remote: wire.Path("/" + name)}
	}
	first, second := openJournal(t, folder), openJournal(t, folder)
	for i, j := range []*Journal{first, second} {
		q := start(t, m, withJournal(j), func(o *Options) { o.Dial = noDial })
		q.Add(job(fmt.Sprint(i)))
		if err := j.Sync(); err != nil {
			t.Fatal(err)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantJournals(t, folder, 2, 0)
	wantUnfinished(t, first, "/0")
	wantUnfinished(t, second, "/1")
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	third := openJournal(t, folder)
	wantUnfinished(t, third, "/1")
	wantUnfinished(t, first, "/0")
}

func noDial(context.Context) (Server, error) { return nil, errCut }

// What has ended leaves the journal; what failed stays until it is cancelled.
func TestJournalForgetsWhatEnded(t *testing.T) {
	folder, target := t.TempDir(), t.TempDir()
	m := newMemory()
	j := openJournal(t, folder)
	q := start(t, m, withJournal(j))
	list := jobs(t, m, 1200)
	q.Add(list...)
	q.Add(Job{Local: filepath.Join(target, "none"), Remote: "/none"})
	settle(t, q)
	if err := j.Sync(); err != nil {
		t.Fatal(err)
	}
	if n := j.file.lines; n > 2000 {
		t.Errorf("the journal of one has %d lines", n)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	u := wantUnfinished(t, j, "/none")
	if u[0].State != Failed {
		t.Errorf("unfinished is %+v", u[0])
	}
	q = start(t, m, withJournal(j))
	failed := q.Continue(u...)[0]
	settle(t, q)
	q.Cancel(failed)
	q.Retry(failed) // and it is there again
	settle(t, q)
	q.Cancel(failed)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	wantUnfinished(t, j)
}

// Dropping removes what was moved, and nothing of others.
func TestDrop(t *testing.T) {
	folder, target := t.TempDir(), t.TempDir()
	m := newMemory()
	data := random(2_000_000)
	m.set("/f", data)
	m.cutGet, m.cutPut = []int64{1_000_000}, []int64{1_000_000}
	source := filepath.Join(target, "source")
	write(t, source, data)
	m.staged["others"] = &memoryUpload{Upload: wire.Upload{Upload: "others", Path: "/up", Size: 5}}
	j := openJournal(t, folder)
	for _, job := range []Job{{Local: filepath.Join(target, "f"), Remote: "/f"}, {Direction: Upload, Local: source, Remote: "/up"}} {
		q := start(t, m, withJournal(j), func(o *Options) { o.Dial = oneDial(m) })
		q.Add(job)
		until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantOnly(t, target, "f.wangpan-part", "f.wangpan-part.json", "source")
	if n := m.uploadCount(); n != 2 {
		t.Fatalf("%d uploads are staged", n)
	}
	q := start(t, m, withJournal(j))
	list := wantUnfinished(t, j, "/f", "/up")
	q.Drop(list...)
	wantUnfinished(t, j)
	deadline := time.Now().Add(30 * time.Second)
	for m.uploadCount() > 1 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond) // there is nobody to tell
	}
	wantOnly(t, target, "source")
	if m.staged["others"] == nil {
		t.Error("another's upload was discarded")
	}
}

// The end of a journal may be torn; one that is damaged is set aside, and what
// can be read of it is kept.
func TestDamagedJournals(t *testing.T) {
	folder := t.TempDir()
	j := openJournal(t, folder)
	q := start(t, newMemory(), withJournal(j), func(o *Options) { o.Dial = noDial })
	for i := range 3 {
		q.Add(Job{Local: filepath.Join(folder, "x"), Remote: wire.Path(fmt.Sprintf("/%d", i))})
		if err := j.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	path := j.file.path
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	tests := []struct {
		name    string
		content []byte
		aside   int
		want    []string
	}{
		{"whole", whole, 0, []string{"/0", "/1", "/2"}},
		{"torn", whole[:len(whole)-5], 0, []string{"/0", "/1"}},
		{"empty", nil, 0, nil},
		{"torn in the first line", whole[:5], 0, nil},
		{"a line of rubbish", join(lines[0], lines[1], []byte("rubbish\x00\xff\n"), lines[2]), 1, []string{"/0", "/1"}},
		{"an endless line", join(lines[0], lines[1], bytes.Repeat([]byte("x"), 300_000), []byte("\n"), lines[2]), 1, []string{"/0", "/1"}},
		{"no header", join(lines[1], lines[2]), 1, []string{"/1"}},
		{"a relative path", join(lines[0], bytes.Replace(lines[1], []byte(`"local":"/`), []byte(`"local":"`), 1), lines[2]), 1, []string{"/1"}},
		{"a bad remote path", join(lines[0], bytes.Replace(lines[1], []byte(`"remote":"/`), []byte(`"remote":"/../`), 1), lines[2]), 1, []string{"/1"}},
		{"a negative size", join(lines[0], bytes.Replace(lines[1], []byte(`"state"`), []byte(`"size":-1,"state"`), 1), lines[2]), 1, []string{"/1"}},
		{"an unknown word", join(lines[0], bytes.Replace(lines[1], []byte(`"ask"`), []byte(`"eat"`), 1), lines[2]), 1, []string{"/1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			write(t, filepath.Join(folder, "a.journal"), tt.content)
			write(t, filepath.Join(folder, "b.journal.new"), whole) // its program was killed
			j := openJournal(t, folder)
			wantUnfinished(t, j, tt.want...)
			wantJournals(t, folder, 1, tt.aside)
			if tt.aside > 0 {
				wantFile(t, filepath.Join(folder, "a.journal.damaged"), tt.content)
			}
		})
	}
	t.Run("of a newer program", func(t *testing.T) {
		folder := t.TempDir()
		write(t, filepath.Join(folder, "a.journal"), []byte(`{"format":2}`+"\n"+"who knows\n"))
		wantUnfinished(t, openJournal(t, folder))
		wantOnly(t, folder, "a.journal")
	})
	t.Run("replaced", func(t *testing.T) {
		folder := t.TempDir()
		write(t, filepath.Join(folder, "a.journal"), whole)
		write(t, filepath.Join(folder, "b.journal"), join([]byte(`{"format":1,"replaces":["a.journal"]}`+"\n"), lines[3]))
		wantUnfinished(t, openJournal(t, folder), "/2")
		wantJournals(t, folder, 1, 0)
	})
}

// A disk that takes nothing keeps no transfer from moving, and once it does
// again the journal is whole.
func TestJournalThatCannotBeWritten(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	m := newMemory()
	j := openJournal(t, folder)
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	q := start(t, m, withJournal(j))
	q.Add(jobs(t, m, 3)...)
	if s := settle(t, q); s.Counts[Done] != 3 {
		t.Fatalf("counts are %v", s.Counts)
	}
	if err := j.Sync(); err == nil {
		t.Error("it says that it was written")
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	failed := q.Add(Job{Local: filepath.Join(folder, "none"), Remote: "/none"})[0]
	wantState(t, find(t, settle(t, q), failed), Failed)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	wantUnfinished(t, j, "/none")
	wantJournals(t, folder, 1, 0)
}

func FuzzParseJournal(f *testing.F) {
	f.Add([]byte(`{"format":1}` + "\n" + `{"set":{"key":"k","direction":"upload","local":"/a","remote":"/b","if_exists":"ask","state":"queued"}}` + "\n"))
	f.Add([]byte(`{"format":1}` + "\n" + `{"note":{"key":"k"}}` + "\n" + `{"end":"k"}` + "\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, entries, _ := parseJournal(bytes.NewReader(b))
		for key, facts := range entries {
			if facts.Key != key || !facts.check() {
				t.Errorf("entry %q is %+v", key, facts)
			}
			_ = facts.job()
		}
	})
}
