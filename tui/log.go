package tui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/external"
	"wangpan/tui/locale"
)

// maxNotes is how many sentences the message log remembers.
const maxNotes = 500

// note is a sentence that was said, and when.
type note struct {
	at    time.Time
	bad   bool
	words dialog.Words
}

// note writes a sentence into the message log, where it can be read again when
// the next key has taken it off the status bar.
func (m *Model) note(bad bool, words dialog.Words) {
	m.notes = append(m.notes, note{m.now, bad, words})
	if over := len(m.notes) - maxNotes; over > 0 {
		m.notes = m.notes[over:]
	}
}

// logCommands are about what was said.
func (m *Model) logCommands() []command.Command {
	return []command.Command{
		{Name: "drive.messages", Help: "log.key", Keys: []string{"!"}, In: command.Panes, Group: command.GeneralGroup, Run: command.Just(m.showLog)},
	}
}

// showLog opens the message log at its end.
func (m *Model) showLog() {
	m.dialogs.Push(dialog.NewLog(dialog.Say("log.title"), dialog.Say("log.none"), m.said, copyLogMsg{}))
}

// said is the message log as it is now.
func (m *Model) said(l *locale.Locale) []dialog.LogLine {
	lines := make([]dialog.LogLine, len(m.notes))
	for i, n := range m.notes {
		lines[i] = dialog.LogLine{Time: l.Clock(n.at.Local()), Text: n.words(l), Bad: n.bad}
	}
	return lines
}

// copyLogMsg asks for the message log on the clipboard.
type copyLogMsg struct{}

// apply copies the messages, as many of the latest as a clipboard takes.
func (copyLogMsg) apply(m *Model) tea.Cmd {
	var lines []string
	size := 0
	for _, line := range slices.Backward(m.said(m.locale)) {
		whole := line.Time + " " + line.Text
		if size += len(whole) + 1; size > external.MaxCopy {
			break
		}
		lines = append(lines, whole)
	}
	slices.Reverse(lines)
	return m.external.Copy(strings.Join(lines, "\n"), dialog.Say("log.copied"))
}
