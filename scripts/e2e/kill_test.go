//go:build !windows

package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"wangpan/wire"
	"wangpan/wire/linetest"
)

// killing is a person and a daemon with a line between them on which bytes are
// counted, and a file to move back and forth.
type killing struct {
	t      *testing.T
	server *server
	person *person
	line   *linetest.Line
	size   int64
	want   string // digest of the file
	rng    *rand.Rand
}

const moving = "moving.bin"

func newKilling(t *testing.T, size int64) *killing {
	t.Helper()
	k := &killing{t: t, server: serve(t), size: size, rng: random(t)}
	k.line = linetest.Start(t, k.server.addr)
	// Slower than both sides, so that they have what was counted, and it does
	// not wait by megabytes in a kernel for a process that is killed.
	k.line.Rate(48 << 20) // each way of each connection
	k.person = memberAt(t, k.line.Addr, "alice")
	k.want = write(t, filepath.Join(k.person.files(), moving), size)
	return k
}

// command moves the file one way, and goes on with what is there.
func (k *killing) command(way linetest.Way) *exec.Cmd {
	common := []string{"--server", k.line.Addr, "--user", "alice", "--if-exists=resume"}
	args := append([]string{"put", moving}, common...)
	if way == linetest.Down {
		args = append([]string{"get", "/" + moving, "-t", k.person.downloads()}, common...)
	}
	cmd := k.person.wangpan(args...)
	cmd.Stderr = k.t.Output()
	return cmd
}

// remote and local are where the file arrives.
func (k *killing) remote() string { return filepath.Join(k.server.dir, "drives", "alice", moving) }
func (k *killing) local() string  { return filepath.Join(k.person.downloads(), moving) }

func (k *killing) target(way linetest.Way) string {
	if way == linetest.Down {
		return k.local()
	}
	return k.remote()
}

// clear takes what has arrived away, by hand.
func (k *killing) clear(way linetest.Way) {
	k.t.Helper()
	if err := os.Remove(k.target(way)); err != nil {
		k.t.Fatal(err)
	}
}

// finish runs the command until it is done, and looks at what it leaves.
func (k *killing) finish(way linetest.Way, running *exec.Cmd) {
	k.t.Helper()
	for tries := 1; ; tries++ {
		if running != nil && running.Wait() == nil {
			break
		}
		if tries == 5 {
			k.t.Fatalf("%d times the same command again, and the file is not there", tries)
		}
		running = k.command(way)
		if err := running.Start(); err != nil {
			k.t.Fatal(err)
		}
	}
	if got := digest(k.t, k.target(way)); got != k.want {
		k.t.Fatalf("%s is another file", k.target(way))
	}
	k.nothingLeft()
}

// nothingLeft demands that neither side keeps a part of a file.
func (k *killing) nothingLeft() {
	k.t.Helper()
	for _, pattern := range []string{
		filepath.Join(k.person.downloads(), "*wangpan*"), filepath.Join(k.person.downloads(), ".*"),
		filepath.Join(k.server.dir, "drives", "alice", ".*"), filepath.Join(k.server.dir, "uploads", "alice", "*"),
	} {
		left, err := filepath.Glob(pattern)
		if err != nil || len(left) > 0 {
			k.t.Errorf("left over: %v %v", left, err)
		}
	}
}

// clean moves the file once and returns how many bytes that takes on the line.
func (k *killing) clean(way linetest.Way) int64 {
	k.t.Helper()
	before := k.line.Passed(way)
	k.finish(way, nil)
	return k.line.Passed(way) - before
}

// once kills a side at a random moment of a transfer, finishes it, and returns
// how many bytes crossed the line and were read. It reports false when the
// transfer was finished before the kill.
func (k *killing) once(way linetest.Way, daemon bool) (passed int64, killed bool) {
	k.t.Helper()
	before := k.line.Passed(way)
	at := before + k.rng.Int64N(k.size)
	cmd := k.command(way)
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for k.line.Passed(way) < at && len(ended) == 0 {
		time.Sleep(200 * time.Microsecond) // a moment is as good as another
	}
	killed = len(ended) == 0
	victim := cmd.Process
	if daemon {
		victim = k.server.cmd.Process
	}
	// Stopped, both the line and the victim, it can be told what that has not
	// read; it cannot have kept that. It does not wake up again.
	k.line.Silence()
	_ = victim.Signal(syscall.SIGSTOP)
	lost := k.unread(way)
	_ = victim.Kill()
	k.line.CutNow()
	if daemon {
		k.server.kill()
		k.server.start()
	}
	var rest *exec.Cmd
	if err := <-ended; err == nil {
		rest = exec.Command("true") // it is done, and need only be looked at
		if err := rest.Start(); err != nil {
			k.t.Fatal(err)
		}
	}
	k.finish(way, rest)
	return k.line.Passed(way) - before - lost, killed
}

// TestKilledAtAnyMoment kills the client and the daemon in the middle of
// transfers, both ways. The same command again always finishes the file, and
// what is sent again is a block at most.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	size := int64(64 << 20)
	switch {
	case soaking:
		size = 256 << 20
	case testing.Short() || raceEnabled:
		size = 32 << 20
	}
	for way, name := range map[linetest.Way]string{linetest.Up: "put", linetest.Down: "get"} {
		t.Run(name, func(t *testing.T) {
			k := newKilling(t, size)
			k.clean(linetest.Up)
			if way == linetest.Up {
				k.clear(way)
			}
			alone := k.clean(way)
			t.Logf("%d bytes for %d when nothing happens", alone, size)
			var again []int64
			for len(again) < times(5, 200) {
				k.clear(way)
				passed, killed := k.once(way, len(again)%2 == 0)
				if !killed {
					continue
				}
				again = append(again, max(passed-alone, 0))
				t.Logf("kill %d: %s sent again", len(again), mega(again[len(again)-1]))
				if n := again[len(again)-1]; n > wire.BlockSize+slack {
					t.Errorf("kill %d: %d bytes were sent again, want at most a block", len(again), n)
				}
			}
			slices.Sort(again)
			t.Logf("%d kills, sent again: median %s, most %s", len(again), mega(again[len(again)/2]), mega(again[len(again)-1]))
			k.server.stop()
		})
	}
}

// unread is how many bytes wait in the system for the process at the end of
// the line, where that tells (Linux does).
func (k *killing) unread(way linetest.Way) (bytes int64) {
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return 0
	}
	// The daemon's sockets are those with its own port at the near end, the
	// client's those with the line's at the far end.
	column, addr := 1, k.server.addr
	if way == linetest.Down {
		column, addr = 2, k.line.Addr
	}
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		k.t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		k.t.Fatal(err)
	}
	const established = "01"
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[3] != established || !strings.HasSuffix(fields[column], fmt.Sprintf(":%04X", port)) {
			continue
		}
		_, waiting, _ := strings.Cut(fields[4], ":")
		n, err := strconv.ParseInt(waiting, 16, 64)
		if err != nil {
			k.t.Fatal(err)
		}
		bytes += n
	}
	return bytes
}

// slack is what another start costs beside the file: handshakes, frames, digests.
const slack = 64 << 10

func mega(n int64) string { return fmt.Sprintf("%.2f MB", float64(n)/1e6) }
