package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// disk is an ext4 file system in a file, which can be copied at any moment: the
// copy has what the disk would have if the power went then.
type disk struct {
	image string
	dir   string // where it is mounted
}

func newDisk(t *testing.T) *disk {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can mount an image")
	}
	image := filepath.Join(t.TempDir(), "disk")
	write(t, image, nil)
	if err := os.Truncate(image, 96<<20); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		t.Skipf("no image can be made here: %v %s", err, out)
	}
	return &disk{image, mounted(t, image)}
}

func mounted(t *testing.T, image string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-o", "loop", image, dir).CombinedOutput(); err != nil {
		t.Skipf("an image can not be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.CommandContext(context.Background(), "umount", dir).CombinedOutput(); err != nil {
			t.Errorf("unmount: %v %s", err, out)
		}
	})
	return dir
}

// folder makes one that the disk has already, and that goes with the test.
func (d *disk) folder(t *testing.T, name string, old []byte) (path string) {
	t.Helper()
	path = filepath.Join(d.dir, name)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if old != nil {
		write(t, filepath.Join(path, "f"), old)
	}
	if out, err := exec.CommandContext(t.Context(), "sync", "-f", path).CombinedOutput(); err != nil {
		t.Fatalf("sync: %v %s", err, out)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(path); err != nil {
			t.Error(err)
		}
	})
	return path
}

// cut mounts a copy of the disk as it is now.
func (d *disk) cut(t *testing.T) (dir string) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "cut")
	if out, err := exec.CommandContext(t.Context(), "cp", "--sparse=always", d.image, copied).CombinedOutput(); err != nil {
		t.Fatalf("copy the image: %v %s", err, out)
	}
	return mounted(t, copied)
}

// TestPowerCutUnderDownload kills a download at one of its system calls and cuts
// the power at the same moment. What said that it was done is there; else the
// old file is, or none; and the next run finishes it. WANGPAN_SOAK makes it at
// every call.
func TestPowerCutUnderDownload(t *testing.T) {
	needStrace(t)
	calls, most := []string{"fsync", "renameat", "renameat2", "unlinkat"}, 3
	if os.Getenv("WANGPAN_SOAK") != "" {
		calls, most = []string{"openat", "pwrite64", "write", "fsync", "renameat", "renameat2", "unlinkat", "utimensat", "flock"}, 40
	}
	d, cuts := newDisk(t), 0
	for _, call := range calls {
		for _, old := range [][]byte{nil, []byte("the old file")} {
			for n, killed := 1, true; n <= most && killed; n++ {
				name := fmt.Sprintf("%s %d over a file %v", call, n, old != nil)
				t.Run(name, func(t *testing.T) {
					here := d.folder(t, fmt.Sprint(cuts), old)
					var done bool
					killed, done = strace(t, call, n, filepath.Join(here, "f"))
					afterCut(t, filepath.Join(d.cut(t), fmt.Sprint(cuts), "f"), done, old)
				})
				if cuts++; t.Failed() {
					return
				}
			}
		}
	}
	t.Logf("the power was cut %d times", cuts)
}

// afterCut checks what is on the disk, and that the next run finishes it.
func afterCut(t *testing.T, target string, done bool, old []byte) {
	t.Helper()
	data := crashData()
	content, err := os.ReadFile(target)
	switch {
	case err == nil && bytes.Equal(content, data):
	case err == nil && old != nil && bytes.Equal(content, old) && !done:
	case errors.Is(err, os.ErrNotExist) && old == nil && !done:
	default:
		t.Fatalf("under the real name are %d bytes (%v), done %v", len(content), err, done)
	}
	m := newMemory()
	m.set("/f", data)
	q := start(t, m)
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	if tr.State == Asking {
		answer := AnswerResume
		if !tr.Question.Offers(answer) {
			answer = AnswerStartOver
		}
		q.Answer(tr.ID, answer, false)
		tr = find(t, settle(t, q), tr.ID)
	}
	wantState(t, tr, Done)
	wantFile(t, target, data)
	wantOnly(t, filepath.Dir(target), "f")
}
