package tui

import (
	"context"
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/draft"
	"wangpan/tui/edit"
	"wangpan/tui/external"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/remote"
	"wangpan/tui/session"
	"wangpan/wire"
)

var (
	_ edit.Host     = host{}
	_ external.Host = host{}
)

func newEdit(m *Model) *edit.Edit {
	return edit.New(edit.Options{
		Host: host{m}, Dialogs: m.opener(editFeature), Store: draft.NewStore(filepath.Join(m.Keeper.Dir(), "drafts")),
		Terminal: m.terminal, Env: m.Env, Shorten: local.Shorten, Log: m.Log,
	})
}

func newExternal(m *Model) *external.External {
	return external.New(external.Options{
		Host: host{m}, Dialogs: m.opener(externalFeature), Terminal: m.terminal, Env: m.Env, Getenv: m.env,
	})
}

// toolCommands do something with single files, beside moving them.
func (m *Model) toolCommands() []command.Command {
	edit := addressedCommands(editFeature, m.edit.Commands())
	return slices.Insert(addressedCommands(externalFeature, m.external.Commands()), 1, edit...) // the order of the help
}

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
	return m.remote.Pane.Refresh()
}
