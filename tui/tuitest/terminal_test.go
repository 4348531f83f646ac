//go:build !windows

package tuitest

import (
	"os/exec"
	"testing"
)

func TestTerminal(t *testing.T) {
	term := Start(t, exec.Command("sh", "-c", `printf 'name? '; read name; printf '\033[2J\033[H你好 %s\n' "$name"; read again; exit 7`), 40, 10)
	term.Wait("name?")
	term.Type("论文" + Enter)
	if got, want := term.Wait("论文", "你好"), "你好 论文"; got != want {
		t.Errorf("the screen is %q, want %q", got, want)
	}
	if term.Written() == 0 {
		t.Error("nothing was counted")
	}
	term.Type(Enter)
	if code := term.Ended(); code != 7 {
		t.Errorf("exit code %d, want 7", code)
	}
}

func TestKill(t *testing.T) {
	term := Start(t, exec.Command("sh", "-c", "echo here; sleep 1000"), 40, 10)
	term.Wait("here")
	term.Kill()
	if code := term.Ended(); code != -1 {
		t.Errorf("exit code %d, want that of a killed program", code)
	}
}
