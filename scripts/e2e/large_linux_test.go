package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mostMemory is what moving a file of any size may take above what a program
// takes anyway, in bytes.
const mostMemory = 64 << 20

// peak is the most memory that a process has had so far, in bytes; 0 when it
// is gone.
func peak(pid int) (bytes int64) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kilobytes int64
		if n, _ := fmt.Sscanf(lines.Text(), "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	return 0
}

// descriptors is how many files a process has open.
func descriptors(t *testing.T, pid int) int {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// measured runs a command to its end and returns the most memory that it had.
// What the system says at the end is of no use: it counts the parent, too.
func (p *person) measured(args ...string) (bytes int64, took time.Duration) {
	p.t.Helper()
	cmd := p.wangpan(args...)
	var errors strings.Builder
	cmd.Stderr = &errors
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				p.t.Fatalf("wangpan %v: %v\n%s", args, err, &errors)
			}
			return bytes, time.Since(begun)
		case <-time.After(5 * time.Millisecond):
			bytes = max(bytes, peak(cmd.Process.Pid))
		}
	}
}

// TestLargeFiles moves a file of 4 GiB and a byte and a sparse one of 8 GiB
// there and back; neither program takes more memory for them than for any file.
func TestLargeFiles(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes memory of its own")
	}
	files := []struct {
		name  string
		size  int64
		bytes int64 // that are not a hole, at the end
	}{
		{"small enough for every day", 300 << 20, 300 << 20},
		{"4 GiB and a byte", 4<<30 + 1, 4<<30 + 1},
		{"8 GiB, sparse", 8 << 30, 5},
	}
	for _, file := range files[:times(1, len(files))] {
		t.Run(file.name, func(t *testing.T) {
			s := serve(t)
			p := member(t, s, "alice")
			want := partly(t, filepath.Join(p.files(), moving), file.size, file.bytes)
			common := []string{"--server", s.addr, "--user", "alice"}
			idle, _ := p.measured(append([]string{"ls"}, common...)...)
			idleThere, open := peak(s.cmd.Process.Pid), descriptors(t, s.cmd.Process.Pid)
			for _, args := range [][]string{{"put", moving}, {"get", "/" + moving, "-t", p.downloads()}} {
				here, took := p.measured(append(args, common...)...)
				there := peak(s.cmd.Process.Pid)
				t.Logf("%s: %v, %.0f MB/s; above idle %s here, %s there", args[0], took.Round(time.Millisecond),
					float64(file.size)/1e6/took.Seconds(), mega(here-idle), mega(there-idleThere))
				if here-idle > mostMemory || there-idleThere > mostMemory {
					t.Errorf("%s: more than %s above idle", args[0], mega(mostMemory))
				}
			}
			if got := digest(t, filepath.Join(p.downloads(), moving)); got != want {
				t.Error("another file comes back")
			}
			eventually(t, "return of the descriptors", func() bool { return descriptors(t, s.cmd.Process.Pid) <= open })
			s.stop()
		})
	}
}

// partly makes a file of that size of which only the last bytes are there, and
// returns its digest.
func partly(t *testing.T, path string, size, bytes int64) string {
	t.Helper()
	if bytes == size {
		return write(t, path, size)
	}
	write(t, path+".end", bytes)
	end, err := os.ReadFile(path + ".end")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path + ".end"); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(end, size-bytes); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return digest(t, path)
}

// TestManyFiles moves a folder of small files there and back and compares both
// trees. The soak has 10,000 of them.
func TestManyFiles(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes memory of its own")
	}
	s := serve(t)
	p := member(t, s, "alice")
	n := times(500, 10_000)
	for i := range n {
		path := filepath.Join(p.files(), "many", fmt.Sprintf("folder %d", i%10), fmt.Sprintf("file %d", i))
		if i < 10 {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path, fmt.Appendf(nil, "%1024d", i), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	common := []string{"--server", s.addr, "--user", "alice"}
	idle, _ := p.measured(append([]string{"ls"}, common...)...)
	idleThere, open := peak(s.cmd.Process.Pid), descriptors(t, s.cmd.Process.Pid)
	for _, args := range [][]string{{"put", "-r", "many"}, {"get", "-r", "/many", "-t", p.downloads()}} {
		here, took := p.measured(append(args, common...)...)
		there := peak(s.cmd.Process.Pid)
		t.Logf("%s: %d files in %v, %.0f a second; above idle %s here, %s there", args[0], n, took.Round(time.Millisecond),
			float64(n)/took.Seconds(), mega(here-idle), mega(there-idleThere))
		if here-idle > mostMemory || there-idleThere > mostMemory {
			t.Errorf("%s: more than %s above idle", args[0], mega(mostMemory))
		}
	}
	for _, dir := range []string{filepath.Join(s.dir, "drives", "alice", "many"), filepath.Join(p.downloads(), "many")} {
		if out, err := exec.Command("diff", "-r", filepath.Join(p.files(), "many"), dir).CombinedOutput(); err != nil {
			t.Errorf("%s differs: %v %.1000s", dir, err, out)
		}
	}
	eventually(t, "return of the descriptors", func() bool { return descriptors(t, s.cmd.Process.Pid) <= open })
	s.stop()
}
