//go:build !windows

package tui

import (
	"os"
	"os/exec"
	"testing"

	"wangpan/tui/tuitest"
)

const ctrlZ = "\x1a"

// A shell gets the terminal, and gives it back.
func TestSuspend(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文-final.pdf", 1000)
	term := p.showBy(t, exec.Command("bash", "-c", `set -m; "$0"; echo "status $?"; read line; fg; echo "and $?"; read line`, os.Args[0]),
		p.Addr, "en", 80, 24)
	term.Wait("论文-final.pdf", "1 item ", "? help")
	term.Type(ctrlZ)
	term.Wait("status 148") // 128 and SIGTSTP
	term.Type(tuitest.Enter)
	term.Wait("论文-final.pdf", "1 item ", "? help")
	term.WaitGone("status 148")
	term.Type("n新" + tuitest.Enter)
	term.Wait("新 is created.")
	term.Type("q")
	term.Wait("and 0")
	term.Type(tuitest.Enter)
	term.Ended()
}

// Without a shell nobody would bring it back: it says so and goes on.
func TestSuspendWithoutAShell(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	term := p.show(t, p.Addr, "zh", 80, 24)
	term.Wait("此文件夹为空")
	term.Type(ctrlZ)
	term.Wait("未挂起", "此文件夹为空")
	term.Type("n新" + tuitest.Enter)
	term.Wait("▌  ▸ 新/")
	term.Type("q")
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
