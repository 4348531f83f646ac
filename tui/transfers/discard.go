package transfers

import (
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
)

// maxNamed limits the files that a confirmation names.
const maxNamed = 3

// discardMsg is the answer that unfinished transfers are to be discarded.
type discardMsg struct{ of []*transfer.Unfinished }

// discardAnswerMsg is the answer that the partials of transfers that ask are to
// be discarded.
type discardAnswerMsg struct {
	id   transfer.ID
	rest bool // and those of all other transfers that ask
}

// loss is a partial or a staged upload that discarding deletes.
type loss struct {
	id   string // of the sentence that names it
	name string
	size int64 // bytes; 0: unknown
}

// lossesOf returns what is deleted with an unfinished transfer: its partials
// here, or its bytes on the server.
func lossesOf(u *transfer.Unfinished) []loss {
	if u.Job.Direction == transfer.Upload {
		return []loss{{"unfinished.lost.staged", string(u.Job.Remote), u.Done}}
	}
	var files []loss
	for _, file := range u.Partials {
		files = append(files, loss{"unfinished.lost.partial", local.Shorten(file.Path), file.Size})
	}
	return files
}

// lossWords names the first files that are deleted, and counts the rest.
func lossWords(files []loss) []locale.Words {
	if len(files) == 0 {
		return []locale.Words{locale.Say("unfinished.lost.nothing")}
	}
	var body []locale.Words
	var sum int64
	for i, file := range files {
		sum += file.size
		if i < maxNamed {
			body = append(body, func(l *locale.Locale) string {
				return l.T(file.id, "Name", file.name, "Size", l.Size(file.size))
			})
		}
	}
	if more := len(files) - maxNamed; more > 0 {
		body = append(body, func(l *locale.Locale) string {
			return l.N("unfinished.lost.more", more, "Size", l.Size(sum))
		})
	}
	return append(body, locale.Say("unfinished.no_way_back"))
}

// sure is the title of a confirmation: it names one transfer, or counts several.
func sure(n int, one, name, many string) locale.Words {
	if n == 1 {
		return locale.Say(one, "Name", name)
	}
	return locale.SayN(many, n)
}

// confirm asks before n transfers are discarded. name is that of the first.
func (t *Transfers) confirm(n int, name string, files []loss, answer tea.Msg) {
	t.Dialogs.Push(dialog.NewConfirm(
		sure(n, "unfinished.sure_one", name, "unfinished.sure"), lossWords(files),
		dialog.NewDanger("d", "unfinished.discard", answer),
	))
}

// confirmDiscard asks before unfinished transfers are discarded.
func (t *Transfers) confirmDiscard(of []*transfer.Unfinished) {
	var files []loss
	for _, u := range of {
		files = append(files, lossesOf(u)...)
	}
	t.confirm(len(of), nameOf(of[0]), files, discardMsg{of})
}

func (t *Transfers) discard(of []*transfer.Unfinished) tea.Cmd {
	t.drive.queue.Drop(values(of)...)
	return tea.Batch(t.decided(of), t.Host.Sampled(true))
}

// confirmDiscardAnswer asks before the answer Discard goes to the question of a
// transfer and, if the user chose that, to those of all others.
func (t *Transfers) confirmDiscardAnswer(c dialog.Chosen) {
	var files []loss
	name := ""
	for _, one := range t.Pane.Snapshot().Transfers {
		if one.Question == nil || !one.Question.Offers(transfer.AnswerDiscard) || one.ID != c.Transfer && !c.Rest {
			continue
		}
		file := loss{"unfinished.lost.download", filepath.Base(one.Local), one.Question.Local.Size}
		if one.Direction == transfer.Upload {
			file = loss{"unfinished.lost.staged", string(one.Remote), one.Question.Remote.Size}
		}
		if one.ID == c.Transfer {
			name = file.name
		}
		files = append(files, file)
	}
	if len(files) > 0 { // else the question was settled meanwhile
		t.confirm(len(files), name, files, discardAnswerMsg{c.Transfer, c.Rest})
	}
}

func (t *Transfers) discardAnswer(msg discardAnswerMsg) tea.Cmd {
	t.drive.queue.Answer(msg.id, transfer.AnswerDiscard, msg.rest)
	return t.Sample()
}
