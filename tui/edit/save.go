package edit

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/backoff"
	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire"
)

// savedMsg is the result of a save.
type savedMsg struct {
	edit  *editing
	save  *draft.Save
	saved draft.Saved
	err   error
}

// waitMsg says that a save had no answer from the server and must be repeated.
type waitMsg struct {
	edit  *editing
	save  *draft.Save
	tries int // the number of earlier attempts without an answer
}

// sendAgain returns the command that reads the draft and saves its present text.
func (f *Edit) sendAgain(e *editing, to draft.Target) tea.Cmd {
	ctx := f.Host.Context()
	return func() tea.Msg {
		save := &draft.Save{Draft: e.draft, Target: to}
		var err error
		if save.Content, _, err = e.draft.Read(); err != nil {
			return savedMsg{edit: e, save: save, err: err}
		}
		return run(ctx, e, save, 0)
	}
}

// send returns the command that saves a text. The user can continue to browse.
func (f *Edit) send(save *draft.Save, e *editing) tea.Cmd {
	f.Host.Say(false, locale.Say("edit.sending", "Name", e.name()))
	ctx := f.Host.Context()
	return func() tea.Msg { return run(ctx, e, save, 0) }
}

// run runs a save. It returns a savedMsg, or a waitMsg if there was no answer of the
// server.
func run(ctx context.Context, e *editing, save *draft.Save, tries int) tea.Msg {
	saved, err := save.Run(ctx, e.session)
	if err == nil || draft.Refused(err) || errors.Is(err, session.ErrLoggedOut) || ctx.Err() != nil {
		return savedMsg{e, save, saved, err}
	}
	return waitMsg{e, save, tries}
}

// wait shows the path of the draft and returns the command that repeats the save after a
// wait.
func (f *Edit) wait(msg waitMsg) tea.Cmd {
	e := msg.edit
	if f.Host.Session() != e.session {
		return e.keep
	}
	f.Host.Say(true, locale.Say("edit.waiting", "Name", e.name(), "Path", f.Shorten(e.draft.File())))
	ctx, delay := f.Host.Context(), backoff.Backoff{}.After(msg.tries+1)
	return func() tea.Msg {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			return run(ctx, e, msg.save, msg.tries+1)
		case <-ctx.Done():
			return e.keep()
		}
	}
}

// saved removes the draft if the server has stored the text, and otherwise asks what to
// do.
func (f *Edit) saved(msg savedMsg) tea.Cmd {
	e := msg.edit
	if f.Host.Session() != e.session {
		if msg.err == nil {
			return e.drop
		}
		return e.keep
	}
	if msg.err == nil {
		return tea.Batch(e.drop, f.Host.Saved(msg.saved))
	}
	f.Host.ClearNotice() // removes "edit.sending"
	if conflict, ok := errors.AsType[*draft.ConflictError](msg.err); ok {
		return f.Dialogs.PushUnasked(f.conflict(e, conflict.Theirs))
	}
	again := map[draft.Target]step{draft.BaseVersion: send, draft.AnyVersion: replace, draft.NewName: saveBeside}
	return f.Dialogs.PushUnasked(dialog.NewChoice(e.title(),
		[]locale.Words{f.because(msg.err), locale.Say("edit.unsent", "Path", f.Shorten(e.draft.File()))}, doMsg{e, keepDraft},
		dialog.NewButton("s", "edit.send", doMsg{e, again[msg.save.Target]}),
		dialog.NewButton("e", "edit.again", doMsg{e, openAgain}),
		dialog.NewButton("l", "edit.keep", doMsg{e, keepDraft}), discardButton(e)))
}

// conflict returns the question about a text whose file others changed or removed. The
// default button keeps both versions.
func (f *Edit) conflict(e *editing, theirs wire.StatReply) dialog.Dialog {
	said, label := locale.Say("edit.gone", "Path", e.path), "edit.back"
	if theirs.Entry.Name != "" {
		label = "edit.replace"
		said = func(l *locale.Locale) string {
			return l.T("edit.changed", "Date", l.LongDate(theirs.Entry.ModTime.Local()), "Size", l.Size(theirs.Entry.Size))
		}
	}
	return dialog.NewChoice(locale.Say("edit.conflict", "Name", e.name()),
		[]locale.Words{said, locale.Say("edit.yours", "Path", f.Shorten(e.draft.File()))}, doMsg{e, keepDraft},
		dialog.NewButton("k", "edit.both", doMsg{e, saveBeside}),
		dialog.NewButton("r", label, doMsg{e, replace}),
		dialog.NewButton("e", "edit.again", doMsg{e, openAgain}),
		dialog.NewButton("l", "edit.keep", doMsg{e, keepDraft}), discardButton(e))
}
