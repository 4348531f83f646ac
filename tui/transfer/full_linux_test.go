package transfer

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"wangpan/wire"
)

// smallDisk mounts a disk of 4 MiB until the end of the test, or skips.
func smallDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := unix.Mount("none", folder, "tmpfs", 0, "size=4m"); err != nil {
		t.Skip("a tmpfs cannot be mounted here: ", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	return folder
}

func TestDiskThatIsTooSmall(t *testing.T) {
	folder := smallDisk(t)
	m := newMemory()
	m.set("/f", random(wire.BlockSize+1))
	tr := run(t, start(t, m), Job{Local: filepath.Join(folder, "f"), Remote: "/f"})
	wantState(t, tr, Failed)
	if !errors.Is(tr.Err, ErrDiskFull) {
		t.Errorf("error is %v", tr.Err)
	}
	if got, _ := m.moved(); got != 0 {
		t.Errorf("%d bytes moved", got)
	}
	wantOnly(t, folder)
}

// The disk fills up while the download runs: it fails, what has arrived stays,
// and it goes on when there is room.
func TestDiskThatFillsUp(t *testing.T) {
	folder := smallDisk(t)
	m := newMemory()
	data := random(3 << 20)
	m.set("/f", data)
	other := filepath.Join(folder, "other")
	fill := once(func() { write(t, other, make([]byte, 2<<20)) })
	m.before = func(request string) {
		if request == "get" {
			fill()
		}
	}
	q := start(t, m)
	target := filepath.Join(folder, "f")
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	wantState(t, tr, Failed)
	if !errors.Is(tr.Err, ErrDiskFull) || tr.Done == 0 {
		t.Errorf("error is %v after %d bytes", tr.Err, tr.Done)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	q.Retry(tr.ID)
	tr = find(t, settle(t, q), tr.ID)
	wantState(t, tr, Done)
	wantFile(t, target, data)
	wantOnly(t, folder, "f")
	if got, _ := m.moved(); got >= int64(len(data))+2*wire.ChunkSize {
		t.Errorf("%d bytes moved: what was there was not used", got)
	}
}
