package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wangpan/tui/tuitest"
)

// A folder of 100,000 entries is as quick as a small one. What it takes is
// measured and told; that it works at all is what can fail.
func TestHundredThousandEntries(t *testing.T) {
	if !soaking {
		t.Skip("making 100,000 files takes long: task soak")
	}
	s, p := serve(t), newPerson(t)
	first := register(p, s, "alice")
	first.Type("q")
	first.Ended()
	folder := filepath.Join(s.dir, "drives", "alice", "照片")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	const files, opens = 100_000, 11
	for i := range files {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("图 %d.jpg", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var cmd *exec.Cmd
	var term *tuitest.Terminal
	var shown, whole []time.Duration
	for i := range opens {
		if i > 0 {
			term.Type("q")
			term.Ended()
		}
		// Neither side remembers anything of it: the client is another one, and
		// the folder has another time.
		old := time.Date(2001, 1, i+1, 12, 0, 0, 0, time.Local)
		if err := os.Chtimes(folder, old, old); err != nil {
			t.Fatal(err)
		}
		cmd = p.wangpan("alice@" + s.addr)
		term = tuitest.Start(t, cmd, 120, 40)
		term.Wait("照片/", old.Format(time.DateOnly))
		begin := time.Now()
		term.Type("l")
		term.Wait("图 0.jpg")
		shown = append(shown, time.Since(begin))
		term.WaitFor("all of it", func(screen string) bool {
			return strings.Contains(screen, "items · by name") && !strings.Contains(screen, "…")
		})
		whole = append(whole, time.Since(begin))
	}
	slices.Sort(shown)
	slices.Sort(whole)
	t.Logf("first screen: min %v, median %v, max %v", shown[0], shown[opens/2], shown[opens-1])
	t.Logf("all of it: min %v, median %v, max %v", whole[0], whole[opens/2], whole[opens-1])

	var times []time.Duration
	for i := range 300 {
		times = append(times, painted(term, []string{"j", "\x04", "k", "G", "g", "j"}[i%6]))
	}
	slices.Sort(times)
	t.Logf("key to paint: median %v, p99 %v, at most %v", times[150], times[297], times[299])
	for _, key := range []string{"s", "S", ".", "/", "9", "9", tuitest.Backspace} {
		t.Logf("%q took %v to the paint", key, painted(term, key))
	}
	term.Wait("of 100,000")
	t.Logf("the client takes %d MiB, %d at most", memory(t, cmd.Process.Pid, "VmRSS")>>20, memory(t, cmd.Process.Pid, "VmHWM")>>20)
	term.Type(tuitest.CtrlC)
}

// memory is a figure of a process, in bytes.
func memory(t *testing.T, pid int, name string) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	t.Fatalf("the process tells no %s", name)
	return 0
}
