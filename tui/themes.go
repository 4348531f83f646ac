package tui

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
	"wangpan/tui/theme"
)

// themesName is the folder with the themes that a person has made, themeEnd how
// their files end.
const (
	themesName = "themes"
	themeEnd   = ".toml"
)

// maxTheme bounds a theme file, in bytes. With every token in it, it takes 1 KB.
const maxTheme = 64 << 10

// themeCommands choose the colours.
func (m *Model) themeCommands() []command.Command {
	return []command.Command{{
		Name: "drive.theme", Help: "theme.key", In: command.Panes, Group: command.GeneralGroup,
		Run:   command.DoOr(m.askTheme, m.typedTheme),
		Usage: "theme NAME", Args: []command.Argument{command.Choice}, Choices: func() []string { return themeNames(m.Config) },
	}}
}

// themeMsg is a theme that was asked for, as it was read.
type themeMsg struct {
	name     string
	scheme   *theme.Scheme // nil when there is none
	problems []theme.Problem
	err      error
}

// errNoTheme says that there is no theme of a name.
var errNoTheme = errors.New("no theme of that name")

// readTheme finds a theme by its name: one of the program's, or a file. It waits
// for the disk.
func readTheme(config, name string) themeMsg {
	if s := theme.Builtin(name); s != nil {
		return themeMsg{name: name, scheme: s}
	}
	if config == "" || !validTheme(name) {
		return themeMsg{name: name, err: errNoTheme}
	}
	path := filepath.Join(config, themesName, name+themeEnd)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return themeMsg{name: name, err: errNoTheme}
	}
	content, err := readBounded(path, maxTheme)
	if err != nil {
		return themeMsg{name: name, err: err}
	}
	s, problems := theme.Parse(name, content)
	return themeMsg{name: name, scheme: s, problems: problems}
}

// validTheme reports whether a name can be that of a file in the folder, and of
// none outside.
func validTheme(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsAny(name, `/\:`) && len(name) <= 100
}

// firstTheme takes the theme of the settings into use, before there is a screen.
func (m *Model) firstTheme() {
	name := m.Keeper.Settings().Theme
	if name == "" {
		return
	}
	msg := readTheme(m.Config, name)
	m.useTheme(msg)
	if said := themeProblems(msg); len(said) > 0 {
		m.dialogs.Push(dialog.NewReport(dialog.Say("theme.title_wrong"), func(l *locale.Locale) []dialog.Paragraph {
			told := []dialog.Paragraph{{Text: l.T("theme.about", "Name", name)}}
			for i, words := range said {
				told = append(told, dialog.Paragraph{Text: words(l), Tone: dialog.Bad, Tight: i > 0})
			}
			return told
		}))
	}
}

// useTheme changes the colours of everything, and logs what was wrong.
func (m *Model) useTheme(msg themeMsg) {
	for _, words := range themeProblems(msg) {
		m.note(true, words)
	}
	if msg.scheme == nil {
		return
	}
	look := m.theme.Options()
	look.Scheme = msg.scheme
	m.theme.Use(look)
}

// themeProblems are the sentences for what is wrong with a theme.
func themeProblems(msg themeMsg) []dialog.Words {
	if errors.Is(msg.err, errNoTheme) {
		return []dialog.Words{dialog.Say("theme.missing", "Name", msg.name)}
	}
	problems := msg.problems
	if msg.err != nil {
		problems = []theme.Problem{{Fault: theme.Unreadable, Err: msg.err}}
	}
	var said []dialog.Words
	for _, p := range problems {
		switch p.Fault {
		case theme.UnknownToken:
			said = append(said, dialog.Say("theme.token", "Theme", msg.name, "Name", p.Name))
		case theme.UnknownColour:
			said = append(said, dialog.Say("theme.colour", "Theme", msg.name, "Name", p.Name, "Value", p.Value))
		case theme.Unreadable:
			said = append(said, dialog.Say("theme.unreadable", "Name", msg.name, "Why", p.Err))
		}
	}
	return said
}

// apply takes a theme into use, now and in the next run. What the file says
// wrongly is said; the rest of it counts.
func (msg themeMsg) apply(m *Model) tea.Cmd {
	said := themeProblems(msg)
	m.useTheme(msg)
	if len(said) > 0 {
		m.notice = notice{said[0], true} // all are in the message log already
	} else {
		m.say(false, dialog.Say("theme.used", "Name", msg.name))
	}
	if msg.scheme == nil {
		return nil
	}
	return m.save(func(s *settings) { s.Theme = msg.name })
}

func (m *Model) typedTheme(args []string) (tea.Cmd, locale.Words) {
	config := m.Config
	return func() tea.Msg { return readTheme(config, args[0]) }, nil
}

// themesMsg says which themes there are.
type themesMsg struct {
	list  *dialog.List
	names []string
}

// themeChosen takes the theme of a row into use.
func (m *Model) themeChosen(c dialog.ListChosen) tea.Cmd {
	name, ok := c.Item.(string)
	if !ok {
		return nil
	}
	config := m.Config
	return func() tea.Msg { return readTheme(config, name) }
}

// askTheme lists the themes. The list stays open, so that one can look at each.
func (m *Model) askTheme() tea.Cmd {
	list := dialog.NewList(dialog.Say("theme.title"), dialog.Say("picker.loading"),
		dialog.ListButton{Button: dialog.NewButton("u", "theme.use", nil)},
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
	)
	m.dialogs.Push(list)
	config := m.Config
	return func() tea.Msg { return themesMsg{list, themeNames(config)} }
}

// themeNames are the themes there are: the program's, and those in the folder.
// It waits for the disk.
func themeNames(config string) []string {
	names := theme.Builtins()
	if config == "" {
		return names
	}
	found, _ := os.ReadDir(filepath.Join(config, themesName)) // usually there is none
	for _, f := range found {
		if name, ok := strings.CutSuffix(f.Name(), themeEnd); ok && validTheme(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// apply shows them.
func (msg themesMsg) apply(m *Model) tea.Cmd {
	now := cmp.Or(m.Keeper.Settings().Theme, theme.Plain)
	rows := make([]dialog.Row, len(msg.names))
	for i, name := range msg.names {
		rows[i] = dialog.Row{Item: name, Name: name}
		if name == now {
			rows[i].Facts = []dialog.Words{dialog.Say("theme.now")}
		}
	}
	msg.list.SetRows(rows)
	if m.Config != "" {
		msg.list.SetNote(dialog.Say("theme.own", "Folder", local.Shorten(filepath.Join(m.Config, themesName))))
	}
	return nil
}
