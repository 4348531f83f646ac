// Package edit is the feature that edits a file of the drive in the user's
// editor and saves the text on the server.
//
// An edit goes through these messages: asked → fetched → closed (the editor) →
// read → saved. Between them the user answers questions: about a large file, a
// binary one, an editor that failed, a file that others changed ([draft.Save]
// detects that). Until the server has stored the text, it stays in a draft, which the
// next run finds (left.go).
//
// Read this file first. save.go saves the text; the state of an edit is in type editing.
package edit

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/suspend"
	"wangpan/wire"
)

const (
	// askAbove is the size, in bytes, above which a file is fetched only after a
	// question.
	askAbove = 1 << 20

	// windowTime is the time within which the command of an editor ends if it only
	// opened a window. No user reads and closes a text so fast.
	windowTime = 300 * time.Millisecond
)

// Host is what editing needs from the rest of the screen.
type Host interface {
	// Session returns the session of the drive on the screen, nil for none.
	Session() *session.Session
	// Context returns a context that ends with that session.
	Context() context.Context
	// Current returns the file under the cursor, false for a folder or nothing.
	Current() (wire.Found, bool)
	// Saved shows that the server has stored a text, and makes the save undoable.
	Saved(draft.Saved) tea.Cmd
	// Explain returns the sentence for an error.
	Explain(err error) string
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
	// ClearNotice removes the sentence in the status bar.
	ClearNotice()
}

// Options are the dependencies of an Edit.
type Options struct {
	Host     Host
	Dialogs  dialog.Opener
	Store    *draft.Store
	Terminal *suspend.Terminal
	Env      []string                 // the environment of the editor
	Shorten  func(path string) string // returns a local path as the screen shows it
	Log      *slog.Logger             // may be nil
}

// Edit is the feature. It is not safe for concurrent use.
type Edit struct{ Options }

// New returns an Edit.
func New(o Options) *Edit { return &Edit{o} }

// editing is the state of editing one file.
type editing struct {
	session *session.Session // of the drive with the file; when it ends, the draft stays
	draft   *draft.Draft     // nil until it is fetched
	path    wire.Path        // on the drive
	editor  draft.Editor
}

func (e *editing) name() wire.Name { return e.path.Base() }

func (e *editing) title() locale.Words { return locale.Say("edit.title", "Name", e.name()) }

// askedMsg asks to edit a file.
type askedMsg struct {
	found wire.Found
	sure  bool // the user agreed to its size
}

// fetchedMsg says that the draft in edit is fetched, or why it is not.
type fetchedMsg struct {
	edit    *editing
	waiting *dialog.Question
	text    bool // the file looks like text
	err     error
}

// giveUpMsg is the answer that cancels the fetching of a file.
type giveUpMsg struct{ cancel context.CancelFunc }

// closedMsg says that the editor has ended.
type closedMsg struct {
	edit *editing
	took time.Duration
	err  error
}

// readMsg has the text of the file after the editor has ended.
type readMsg struct {
	closedMsg
	content []byte
	changed bool // the text differs from the fetched one
	readErr error
}

// droppedMsg says that the draft of an edit that changed nothing is removed.
type droppedMsg struct {
	edit *editing
	err  error // of the editor; nil: the user changed nothing
}

// doMsg is the answer to a question about an edit.
type doMsg struct {
	edit *editing
	step step
}

// step is how an edit continues.
type step int

const (
	openAgain  step = iota // in the editor
	look                   // read the file now: the editor has its own window
	send                   // save, if the server still has the version that was fetched
	replace                // save and replace any version on the server
	saveBeside             // save under another name
	keepDraft              // leave the draft for the next run
	dropDraft              // remove the draft
)

// Update handles the results of the feature's commands and the answers of its dialogs. It
// reports false for any other message.
func (f *Edit) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case askedMsg:
		return f.fetch(msg), true
	case giveUpMsg:
		msg.cancel()
		return nil, true
	case fetchedMsg:
		return f.fetched(msg), true
	case closedMsg:
		return msg.read, true
	case readMsg:
		return f.read(msg), true
	case droppedMsg:
		f.dropped(msg)
		return nil, true
	case doMsg:
		return f.do(msg), true
	case savedMsg:
		return f.saved(msg), true
	case waitMsg:
		return f.wait(msg), true
	case leftMsg:
		return f.askLeft(msg), true
	case dialog.ListChosen:
		return f.chosen(msg), true
	}
	return nil, false
}

// Commands returns the commands of the feature.
func (f *Edit) Commands() []command.Command {
	return []command.Command{{
		Name: "drive.edit", Help: "edit.key", Keys: []string{"e"}, In: command.List, Group: command.FilesGroup, Online: true,
		Run: command.Do(f.editCurrent),
	}}
}

// editCurrent edits the file under the cursor.
func (f *Edit) editCurrent() tea.Cmd {
	found, ok := f.Host.Current()
	if !ok {
		f.Host.Say(true, locale.Say("edit.folder"))
		return nil
	}
	return f.fetch(askedMsg{found: found})
}

// fetch fetches a file. It asks first if the file is larger than askAbove.
func (f *Edit) fetch(msg askedMsg) tea.Cmd {
	s, size := f.Host.Session(), msg.found.Entry.Size
	e := &editing{session: s, path: msg.found.Path}
	switch {
	case s == nil:
		return nil
	case size > draft.MaxEdit:
		f.Host.Say(true, func(l *locale.Locale) string {
			return l.T("edit.too_large", "Name", e.name(), "Size", l.Size(size), "Limit", l.Size(draft.MaxEdit))
		})
		return nil
	case size > askAbove && !msg.sure:
		msg.sure = true
		f.Dialogs.Push(dialog.NewConfirm(e.title(),
			[]locale.Words{func(l *locale.Locale) string { return l.T("edit.large", "Size", l.Size(size)) }},
			dialog.NewButton("e", "edit.act", msg)))
		return nil
	}
	ctx, cancel := context.WithCancel(f.Host.Context())
	waiting := dialog.NewWaiting(e.title(), []locale.Words{locale.Say("edit.fetching")}, giveUpMsg{cancel})
	f.Dialogs.Push(waiting)
	return func() (msg tea.Msg) {
		defer cancel()
		var err error
		if e.editor, err = draft.FindEditor(f.Env); err != nil {
			return fetchedMsg{e, waiting, false, err}
		}
		var text bool
		e.draft, text, err = f.Store.Fetch(ctx, s, s.Origin(), e.path)
		return fetchedMsg{e, waiting, text, err}
	}
}

// fetched opens the editor, unless the user has cancelled. It asks first if the file does
// not look like text.
func (f *Edit) fetched(msg fetchedMsg) tea.Cmd {
	e := msg.edit
	wanted := f.Dialogs.Close(msg.waiting) && f.Host.Session() == e.session
	switch {
	case wanted && msg.err != nil:
		f.Dialogs.Push(dialog.NewMessage(e.title(), f.because(msg.err)))
		return e.drop
	case !wanted:
		return e.drop
	case !msg.text:
		f.Dialogs.Push(dialog.NewChoice(e.title(), []locale.Words{locale.Say("edit.binary")}, doMsg{e, dropDraft},
			dialog.NewButton("c", "dialog.cancel", doMsg{e, dropDraft}),
			dialog.NewButton("e", "edit.act", doMsg{e, openAgain})))
		return nil
	}
	return f.open(e)
}

// because returns the sentence for an error, in the language in use when it is drawn.
func (f *Edit) because(err error) locale.Words {
	return func(*locale.Locale) string { return f.Host.Explain(err) }
}

// open returns the command that runs the editor on the terminal until it ends.
func (f *Edit) open(e *editing) tea.Cmd {
	program := e.editor.Command(f.Env, e.draft.File())
	return func() tea.Msg {
		begun := time.Now()
		err := f.Terminal.Exec(program)
		return closedMsg{e, time.Since(begun), err}
	}
}

// read is the command that reads the file after the editor has ended.
func (msg closedMsg) read() tea.Msg {
	content, changed, err := msg.edit.draft.Read()
	return readMsg{msg, content, changed, err}
}

// read saves the text if it was changed. It asks first if the editor failed, or ended
// within windowTime without a change. The draft stays until the answer.
func (f *Edit) read(msg readMsg) tea.Cmd {
	e := msg.edit
	if f.Host.Session() != e.session {
		return e.keep
	}
	switch err := cmp.Or(msg.readErr, msg.err); {
	case err != nil && (msg.changed || msg.readErr != nil):
		return f.askFailed(msg, err)
	case err != nil:
		return e.dropThen(droppedMsg{e, err})
	case !msg.changed && msg.took < windowTime:
		return f.Dialogs.PushUnasked(dialog.NewChoice(e.title(),
			[]locale.Words{locale.Say("edit.window", "Editor", e.editor)}, doMsg{e, look},
			dialog.NewButton("l", "edit.look", doMsg{e, look}), dialog.NewButton("n", "edit.nothing", doMsg{e, dropDraft})))
	case !msg.changed:
		return e.dropThen(droppedMsg{e, nil})
	}
	return f.send(&draft.Save{Draft: e.draft, Content: msg.content}, e)
}

// dropped reports that an edit changed nothing.
func (f *Edit) dropped(msg droppedMsg) {
	e := msg.edit
	if msg.err == nil {
		f.Host.Say(false, locale.Say("edit.unchanged", "Name", e.name()))
		return
	}
	f.Dialogs.Push(dialog.NewMessage(e.title(),
		locale.Say("edit.failed", "Editor", e.editor, "Why", msg.err), locale.Say("edit.set")))
}

// askFailed asks what to do with a text whose editor failed, or that cannot be read.
func (f *Edit) askFailed(msg readMsg, err error) tea.Cmd {
	e := msg.edit
	said := locale.Say("edit.odd", "Editor", e.editor, "Why", err)
	if errors.Is(msg.readErr, draft.ErrTooLarge) {
		said = locale.Say("edit.grown")
	}
	buttons := []dialog.Button{dialog.NewButton("e", "edit.again", doMsg{e, openAgain}), discardButton(e)}
	if msg.readErr == nil {
		buttons = append([]dialog.Button{dialog.NewButton("s", "edit.send", doMsg{e, send})}, buttons...)
	}
	return f.Dialogs.PushUnasked(dialog.NewChoice(e.title(), []locale.Words{said}, doMsg{e, keepDraft}, buttons...))
}

func discardButton(e *editing) dialog.Button {
	b := dialog.NewButton("d", "edit.discard", doMsg{e, dropDraft})
	b.Danger = true
	return b
}

// do carries out an answer.
func (f *Edit) do(msg doMsg) tea.Cmd {
	e := msg.edit
	if f.Host.Session() != e.session {
		return e.keep
	}
	switch msg.step {
	case openAgain:
		return f.open(e)
	case look:
		return closedMsg{edit: e, took: time.Hour}.read
	case send:
		return f.sendAgain(e, draft.BaseVersion)
	case replace:
		return f.sendAgain(e, draft.AnyVersion)
	case saveBeside:
		return f.sendAgain(e, draft.NewName)
	case keepDraft:
		f.Host.Say(false, locale.Say("edit.kept", "Path", f.Shorten(e.draft.File())))
		return e.keep
	case dropDraft:
	}
	return e.drop
}

// drop is the command that removes the draft.
func (e *editing) drop() tea.Msg {
	if e.draft != nil {
		_ = e.draft.Drop() // the next run removes what this one could not
	}
	return nil
}

// dropThen returns a command that removes the draft and then reports msg.
func (e *editing) dropThen(msg droppedMsg) tea.Cmd {
	return func() tea.Msg {
		e.drop()
		return msg
	}
}

// keep is the command that leaves the draft for the next run.
func (e *editing) keep() tea.Msg {
	if e.draft != nil {
		_ = e.draft.Keep() // the draft is on the disk even after an error
	}
	return nil
}
