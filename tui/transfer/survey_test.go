package transfer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wangpan/wire"
)

// leavePartial writes a partial of ours and its record.
func leavePartial(t *testing.T, target string, n int, h header, bytes int) string {
	t.Helper()
	path := partialPath(target, n)
	h.Format, h.Version, h.ModTime = recordFormat, "v", time.Unix(1_000_000, 0)
	h.Name = filepath.Base(target)
	if h.Size == 0 {
		h.Size = 1000
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, path, make([]byte, bytes))
	record, _, err := writeRecord(recordPath(path), &h, startOf(h.Size, int64(bytes), nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := record.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every partial of ours in the folders is found, and nothing else.
func TestSurveyFindsPartials(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, filepath.FromSlash(name)) }
	ours := func(path wire.Path) header { return header{Origin: origin, Path: path} }
	leavePartial(t, at("a"), 1, ours("/a"), 100)
	leavePartial(t, at("a"), 2, ours("/a"), 300)
	leavePartial(t, at("a"), 3, ours("/other/a"), 5)
	leavePartial(t, at("b (2)"), 1, ours("/b"), 7)
	leavePartial(t, at("deep/c"), 1, ours("/c"), 9)
	leavePartial(t, at("d"), 1, header{Origin: "another", Path: "/d"}, 11)
	evil := leavePartial(t, at("e"), 1, ours("/e"), 13)
	for _, moved := range []string{"", recordSuffix} { // the record names another target
		if err := os.Rename(evil+moved, at("f"+partialSuffix+moved)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, at("g"+partialSuffix), []byte("without a record"))
	if err := os.Symlink(folder, at("link")); err != nil {
		t.Skip(err)
	}
	empty := t.TempDir()
	gone := filepath.Join(empty, "gone")
	tests := []struct {
		name    string
		folders []Folder
		want    []string // targets, and how many partials of how much
		clean   []Folder
	}{
		{"one folder", []Folder{{folder, false}}, []string{"a /a 2 300", "a /other/a 1 5", "b (2) /b 1 7"}, nil},
		{"twice", []Folder{{folder, false}, {folder, false}, {at("deep"), false}}, []string{"a /a 2 300", "a /other/a 1 5", "b (2) /b 1 7", "c /c 1 9"}, nil},
		{"with all below", []Folder{{folder, true}, {folder, false}}, []string{"a /a 2 300", "a /other/a 1 5", "b (2) /b 1 7", "c /c 1 9"}, nil},
		{"a link", []Folder{{at("link"), false}}, []string{"a /a 2 300", "a /other/a 1 5", "b (2) /b 1 7"}, nil},
		{"none", []Folder{{empty, true}, {gone, false}}, nil, []Folder{{empty, true}, {gone, false}}},
	}
	q := start(t, newMemory())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := q.Survey(t.Context(), tt.folders)
			var names []string
			for _, u := range got.Unfinished {
				names = append(names, fmt.Sprint(filepath.Base(u.Job.Local), " ", u.Job.Remote, " ", len(u.Partials), " ", u.Done))
				if u.Size != 1000 || u.InUse {
					t.Errorf("found %+v", u)
				}
			}
			slices.Sort(names)
			if !slices.Equal(names, tt.want) || !slices.Equal(got.Clean, tt.clean) {
				t.Errorf("found %q, and %v are clean; want %q and %v", names, got.Clean, tt.want, tt.clean)
			}
		})
	}
	all := FindDownloads(t.Context(), []Folder{{folder, true}})
	if len(all.Unfinished) != 5 {
		t.Errorf("of all origins are %+v", all.Unfinished)
	}
}

// A partial belongs to the entry of the journal, or to the transfer of the
// queue, that it is of.
func TestSurveyMatchesTheJournal(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	ours := func(path wire.Path) header { return header{Origin: origin, Path: path} }
	leavePartial(t, at("file"), 1, ours("/file"), 100)
	leavePartial(t, at("file (2)"), 1, ours("/file"), 50)
	leavePartial(t, at("folder/x/y"), 1, ours("/folder/x/y"), 9)
	leavePartial(t, at("open"), 1, ours("/open"), 5)
	leavePartial(t, at("orphan"), 1, ours("/orphan"), 3)
	locked := leavePartial(t, at("locked"), 1, ours("/locked"), 2)
	f, err := openLocked(locked)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()

	j := openJournal(t, t.TempDir())
	earlier := start(t, newMemory(), withJournal(j), func(o *Options) { o.Dial = noDial })
	earlier.Add(Job{Local: at("file"), Remote: "/file"}, Job{Local: at("folder"), Remote: "/folder", Folder: true},
		Job{Local: at("nothing"), Remote: "/nothing"})
	if err := earlier.Close(); err != nil {
		t.Fatal(err)
	}
	q := start(t, newMemory(), withJournal(j), func(o *Options) { o.Dial = noDial })
	q.Add(Job{Local: at("open"), Remote: "/open"})
	got := q.Survey(t.Context(), nil)
	want := []string{"/file 2 100 false", "/folder 1 0 false", "/nothing 0 0 false", "/locked 1 2 true", "/orphan 1 3 false"}
	var found []string
	for _, u := range got.Unfinished {
		found = append(found, fmt.Sprint(u.Job.Remote, " ", len(u.Partials), " ", u.Done, " ", u.InUse))
	}
	slices.Sort(found[3:])
	if !slices.Equal(found, want) {
		t.Errorf("unfinished are %q, want %q", found, want)
	}
}

// What Skip has left is found, and can be resumed or discarded.
func TestOrphanIsResumedAndDiscarded(t *testing.T) {
	for _, discard := range []bool{false, true} {
		t.Run(fmt.Sprint("discard ", discard), func(t *testing.T) {
			dir := t.TempDir()
			m := newMemory()
			data := random(2_000_000)
			m.set("/f", data)
			m.cutGet = []int64{1_000_000}
			job := Job{Local: filepath.Join(dir, "f"), Remote: "/f"}
			var wrote []Folder
			j := openJournal(t, t.TempDir())
			options := func(o *Options) {
				o.Journal, o.Dial, o.Wrote = j, oneDial(m), func(f Folder) error { wrote = append(wrote, f); return nil }
			}
			q := start(t, m, options)
			id := q.Add(job)[0]
			until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
			q.Cancel(id)
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			if want := []Folder{{dir, false}}; !slices.Equal(wrote, want) {
				t.Fatalf("wrote to %v, want %v", wrote, want)
			}

			q = start(t, m, withJournal(j))
			id = q.Add(job)[0]
			settle(t, q)
			q.Answer(id, AnswerSkip, false)
			wantState(t, find(t, settle(t, q), id), Done)
			found := q.Survey(t.Context(), wrote).Unfinished
			if len(found) != 1 || found[0].Done != 1_000_000 || found[0].Job != job {
				t.Fatalf("found %+v", found)
			}
			if discard {
				q.Drop(found...)
				if err := q.Close(); err != nil {
					t.Fatal(err)
				}
				wantOnly(t, dir)
				return
			}
			before, _ := m.moved()
			id = q.Continue(found...)[0]
			wantState(t, find(t, settle(t, q), id), Done)
			wantFile(t, job.Local, data)
			if after, _ := m.moved(); after-before != 1_000_000 {
				t.Errorf("%d bytes moved", after-before)
			}
			wantOnly(t, dir, "f")
		})
	}
}
