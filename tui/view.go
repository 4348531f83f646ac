package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/local"
	"wangpan/tui/signin"
	"wangpan/tui/text"
)

// Sizes in cells. Below the least one, a sentence says so instead of a screen
// that cannot be read.
const (
	leastWidth  = 40
	leastHeight = 12
	headerLines = 1
	statusLines = 1
	leastList   = 5  // lines that the list keeps whatever moves
	shortPath   = 10 // of a path, less says nothing
)

// View draws the screen.
func (m *Model) View() tea.View {
	content, cursor := m.screen()
	v := tea.NewView(m.theme.Shown(content))
	v.AltScreen = true
	v.Cursor = cursor
	v.WindowTitle = m.theme.Shown(m.title())
	v.ProgressBar = m.progress()
	if mouse := m.Keeper.Settings().Mouse; mouse == nil || *mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

func (m *Model) screen() (string, *tea.Cursor) {
	if m.width == 0 || m.height == 0 {
		return "", nil
	}
	if m.width < leastWidth || m.height < leastHeight {
		sentence := m.locale.T("screen.small", "Width", leastWidth, "Height", leastHeight)
		lines := text.Wrap(sentence, m.width)
		return joinLines(lines[:min(len(lines), m.height)]), nil
	}
	var content string
	var cursor *tea.Cursor
	if m.drive == nil {
		content, cursor = m.signin.View(m.width, m.height)
		if m.status.notice != nil {
			lines := strings.Split(content, "\n")
			lines[len(lines)-1] = m.statusLine()
			content = joinLines(lines)
		}
	} else {
		parts := []string{m.header(), m.folders()}
		if !m.transfers.Pane.Empty() {
			parts = append(parts, m.transfers.Pane.View())
		}
		content = joinLines(append(parts, m.statusLine()))
		if m.typing() {
			cursor = m.writing()
		}
	}
	if m.dialogs.Len() > 0 {
		if m.drive == nil { // what a dialog left of the form would look like a part of it
			content = strings.Repeat("\n", m.height-1)
		}
		return m.dialogs.Over(content, m.width, m.height)
	}
	return content, cursor
}

func joinLines(lines []string) string { return strings.Join(lines, "\n") }

// arrange shares the lines between the panes.
func (m *Model) arrange() {
	room := max(m.height-headerLines-statusLines, 0)
	transfers := m.transfers.Pane.Lines(max(2, min(room/3, room-leastList)))
	m.transfers.Pane.Resize(m.width, transfers)
	list, local := m.sides()
	covered := list
	if m.beside() && !m.split.front {
		covered = local
	}
	list = m.preview.Resize(m.width >= previewFrom && !m.here.Shown(), list, covered, room-transfers)
	m.remote.Pane.Resize(list, room-transfers)
	m.here.Pane.Resize(local, room-transfers)
	m.listLines = room - transfers
}

// header is the line at the top: who is where, and beside it what the account
// takes and where downloads go, or that the connection is gone.
func (m *Model) header() string {
	th := m.theme
	name := " " + m.locale.T("screen.name")
	who := text.Visible(m.drive.session.User) + "@" + signin.Place(m.locale, m.drive.session.Server)
	room := m.width - text.Width(name) - 3 - 1
	var right string
	if m.remote.Lost() {
		right = th.Warning.Render(text.Cut(m.remote.LinkState(room), room))
	} else {
		right = m.remote.UsageView(room - text.Width(who) - 2)
		if left := room - text.Width(who) - 2 - text.Width(right) - 2; left >= shortPath {
			downloads := text.CutLeft(th.Glyph.Download+" "+text.Visible(local.Shorten(m.transfers.DownloadFolder())), left)
			right = strings.TrimSuffix(th.Muted.Render(downloads)+"  "+right, "  ")
		}
	}
	who = text.Pad(text.Cut(who, room-text.Width(right)-2), room-text.Width(right))
	return th.Title.Render(name) + "   " + who + right
}

// statusLine is the line at the bottom: a notice, or what the keys do here. What is too
// long loses its middle: a name stands at the beginning, and what became of it and
// the key that undoes it at the end.
func (m *Model) statusLine() string {
	if m.status.notice == nil {
		return m.hints()
	}
	style := m.theme.Good
	if m.status.failure {
		style = m.theme.Error
	}
	return " " + style.Render(text.CutMiddle(m.status.notice(m.locale), m.width-2))
}

// title is the window's title. While something moves it says how far it is, so
// that one can look elsewhere.
func (m *Model) title() string {
	name := m.locale.T("screen.name")
	if m.drive == nil {
		return name
	}
	if m.transfers.Moving() {
		return m.locale.Percent(m.transfers.Pane.Progress()) + " " + name
	}
	return name + " " + signin.Place(m.locale, m.drive.session.Server)
}

// progress is the terminal's own progress bar, where it has one. Older iTerms
// take the same sequence for a notification, and would show one a per cent.
func (m *Model) progress() *tea.ProgressBar {
	if m.drive == nil || m.env("TERM_PROGRAM") == "iTerm.app" {
		return nil
	}
	return m.transfers.ProgressBar()
}

// settling is how long after the last change of size the screen is drawn anew:
// by then the renderer has drawn it once in the new size.
const settling = 150 * time.Millisecond

// redrawMsg says that the size has not changed for a while.
type redrawMsg struct{ width, height int }

// resized takes a new size. The renderer does not know what it has drawn in the
// columns by which a screen became wider, and would leave it there for ever; so
// a wider screen is drawn once more from nothing.
func (m *Model) resized(msg tea.WindowSizeMsg) tea.Cmd {
	wider := m.width > 0 && msg.Width > m.width
	m.width, m.height = msg.Width, msg.Height
	m.arrange()
	if !wider {
		return nil
	}
	return tea.Tick(settling, func(time.Time) tea.Msg { return redrawMsg{msg.Width, msg.Height} })
}

// redraw draws a wider screen from nothing, once its size stays the same.
func (m *Model) redraw(msg redrawMsg) tea.Cmd {
	if msg.width != m.width || msg.height != m.height {
		return nil // it changes still
	}
	return tea.ClearScreen
}
