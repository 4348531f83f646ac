package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"wangpan/tui/explain"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
)

// The help of every command fits the terminal and still says all.
func TestHelpFits(t *testing.T) {
	for _, lang := range []string{locale.English, locale.Chinese} {
		for _, width := range []int{30, 60, 80, 200} {
			a, _, _ := newApp(lang)
			root := a.rootCommand()
			for _, cmd := range everyCommand(root) {
				t.Run(fmt.Sprint(lang, " ", width, " ", cmd.CommandPath()), func(t *testing.T) {
					help := a.helpText(cmd, width)
					for line := range strings.Lines(help) {
						if n := text.Width(strings.TrimSuffix(line, "\n")); n > width {
							t.Errorf("a line has %d cells, want at most %d: %s", n, width, line)
						}
					}
					bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
					if !strings.Contains(bare(help), bare(cmd.Long)) {
						t.Errorf("%q is not all in\n%s", cmd.Long, help)
					}
					if !strings.Contains(help, "--password-file") {
						t.Errorf("the common flags are missing in\n%s", help)
					}
				})
			}
		}
	}
}

func everyCommand(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, sub := range root.Commands() {
		all = append(all, everyCommand(sub)...)
	}
	return all
}

// Which words are servers.
func TestMistyped(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_STATE_HOME", dir)
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	if isSaved("nas") {
		t.Error("a server is saved before there is a state folder")
	}
	if _, err := os.Stat(filepath.Join(dir, "wangpan")); err == nil {
		t.Error("asking made the state folder")
	}
	keeper, err := session.Open(session.DefaultDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.SaveToken("nas:7440", "alice", ""); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		word string
		want string // the hint; blank: it is a server
	}{
		{"nas", ""},
		{"drive.lab", ""},
		{"alice@lab", ""},
		{"lab:7440", ""},
		{"[::1]", ""},
		{"localhost", ""},
		{"embedded", ""},
		{"lab", "wangpan --help lists the commands; for a server of that name: wangpan lab:7440"},
		{"mount", "wangpan --help lists the commands; for a server of that name: wangpan mount:7440"},
		{"loginn", "did you mean wangpan login? wangpan --help lists the commands; for a server of that name: wangpan loginn:7440"},
	}
	a, _, _ := newApp(locale.English)
	root := a.rootCommand()
	for _, tt := range tests {
		t.Run(tt.word, func(t *testing.T) {
			got := ""
			if err := a.mistyped(root, []string{tt.word}); err != nil {
				o := a.explain(err)
				got = o.Hint
				if want := `unknown command "` + tt.word + `"`; o.Sentence != want || o.Exit != explain.ExitUsage {
					t.Errorf("it says %q and exits with %d, want %q and %d", o.Sentence, o.Exit, want, explain.ExitUsage)
				}
			}
			if got != tt.want {
				t.Errorf("the hint is %q, want %q", got, tt.want)
			}
		})
	}
}
