package themes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
)

// screen is a Host that records the sentences.
type screen struct{ noted, said, shown []string }

var english = locale.New(locale.English)

func (s *screen) Say(_ bool, words locale.Words)  { s.said = append(s.said, words(english)) }
func (s *screen) Note(_ bool, words locale.Words) { s.noted = append(s.noted, words(english)) }
func (s *screen) ShowError(words locale.Words)    { s.shown = append(s.shown, words(english)) }
func (s *screen) Store(do func() error) tea.Cmd   { return func() tea.Msg { return do() } }

// newThemes returns a Themes with a file of the user's, and the stored theme.
func newThemes(t *testing.T, stored string) (*Themes, *screen, *dialog.Stack) {
	t.Helper()
	config := t.TempDir()
	keeper, err := session.Open(t.TempDir())
	if err == nil {
		err = keeper.Change(func(s *session.Settings) { s.Theme = stored })
	}
	if err == nil {
		err = os.Mkdir(filepath.Join(config, folder), 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(config, folder, "sea"+extension), []byte("accent = \"#0087ff\"\nhorse = 1"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	colours := theme.New(theme.Detect([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}, "linux"))
	host, stack := new(screen), dialog.NewStack(dialog.Look{Theme: colours, Locale: english, Registry: command.NewRegistry()})
	return New(Options{
		Host: host, Theme: colours, Keeper: keeper, Config: config,
		Dialogs: stack.For(func(msg tea.Msg) tea.Msg { return msg }),
	}), host, stack
}

// A stored theme of the user's is in use from the start, as far as its file is right.
func TestLoad(t *testing.T) {
	themes, host, stack := newThemes(t, "sea")
	themes.Load()
	if accent := themes.Theme.Accent.Render("a"); !strings.Contains(accent, "38;2;0;135;255") {
		t.Errorf("the accent is %q", accent)
	}
	if stack.Len() != 1 || len(host.noted) != 1 || !strings.Contains(host.noted[0], "horse: there is no such colour name.") {
		t.Errorf("%d dialogs, and noted was %q", stack.Len(), host.noted)
	}
}

func TestNames(t *testing.T) {
	themes, _, _ := newThemes(t, "")
	if got, want := names(themes.Config), append(theme.Builtins(), "sea"); !slices.Equal(got, want) {
		t.Errorf("the themes are %q, want %q", got, want)
	}
	for name, want := range map[string]bool{"sea": true, theme.Quiet: true, "moon": false, "../themes/sea": false, "": false} {
		if got := readTheme(themes.Config, name); (got.scheme != nil) != want {
			t.Errorf("theme %q: %+v", name, got)
		}
	}
}

// A chosen theme is in use at once and stored. One that does not exist changes nothing.
func TestChoose(t *testing.T) {
	themes, host, _ := newThemes(t, "")
	before := themes.Theme.Accent.Render("a")
	chosen := dialog.ListChosen{Do: use{}, Item: theme.HighContrast}
	cmd, taken := themes.Update(chosen)
	if !taken {
		t.Fatal("the button of the list does nothing")
	}
	store, _ := themes.Update(cmd())
	if store() != nil || themes.Keeper.Settings().Theme != theme.HighContrast || themes.Theme.Accent.Render("a") == before {
		t.Errorf("the theme is %q", themes.Keeper.Settings().Theme)
	}
	cmd, _ = themes.Update(dialog.ListChosen{Do: use{}, Item: "moon"})
	if store, _ := themes.Update(cmd()); store != nil || themes.Keeper.Settings().Theme != theme.HighContrast {
		t.Error("a theme that does not exist is stored")
	}
	if len(host.said) != 1 || len(host.shown) != 1 {
		t.Errorf("said %q, shown %q", host.said, host.shown)
	}
}
