package external

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/wire"
)

// MaxCopy is the maximum length of a text for Copy, in bytes. Terminals silently drop
// longer sequences; the lowest limit is 100,000 bytes of base64.
const MaxCopy = 72_000

// maxPaths is the maximum number of paths for CopyPaths. The shortest path and its line
// break have three bytes.
const maxPaths = MaxCopy / 3

// copySelected copies the paths of the selection.
func (f *External) copySelected() tea.Cmd { return f.Host.Selected(maxPaths, f.CopyPaths) }

// CopyPaths copies paths, one per line.
func (f *External) CopyPaths(paths []wire.Path) tea.Cmd {
	switch {
	case len(paths) == 0:
		return nil
	case len(paths) > maxPaths:
		f.Host.Say(true, locale.Say("clipboard.long"))
		return nil
	case len(paths) == 1:
		return f.Copy(string(paths[0]), locale.Say("clipboard.path", "Path", paths[0]))
	}
	lines := make([]string, len(paths))
	for i, path := range paths {
		lines[i] = string(path)
	}
	return f.Copy(strings.Join(lines, "\n"), locale.SayN("clipboard.paths", len(paths)))
}

// Copy asks the terminal to put a text on its clipboard, and shows a sentence. This works
// through SSH, too, because the terminal runs on the user's computer. Terminals do not
// report whether they did it.
func (f *External) Copy(text string, said locale.Words) tea.Cmd {
	if len(text) > MaxCopy {
		f.Host.Say(true, locale.Say("clipboard.long"))
		return nil
	}
	f.Host.Say(false, said)
	sequence := ansi.SetSystemClipboard(text)
	switch {
	case f.Getenv("TMUX") != "" || strings.HasPrefix(f.Getenv("TERM"), "tmux"):
		// tmux handles the first sequence if set-clipboard is on, and passes the second
		// one to the terminal if allow-passthrough is on.
		return tea.Raw(sequence + ansi.TmuxPassthrough(sequence))
	case f.Getenv("STY") != "":
		return tea.Raw(ansi.ScreenPassthrough(sequence, 0))
	}
	return tea.Raw(sequence)
}
