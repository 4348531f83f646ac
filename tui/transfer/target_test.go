package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/wire"
)

func TestBadTargets(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, folder string) string // the target
		want error
	}{
		{"the folder is missing", func(_ *testing.T, folder string) string {
			return filepath.Join(folder, "no", "f")
		}, ErrTargetFolder},
		{"the folder is a file", func(t *testing.T, folder string) string {
			t.Helper()
			write(t, filepath.Join(folder, "x"), nil)
			return filepath.Join(folder, "x", "f")
		}, ErrTargetFolder},
		{"the target is a folder", func(t *testing.T, folder string) string {
			t.Helper()
			if err := os.Mkdir(filepath.Join(folder, "f"), 0o700); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(folder, "f")
		}, ErrIsFolder},
		{"the target is a link", func(t *testing.T, folder string) string {
			t.Helper()
			if err := os.Symlink("elsewhere", filepath.Join(folder, "f")); err != nil {
				t.Skip("no links here: ", err)
			}
			return filepath.Join(folder, "f")
		}, ErrNotRegular},
		{"the folder is not ours to write", func(t *testing.T, folder string) string {
			t.Helper()
			if os.Getuid() == 0 {
				t.Skip("root may write everywhere")
			}
			if err := os.Chmod(folder, 0o500); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
			return filepath.Join(folder, "f")
		}, ErrTargetFolder},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, folder := newMemory(), t.TempDir()
			m.set("/f", random(100))
			target := tt.make(t, folder)
			before, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			tr := run(t, start(t, m), Job{Local: target, Remote: "/f", IfExists: StartOver})
			wantState(t, tr, Failed)
			if !errors.Is(tr.Err, tt.want) {
				t.Errorf("error is %v, want %v", tr.Err, tt.want)
			}
			after, err := os.ReadDir(folder)
			if err != nil || len(after) != len(before) {
				t.Errorf("%d names were %d (%v)", len(after), len(before), err)
			}
			if got, _ := m.moved(); got != 0 {
				t.Errorf("%d bytes moved", got)
			}
		})
	}
}

func TestRemoteIsNoFile(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.files["/folder"] = &memoryFile{isDir: true}
	write(t, filepath.Join(folder, "f"), []byte("x"))
	q := start(t, m)
	tests := []struct {
		name string
		job  Job
		want error
	}{
		{"download a folder", Job{Local: filepath.Join(folder, "g"), Remote: "/folder"}, ErrIsFolder},
		{"download nothing", Job{Local: filepath.Join(folder, "g"), Remote: "/nothing"}, wire.NotFound},
		{"download no path", Job{Local: filepath.Join(folder, "g"), Remote: "a/../b"}, wire.Invalid},
		{"upload over a folder", Job{Direction: Upload, Local: filepath.Join(folder, "f"), Remote: "/folder"}, ErrIsFolder},
		{"upload to no path", Job{Direction: Upload, Local: filepath.Join(folder, "f"), Remote: ""}, wire.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := run(t, q, tt.job)
			wantState(t, tr, Failed)
			if !errors.Is(tr.Err, tt.want) {
				t.Errorf("error is %v, want %v", tr.Err, tt.want)
			}
		})
	}
	wantOnly(t, folder, "f")
}

// A file that appears under the name while the download runs is not touched.
func TestTargetAppearsMeanwhile(t *testing.T) {
	data := random(5000)
	m, folder := newMemory(), t.TempDir()
	m.set("/f", data)
	target := filepath.Join(folder, "f")
	m.before = func(request string) {
		if request == "get" {
			write(t, target, []byte("mine"))
		}
	}
	q := start(t, m)
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	wantState(t, tr, Asking)
	wantFile(t, target, []byte("mine"))
	if tr.Question.Partial || !tr.Question.Exists {
		t.Errorf("question is %+v", tr.Question)
	}
	q.Answer(tr.ID, AnswerKeepBoth, false)
	tr = find(t, settle(t, q), tr.ID)
	wantState(t, tr, Done)
	wantFile(t, filepath.Join(folder, "f (2)"), data)
	wantOnly(t, folder, "f", "f (2)")
	if got, _ := m.moved(); got != 5000 {
		t.Errorf("%d bytes moved: the complete partial was not used", got)
	}
}

// The file that was to be replaced is another one by the time: ask again.
func TestReplacedTargetChangesMeanwhile(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.set("/f", random(5000))
	target := filepath.Join(folder, "f")
	write(t, target, []byte("old"))
	change := once(func() { write(t, target, []byte("precious")) })
	m.before = func(request string) {
		if request == "get" {
			change()
		}
	}
	q := start(t, m)
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	q.Answer(tr.ID, AnswerStartOver, false)
	wantState(t, find(t, settle(t, q), tr.ID), Asking)
	wantFile(t, target, []byte("precious"))
}

// Many downloads race for one name, and every one of them gets a whole file.
func TestKeepBothRaces(t *testing.T) {
	const n = 8
	m, folder := newMemory(), t.TempDir()
	q := start(t, m, func(o *Options) { o.Active = n })
	var jobs []Job
	want := make(map[string]bool)
	for i := range n {
		content := random(3000 + i)
		want[string(content)] = true
		path := wire.Path(fmt.Sprintf("/%d", i))
		m.set(path, content)
		jobs = append(jobs, Job{Local: filepath.Join(folder, "same.tar.gz"), Remote: path, IfExists: KeepBoth})
	}
	q.Add(jobs...)
	s := settle(t, q)
	if s.Counts[Done] != n {
		t.Fatalf("counts are %v: %+v", s.Counts, s.Transfers)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil || !want[string(content)] {
			t.Errorf("%s is not one of the files (%v)", e.Name(), err)
		}
		delete(want, string(content))
		if !strings.HasSuffix(e.Name(), ".tar.gz") {
			t.Errorf("%s is left over", e.Name())
		}
	}
	if len(want) != 0 {
		t.Errorf("%d files are missing", len(want))
	}
}

// The same job twice at once: one of them finds what the other has done, or is
// told that somebody is at it; nothing is mixed.
func TestSameJobTwice(t *testing.T) {
	data := random(wire.BlockSize)
	for range 10 {
		m, folder := newMemory(), t.TempDir()
		m.set("/f", data)
		target := filepath.Join(folder, "f")
		q := start(t, m)
		q.Add(Job{Local: target, Remote: "/f", IfExists: Resume}, Job{Local: target, Remote: "/f", IfExists: Resume})
		s := settle(t, q)
		for _, tr := range s.Transfers {
			if tr.State != Done && !errors.Is(tr.Err, ErrInUse) {
				t.Fatalf("state %d, error %v", tr.State, tr.Err)
			}
		}
		wantFile(t, target, data)
	}
}

func TestUploadKeepBothRaces(t *testing.T) {
	const n = 8
	m, folder := newMemory(), t.TempDir()
	m.set("/same.txt", []byte("first"))
	q := start(t, m, func(o *Options) { o.Active = n })
	want := map[string]bool{"first": true}
	for i := range n {
		content := random(3000 + i)
		want[string(content)] = true
		source := filepath.Join(folder, fmt.Sprint(i))
		write(t, source, content)
		q.Add(Job{Direction: Upload, Local: source, Remote: "/same.txt", IfExists: KeepBoth})
	}
	s := settle(t, q)
	if s.Counts[Done] != n || len(m.files) != n+1 || m.uploadCount() != 0 {
		t.Fatalf("counts are %v, %d files, %d uploads", s.Counts, len(m.files), m.uploadCount())
	}
	for path, f := range m.files {
		if !want[string(f.data)] {
			t.Errorf("%s is not one of the files", path)
		}
		delete(want, string(f.data))
	}
	for _, tr := range s.Transfers {
		local, err := os.ReadFile(tr.Local)
		if err != nil || !bytes.Equal(local, m.content(tr.Result.Remote)) {
			t.Errorf("%s is not at %s (%v)", tr.Local, tr.Result.Remote, err)
		}
	}
}
