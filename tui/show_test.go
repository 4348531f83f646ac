//go:build !windows

package tui

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"wangpan/tui/tuitest"
)

// show starts the client on a terminal.
func (p *place) show(t *testing.T, server, lang string, width, height int, env ...string) *tuitest.Terminal {
	t.Helper()
	return p.showBy(t, exec.Command(os.Args[0]), server, lang, width, height, env...)
}

// showBy starts the client by another program, a shell: the client is its $0.
func (p *place) showBy(t *testing.T, cmd *exec.Cmd, server, lang string, width, height int, env ...string) *tuitest.Terminal {
	t.Helper()
	cmd.Dir = p.cwd
	p.cmd = cmd
	cmd.Env = append([]string{
		childState + "=" + p.state, childServer + "=" + server, childLang + "=" + lang,
		childEmbedded + "=" + p.Addr, childKey + "=" + p.Fingerprint,
		"LANG=C.UTF-8", "HOME=" + p.state,
	}, env...)
	return tuitest.Start(t, cmd, width, height)
}

// wantFile waits until a file holds what is wanted. The screen has said so
// before, so it is there already.
func wantFile(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has %d bytes that are not the %d wanted", filepath.Base(path), len(got), len(want))
	}
}
