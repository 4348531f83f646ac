package storage_test

import (
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// deepen makes so many folders in one another below the host's folder dir, as
// only the server's administrator can: paths are not that long.
func deepen(t *testing.T, dir string, levels int) {
	t.Helper()
	at, err := unix.Open(dir, unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	for range levels {
		if err != nil {
			t.Fatal(err)
		}
		var next int
		if err = unix.Mkdirat(at, "d", 0o700); err == nil {
			next, err = unix.Openat(at, "d", unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		}
		_ = unix.Close(at)
		at = next
	}
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Openat(at, "file", unix.O_CREAT|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = unix.Close(fd), unix.Close(at)
}

// fewDescriptors lets the process open only so many more files until the end of
// the test.
func fewDescriptors(t *testing.T, more int) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc here: ", err)
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	few := before
	few.Cur = uint64(len(open) + more)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
			t.Error(err)
		}
	})
}

// TestPurgeOfDeepTrees: a tree that is deeper than the process may open files is
// removed, and what its links lead to is not.
func TestPurgeOfDeepTrees(t *testing.T) {
	d := openDisk(t, t.TempDir())
	ann := d.drive(t, "ann")
	const levels = 300
	if err := os.MkdirAll(d.host("ann", "deep", "empty", "folders"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, d.host("ann", "kept"), []byte("kept"))
	if err := os.Symlink(d.host("ann"), d.host("ann", "deep", "link")); err != nil {
		t.Fatal(err)
	}
	deepen(t, d.host("ann", "deep"), levels)
	deepen(t, d.host("ann", "deep", "empty"), levels)
	item := remove(t, ann, "/deep")
	d.WaitForTasks()
	fewDescriptors(t, 2*storage.RemoveLevels+20)
	if _, err := ann.Purge(t.Context(), wire.PurgeArgs{Item: item.Item}); err != nil {
		t.Fatal(err)
	}
	if left := hostNamesOf(t, d.inTrash("")); len(left) != 0 {
		t.Errorf("%q is left in the trash", left)
	}
	if got, err := os.ReadFile(d.host("ann", "kept")); err != nil || string(got) != "kept" {
		t.Errorf("the file beside it is %q (%v)", got, err)
	}
}
