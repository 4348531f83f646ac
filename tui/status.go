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

// maxMessages is how many sentences the message log keeps.
const maxMessages = 500

// status is what the screen says to the user: the sentence in the status bar, until
// the next key, and the message log, in which the user can read it again.
type status struct {
	notice  locale.Words // nil: the status bar shows the hints
	failure bool         // the notice is about a failure
	log     []message
}

// message is a sentence of the message log.
type message struct {
	at    time.Time
	bad   bool
	words locale.Words
}

// show shows a sentence in the status bar only.
func (s *status) show(bad bool, words locale.Words) { s.notice, s.failure = words, bad }

// note adds a sentence to the message log only.
func (s *status) note(at time.Time, bad bool, words locale.Words) {
	s.log = append(s.log, message{at, bad, words})
	s.log = s.log[max(0, len(s.log)-maxMessages):]
}

// lines returns the message log as it is now.
func (s *status) lines(l *locale.Locale) []dialog.LogLine {
	lines := make([]dialog.LogLine, len(s.log))
	for i, one := range s.log {
		lines[i] = dialog.LogLine{Time: l.Clock(one.at.Local()), Text: one.words(l), Bad: one.bad}
	}
	return lines
}

// say shows a sentence in the status bar and adds it to the message log.
func (m *Model) say(bad bool, words locale.Words) {
	m.status.show(bad, words)
	m.note(bad, words)
}

// note adds a sentence to the message log.
func (m *Model) note(bad bool, words locale.Words) { m.status.note(m.now, bad, words) }

// logCommands open the message log.
func (m *Model) logCommands() []command.Command {
	return []command.Command{
		{Name: "drive.messages", Help: "log.key", Keys: []string{"!"}, In: command.Panes, Group: command.GeneralGroup, Run: command.Just(m.showLog)},
	}
}

// copyLogMsg asks for the message log on the clipboard.
type copyLogMsg struct{}

// showLog opens the message log at its end.
func (m *Model) showLog() {
	m.dialogs.Push(dialog.NewLog(locale.Say("log.title"), locale.Say("log.none"), m.status.lines, copyLogMsg{}))
}

// copyLog copies the latest messages, as many as a clipboard takes.
func (m *Model) copyLog() tea.Cmd {
	var lines []string
	size := 0
	for _, line := range slices.Backward(m.status.lines(m.locale)) {
		whole := line.Time + " " + line.Text
		if size += len(whole) + 1; size > external.MaxCopy {
			break
		}
		lines = append(lines, whole)
	}
	slices.Reverse(lines)
	return m.external.Copy(strings.Join(lines, "\n"), locale.Say("log.copied"))
}
