package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/changes"
	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/edit"
	"wangpan/tui/external"
	"wangpan/tui/here"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/preview"
	"wangpan/tui/remote"
	"wangpan/tui/session"
	"wangpan/tui/signin"
	"wangpan/tui/themes"
	"wangpan/tui/transfers"
	"wangpan/wire"
)

// host is the root as the features see it: it satisfies the Host interface of each.
type host struct{ m *Model }

var (
	_ changes.Host   = host{}
	_ edit.Host      = host{}
	_ external.Host  = host{}
	_ here.Host      = host{}
	_ preview.Host   = host{}
	_ remote.Host    = host{}
	_ signin.Host    = host{}
	_ themes.Host    = host{}
	_ transfers.Host = host{}
)

// Enter shows the drive of a session.
func (h host) Enter(s *session.Session) tea.Cmd { return h.m.arrive(s) }

// Explain returns the sentence for an error.
func (h host) Explain(err error) string { return h.m.explain(err) }

// Store stores something outside of the event loop; see [Model.store].
func (h host) Store(do func() error) tea.Cmd { return h.m.store(do) }

// Say shows a sentence in the status bar and keeps it in the message log.
func (h host) Say(bad bool, words locale.Words) { h.m.say(bad, words) }

// Note keeps a sentence in the message log only.
func (h host) Note(bad bool, words locale.Words) { h.m.note(bad, words) }

// Folder returns the folder of the drive that is shown.
func (h host) Folder() wire.Path { return h.m.remote.Pane.Path() }

// LocalFolder returns the folder of this computer that is shown, blank for none.
func (h host) LocalFolder() string { return h.m.here.Folder() }

// FocusTransfers moves the focus to the transfers, or from them back to the folders.
func (h host) FocusTransfers(on bool) {
	if on {
		h.m.setFocus(onTransfers)
		return
	}
	h.m.setFocus(h.m.facing())
}

// Sampled follows each change of what the transfers feature shows.
func (h host) Sampled(changed bool) tea.Cmd {
	m := h.m
	if m.transfers.Pane.Empty() && m.focus == onTransfers {
		m.setFocus(m.facing())
	}
	m.arrange()
	m.changes.Engine.CollectUploads()
	if changed {
		m.remote.UsageChanged() // an upload counts from its start
		if m.transfers.Uploaded(m.remote.Pane.Path(), m.remote.ListedAt()) {
			m.remote.Stale()
		}
	}
	return fromRemote(m.remote.Tick())
}

// ClearNotice removes the sentence in the status bar.
func (h host) ClearNotice() { h.m.status.show(false, nil) }

// Reconnect resumes what waits for the connection.
func (h host) Reconnect() tea.Cmd {
	h.m.transfers.Nudge()
	return fromPreview(h.m.preview.Retry())
}

// Show moves the focus to the drive.
func (h host) Show() { h.m.setFocus(onList) }

// Download adds entries of the drive to the transfers.
func (h host) Download(items func() []wire.Found) tea.Cmd {
	return fromTransfers(h.m.transfers.Download("", items))
}

// SessionEnded shows the login card, with the reason.
func (h host) SessionEnded(err error) tea.Cmd {
	h.m.leave()
	if wrong, ok := errors.AsType[*session.KeyError](err); ok {
		return fromSignIn(h.m.signin.Warn(wrong))
	}
	h.m.signin.Tell(func(*locale.Locale) string { return h.m.explain(err) })
	return nil
}

// Layout divides the screen between the panes again.
func (h host) Layout() { h.m.arrange() }

// Refresh lists the folder of the drive again.
func (h host) Refresh() tea.Cmd { return fromRemote(h.m.remote.Pane.Refresh()) }

// Cursor returns the entry under the cursor of the pane in front.
func (h host) Cursor() (preview.Cursor, bool) {
	m, pane := h.m, h.m.remote.Pane
	onThisComputer := m.here.Shown() && m.split.front
	if onThisComputer {
		pane = m.here.Pane
	}
	entry, ok := pane.Current()
	if !ok {
		return preview.Cursor{}, !pane.Loading()
	}
	cursor := preview.Cursor{Entry: entry, Local: onThisComputer}
	if !m.beside() {
		cursor.At, cursor.Of = pane.Place()
	}
	switch path, err := pane.Path().Join(string(entry.Name)); {
	case !onThisComputer && err == nil:
		cursor.Path = path
	case onThisComputer && (entry.IsDir || entry.Size >= 0): // else the size is not read yet
		cursor.Path = local.Join(pane.Path(), entry.Name)
	}
	return cursor, true
}

// ShowError shows an error in the status bar that the message log has.
func (h host) ShowError(words locale.Words) { h.m.status.show(true, words) }

// ShowsError reports whether the status bar shows an error.
func (h host) ShowsError() bool { return h.m.status.failure }

// RefreshSide lists the folder shown on a side again.
func (h host) RefreshSide(side change.Side) tea.Cmd {
	if side == change.Here {
		return fromHere(h.m.here.Pane.Refresh())
	}
	return fromRemote(h.m.remote.Pane.Refresh())
}

// DriveChanged refreshes the usage of the drive and its trash.
func (h host) DriveChanged() tea.Cmd {
	h.m.remote.UsageChanged()
	return fromRemote(tea.Batch(h.m.remote.RefreshTrash(), h.m.remote.Tick()))
}

// FocusHere moves the focus to this computer.
func (h host) FocusHere() { h.m.setFocus(onLocal) }

// Start runs a batch, or says why it cannot.
func (h host) Start(b *change.Batch) tea.Cmd { return fromChanges(h.m.changes.Start(b)) }

// RenameMany asks for the new names of several files in the user's editor.
func (h host) RenameMany(side change.Side, items []wire.Found) tea.Cmd {
	return fromChanges(h.m.changes.RenameMany(side, items))
}

// Record makes a finished change undoable.
func (h host) Record(side change.Side, steps ...change.Step) {
	h.m.changes.Engine.Record(side, steps...)
}

// Busy reports whether a batch of the drive runs, and says so.
func (h host) Busy() bool { return h.m.changes.Busy() }

// Upload adds files to the transfers.
func (h host) Upload(picks []dialog.Pick) (cmd tea.Cmd, added int) {
	cmd, added = h.m.transfers.Upload(picks)
	return fromTransfers(cmd), added
}

// Copy puts a text on the clipboard and shows a sentence.
func (h host) Copy(text string, said locale.Words) tea.Cmd {
	return addressed(externalFeature, h.m.external.Copy(text, said))
}

// DownloadFolder returns the folder that downloads go to.
func (h host) DownloadFolder() string { return h.m.transfers.DownloadFolder() }

// Session returns the session of the drive on the screen, nil for none.
func (h host) Session() *session.Session {
	if h.m.drive == nil {
		return nil
	}
	return h.m.drive.session
}

// Context returns a context that ends with the drive on the screen.
func (h host) Context() context.Context {
	if h.m.drive == nil {
		return h.m.ctx
	}
	return h.m.drive.ctx
}

// Current returns the file under the cursor, false for a folder or nothing.
func (h host) Current() (wire.Found, bool) {
	entry, ok := h.m.remote.Pane.Current()
	if !ok || entry.IsDir {
		return wire.Found{}, false
	}
	at, err := h.m.remote.Pane.Path().Join(string(entry.Name))
	return wire.Found{Path: at, Entry: entry}, err == nil
}

// Selected calls do with the paths of the selection, at most limit+1 of them.
func (h host) Selected(limit int, do func([]wire.Path) tea.Cmd) tea.Cmd {
	s := h.m.remote.Selection()
	if s.Count() > limit {
		return do(make([]wire.Path, limit+1))
	}
	return fromRemote(h.m.remote.List(s, func(s *remote.Selection) tea.Cmd { return do(s.Paths()) }))
}

// Saved shows that an edited text is on the server, and makes the save undoable.
func (h host) Saved(saved draft.Saved) tea.Cmd {
	d := h.m.drive
	return func() tea.Msg {
		msg := textSavedMsg{drive: d, path: saved.Path, back: change.Remove(saved.Path, saved.Version)}
		if !saved.Replaced {
			return msg
		}
		c, err := d.session.Dial(d.ctx)
		if err != nil {
			return textSavedMsg{drive: d, path: saved.Path}
		}
		defer func() { _ = c.Close() }()                                      // it only read
		msg.back, _ = change.UndoReplace(d.ctx, c, saved.Path, saved.Version) // the text is saved in any case
		msg.back.Before = saved.Base
		return msg
	}
}

// textSavedMsg brings the step that undoes a save.
type textSavedMsg struct {
	drive *drive
	path  wire.Path
	back  change.Step
}

// textSaved makes the save undoable and puts the cursor on the text.
func (m *Model) textSaved(msg textSavedMsg) tea.Cmd {
	if m.drive != msg.drive {
		return nil
	}
	m.changes.Engine.Record(change.Drive, msg.back)
	m.say(false, locale.Say("edit.sent", "Name", msg.path.Base(), "Key", m.commands.Label("drive.undo")))
	m.remote.UsageChanged()
	if msg.path.Dir() != m.remote.Pane.Path() {
		return nil
	}
	m.remote.Pane.Seek(msg.path.Base())
	return fromRemote(m.remote.Pane.Refresh())
}
