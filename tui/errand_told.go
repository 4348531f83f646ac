package tui

import (
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// doneWords says what was done, and the key that undoes it.
func (m *Model) doneWords(e *errand, done int) dialog.Words {
	key := m.actions.keys["undo"].Help().Key
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
	key := m.actions.keys["undo"].Help().Key
	if e.quiet {
		key = "" // it does not come back by that
	}
	return m.tellSome(e.what, done, e.failed, leftBetween(e.between, key))
}

// tellSome opens a dialog that says which of many steps failed and which names
// they have left. The dialog opens unasked: the user may be typing by then.
func (m *Model) tellSome(what *errandKind, done int, failed []failure, left []dialog.Words) tea.Cmd {
	const most = 50 // more say no more
	body := slices.Concat([]dialog.Words{dialog.SayN("act.some_done", done)}, left)
	for i, f := range failed {
		if i == most {
			body = append(body, dialog.SayN("act.more_failed", len(failed)-most))
			break
		}
		body = append(body, m.whyFailed(f))
	}
	for _, words := range left { // they are to be found when this is closed
		m.note(true, words)
	}
	if len(failed) > 0 {
		m.note(true, m.whyFailed(failed[0]))
	}
	return m.dialogs.PushUnasked(dialog.NewMessage(dialog.SayN(what.failed, max(len(failed), len(left))), body...))
}

func (m *Model) whyFailed(f failure) dialog.Words {
	return func(l *locale.Locale) string {
		return l.T("act.failed_one", "Name", f.path.Base(), "Why", m.explain(f.err))
	}
}

// leftBetween says which things have a name in between, and the key that brings
// them back, if there is one.
func leftBetween(between map[wire.Path]wire.Path, key string) []dialog.Words {
	var left []dialog.Words
	for _, now := range slices.Sorted(maps.Keys(between)) {
		id := "act.left_between"
		if key == "" {
			id = "act.left_there"
		}
		left = append(left, dialog.Say(id, "Name", between[now].Base(), "Now", now.Base(), "Key", key))
	}
	return left
}
