package transfer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/tui/transfer"
)

// descriptors is what this process has open, by what it is.
func descriptors(tb testing.TB) map[string]bool {
	tb.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		tb.Fatal(err)
	}
	open := make(map[string]bool)
	for _, e := range entries {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil { // that of the folder itself is closed by now
			open[e.Name()+" "+to] = true
		}
	}
	return open
}

// Whatever is cut and closed midway, files and sockets are closed behind it, on
// both sides: the daemon is in this process, too.
func TestDescriptorsComeBack(t *testing.T) {
	before := descriptors(t)
	t.Run("cut", func(t *testing.T) {
		a, folder := newAccount(t), t.TempDir()
		tree := files{"big": string(content(8 << 20))}
		for i := range 100 {
			tree[fmt.Sprintf("%d/%d", i%9, i)] = fmt.Sprint(i)
		}
		source := filepath.Join(folder, "source")
		tree.plant(t, source)
		for _, job := range []transfer.Job{
			{Direction: transfer.Upload, Folder: true, Local: source, Remote: "/in"},
			{Folder: true, Local: filepath.Join(folder, "target"), Remote: "/in"},
		} {
			a.cable.mu.Lock()
			a.cable.cuts = []int64{3000, 20_000, 80_000, 1 << 20, 3 << 20}
			a.cable.mu.Unlock()
			midway := a.queue(t)
			midway.Add(job)
			for midway.Snapshot().Moved == 0 {
				time.Sleep(time.Millisecond) // bytes are counted and never announced
			}
			if err := midway.Close(); err != nil {
				t.Error(err)
			}
			job.IfExists = transfer.Resume
			done(t, a.queue(t), job)
		}
		wantTree(t, filepath.Join(folder, "target"), tree)
	})
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		left := descriptors(t)
		for open := range before {
			delete(left, open)
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("open still: %v", left)
		}
	}
}
