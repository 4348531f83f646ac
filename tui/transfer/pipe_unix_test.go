//go:build unix

package transfer

import (
	"errors"
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

// Whatever the umask: what is downloaded is for its owner only, and for him.
func TestModes(t *testing.T) {
	for _, mask := range []int{0, 0o777} {
		m, folder := newMemory(), t.TempDir()
		m.set("/f", random(100))
		m.cutGet = []int64{50}
		old := unix.Umask(mask)
		target := filepath.Join(folder, "f")
		tr := run(t, start(t, m), Job{Local: target, Remote: "/f"})
		unix.Umask(old)
		wantState(t, tr, Done)
		var st unix.Stat_t
		if err := unix.Stat(target, &st); err != nil || st.Mode&0o777 != 0o600 {
			t.Errorf("umask %o: mode is %o, %v", mask, st.Mode, err)
		}
	}
}
