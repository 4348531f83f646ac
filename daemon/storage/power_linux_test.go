package storage_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/wire"
)

// soaking says that this run is the long one: `task soak`.
var soaking = os.Getenv("WANGPAN_SOAK") != ""

// TestPowerCutAtSystemCalls kills an upload at one of its system calls and cuts
// the power at the same moment: what it leaves is looked at on a copy of the
// disk, which has nothing of what the system had not written yet. The soak does
// it at every call.
func TestPowerCutAtSystemCalls(t *testing.T) {
	plainOnly(t)
	needStrace(t)
	image := diskImage(t)
	dir := loop(t, image)
	victims := []struct {
		name   string
		target target
	}{
		{"create", target{size: 1000}},
		{"replace", target{replace: true, size: 1000}},
		{"replace after a flush", target{replace: true, size: wire.BlockSize + 1000}},
		{"in ranges", target{size: 2*wire.BlockSize + 1000, ranges: true}},
	}
	calls := []string{"fsync", "pwrite64", "renameat2"}
	most := 2
	if soaking {
		calls, most = mutating, 40
	}
	cuts := 0
	for _, victim := range victims {
		for _, call := range calls {
			// Once a victim has outlived two calls in turn there are no more of them.
			for k, outlived := 1, 0; k <= most && outlived < 2; k++ {
				name := fmt.Sprintf("%s, %s %d", victim.name, call, k)
				t.Run(name, func(t *testing.T) {
					here := onDisk(t, dir, fmt.Sprint(cuts))
					said := attackIn(t, here, victim.target, fmt.Sprintf("%s:signal=SIGKILL:when=%d", call, k))
					// What was taken and not flushed may be gone, other than after a kill.
					said = strings.ReplaceAll(said, taken+" ", "")
					inspect(t, victim.target, filepath.Join(cut(t, image), fmt.Sprint(cuts)), said)
					if outlived++; !strings.Contains(said, acknowledged) {
						outlived = 0
					}
				})
				cuts++
				if t.Failed() {
					return
				}
			}
		}
	}
	t.Logf("the power was cut %d times", cuts)
}

// TestPowerCutWithoutFlushes shows that the cuts above harm what is not flushed:
// where fsync only says that it did its work, what was acknowledged is not there.
func TestPowerCutWithoutFlushes(t *testing.T) {
	plainOnly(t)
	needStrace(t)
	image := diskImage(t)
	here := onDisk(t, loop(t, image), "store")
	if said := attackIn(t, here, target{size: 1000}, "fsync:retval=0"); !strings.Contains(said, acknowledged) {
		t.Fatalf("the victim said %q", said)
	}
	got, err := os.ReadFile(filepath.Join(cut(t, image), "store", "drives", "ann", "f"))
	if bytes.Equal(got, victimData(1000)) {
		t.Errorf("the file is there (%v) although nothing was flushed: the cuts cut nothing", err)
	}
}

// onDisk makes a folder that is on the disk, as that of a daemon is, and goes
// with the test.
func onDisk(t *testing.T, dir, name string) (path string) {
	t.Helper()
	path = filepath.Join(dir, name)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
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
