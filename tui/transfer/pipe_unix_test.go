//go:build unix

package transfer

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Nobody writes into these pipes, so that to open one would hang for ever.
func TestPipes(t *testing.T) {
	m, folder := newMemory(), t.TempDir()
	m.set("/f", random(100))
	pipe := filepath.Join(folder, "pipe")
	for _, path := range []string{pipe, partialPath(filepath.Join(folder, "f"), 1)} {
		if err := unix.Mkfifo(path, 0o600); err != nil {
			t.Skip("no pipes here: ", err)
		}
	}
	q := start(t, m)
	for _, job := range []Job{
		{Local: pipe, Remote: "/f", IfExists: StartOver},
		{Direction: Upload, Local: pipe, Remote: "/g"},
	} {
		tr := run(t, q, job)
		wantState(t, tr, Failed)
		if !errors.Is(tr.Err, ErrNotRegular) {
			t.Errorf("error is %v", tr.Err)
		}
	}
	// Where a partial would be, a pipe is only in the way.
	tr := run(t, q, Job{Local: filepath.Join(folder, "f"), Remote: "/f"})
	wantState(t, tr, Done)
	wantFile(t, filepath.Join(folder, "f"), random(100))
}

// Whatever the umask: a partial is for its owner only.
func TestPartialsArePrivate(t *testing.T) {
	for _, mask := range []int{0, 0o777} {
		m, folder := newMemory(), t.TempDir()
		m.set("/f", random(100))
		m.cutGet = []int64{50}
		target := filepath.Join(folder, "f")
		old := unix.Umask(mask)
		q := start(t, m)
		q.Add(Job{Local: target, Remote: "/f"})
		until(t, q, func(s Snapshot) bool { return s.Counts[Waiting] == 1 })
		unix.Umask(old)
		var st unix.Stat_t
		if err := unix.Stat(partialPath(target, 1), &st); err != nil || st.Mode&0o777 != 0o600 {
			t.Errorf("umask %o: mode is %o, %v", mask, st.Mode, err)
		}
	}
}

func TestModeOf(t *testing.T) {
	replaced := func(mode os.FileMode) os.FileInfo {
		path := filepath.Join(t.TempDir(), "f")
		write(t, path, nil)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	tests := []struct {
		name       string
		replaced   os.FileInfo
		executable bool
		umask      os.FileMode
		want       os.FileMode
	}{
		{"a new file", nil, false, 0o022, 0o644},
		{"a new private file", nil, false, 0o077, 0o600},
		{"a new script", nil, true, 0o022, 0o755},
		{"a new private script", nil, true, 0o077, 0o700},
		{"in the place of a file", replaced(0o640), false, 0o077, 0o640},
		{"a script in the place of a file", replaced(0o640), true, 0o077, 0o750},
		{"in the place of a script", replaced(0o755), false, 0o077, 0o755},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := modeOf(tt.replaced, tt.executable, tt.umask); got != tt.want {
				t.Errorf("the mode is %o, want %o", got, tt.want)
			}
		})
	}
}
