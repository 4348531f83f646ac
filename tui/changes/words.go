package changes

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/wire"
)

// batchWords has the message ids for a kind of batch.
type batchWords struct {
	title, done, failed string

	doneTo, doneAs string // done with the target folder or path; "": the batch moves no files
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

// sayResult shows the result of a batch.
func (c *Changes) sayResult(s *change.Summary) tea.Cmd {
	b := s.Batch
	switch {
	case s.Err != nil:
		c.Host.Say(true, c.because(s.Err))
	case len(s.Failed) > 0:
		return c.sayFailed(s)
	case len(s.Left) > 0:
		id := "act.given_up"
		if b.Kind == change.Undoing {
			id = "act.undo.stopped"
		}
		c.Host.Say(true, func(l *locale.Locale) string {
			return l.T(id, "Done", l.Count(int64(s.Done)), "All", l.Count(int64(len(b.Steps))), "Key", c.undoKey(b.Side))
		})
	case s.Done > 0 && b.Queued() && c.Host.ShowsError(): // do not replace an error that the user has not read
		c.Host.Note(false, c.doneWords(s))
	case s.Done > 0:
		c.Host.Say(false, c.doneWords(s))
	}
	return nil
}

// undoKey returns the key that undoes a change.
func (c *Changes) undoKey(side change.Side) string {
	if side == change.Here {
		return c.Label("drive.local_undo")
	}
	return c.Label("drive.undo")
}

// doneWords returns the sentence about the steps that succeeded, with the key that undoes
// them.
func (c *Changes) doneWords(s *change.Summary) locale.Words {
	if s.Batch.Side == change.Here && s.Done == 1 {
		switch s.Batch.Kind {
		case change.Removing:
			return locale.Say("panes.single.trash", "Name", s.First.Base())
		case change.Renaming:
			return locale.Say("panes.rename.done", "Old", s.First.Base(), "New", s.FirstTo.Base())
		case change.Making:
			return locale.Say("screen.mkdir.done", "Name", s.First.Base())
		default:
		}
	}
	if s.Batch.Side == change.Here && s.Batch.Kind == change.Removing {
		return locale.SayN("panes.trash", s.Done)
	}
	key := c.undoKey(s.Batch.Side)
	return func(l *locale.Locale) string {
		said := countWords(l, s)
		if s.Undoable {
			return l.T("act.undo_hint", "Done", said, "Key", key)
		}
		return said
	}
}

// countWords returns the number of changed files and, if they moved, their target. The
// target shows the user a mistyped folder, which gives a single file a new name instead.
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

// sayFailed shows which steps failed, and why: in the status bar for a batch of one step,
// and otherwise in a dialog. The dialog opens unasked, so it ignores keys at first.
func (c *Changes) sayFailed(s *change.Summary) tea.Cmd {
	first := c.whyFailed(s.Failed[0])
	if len(s.Batch.Steps) == 1 {
		c.Host.Say(true, first)
		failed := &c.failed[s.Batch.Side]
		*failed = append(*failed, first)
		return nil
	}
	const most = 50 // failures that the dialog names
	body := []locale.Words{locale.SayN("act.some_done", s.Done)}
	for i, f := range s.Failed {
		if i == most {
			body = append(body, locale.SayN("act.more_failed", len(s.Failed)-most))
			break
		}
		body = append(body, c.whyFailed(f))
	}
	c.Host.Note(true, first) // stays in the log after the dialog is closed
	return c.Dialogs.PushUnasked(dialog.NewMessage(locale.SayN(wordsOf[s.Batch.Kind].failed, len(s.Failed)), body...))
}

func (c *Changes) whyFailed(f change.Failure) locale.Words {
	return func(l *locale.Locale) string {
		return l.T("act.failed_one", "Name", f.Path.Base(), "Why", c.Host.Explain(f.Err))
	}
}

func (c *Changes) because(err error) locale.Words {
	return func(*locale.Locale) string { return c.Host.Explain(err) }
}

// askAbout asks what to do with files whose target exists or that the trash cannot hold.
// The dialog opens unasked, so it ignores keys at first.
func (c *Changes) askAbout(s *change.Summary) tea.Cmd {
	switch {
	case len(s.NoTrash) > 0:
		return c.askDelete(s.NoTrash)
	case len(s.Taken) == 0:
		return nil
	}
	body := []locale.Words{}
	for _, one := range s.Taken[:min(len(s.Taken), 5)] {
		body = append(body, locale.Quote(string(one.To)))
	}
	body = append(body, locale.Say("act.taken.body"))
	return c.Dialogs.PushUnasked(dialog.NewConfirm(
		locale.SayN("act.taken.title", len(s.Taken)), body,
		dialog.NewButton("b", "act.taken.both", startMsg{s.KeepBoth()}),
		dialog.NewButton("r", "act.taken.replace", startMsg{s.Replace()}),
	))
}

// Background returns the sentence about the batch in the background: its progress and the
// key that stops it. It returns nil for none.
func (c *Changes) Background() locale.Words {
	b := c.background()
	if b == nil {
		return nil
	}
	key := c.Label("drive.back")
	return func(l *locale.Locale) string {
		said := l.T(wordsOf[b.Kind].title) + text.Ellipsis
		if _, all, _ := b.Progress(); all > 0 {
			said = l.T("act.background", "What", l.T(wordsOf[b.Kind].title), "Done", l.Count(int64(c.shown)), "All", l.Count(int64(all)))
		}
		if b.Stopped() || key == "" {
			return said
		}
		return said + "  " + l.T("act.stop", "Key", key)
	}
}

// progressWords returns the progress of a batch: its ended steps, and the bytes of the
// running step.
func progressWords(b *change.Batch) locale.Words {
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

// namesShown is how many names a question lists.
const namesShown = 6

// askDelete asks whether to delete files that the trash cannot hold.
func (c *Changes) askDelete(paths []wire.Path) tea.Cmd {
	var body []locale.Words
	for _, path := range paths[:min(len(paths), namesShown)] {
		body = append(body, locale.Quote(local.Shorten(local.Host(path))))
	}
	if more := len(paths) - namesShown; more > 0 {
		body = append(body, locale.SayN("panes.for_good.more", more))
	}
	steps := make([]change.Step, len(paths))
	for i, path := range paths {
		steps[i] = change.DeleteHere(path)
	}
	act := dialog.NewButton("d", "panes.for_good.act", startMsg{
		&change.Batch{Kind: change.Deleting, Side: change.Here, Steps: steps, Final: true},
	})
	act.Danger = true
	return c.Dialogs.PushUnasked(dialog.NewConfirm(locale.SayN("panes.for_good.title", len(paths)), append(body, locale.Say("panes.for_good.why")), act))
}

// Farewell returns the warning for leaving the drive now: how many running and waiting
// changes would not be made. It returns nil for none.
func (c *Changes) Farewell() []locale.Words {
	var body []locale.Words
	if b := c.background(); b != nil {
		ended, all, _ := b.Progress()
		body = append(body, locale.SayN("act.under_way", all-ended))
	}
	if n := c.Engine.Waiting(change.Drive); n > 0 {
		body = append(body, locale.SayN("act.not_begun", n))
	}
	return body
}
