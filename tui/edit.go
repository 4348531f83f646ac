package tui

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"path"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

const (
	// editable is how long a file may be to be edited, in bytes.
	editable = 16 << 20
	// editAsks is how long it may be to be fetched without a question.
	editAsks = 1 << 20
	// atOnce is how soon an editor ends that only handed the file on to a
	// window: nobody reads and closes a text as fast as that.
	atOnce = 300 * time.Millisecond
)

// edit is a file of the server's in an editor.
type edit struct {
	drive  *drive
	draft  *draft.Draft
	path   wire.Path
	editor string
}

// name is for people to read.
func (e *edit) name() wire.Name { return e.path.Base() }

// editMsg is the answer that a file is to be edited.
type editMsg struct {
	path wire.Path
	size int64
	sure bool // it was asked about its size
}

// editSelected edits the file under the cursor.
func (m *Model) editSelected() tea.Cmd {
	entry, ok := m.list.Current()
	if !ok || entry.IsDir {
		m.say(true, dialog.Say("edit.folder"))
		return nil
	}
	path, err := m.list.Path().Join(string(entry.Name))
	if err != nil {
		m.sayError(err)
		return nil
	}
	return editMsg{path: path, size: entry.Size}.apply(m)
}

// apply fetches the file, unless it is too long; when it is rather long, it
// asks before.
func (msg editMsg) apply(m *Model) tea.Cmd {
	name := msg.path.Base()
	switch {
	case m.drive == nil:
		return nil
	case msg.size > editable:
		m.say(true, func(l *locale.Locale) string {
			return l.T("edit.too_large", "Name", name, "Size", l.Size(msg.size), "Limit", l.Size(editable))
		})
		return nil
	case msg.size > editAsks && !msg.sure:
		sure := msg
		sure.sure = true
		m.dialogs.Push(dialog.NewConfirm(dialog.Say("edit.title", "Name", name),
			[]dialog.Words{func(l *locale.Locale) string { return l.T("edit.large", "Size", l.Size(msg.size)) }},
			dialog.NewButton("e", "edit.act", sure)))
		return nil
	}
	w := m.wait(dialog.Say("edit.title", "Name", name), dialog.Say("edit.fetching"))
	return m.drive.fetchEdit(w, m.Options, msg.path)
}

// openedMsg brings a file that is to be edited, as a draft.
type openedMsg struct {
	edit    *edit
	waiting *waiting
	text    bool // it looks like one
	err     error
}

// fetchEdit makes the command that looks for the editor, then fetches the file
// and makes a draft of it.
func (d *drive) fetchEdit(w *waiting, o Options, path wire.Path) tea.Cmd {
	return func() tea.Msg {
		e := &edit{drive: d, path: path}
		var err error
		if e.editor, err = o.findEditor(); err != nil {
			return openedMsg{e, w, false, err}
		}
		content, reply, err := d.fetch(w.ctx, path)
		if err != nil {
			return openedMsg{e, w, false, err}
		}
		record := draft.Record{Origin: d.origin, Path: path, Version: reply.Entry.Version}
		e.draft, err = o.drafts().New(record, localName(path.Base()), content)
		return openedMsg{e, w, !bytes.ContainsRune(content, 0), err}
	}
}

// fetch gets a whole file that is short enough to edit, on a connection of its
// own.
func (d *drive) fetch(ctx context.Context, path wire.Path) ([]byte, wire.GetReply, error) {
	c, err := d.session.Dial(ctx)
	if err != nil {
		return nil, wire.GetReply{}, err
	}
	defer func() { _ = c.Close() }() // what was read is there
	var content bytes.Buffer
	reply, err := readWhole(ctx, c, wire.GetArgs{Path: path}, func(reply wire.GetReply) (io.Writer, error) {
		if reply.Entry.Size > editable { // it has grown since it was listed
			return nil, wire.Errorf(wire.TooLarge, "the file has grown")
		}
		return &content, nil
	})
	return content.Bytes(), reply, err
}

// localName is a name that this computer can give a file: the same where that is
// possible, else one of the same kind.
func localName(name wire.Name) string {
	if transfer.CheckName(name) == nil {
		return string(name)
	}
	ext := wire.Name("file" + path.Ext(string(name)))
	if transfer.CheckName(ext) == nil {
		return string(ext)
	}
	return "file"
}

// apply opens the editor, unless that was given up meanwhile.
func (msg openedMsg) apply(m *Model) tea.Cmd {
	e := msg.edit
	closed := m.waited(msg.waiting)
	switch {
	case m.drive != e.drive || !closed || msg.err != nil:
		if msg.err != nil && closed {
			m.tell(dialog.Say("edit.title", "Name", e.name()), m.because(msg.err))
		}
		return e.drop
	case !msg.text:
		m.dialogs.Push(dialog.NewChoice(dialog.Say("edit.title", "Name", e.name()),
			[]dialog.Words{dialog.Say("edit.binary")}, editDo{e, dropEdit},
			dialog.NewButton("c", "dialog.cancel", editDo{e, dropEdit}),
			dialog.NewButton("e", "edit.act", editDo{e, openEdit})))
		return nil
	}
	return m.open(e)
}

// drop is the command that removes the draft.
func (e *edit) drop() tea.Msg {
	if e.draft != nil {
		_ = e.draft.Drop() // what is left is found, and removed, by the next run
	}
	return nil
}

// editedMsg says that the editor has ended.
type editedMsg struct {
	edit *edit
	took time.Duration
	err  error
}

// open gives the terminal to the editor until it ends.
func (m *Model) open(e *edit) tea.Cmd {
	program := m.editWith(e.editor, e.draft.File())
	return func() tea.Msg {
		begun := time.Now()
		err := m.terminal.Exec(program)
		return editedMsg{e, time.Since(begun), err}
	}
}

// writtenMsg is the text as the editor has left it.
type writtenMsg struct {
	editedMsg
	content []byte
	changed bool
	readErr error
}

func (msg editedMsg) apply(*Model) tea.Cmd {
	return func() tea.Msg {
		content, changed, err := msg.edit.draft.Read()
		return writtenMsg{msg, content, changed, err}
	}
}

// apply sends what was written to the server. What is not clear is asked; until
// that is answered the text stays.
func (msg writtenMsg) apply(m *Model) tea.Cmd {
	e := msg.edit
	if m.drive != e.drive {
		return e.keep
	}
	title := dialog.Say("edit.title", "Name", e.name())
	again := dialog.NewButton("e", "edit.again", editDo{e, openEdit})
	switch err := cmp.Or(msg.readErr, msg.err); {
	case err != nil && (msg.changed || msg.readErr != nil):
		said := dialog.Say("edit.odd", "Editor", e.editor, "Why", err)
		if errors.Is(msg.readErr, draft.ErrTooLarge) {
			said = dialog.Say("edit.grown")
		}
		buttons := []dialog.Button{again, discardEdit(e)}
		if msg.readErr == nil {
			buttons = append([]dialog.Button{dialog.NewButton("s", "edit.send", editDo{e, sendEdit})}, buttons...)
		}
		return m.dialogs.PushUnasked(dialog.NewChoice(title, []dialog.Words{said}, editDo{e, keepEdit}, buttons...))
	case err != nil:
		m.tell(title, dialog.Say("edit.failed", "Editor", e.editor, "Why", err), dialog.Say("edit.set"))
		return e.drop
	case !msg.changed && msg.took < atOnce:
		return m.dialogs.PushUnasked(dialog.NewChoice(title, []dialog.Words{dialog.Say("edit.window", "Editor", e.editor)}, editDo{e, lookEdit},
			dialog.NewButton("l", "edit.look", editDo{e, lookEdit}), dialog.NewButton("n", "edit.nothing", editDo{e, dropEdit})))
	case !msg.changed:
		m.say(false, dialog.Say("edit.unchanged", "Name", e.name()))
		return e.drop
	}
	return m.send(e, msg.content, asBefore)
}

// editDo is the answer of the questions about an edit.
type editDo struct {
	edit *edit
	do   editStep
}

// editStep is how an edit goes on.
type editStep int

const (
	openEdit    editStep = iota // in the editor again
	lookEdit                    // at what is written by now
	sendEdit                    // to the server, if that has the version that the edit began with
	replaceEdit                 // to the server, whatever that has
	besideEdit                  // to the server, under another name
	keepEdit                    // here, until the next run asks
	dropEdit                    // nowhere
)

func (msg editDo) apply(m *Model) tea.Cmd {
	e := msg.edit
	if m.drive != e.drive {
		return e.keep
	}
	switch msg.do {
	case openEdit:
		return m.open(e)
	case lookEdit:
		return editedMsg{edit: e, took: time.Hour}.apply(m)
	case sendEdit:
		return m.sendAgain(e, asBefore)
	case replaceEdit:
		return m.sendAgain(e, whatever)
	case besideEdit:
		return m.sendAgain(e, beside)
	case keepEdit:
		m.say(false, dialog.Say("edit.kept", "Path", shorten(e.draft.File())))
		return e.keep
	case dropEdit:
	}
	return e.drop
}

// keep is the command that lets the draft lie for the next run.
func (e *edit) keep() tea.Msg {
	if e.draft != nil {
		_ = e.draft.Keep() // it lies there
	}
	return nil
}

func discardEdit(e *edit) dialog.Button {
	b := dialog.NewButton("d", "edit.discard", editDo{e, dropEdit})
	b.Danger = true
	return b
}
