//go:build !windows

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/tui/tuitest"
)

// TestOwnKeysAndTheme begins with files of a person's own, one of them with a
// mistake, and finds its way by the palette, the help and the message log.
func TestOwnKeysAndTheme(t *testing.T) {
	s := serve(t)
	p := member(t, s, "alice")
	config := filepath.Join(p.home, "own")
	for name, content := range map[string]string{
		"keys.toml":       "[drive]\nmkdir = \"F9\"\nquit = []\n",
		"themes/sea.toml": "accent = \"#0087ff\"\nhorse = 1\n",
	} {
		path := filepath.Join(config, "wangpan", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	term := p.openWith("alice", s, "XDG_CONFIG_HOME="+config)
	term.Wait("Some keys are invalid", "drive.quit needs a key")
	term.Type(tuitest.Enter)
	term.Wait("This folder is empty.")

	// The key that was chosen, and the palette, do the same.
	term.Type("\x1b[20~") // F9
	term.Wait("New folder")
	term.Type("照片" + tuitest.Enter)
	term.Wait("▸ 照片/")
	term.Type(":")
	term.Wait("Command palette")
	term.Type("new fol")
	term.Wait("f9", "mkdir")
	term.Type(tuitest.Enter)
	term.Wait("New folder")
	term.Type("raw" + tuitest.Enter)
	term.Wait("▸ raw/")
	if _, err := os.Stat(filepath.Join(s.dir, "drives", "alice", "raw")); err != nil {
		t.Error(err)
	}

	// Words move things, and the way back is a word too.
	term.Type(":mv raw 照片" + tuitest.Enter)
	term.Wait("raw is moved")
	term.Type(":undo" + tuitest.Enter)
	term.Wait("▸ raw/")
	term.Type(":theme sea" + tuitest.Enter)
	term.Wait("horse: there is no such colour name.")

	// What was said can be read again, and the help knows the chosen key.
	term.Type("!")
	term.Wait("Messages", "raw is moved", "drive.quit needs a key", "horse:")
	term.Type("q?/new fol")
	term.WaitFor("the key of new folders", func(screen string) bool {
		return strings.Contains(screen, "f9     new folder") && !strings.Contains(screen, "download")
	})
	term.Type(tuitest.CtrlC)
	if code := term.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
