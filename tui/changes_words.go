package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/text"
)

// progressPace is how often the screen shows the progress of a batch.
const progressPace = 250 * time.Millisecond

// batchWords are the message ids about a kind of batch.
type batchWords struct {
	title, done, failed string

	doneTo, doneAs string // done, with the target; "": the files are where they were
}

var wordsOf = map[change.Kind]batchWords{
	change.Renaming:  {title: "act.rename.title", done: "act.rename.done", failed: "act.rename.failed"},
	change.Moving:    {title: "act.move.title", done: "act.move.done", failed: "act.move.failed", doneTo: "act.move.done_to", doneAs: "act.move.done_as"},
	change.Copying:   {title: "act.copy.title", done: "act.copy.done", failed: "act.copy.failed", doneTo: "act.copy.done_to", doneAs: "act.copy.done_as"},
	change.Removing:  {title: "act.remove.title", done: "act.remove.done", failed: "act.remove.failed"},
	change.Making:    {title: "screen.mkdir.title", done: "screen.mkdir.done", failed: "act.failed"},
	change.Restoring: {title: "act.restore.title", done: "act.restore.done", failed: "act.restore.failed"},
	change.Purging:   {title: "act.purge.title", done: "act.purge.done", failed: "act.purge.failed"},
	change.Emptying:  {title: "act.purge.title", done: "act.purge.emptied", failed: "act.purge.failed"},
	change.Deleting:  {title: "act.purge.title", done: "panes.for_good.done", failed: "act.remove.failed"},
	change.Undoing:   {title: "act.undo.title", done: "act.undo.done", failed: "act.undo.failed"},
}

// tellEnd says how a batch ended.
func (m *Model) tellEnd(s *change.Summary) tea.Cmd {
	b := s.Batch
	switch {
	case s.Err != nil:
		m.sayError(s.Err)
	case len(s.Failed) > 0:
		return m.tellFailed(s)
	case len(s.Left) > 0:
		id := "act.given_up"
		if b.Kind == change.Undoing {
			id = "act.undo.stopped"
		}
		m.say(true, func(l *locale.Locale) string {
			return l.T(id, "Done", l.Count(int64(s.Done)), "All", l.Count(int64(len(b.Steps))), "Key", m.undoKey(b.Side))
		})
	case s.Done > 0 && b.Queued() && m.notice.bad: // the user has not read that yet
		m.note(false, m.doneWords(s))
	case s.Done > 0:
		m.say(false, m.doneWords(s))
	}
	return nil
}

// undoKey returns the key that undoes a change.
func (m *Model) undoKey(side change.Side) string {
	if side == change.Here {
		return m.commands.Label("drive.local_undo")
	}
	return m.commands.Label("drive.undo")
}

// doneWords says what was done, and the key that undoes it.
func (m *Model) doneWords(s *change.Summary) dialog.Words {
	if s.Batch.Side == change.Here && s.Done == 1 {
		switch s.Batch.Kind {
		case change.Removing:
			return dialog.Say("panes.single.trash", "Name", s.First.Base())
		case change.Renaming:
			return dialog.Say("panes.rename.done", "Old", s.First.Base(), "New", s.FirstTo.Base())
		case change.Making:
			return dialog.Say("screen.mkdir.done", "Name", s.First.Base())
		default:
		}
	}
	if s.Batch.Side == change.Here && s.Batch.Kind == change.Removing {
		return dialog.SayN("panes.trash", s.Done)
	}
	key := m.undoKey(s.Batch.Side)
	return func(l *locale.Locale) string {
		said := countWords(l, s)
		if s.Undoable {
			return l.T("act.undo_hint", "Done", said, "Key", key)
		}
		return said
	}
}

// countWords says how many files were changed and, of those that went elsewhere,
// where they are: a mistyped folder has given a file a new name.
func countWords(l *locale.Locale, s *change.Summary) string {
	b, words := s.Batch, wordsOf[s.Batch.Kind]
	name := string(s.First.Base())
	if s.Done > 1 {
		name = l.N("act.first_of", s.Done, "Name", s.First.Base())
	}
	switch {
	case b.Kind == change.Undoing && b.Across && b.Side == change.Here:
		return l.N("act.undo.here", s.Done, "Name", name)
	case b.Kind == change.Undoing && b.Across:
		return l.N("act.undo.drive", s.Done, "Name", name)
	case words.doneTo == "" || s.FirstTo == "":
		return l.N(words.done, s.Done, "Name", name)
	case s.Done == 1 && s.FirstTo.Base() != s.First.Base():
		return l.T(words.doneAs, "Name", name, "To", s.FirstTo)
	}
	folder := string(s.FirstTo.Dir())
	if !strings.HasSuffix(folder, "/") {
		folder += "/"
	}
	return l.N(words.doneTo, s.Done, "Name", name, "To", folder)
}

// tellFailed says which steps failed, and why. Of many, a dialog says it, which
// opens unasked: the user may be typing by then.
func (m *Model) tellFailed(s *change.Summary) tea.Cmd {
	first := m.whyFailed(s.Failed[0])
	if len(s.Batch.Steps) == 1 {
		m.say(true, first)
		failed := &m.changes.failed[s.Batch.Side]
		*failed = append(*failed, first)
		return nil
	}
	const most = 50 // more say no more
	body := []dialog.Words{dialog.SayN("act.some_done", s.Done)}
	for i, f := range s.Failed {
		if i == most {
			body = append(body, dialog.SayN("act.more_failed", len(s.Failed)-most))
			break
		}
		body = append(body, m.whyFailed(f))
	}
	m.note(true, first) // the log has it when the dialog is closed
	return m.dialogs.PushUnasked(dialog.NewMessage(dialog.SayN(wordsOf[s.Batch.Kind].failed, len(s.Failed)), body...))
}

func (m *Model) whyFailed(f change.Failure) dialog.Words {
	return func(l *locale.Locale) string {
		return l.T("act.failed_one", "Name", f.Path.Base(), "Why", m.explain(f.Err))
	}
}

// askAbout asks what to do with the files that a batch could not change as asked.
// Keys that the user types by then answer nothing.
func (m *Model) askAbout(s *change.Summary) tea.Cmd {
	switch {
	case len(s.NoTrash) > 0:
		return m.askForGood(s.NoTrash)
	case len(s.Taken) == 0:
		return nil
	}
	body := []dialog.Words{}
	for _, one := range s.Taken[:min(len(s.Taken), 5)] {
		body = append(body, dialog.Quote(string(one.To)))
	}
	body = append(body, dialog.Say("act.taken.body"))
	return m.dialogs.PushUnasked(dialog.NewConfirm(
		dialog.SayN("act.taken.title", len(s.Taken)), body,
		dialog.NewButton("b", "act.taken.both", startMsg{batch: s.KeepBoth()}),
		dialog.NewButton("r", "act.taken.replace", startMsg{batch: s.Replace()}),
	))
}

// background returns the progress of the batch in the background and the key that
// stops it, nil when there is none.
func (m *Model) background() dialog.Words {
	b := m.inBackground()
	if b == nil {
		return nil
	}
	key := m.commands.Label("drive.back")
	return func(l *locale.Locale) string {
		said := l.T(wordsOf[b.Kind].title) + text.Ellipsis
		if _, all, _ := b.Progress(); all > 0 {
			said = l.T("act.background", "What", l.T(wordsOf[b.Kind].title), "Done", l.Count(int64(m.changes.shown)), "All", l.Count(int64(all)))
		}
		if b.Stopped() || key == "" {
			return said
		}
		return said + "  " + l.T("act.stop", "Key", key)
	}
}

// progressWords say how many steps of a batch have ended, and how much of the
// running one is done.
func progressWords(b *change.Batch) dialog.Words {
	return func(l *locale.Locale) string {
		ended, all, running := b.Progress()
		said := l.T("act.progress", "Done", l.Count(int64(ended)), "All", l.Count(int64(all)))
		if running == nil {
			return said
		}
		done, total := running.Bytes()
		if total == 0 {
			return said
		}
		part := l.T("act.far", "Percent", l.Percent(float64(done)/float64(total)), "Part", l.Part(done, total))
		if all == 1 {
			return part
		}
		return said + "  " + part
	}
}
