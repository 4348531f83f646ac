// Package themes is the feature that chooses the colours of the screen: one of the
// program's themes, or one of the files in the themes folder of the configuration.
//
// The stored theme is in use before there is a screen ([Themes.Load]). The user
// changes it in a list, which stays open to try each theme, or by typing its name.
// A file with mistakes counts as far as it is right; the message log names the
// mistakes.
package themes

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
)

// The folder of the user's themes, and how their files end.
const (
	folder    = "themes"
	extension = ".toml"
)

// maxFile is the limit of a theme file, in bytes. A file with every token takes 1 KB.
const maxFile = 64 << 10

// Host is what themes need from the rest of the screen.
type Host interface {
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
	// Note keeps a sentence in the message log only.
	Note(bad bool, words locale.Words)
	// ShowError shows a sentence in the status bar only, as an error.
	ShowError(words locale.Words)
	// Store runs do outside of the event loop, after everything that was stored before.
	Store(do func() error) tea.Cmd
}

// Options are the dependencies of Themes. All but Config are required.
type Options struct {
	Host    Host
	Theme   *theme.Theme // of the screen; Themes changes it
	Keeper  *session.Keeper
	Dialogs dialog.Opener
	Config  string // the configuration folder; blank: there is none
}

// Themes is the feature. It is not safe for concurrent use.
type Themes struct{ Options }

// New returns a Themes.
func New(o Options) *Themes { return &Themes{o} }

// Commands returns the command that chooses a theme.
func (t *Themes) Commands() []command.Command {
	return []command.Command{{
		Name: "drive.theme", Help: "theme.key", In: command.Panes, Group: command.GeneralGroup,
		Run:   command.DoOr(t.ask, func(args []string) (tea.Cmd, locale.Words) { return t.read(args[0]), nil }),
		Usage: "theme NAME", Args: []command.Argument{command.Choice}, Choices: func() []string { return names(t.Config) },
	}}
}

// readMsg is a theme that was read.
type readMsg struct {
	name     string
	scheme   *theme.Scheme // nil when there is none
	problems []theme.Problem
	err      error
}

// listedMsg brings the names of the themes for the list.
type listedMsg struct {
	list  *dialog.List
	names []string
}

// use is the button of the list.
type use struct{}

// Update takes the messages of the feature. It reports false for any other.
func (t *Themes) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case readMsg:
		return t.choose(msg), true
	case listedMsg:
		t.listed(msg)
		return nil, true
	case dialog.ListChosen:
		name, ok := msg.Item.(string)
		if _, chosen := msg.Do.(use); !chosen || !ok {
			return nil, true
		}
		return t.read(name), true
	}
	return nil, false
}

// read makes the command that reads a theme.
func (t *Themes) read(name string) tea.Cmd {
	config := t.Config
	return func() tea.Msg { return readTheme(config, name) }
}

// errNoTheme says that no theme has the name.
var errNoTheme = errors.New("no theme of that name")

// readTheme returns a theme of the program, or reads the file of that name.
func readTheme(config, name string) readMsg {
	if s := theme.Builtin(name); s != nil {
		return readMsg{name: name, scheme: s}
	}
	if config == "" || !validName(name) {
		return readMsg{name: name, err: errNoTheme}
	}
	path := filepath.Join(config, folder, name+extension)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return readMsg{name: name, err: errNoTheme}
	}
	content, err := local.ReadFile(path, maxFile)
	if err != nil {
		return readMsg{name: name, err: err}
	}
	s, problems := theme.Parse(name, content)
	return readMsg{name: name, scheme: s, problems: problems}
}

// validName reports whether a name is that of a file in the folder, and of none outside.
func validName(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsAny(name, `/\:`) && len(name) <= 100
}

// Load takes the stored theme into use. It reads the disk, so it runs before there is
// a screen.
func (t *Themes) Load() {
	name := t.Keeper.Settings().Theme
	if name == "" {
		return
	}
	msg := readTheme(t.Config, name)
	t.use(msg)
	wrong := msg.sentences()
	if len(wrong) == 0 {
		return
	}
	t.Dialogs.Push(dialog.NewReport(locale.Say("theme.title_wrong"), func(l *locale.Locale) []dialog.Paragraph {
		body := []dialog.Paragraph{{Text: l.T("theme.about", "Name", name)}}
		for i, words := range wrong {
			body = append(body, dialog.Paragraph{Text: words(l), Tone: dialog.Bad, Tight: i > 0})
		}
		return body
	}))
}

// use changes the colours of the screen, and logs the mistakes of the file.
func (t *Themes) use(msg readMsg) {
	for _, words := range msg.sentences() {
		t.Host.Note(true, words)
	}
	if msg.scheme == nil {
		return
	}
	look := t.Theme.Options()
	look.Scheme = msg.scheme
	t.Theme.Use(look)
}

// sentences returns what is wrong with a theme.
func (msg readMsg) sentences() []locale.Words {
	if errors.Is(msg.err, errNoTheme) {
		return []locale.Words{locale.Say("theme.missing", "Name", msg.name)}
	}
	problems := msg.problems
	if msg.err != nil {
		problems = []theme.Problem{{Fault: theme.Unreadable, Err: msg.err}}
	}
	var wrong []locale.Words
	for _, p := range problems {
		switch p.Fault {
		case theme.UnknownToken:
			wrong = append(wrong, locale.Say("theme.token", "Theme", msg.name, "Name", p.Name))
		case theme.UnknownColour:
			wrong = append(wrong, locale.Say("theme.colour", "Theme", msg.name, "Name", p.Name, "Value", p.Value))
		case theme.Unreadable:
			wrong = append(wrong, locale.Say("theme.unreadable", "Name", msg.name, "Why", p.Err))
		}
	}
	return wrong
}

// choose takes a theme into use, now and in the next run. The status bar shows the
// first mistake of the file.
func (t *Themes) choose(msg readMsg) tea.Cmd {
	wrong := msg.sentences()
	t.use(msg)
	if len(wrong) > 0 {
		t.Host.ShowError(wrong[0])
	} else {
		t.Host.Say(false, locale.Say("theme.used", "Name", msg.name))
	}
	if msg.scheme == nil {
		return nil
	}
	return t.Host.Store(func() error { return t.Keeper.Change(func(s *session.Settings) { s.Theme = msg.name }) })
}

// ask opens the list of the themes.
func (t *Themes) ask() tea.Cmd {
	list := dialog.NewList(locale.Say("theme.title"), locale.Say("picker.loading"),
		dialog.ListButton{Button: dialog.NewButton("u", "theme.use", use{})},
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
	)
	t.Dialogs.Push(list)
	config := t.Config
	return func() tea.Msg { return listedMsg{list, names(config)} }
}

// names returns the names of all themes: the program's, and those of the folder. It
// reads the disk.
func names(config string) []string {
	names := theme.Builtins()
	if config == "" {
		return names
	}
	found, _ := os.ReadDir(filepath.Join(config, folder)) // usually there is none
	for _, f := range found {
		if name, ok := strings.CutSuffix(f.Name(), extension); ok && validName(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// listed fills the list.
func (t *Themes) listed(msg listedMsg) {
	current := cmp.Or(t.Keeper.Settings().Theme, theme.Plain)
	rows := make([]dialog.Row, len(msg.names))
	for i, name := range msg.names {
		rows[i] = dialog.Row{Item: name, Name: name}
		if name == current {
			rows[i].Facts = []locale.Words{locale.Say("theme.now")}
		}
	}
	msg.list.SetRows(rows)
	if t.Config != "" {
		msg.list.SetNote(locale.Say("theme.own", "Folder", local.Shorten(filepath.Join(t.Config, folder))))
	}
}
