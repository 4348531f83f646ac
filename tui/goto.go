package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/wire"
)

// goCommands lead to other places of the drive.
func (m *Model) goCommands() []command.Command {
	return []command.Command{
		{Name: "drive.go", Help: "path.go.key", Keys: []string{"ctrl+g"}, In: command.List, Group: command.FilesGroup, Online: true, Run: command.Do(m.askWhere)},
		{
			Name: "drive.search", Help: "search.key", Keys: []string{"F"}, In: command.List, Group: command.FilesGroup, Online: true,
			Run: command.DoOr(m.askSearch, m.typedFind), Usage: "find TEXT", Args: []command.Argument{command.Text},
		},
		{Name: "drive.bookmarks", Help: "bookmarks.key", Keys: []string{"b"}, In: command.List, Group: command.FilesGroup, Run: command.Just(m.askBookmarks)},
		{Name: "drive.bookmark", Help: "bookmarks.add", Keys: []string{"B"}, In: command.List, Group: command.FilesGroup, Run: command.Do(m.addBookmark)},
	}
}

// goMsg is the answer of the question where to go, foundMsg what is there.
type (
	goMsg struct {
		prompt *dialog.PathPrompt
		path   wire.Path
	}
	foundMsg struct {
		drive  *drive
		prompt *dialog.PathPrompt
		path   wire.Path
		reply  wire.StatReply
		err    error
	}
)

// askWhere asks for a path to go to.
func (m *Model) askWhere() tea.Cmd {
	return m.askPath(pathQuestion{
		title: dialog.Say("path.go.title"), label: dialog.Say("path.go.label"), act: "path.go.act", files: true,
		answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return goMsg{p, path} },
	})
}

// apply looks whether there is such a place before it leaves this one.
func (msg goMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	return func() tea.Msg {
		reply, err := d.session.Client().Stat(d.ctx, msg.path)
		return foundMsg{d, msg.prompt, msg.path, reply, err}
	}
}

// apply goes there, unless the prompt was closed meanwhile.
func (msg foundMsg) apply(m *Model) tea.Cmd {
	switch {
	case msg.drive != m.drive:
		return nil
	case errors.Is(msg.err, wire.NotFound):
		msg.prompt.Refuse(dialog.Say("path.missing", "Path", msg.path))
		return nil
	case msg.err != nil:
		msg.prompt.Refuse(m.because(msg.err))
		return nil
	case !m.dialogs.Close(msg.prompt):
		return nil
	}
	return m.goTo(msg.path, msg.reply.Entry.IsDir)
}

// goTo shows a folder, or the folder of a file with the cursor on it.
func (m *Model) goTo(path wire.Path, folder bool) tea.Cmd {
	m.setFocus(onList)
	if folder {
		return m.list.Open(path)
	}
	cmd := m.list.Open(path.Dir())
	m.list.Seek(path.Base())
	return cmd
}
