//go:build !windows

package e2e

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wangpan/tui/tuitest"
)

// bin holds the programs, built once.
var bin string

func TestMain(m *testing.M) {
	if from, at, ok := diskWanted(); ok {
		os.Exit(serveDisk(from, at))
	}
	os.Exit(build(m))
}

func build(m *testing.M) int {
	var err error
	if bin, err = os.MkdirTemp("", "wangpan-e2e-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(bin) }()
	if err := dependOnSources(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	args := []string{"build", "-o", bin}
	if raceEnabled {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "wangpan/tui/cmd/wangpan", "wangpan/daemon/cmd/wangpand")...).CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "build the programs: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// dependOnSources looks at every source file. The go command remembers that
// tests have passed, and knows what files they looked at but not what programs
// they built.
func dependOnSources() error {
	return filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") && entry.Name() != "go.mod":
			return nil
		}
		_, err = os.Stat(path)
		return err
	})
}

// server is a running wangpand.
type server struct {
	t    *testing.T
	dir  string
	addr string
	key  string
	cmd  *exec.Cmd

	namespace string // of the network that it is in; "" is that of the test
}

// serve starts wangpand on a new data folder.
func serve(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, dir: filepath.Join(t.TempDir(), "data"), addr: "127.0.0.1:0"}
	s.start()
	t.Cleanup(s.kill)
	return s
}

// start runs the daemon, again on the address that it had.
func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(filepath.Join(bin, "wangpand"), "--data", s.dir, "--listen", s.addr, "--registration", "open")
	s.cmd.Stderr = s.t.Output()
	if s.namespace != "" {
		in(s.namespace, s.cmd)
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if addr, ok := strings.CutPrefix(lines.Text(), "wangpand: listening on "); ok {
			s.addr = addr
		}
		if key, ok := strings.CutPrefix(lines.Text(), "wangpand: key "); ok {
			s.key = key
			return
		}
	}
	s.t.Fatal("wangpand ended before it said where it listens")
}

// kill ends the daemon as a power cut would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// stop ends the daemon as an administrator does.
func (s *server) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("wangpand after SIGTERM: %v", err)
	}
}

// person is somebody with a home folder, in which wangpan keeps what it knows.
type person struct {
	t    *testing.T
	home string
	lang string

	namespace string // of the network that the commands are in; "" is that of the test
}

func newPerson(t *testing.T) *person {
	t.Helper()
	home := t.TempDir()
	for _, dir := range []string{"files", "Downloads"} {
		if err := os.Mkdir(filepath.Join(home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return &person{t: t, home: home, lang: "en_US.UTF-8"}
}

// wangpan is the command, run in the person's files folder.
func (p *person) wangpan(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(bin, "wangpan"), args...)
	cmd.Dir = p.files()
	cmd.Env = []string{
		"HOME=" + p.home, "PATH=" + os.Getenv("PATH"), "LANG=" + p.lang,
		"XDG_CONFIG_HOME=" + filepath.Join(p.home, ".config"),
		"XDG_DATA_HOME=" + filepath.Join(p.home, ".local", "share"),
		"XDG_STATE_HOME=" + filepath.Join(p.home, ".local", "state"),
		"XDG_CACHE_HOME=" + filepath.Join(p.home, ".cache"),
		"XDG_DOWNLOAD_DIR=" + p.downloads(),
	}
	if p.namespace != "" {
		in(p.namespace, cmd)
	}
	return cmd
}

// open starts wangpan full screen.
func (p *person) open(args ...string) *tuitest.Terminal {
	p.t.Helper()
	return tuitest.Start(p.t, p.wangpan(args...), 80, 24)
}

func (p *person) files() string     { return filepath.Join(p.home, "files") }
func (p *person) downloads() string { return filepath.Join(p.home, "Downloads") }

// run runs wangpan without a screen and returns what it wrote to stdout.
func (p *person) run(stdin string, args ...string) (stdout string, code int) {
	p.t.Helper()
	cmd := p.wangpan(args...)
	cmd.Stdin = strings.NewReader(stdin)
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.Output()
	code = cmd.ProcessState.ExitCode()
	if err != nil && code < 0 {
		p.t.Fatalf("wangpan %v: %v\n%s", args, err, errors.String())
	}
	if code != 0 {
		p.t.Logf("wangpan %v: exit code %d\n%s", args, code, errors.String())
	}
	return string(out), code
}
