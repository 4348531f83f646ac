package tui

import (
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
)

// mostNamed is how many files a confirmation names.
const mostNamed = 3

// discardMsg is the answer that unfinished transfers are to be dropped.
type discardMsg struct{ of []*transfer.Unfinished }

// lost is something that discarding deletes.
type lost struct {
	id   string // of the sentence that names it
	name string
	size int64 // bytes; 0: not known
}

// lostOf returns what is deleted with an unfinished transfer: its partials here,
// or its bytes on the server.
func lostOf(u *transfer.Unfinished) []lost {
	if u.Job.Direction == transfer.Upload {
		return []lost{{"unfinished.lost.staged", string(u.Job.Remote), u.Done}}
	}
	var files []lost
	for _, file := range u.Partials {
		files = append(files, lost{"unfinished.lost.partial", shorten(file.Path), file.Size})
	}
	return files
}

// lostWords names what is deleted, the first of it where that is much, and the
// sum of all.
func lostWords(files []lost) []dialog.Words {
	var body []dialog.Words
	var sum int64
	for i, file := range files {
		sum += file.size
		if i < mostNamed {
			body = append(body, func(l *locale.Locale) string {
				return l.T(file.id, "Name", file.name, "Size", l.Size(file.size))
			})
		}
	}
	if more := len(files) - mostNamed; more > 0 {
		body = append(body, func(l *locale.Locale) string {
			return l.N("unfinished.lost.more", more, "Size", l.Size(sum))
		})
	}
	if len(files) == 0 {
		body = append(body, dialog.Say("unfinished.lost.nothing"))
		return body
	}
	return append(body, dialog.Say("unfinished.no_way_back"))
}

// sure is the title of a confirmation: it names one transfer, or counts several.
func sure(n int, one, name, many string) dialog.Words {
	if n == 1 {
		return dialog.Say(one, "Name", name)
	}
	return dialog.SayN(many, n)
}

// confirmDiscard names what is deleted with unfinished transfers, and asks.
func (m *Model) confirmDiscard(of []*transfer.Unfinished) {
	var files []lost
	for _, u := range of {
		files = append(files, lostOf(u)...)
	}
	title := sure(len(of), "unfinished.sure_one", nameOf(of[0]), "unfinished.sure")
	act := dialog.NewButton("d", "unfinished.discard", discardMsg{of})
	act.Danger = true
	m.dialogs.Push(dialog.NewConfirm(title, lostWords(files), act))
}

func (msg discardMsg) apply(m *Model) tea.Cmd {
	if m.drive == nil {
		return nil
	}
	m.drive.queue.Drop(values(msg.of)...)
	m.remote.UsageChanged()
	m.decided(msg.of)
	return m.tick()
}

// discardAnswerMsg is the answer that the unfinished copies of transfers that
// ask are to be dropped.
type discardAnswerMsg struct{ chosen dialog.Chosen }

// confirmDiscardAnswer names what is deleted when the question of a transfer,
// and with rest those of all others, is answered with Discard.
func (m *Model) confirmDiscardAnswer(id transfer.ID, c dialog.Chosen) {
	var files []lost
	name := ""
	for _, t := range m.drive.snapshot.Transfers {
		if t.Question == nil || !t.Question.Offers(transfer.AnswerDiscard) || t.ID != id && !c.Rest {
			continue
		}
		one := lost{"unfinished.lost.download", filepath.Base(t.Local), t.Question.Local.Size}
		if t.Direction == transfer.Upload {
			one = lost{"unfinished.lost.staged", string(t.Remote), t.Question.Remote.Size}
		}
		if t.ID == id {
			name = one.name
		}
		files = append(files, one)
	}
	if len(files) == 0 {
		return // it asks no more
	}
	act := dialog.NewButton("d", "unfinished.discard", discardAnswerMsg{c})
	act.Danger = true
	m.dialogs.Push(dialog.NewConfirm(sure(len(files), "unfinished.sure_one", name, "unfinished.sure"), lostWords(files), act))
}

func (msg discardAnswerMsg) apply(m *Model) tea.Cmd {
	id, ok := msg.chosen.Transfer.(transfer.ID)
	if !ok || m.drive == nil {
		return nil
	}
	m.drive.queue.Answer(id, transfer.AnswerDiscard, msg.chosen.Rest)
	return m.sample()
}
