package transfer

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"wangpan/wire"
)

// What can happen to a file while it is sent. The file has three blocks; the
// change comes when the first bytes are on their way, or before the commit.
func TestLocalChangesUnderUpload(t *testing.T) {
	size := 2*wire.BlockSize + 1000
	rewrite := func(t *testing.T, path string, content []byte) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name   string
		change func(t *testing.T, path string)
		want   error // nil: it is uploaded
	}{
		{"nothing", func(*testing.T, string) {}, nil},
		{"grown", func(t *testing.T, path string) {
			t.Helper()
			rewrite(t, path, random(size+1))
		}, ErrLocalChanged},
		{"shrunk", func(t *testing.T, path string) {
			t.Helper()
			rewrite(t, path, random(size)[:500])
		}, ErrLocalChanged},
		{"emptied", func(t *testing.T, path string) {
			t.Helper()
			rewrite(t, path, nil)
		}, ErrLocalChanged},
		{"same size", func(t *testing.T, path string) {
			t.Helper()
			rewrite(t, path, flipped(random(size), size-1))
		}, ErrLocalChanged},
		{"same size and time", func(t *testing.T, path string) {
			t.Helper()
			if runtime.GOOS == "windows" {
				t.Skip("the system does not tell of such a change")
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			rewrite(t, path, flipped(random(size), 3))
			if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
				t.Fatal(err)
			}
		}, ErrLocalChanged},
		{"touched, and the same content", func(t *testing.T, path string) {
			t.Helper()
			if err := os.Chmod(path, 0o400); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"deleted", func(t *testing.T, path string) {
			t.Helper()
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, ErrVanished},
		{"replaced by a file", func(t *testing.T, path string) {
			t.Helper()
			write(t, path+".new", random(size))
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
		}, ErrLocalChanged},
		{"replaced by a folder", func(t *testing.T, path string) {
			t.Helper()
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, ErrLocalChanged},
	}
	for _, tt := range tests {
		for _, at := range []string{"while it is sent", "before the commit"} {
			t.Run(tt.name+" "+at, func(t *testing.T) {
				m, path := newMemory(), filepath.Join(t.TempDir(), "f")
				data := random(size)
				write(t, path, data)
				change := once(func() { tt.change(t, path) })
				if at == "while it is sent" {
					m.bodyBegun = change
				} else {
					m.bodyEnd = change
				}
				tr := run(t, start(t, m), Job{Direction: Upload, Local: path, Remote: "/f"})
				if tt.want == nil {
					wantState(t, tr, Done)
					if !bytes.Equal(m.content("/f"), data) {
						t.Error("the server has something else")
					}
					return
				}
				wantState(t, tr, Failed)
				if !errors.Is(tr.Err, tt.want) {
					t.Errorf("error is %v, want %v", tr.Err, tt.want)
				}
				if len(m.files) != 0 || m.count("commit") > 1 || m.uploadCount() != 0 {
					t.Errorf("%d files, %d commits, %d uploads left", len(m.files), m.count("commit"), m.uploadCount())
				}
			})
		}
	}
}

// After a change the user tries again, and the new content is sent.
func TestRetryAfterLocalChange(t *testing.T) {
	m, path := newMemory(), filepath.Join(t.TempDir(), "f")
	write(t, path, random(3000))
	m.bodyEnd = once(func() { write(t, path, random(4000)) })
	q := start(t, m)
	tr := run(t, q, Job{Direction: Upload, Local: path, Remote: "/f"})
	wantState(t, tr, Failed)
	q.Retry(tr.ID)
	tr = find(t, settle(t, q), tr.ID)
	wantState(t, tr, Done)
	if !bytes.Equal(m.content("/f"), random(4000)) || tr.Size != 4000 || tr.Done != 4000 {
		t.Errorf("transfer is %+v", tr)
	}
}

func TestBadSources(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "secret"), []byte("x"))
	if err := os.Chmod(filepath.Join(folder, "secret"), 0); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		path string
		want error
	}{
		{"missing", filepath.Join(folder, "missing"), ErrVanished},
		{"a folder", folder, ErrIsFolder},
		{"a device", os.DevNull, ErrNotRegular},
		{"not ours to read", filepath.Join(folder, "secret"), ErrUnreadable},
	}
	m := newMemory()
	q := start(t, m)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if errors.Is(tt.want, ErrUnreadable) && os.Getuid() <= 0 {
				t.Skip("root reads everything")
			}
			tr := run(t, q, Job{Direction: Upload, Local: tt.path, Remote: "/f"})
			wantState(t, tr, Failed)
			if !errors.Is(tr.Err, tt.want) {
				t.Errorf("error is %v, want %v", tr.Err, tt.want)
			}
		})
	}
	if n := m.count("put"); n != 0 {
		t.Errorf("%d puts", n)
	}
}

// The target changes on the server before the commit: the user is asked again,
// and nothing is sent twice.
func TestRemoteChangesUnderUpload(t *testing.T) {
	data := random(5000)
	tests := []struct {
		name   string
		before []byte // on the server; nil: nothing
		during func(m *memory)
		asks   bool
	}{
		{"a file appears", nil, func(m *memory) { m.set("/f", []byte("theirs")) }, true},
		{"the file is replaced", []byte("old"), func(m *memory) { m.set("/f", []byte("theirs")) }, true},
		{"the file vanishes", []byte("old"), func(m *memory) {
			m.mu.Lock()
			delete(m.files, "/f")
			m.mu.Unlock()
		}, false},
		{"the same content appears", nil, func(m *memory) { m.set("/f", data) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, path := newMemory(), filepath.Join(t.TempDir(), "f")
			write(t, path, data)
			if tt.before != nil {
				m.set("/f", tt.before)
			}
			change := once(func() { tt.during(m) })
			m.before = func(request string) {
				if request == "commit" {
					change()
				}
			}
			q := start(t, m)
			tr := run(t, q, Job{Direction: Upload, Local: path, Remote: "/f"})
			if tt.before != nil {
				wantState(t, tr, Asking)
				q.Answer(tr.ID, AnswerStartOver, false)
				tr = find(t, settle(t, q), tr.ID)
			}
			if tt.asks {
				wantState(t, tr, Asking)
				if !bytes.Equal(m.content("/f"), []byte("theirs")) {
					t.Fatal("their file is gone")
				}
				q.Answer(tr.ID, AnswerStartOver, false)
				tr = find(t, settle(t, q), tr.ID)
			}
			wantState(t, tr, Done)
			if _, put := m.moved(); put != 5000 || !bytes.Equal(m.content("/f"), data) || m.uploadCount() != 0 {
				t.Errorf("%d bytes moved, %d uploads left", put, m.uploadCount())
			}
		})
	}
}

// What arrives damaged is sent again, nothing else is, and not for ever.
func TestDamagedUpload(t *testing.T) {
	const bad = wire.BlockSize + 77 // in the second block of three
	tests := []struct {
		name  string
		times int // how many puts are spoilt
		want  error
	}{
		{"once", 1, nil},
		{"as often as it is mended", maxRepairs, nil},
		{"always", 1000, ErrDamaged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, path := newMemory(), filepath.Join(t.TempDir(), "f")
			data := random(2*wire.BlockSize + 5)
			write(t, path, data)
			spoilt := 0
			m.bodyEnd = func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				if spoilt++; spoilt <= tt.times {
					for _, u := range m.staged {
						u.data[bad] = ^data[bad]
					}
				}
			}
			tr := run(t, start(t, m), Job{Direction: Upload, Local: path, Remote: "/f"})
			if want := (Restart{ReasonDamaged, wire.BlockSize + 5}); tr.Restart != want {
				t.Errorf("restart is %+v, want %+v", tr.Restart, want)
			}
			rounds := int64(min(tt.times, maxRepairs))
			if _, put := m.moved(); put != int64(len(data))+rounds*wire.BlockSize || tr.Repaired != rounds*wire.BlockSize {
				t.Errorf("%d bytes moved, %d of them again", put, tr.Repaired)
			}
			if tt.want != nil {
				wantState(t, tr, Failed)
				if !errors.Is(tr.Err, tt.want) || !errors.Is(tr.Err, wire.Damaged) {
					t.Errorf("error is %v", tr.Err)
				}
				return
			}
			wantState(t, tr, Done)
			if !bytes.Equal(m.content("/f"), data) || m.uploadCount() != 0 {
				t.Error("the server has something else")
			}
		})
	}
}
