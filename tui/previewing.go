package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/command"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/preview"
	"wangpan/tui/text"
)

// Sizes of the preview, in cells. Where it has no room beside the list it takes
// the list's place, for as long as one looks at it; or that of the other pane,
// where there are two.
const (
	previewFrom   = 100 // a screen so wide has room for both
	previewShare  = 3   // then the preview has one part of so many
	previewBorder = 2   // the line between, and a blank
)

// previewing is the preview of what is under the cursor, as the screen has it.
type previewing struct {
	pane  *preview.Pane
	on    bool // beside the list; remembered
	over  bool // in place of a list, where there is no room beside it
	width int  // of its pane, in cells; 0: it is not shown
	asked bool // the terminal, for its name
}

// previewCommands are about the preview.
func (m *Model) previewCommands() []command.Command {
	shown := func() bool { return m.preview.width > 0 }
	scroll := func(up bool) func([]string) (tea.Cmd, locale.Words) {
		return command.Do(func() tea.Cmd {
			by := max(m.preview.pane.Page()/2, 1)
			if up {
				by = -by
			}
			return m.preview.pane.Scroll(by)
		})
	}
	return []command.Command{
		{Name: "drive.preview", Help: "preview.keys.toggle", Keys: []string{"p"}, In: command.Folders, Group: command.FilesGroup, Run: command.Do(m.togglePreview)},
		{Name: "drive.preview_down", Help: "preview.keys.down", Keys: []string{"J", "ctrl+e"}, In: command.Folders, Group: command.FilesGroup, Able: shown, Run: scroll(false)},
		{Name: "drive.preview_up", Help: "preview.keys.up", Keys: []string{"K", "ctrl+y"}, In: command.Folders, Group: command.FilesGroup, Able: shown, Run: scroll(true)},
	}
}

// togglePreview shows the preview or hides it. Only beside the list is it a
// choice for the next time, too: nobody wants to begin with a list that is
// covered.
func (m *Model) togglePreview() tea.Cmd {
	p := &m.preview
	if !m.previewBeside() {
		p.over = !p.over
		m.layout()
		return nil
	}
	p.on = !p.on
	on := p.on
	m.layout()
	return m.save(func(s *settings) { s.Preview = on })
}

// previewBeside reports whether there is room for the preview beside the list:
// not where this computer's folders stand there.
func (m *Model) previewBeside() bool { return m.width >= previewFrom && !m.local.shown }

// layoutPreview gives the preview its part of the list's room and returns how
// many columns are left to the list. A list that is covered keeps all of them.
func (m *Model) layoutPreview(list, local, lines int) int {
	p := &m.preview
	switch {
	case m.previewBeside():
		p.over, p.width = false, 0
		if p.on {
			p.width = list/previewShare - previewBorder
			list -= p.width + previewBorder
		}
	case !p.over:
		p.width = 0
	case m.beside() && !m.local.front:
		p.width = local - 2
	default:
		p.width = list - 2
	}
	p.pane.Resize(p.width, lines)
	return list
}

// covering is the preview in place of a list.
func (m *Model) covering() string {
	return " " + strings.ReplaceAll(m.preview.pane.View(), "\n", "\n ")
}

// withPreview draws the preview beside the list, or over it.
func (m *Model) withPreview(list string) string {
	p := &m.preview
	if p.width == 0 {
		return list
	}
	if p.over {
		return m.covering()
	}
	lines := strings.Split(p.pane.View(), "\n")
	rows := strings.Split(list, "\n")
	width, _ := m.sides()
	border := m.theme.Border.Render(m.theme.Glyph.Border.Left)
	for i := range rows {
		blanks := max(width-p.width-previewBorder-text.Width(rows[i]), 0)
		rows[i] += strings.Repeat(" ", blanks) + border + " " + lines[i]
	}
	return joinLines(rows)
}

// overPreview reports whether a place on the screen is the preview's.
func (m *Model) overPreview(x, y int) bool {
	p := &m.preview
	if p.width == 0 || m.drive == nil || y < headerLines || y >= headerLines+m.listLines {
		return false
	}
	list, _ := m.sides()
	switch {
	case !p.over:
		return x >= m.width-p.width-previewBorder
	case !m.beside():
		return true
	case m.local.front:
		return x < list
	}
	return x > list
}

// lookCloser tells the preview what is under the cursor. Everything may have
// moved that, so it is called after every message.
func (m *Model) lookCloser() tea.Cmd {
	if m.drive == nil || m.preview.width == 0 {
		m.preview.pane.Stop()
		return nil
	}
	list := m.list
	if m.local.shown && m.local.front {
		list = m.local.pane
	}
	if _, ok := list.Current(); !ok && list.Loading() {
		return nil // what was shown stays until it is known what comes
	}
	show := m.preview.pane.Show(m.underCursor())
	at, of := 0, 0
	if m.preview.over && !m.beside() {
		at, of = list.Place()
	}
	m.preview.pane.Hides(at, of)
	return tea.Batch(m.askTerminal(), show)
}

// underCursor returns what there is to look at, which may be nothing.
func (m *Model) underCursor() preview.Item {
	if m.local.shown && m.local.front {
		pane := m.local.pane
		if entry, ok := pane.Current(); ok && (entry.IsDir || entry.Size >= 0) { // else it is not known yet
			return preview.Item{Source: localFiles{}, Path: local.Join(pane.Path(), entry.Name), Entry: entry}
		}
		return preview.Item{}
	}
	entry, ok := m.list.Current()
	if !ok {
		return preview.Item{}
	}
	path, err := m.list.Path().Join(string(entry.Name))
	if err != nil {
		return preview.Item{}
	}
	return preview.Item{Source: m.drive.files, Path: path, Entry: entry}
}

// remote reports whether the line to the terminal is a network's.
func (m *Model) remote() bool { return m.env("SSH_TTY") != "" }

// askTerminal asks the terminal what it is, once, when the first preview is
// shown: a few can draw pictures. Those that cannot be one of them are spared.
func (m *Model) askTerminal() tea.Cmd {
	within := m.env("TMUX") != "" || m.env("STY") != "" // pictures would not get through
	if m.preview.asked || within || m.theme.Options().Profile < colorprofile.ANSI256 {
		return nil
	}
	m.preview.asked = true
	return tea.RequestTerminalVersion
}

// terminalNamed takes the answer, such as "kitty(0.43.1)" or "ghostty 1.2.0".
// Others that know kitty's protocol do not know its placeholders.
func (m *Model) terminalNamed(name string) {
	for _, known := range []string{"kitty(", "ghostty "} {
		if strings.HasPrefix(name, known) {
			m.preview.pane.SetGraphics(preview.Graphics{Kitty: true, Coarse: m.remote()})
		}
	}
}
