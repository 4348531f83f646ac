package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
)

// doneWords says what was done, and the key that undoes it.
func (m *Model) doneWords(e *errand, done int) dialog.Words {
	key := m.commands.Label("drive.undo")
	back := len(e.back) > 0 && !e.quiet
	return func(l *locale.Locale) string {
		said := e.doneWords(l, done)
		if back {
			return l.T("act.undo_hint", "Done", said, "Key", key)
		}
		return said
	}
}

// doneWords says how much was done and, of what went elsewhere, where it is: who
// mistyped a folder has given a file a new name.
func (e *errand) doneWords(l *locale.Locale, done int) string {
	name := string(e.first.Base())
	if done > 1 {
		name = l.N("act.first_of", done, "Name", e.first.Base())
	}
	switch {
	case e.what != moving && e.what != copying || e.firstTo == "":
		return l.N(e.what.done, done, "Name", name)
	case done == 1 && e.firstTo.Base() != e.first.Base():
		return l.T(e.what.doneAs, "Name", name, "To", e.firstTo)
	}
	folder := string(e.firstTo.Dir())
	if !strings.HasSuffix(folder, "/") {
		folder += "/"
	}
	return l.N(e.what.doneTo, done, "Name", name, "To", folder)
}

// tellFailed says which steps did not work, and why.
func (m *Model) tellFailed(e *errand, done int) tea.Cmd {
	if len(e.failed) == 1 && len(e.steps) == 1 {
		words := m.whyFailed(e.failed[0])
		m.say(true, words)
		m.drive.unsaid = append(m.drive.unsaid, words)
		return nil
	}
	return m.tellSome(e.what, done, e.failed)
}

// tellSome opens a dialog that says which of many steps failed. The dialog opens
// unasked: the user may be typing by then.
func (m *Model) tellSome(what *errandKind, done int, failed []failure) tea.Cmd {
	const most = 50 // more say no more
	body := []dialog.Words{dialog.SayN("act.some_done", done)}
	for i, f := range failed {
		if i == most {
			body = append(body, dialog.SayN("act.more_failed", len(failed)-most))
			break
		}
		body = append(body, m.whyFailed(f))
	}
	m.note(true, m.whyFailed(failed[0])) // it is to be found when this is closed
	return m.dialogs.PushUnasked(dialog.NewMessage(dialog.SayN(what.failed, len(failed)), body...))
}

func (m *Model) whyFailed(f failure) dialog.Words {
	return func(l *locale.Locale) string {
		return l.T("act.failed_one", "Name", f.path.Base(), "Why", m.explain(f.err))
	}
}
