//go:build !windows

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"wangpan/tui/tuitest"
)

// limitSpeed holds all transfers together to a rate, so that there is time to
// do something in the middle of them.
func limitSpeed(term *tuitest.Terminal, rate string) {
	term.Type("R")
	term.Wait("Limit the speed")
	term.Type(tuitest.CtrlU + rate + tuitest.Enter)
	term.Wait("All transfers together")
}

// begun waits until a part of a download is there.
func (p *person) begun(name string) {
	p.t.Helper()
	eventually(p.t, "part of "+name, func() bool {
		info, err := os.Stat(filepath.Join(p.downloads(), name+".wangpan-part"))
		return err == nil && info.Size() > 1<<20
	})
}

// TestDaemonIsKilledInTheMiddle loses the server as a power cut takes it, with
// two downloads and two uploads half done. They go on by themselves.
func TestDaemonIsKilledInTheMiddle(t *testing.T) {
	s := serve(t)
	p := member(t, s, "alice")
	const size = 24 << 20
	drive := filepath.Join(s.dir, "drives", "alice")
	want := map[string]string{} // by where the copies come to be
	for i := range 2 {
		down, up := fmt.Sprintf("下载 %d.bin", i), fmt.Sprintf("上传 %d.bin", i)
		want[filepath.Join(p.downloads(), down)] = write(t, filepath.Join(drive, down), size)
		want[filepath.Join(drive, up)] = write(t, filepath.Join(p.files(), up), size)
	}
	term := p.open("alice@" + s.addr)
	term.Wait("2 items")
	limitSpeed(term, "16 MB")
	term.Type("ad")
	term.Wait("2 active")
	term.Type("u")
	term.Wait("Upload from this computer", "上传 1.bin")
	term.Type("*u")
	term.Wait("4 active")
	p.begun("下载 0.bin")
	p.begun("下载 1.bin")
	s.kill()
	term.Wait("reconnecting", "4 waiting")
	s.start()
	term.Wait("4 done", "4 items")
	for path, sum := range want {
		if got := digest(t, path); got != sum {
			t.Errorf("%s is another file", path)
		}
	}
	left, err := filepath.Glob(filepath.Join(p.downloads(), "*wangpan*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
	if out, code := p.run("", "uploads", "--server", s.addr, "--user", "alice"); code != 0 || out != "" {
		t.Errorf("staged on the server: exit code %d, %q", code, out)
	}
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	s.stop()
}
