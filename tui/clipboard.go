package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/dialog"
	"wangpan/wire"
)

// longestCopy is how many bytes are put on a clipboard: terminals drop longer
// sequences without a word, the strictest at 100,000 bytes of base64.
const longestCopy = 72_000

// shortestLine is how many bytes a path takes at least, with its line break.
const shortestLine = 3

// copySelected puts the paths of what is selected on the clipboard.
func (m *Model) copySelected() tea.Cmd {
	s := m.selection()
	if s.count() > longestCopy/shortestLine {
		m.say(true, dialog.Say("clipboard.long"))
		return nil
	}
	return m.know(s, func(s *selection) tea.Cmd { return m.copyPaths(pathsOf(found(s.list()))) })
}

// copyPaths puts paths on the clipboard, one a line.
func (m *Model) copyPaths(paths []wire.Path) tea.Cmd {
	switch {
	case len(paths) == 0:
		return nil
	case len(paths) > longestCopy/shortestLine:
		m.say(true, dialog.Say("clipboard.long"))
		return nil
	case len(paths) == 1:
		return m.copyText(string(paths[0]), dialog.Say("clipboard.path", "Path", paths[0]))
	}
	lines := make([]string, len(paths))
	for i, path := range paths {
		lines[i] = string(path)
	}
	return m.copyText(strings.Join(lines, "\n"), dialog.SayN("clipboard.paths", len(paths)))
}

func pathsOf(found []wire.Found) []wire.Path {
	paths := make([]wire.Path, len(found))
	for i, f := range found {
		paths[i] = f.Path
	}
	return paths
}

// copyText asks the terminal to put a text on its clipboard, which also works
// through SSH: the terminal is where the person sits. Whether it does so no
// terminal says.
func (m *Model) copyText(text string, said dialog.Words) tea.Cmd {
	if len(text) > longestCopy {
		m.say(true, dialog.Say("clipboard.long"))
		return nil
	}
	m.say(false, said)
	sequence := ansi.SetSystemClipboard(text)
	switch {
	case m.env("TMUX") != "" || strings.HasPrefix(m.env("TERM"), "tmux"):
		// tmux takes the sequence itself where set-clipboard is on, and hands
		// this one through where allow-passthrough is.
		return tea.Raw(sequence + ansi.TmuxPassthrough(sequence))
	case m.env("STY") != "":
		return tea.Raw(ansi.ScreenPassthrough(sequence, 0))
	}
	return tea.Raw(sequence)
}
