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

// discardMsg is the answer that discards unfinished transfers.
type discardMsg struct{ of []*transfer.Unfinished }

// discardAnswerMsg is the answer that discards the partial of a transfer with an open
// question.
type discardAnswerMsg struct {
	id   transfer.ID
	rest bool // also those of all other transfers with an open question
}

// loss is a partial or a staged upload that discarding deletes.
type loss struct {
	id   string // of the sentence that names it
	name string
	size int64 // bytes; 0: unknown
}

// lossesOf returns what discarding an unfinished transfer deletes: its partials on this
// computer, or its staged upload on the server.
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

// lossWords returns the names of the first files that are deleted, and the number of the
// others.
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

// sure returns the title of a confirmation: the name of one transfer, or the number of
// several ones. one and many are message ids.
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

// confirmDiscardAnswer asks before it answers the question of a transfer with Discard.
// With c.Rest, that is the answer to all other open questions, too.
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
	if len(files) > 0 { // none: the question was answered or withdrawn
		t.confirm(len(files), name, files, discardAnswerMsg{c.Transfer, c.Rest})
	}
}

func (t *Transfers) discardAnswer(msg discardAnswerMsg) tea.Cmd {
	t.drive.queue.Answer(msg.id, transfer.AnswerDiscard, msg.rest)
	return t.Sample()
}
