//go:build !windows

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	t.Parallel()
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

// TestQuitInTheMiddleAndResumeAll leaves a queue of files and a folder half
// done, once by quitting and once by losing the terminal. The next start offers
// all of it.
func TestQuitInTheMiddleAndResumeAll(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := member(t, s, "alice")
	drive := filepath.Join(s.dir, "drives", "alice")
	const size = 8 << 20
	want := map[string]string{}
	for _, name := range []string{"a.bin", "b.bin"} {
		want[filepath.Join(p.downloads(), name)] = write(t, filepath.Join(drive, name), size)
	}
	folder := filepath.Join(p.files(), "照片")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		name := fmt.Sprintf("图 %d.jpg", i)
		want[filepath.Join(drive, "照片", name)] = write(t, filepath.Join(folder, name), 300_000)
	}
	term := p.open("alice@" + s.addr)
	term.Wait("2 items")
	limitSpeed(term, "3 MB")
	term.Type("ad")
	term.Wait("2 active")
	term.Type("u")
	term.Wait("Upload from this computer", "u upload this item")
	term.Type("u")
	term.Wait("3 active", "↑ 照片/")
	p.begun("a.bin")
	term.Type("q")
	term.Wait("Quit?", "3 transfers are not finished", "the next start asks")
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	term = p.open("alice@" + s.addr)
	term.Wait("3 transfers are not finished", "↓ a.bin", "↑ 照片/", "stopped just now", "Resume all")
	term.Answer("a", "are not finished")
	term.Wait("3 active", "%")
	p.begun("b.bin")
	term.Kill()

	term = p.open("alice@" + s.addr)
	term.Wait("3 transfers are not finished", "Resume all")
	term.Answer("a", "are not finished")
	term.Wait("3 active")
	limitSpeed(term, "500 MB")
	term.Wait("3 done")
	for path, sum := range want {
		if got := digest(t, path); got != sum {
			t.Errorf("%s is another file", path)
		}
	}
	term.Type("q")
	term.Ended()
	term = p.open("alice@" + s.addr)
	if screen := term.Wait("3 items"); strings.Contains(screen, "before") || strings.Contains(screen, "not finished") {
		t.Errorf("what is done is offered again:\n%s", screen)
	}
	s.stop()
}
