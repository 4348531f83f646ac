package tui

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// besides is how many names are tried for a text beside another.
const besides = 100

// target is what a text that was edited may replace.
type target int

const (
	asBefore target = iota // the version that the editing began with
	whatever               // any; it goes to the trash
	beside                 // nothing: another name is taken
)

// onceMore is the step that sends to a target.
var onceMore = map[target]editStep{asBefore: sendEdit, whatever: replaceEdit, beside: besideEdit}

// sentMsg says how sending a text ended.
type sentMsg struct {
	edit   *edit
	to     target
	path   wire.Path      // where it is now
	back   change.Step    // takes it back
	theirs wire.StatReply // what is there instead, when it was changed by others
	err    error
}

// unsentMsg says that a text waits for the connection.
type unsentMsg struct {
	edit    *edit
	content []byte
	to      target
	tries   int
}

// sendAgain sends a text as it stands in the draft.
func (m *Model) sendAgain(e *edit, to target) tea.Cmd {
	return func() tea.Msg {
		content, _, err := e.draft.Read()
		if err != nil {
			return sentMsg{edit: e, to: to, err: err}
		}
		return e.send(content, to, 0)
	}
}

// send sends a text to the server. One can go on browsing meanwhile.
func (m *Model) send(e *edit, content []byte, to target) tea.Cmd {
	m.say(false, dialog.Say("edit.sending", "Name", e.name()))
	return func() tea.Msg { return e.send(content, to, 0) }
}

// send puts the text under its path, or beside. A lost connection is no error:
// the text waits for the next.
func (e *edit) send(content []byte, to target, tries int) tea.Msg {
	ctx := e.drive.ctx
	c, err := e.drive.session.Dial(ctx)
	msg := sentMsg{edit: e, to: to, path: e.path, err: err}
	if err == nil {
		defer func() { _ = c.Close() }() // what was answered is answered
		switch to {
		case asBefore:
			var version wire.Version
			version, msg.theirs, msg.err = e.replace(ctx, c, content)
			if msg.err == nil {
				msg.back, _ = change.UndoReplace(ctx, c, e.path, version) // it is sent, with a way back or without
				msg.back.Before = e.draft.Version
			}
		case whatever:
			msg.back, msg.err = e.force(ctx, c, content)
		case beside:
			msg.path, msg.back, msg.err = e.besides(ctx, c, content)
		}
	}
	_, refused := errors.AsType[*wire.Error](msg.err)
	if msg.err == nil || refused || errors.Is(msg.err, session.ErrLoggedOut) || ctx.Err() != nil {
		return msg
	}
	return unsentMsg{e, content, to, tries}
}

// replace puts a text where its beginning was. When somebody else has changed
// that, it says what is there; when that is this text, an earlier try has come
// through. The version is that of the text.
func (e *edit) replace(ctx context.Context, c *client.Client, content []byte) (version wire.Version, theirs wire.StatReply, err error) {
	version, err = store(ctx, c, e.path, content, wire.Precondition{If: wire.IfVersion, Version: e.draft.Version})
	if !changedByOthers(err) {
		return version, theirs, err
	}
	theirs, failed := c.Stat(ctx, e.path)
	switch {
	case errors.Is(failed, wire.NotFound):
		return "", wire.StatReply{}, err
	case failed != nil:
		return "", theirs, failed
	case theirs.Digest != nil && *theirs.Digest == draft.Sum(content):
		return theirs.Entry.Version, theirs, nil
	}
	return "", theirs, err
}

// changedByOthers reports whether a write was refused for what is there.
func changedByOthers(err error) bool {
	return errors.Is(err, wire.Conflict) || errors.Is(err, wire.NotFound) || errors.Is(err, wire.Exists)
}

// force puts a text in the place of whatever is there now, if anything is.
func (e *edit) force(ctx context.Context, c *client.Client, content []byte) (change.Step, error) {
	_, err := c.Stat(ctx, e.path)
	absent := errors.Is(err, wire.NotFound)
	version, err := store(ctx, c, e.path, content, wire.Precondition{If: wire.IfAny})
	if err != nil {
		return change.Step{}, err
	}
	if absent {
		return change.Remove(e.path, version), nil
	}
	back, _ := change.UndoReplace(ctx, c, e.path, version) // it is sent, with a way back or without
	return back, nil
}

// besides puts a text under the first name of its kind that is free.
func (e *edit) besides(ctx context.Context, c *client.Client, content []byte) (wire.Path, change.Step, error) {
	var err error
	for i := range besides {
		at, invalid := e.path.Dir().Join(conflictName(string(e.name()), i))
		if invalid != nil {
			return "", change.Step{}, invalid
		}
		var version wire.Version
		version, err = store(ctx, c, at, content, wire.Precondition{If: wire.IfAbsent})
		if !errors.Is(err, wire.Exists) {
			return at, change.Remove(at, version), err
		}
	}
	return "", change.Step{}, err
}

// conflictName is a name beside another, with its extension, short enough.
func conflictName(name string, i int) string {
	ext := path.Ext(name)
	if ext == name || len(ext) > 32 { // .profile has none
		ext = ""
	}
	mark := " (conflict)"
	if i > 0 {
		mark = fmt.Sprintf(" (conflict %d)", i+1)
	}
	stem := []rune(name[:len(name)-len(ext)])
	for len(string(stem))+len(mark)+len(ext) > wire.MaxName {
		stem = stem[:len(stem)-1]
	}
	return string(stem) + mark + ext
}

// store uploads a short file whole, and returns its version.
func store(ctx context.Context, c *client.Client, at wire.Path, content []byte, on wire.Precondition) (wire.Version, error) {
	var random [16]byte
	_, _ = rand.Read(random[:]) // it never fails
	id := wire.UploadID(hex.EncodeToString(random[:]))
	_, err := c.Put(ctx, wire.PutArgs{
		Upload: id, Path: at, Size: int64(len(content)), ModTime: time.Now(), Precondition: on,
	}, bytes.NewReader(content))
	var reply wire.StatReply
	if err == nil {
		reply, err = c.Commit(ctx, wire.CommitArgs{Upload: id, Digest: draft.Sum(content), Precondition: on})
	}
	if _, refused := errors.AsType[*wire.Error](err); refused {
		_ = c.Discard(ctx, id) // else it expires
	}
	return reply.Entry.Version, err
}

// apply says where the text is, and tries again when the link may be back.
func (msg unsentMsg) apply(m *Model) tea.Cmd {
	e := msg.edit
	if m.drive != e.drive {
		return e.keep
	}
	m.say(true, dialog.Say("edit.waiting", "Name", e.name(), "Path", shorten(e.draft.File())))
	wait := retry.After(msg.tries + 1)
	return func() tea.Msg {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return e.send(msg.content, msg.to, msg.tries+1)
		case <-e.drive.ctx.Done():
			return e.keep()
		}
	}
}

// apply removes the draft once the server has the text, and asks where it has
// another one.
func (msg sentMsg) apply(m *Model) tea.Cmd {
	e := msg.edit
	switch {
	case m.drive != e.drive:
		if msg.err == nil {
			return e.drop
		}
		return e.keep
	case msg.err == nil:
		m.changes.engine.Record(change.Drive, msg.back)
		m.say(false, dialog.Say("edit.sent", "Name", msg.path.Base(), "Key", m.commands.Label("drive.undo")))
		m.remote.UsageChanged()
		if msg.path.Dir() != m.list.Path() {
			return e.drop
		}
		m.list.Seek(msg.path.Base())
		return tea.Batch(e.drop, m.list.Refresh())
	case msg.to == asBefore && changedByOthers(msg.err):
		m.notice = notice{} // that it is being sent
		return m.dialogs.PushUnasked(e.conflict(msg.theirs))
	}
	m.notice = notice{}
	return m.dialogs.PushUnasked(dialog.NewChoice(dialog.Say("edit.title", "Name", e.name()),
		[]dialog.Words{m.because(msg.err), dialog.Say("edit.unsent", "Path", shorten(e.draft.File()))}, editDo{e, keepEdit},
		dialog.NewButton("s", "edit.send", editDo{e, onceMore[msg.to]}),
		dialog.NewButton("e", "edit.again", editDo{e, openEdit}),
		dialog.NewButton("l", "edit.keep", editDo{e, keepEdit}), discardEdit(e)))
}

// conflict asks what becomes of two texts for one name. Nothing is lost by the
// default.
func (e *edit) conflict(theirs wire.StatReply) dialog.Dialog {
	said := dialog.Say("edit.gone", "Path", e.path)
	replace := dialog.NewButton("r", "edit.replace", editDo{e, replaceEdit})
	if theirs.Entry.Name != "" {
		said = func(l *locale.Locale) string {
			return l.T("edit.changed", "Date", l.LongDate(theirs.Entry.ModTime.Local()), "Size", l.Size(theirs.Entry.Size))
		}
	} else {
		replace = dialog.NewButton("r", "edit.back", editDo{e, replaceEdit})
	}
	return dialog.NewChoice(dialog.Say("edit.conflict", "Name", e.name()),
		[]dialog.Words{said, dialog.Say("edit.yours", "Path", shorten(e.draft.File()))}, editDo{e, keepEdit},
		dialog.NewButton("k", "edit.both", editDo{e, besideEdit}),
		replace,
		dialog.NewButton("e", "edit.again", editDo{e, openEdit}),
		dialog.NewButton("l", "edit.keep", editDo{e, keepEdit}),
		discardEdit(e))
}
