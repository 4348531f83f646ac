package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cabled are two network namespaces, one for each program, and a cable between
// them. Their addresses are for documentation and exist only inside.
type cabled struct {
	t            *testing.T
	here, there  string // names of the namespaces
	serverListen string
}

func newCabled(t *testing.T) *cabled {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can make network namespaces")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("ip, of iproute2, is not here")
	}
	c := &cabled{
		t: t, serverListen: "192.0.2.1:7440",
		here: fmt.Sprintf("wangpan-%d-a", os.Getpid()), there: fmt.Sprintf("wangpan-%d-b", os.Getpid()),
	}
	if out, err := exec.Command("ip", "netns", "add", c.here).CombinedOutput(); err != nil {
		t.Skipf("no network namespace can be made here: %v %s", err, out)
	}
	t.Cleanup(func() { c.ip("netns", "del", c.here) })
	c.ip("netns", "add", c.there)
	t.Cleanup(func() { c.ip("netns", "del", c.there) })
	c.ip("-n", c.here, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", c.there)
	c.ip("-n", c.here, "address", "add", "192.0.2.2/30", "dev", "cable")
	c.ip("-n", c.there, "address", "add", "192.0.2.1/30", "dev", "cable")
	c.ip("-n", c.there, "link", "set", "cable", "up")
	c.plug("up")
	return c
}

func (c *cabled) ip(args ...string) {
	c.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		c.t.Errorf("ip %s: %v %s", strings.Join(args, " "), err, out)
	}
}

// plug pulls the cable ("down") or puts it in again ("up").
func (c *cabled) plug(state string) {
	c.t.Helper()
	c.ip("-n", c.here, "link", "set", "cable", state)
}

// in runs cmd in a namespace.
func in(namespace string, cmd *exec.Cmd) {
	path, err := exec.LookPath("ip")
	if err != nil {
		cmd.Err = err
		return
	}
	cmd.Args = append([]string{path, "netns", "exec", namespace, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = path
}

// TestCableIsPulled takes the network away in the middle of a transfer, for
// less and for more than the 15 s after which a line counts as dead. When it
// comes back the transfer ends by itself.
func TestCableIsPulled(t *testing.T) {
	t.Parallel()
	c := newCabled(t)
	s := &server{t: t, dir: filepath.Join(t.TempDir(), "data"), addr: c.serverListen, namespace: c.there}
	s.start()
	t.Cleanup(s.kill)
	p := newPerson(t)
	p.namespace = c.here
	for _, command := range []string{"register", "login"} {
		if _, code := p.run(secret+"\n", command, "--server", s.addr, "--user", "alice", "--password-file", "-", "--trust-new-server"); code != 0 {
			t.Fatalf("%s: exit code %d", command, code)
		}
	}
	const size = 48 << 20
	want := write(t, filepath.Join(p.files(), moving), size)
	away := []time.Duration{2 * time.Second}
	if soaking {
		away = append(away, 20*time.Second)
	}
	for _, d := range away {
		for _, args := range [][]string{{"put", moving}, {"get", "/" + moving, "-t", p.downloads()}} {
			t.Run(fmt.Sprintf("%s, %v", args[0], d), func(t *testing.T) {
				parts, arrives := filepath.Join(s.dir, "uploads", "alice", "*"), filepath.Join(s.dir, "drives", "alice", moving)
				if args[0] == "get" {
					parts, arrives = filepath.Join(p.downloads(), "*.wangpan-part"), filepath.Join(p.downloads(), moving)
				}
				_ = os.Remove(arrives) // of the time before, if there was one
				cmd := p.wangpan(append(args, "--server", s.addr, "--user", "alice", "--limit-rate=16M")...)
				cmd.Stderr = t.Output()
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				eventually(t, "a part of the file", func() bool { return largest(parts) > size/8 })
				c.plug("down")
				time.Sleep(d) // it is what the test is about
				c.plug("up")
				if err := cmd.Wait(); err != nil {
					t.Fatalf("%v: %v", args, err)
				}
				if got := digest(t, arrives); got != want {
					t.Error("another file arrives")
				}
				if left, err := filepath.Glob(parts); err != nil || len(left) > 0 {
					t.Errorf("left over: %v %v", left, err)
				}
			})
		}
	}
	s.stop()
}

// largest is the size of the largest file that the pattern matches.
func largest(pattern string) (size int64) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return 0
	}
	for _, path := range found {
		if info, err := os.Stat(path); err == nil {
			size = max(size, info.Size())
		}
	}
	return size
}
