package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/remote"
	"wangpan/wire"
)

// fileWords are the commands for files that are only typed. Their paths are on
// the drive, relative to the folder shown.
func (m *Model) fileWords() []command.Command {
	one, two := []command.Argument{command.RemotePath}, []command.Argument{command.RemotePath, command.RemotePath}
	return []command.Command{
		{Name: "ls", Help: "typed.ls", In: command.Panes, Usage: "ls [PATH]", Args: one, Online: true, Run: m.typedGo},
		{Name: "cd", Help: "typed.cd", In: command.Panes, Usage: "cd PATH", Args: one, Online: true, Run: m.typedGo},
		{Name: "rm", Help: "typed.rm", In: command.Panes, Usage: "rm PATH", Args: one, Least: 1, Online: true, Run: m.typedRemove},
		{Name: "mv", Help: "typed.mv", In: command.Panes, Usage: "mv FROM TO", Args: two, Least: 2, Online: true, Run: m.typedMove},
		{Name: "cp", Help: "typed.cp", In: command.Panes, Usage: "cp FROM TO", Args: two, Least: 2, Online: true, Run: m.typedCopy},
	}
}

// placeMsg says what is at a path that was typed, for what goes on from there.
type placeMsg struct {
	drive *drive
	path  wire.Path
	entry wire.Entry
	err   error
	then  func(m *Model, path wire.Path, entry wire.Entry) tea.Cmd
}

// look looks what is at a path that was typed.
func (m *Model) look(typed string, then func(m *Model, path wire.Path, entry wire.Entry) tea.Cmd) (tea.Cmd, dialog.Words) {
	path, wrong := remote.Resolve(string(m.list.Path()), typed)
	if wrong != nil {
		return nil, wrong
	}
	d := m.drive
	return func() tea.Msg {
		reply, err := d.session.Client().Stat(d.ctx, wire.Path(path))
		return placeMsg{d, wire.Path(path), reply.Entry, err, then}
	}, nil
}

func (msg placeMsg) apply(m *Model) tea.Cmd {
	switch {
	case msg.drive != m.drive:
		return nil
	case errors.Is(msg.err, wire.NotFound):
		m.say(true, dialog.Say("path.missing", "Path", msg.path))
		return nil
	case msg.err != nil:
		m.sayError(msg.err)
		return nil
	}
	return msg.then(m, msg.path, msg.entry)
}

func (m *Model) typedGo(args []string) (tea.Cmd, dialog.Words) {
	if len(args) == 0 {
		m.setFocus(onList)
		return m.list.Refresh(), nil
	}
	return m.look(args[0], func(m *Model, path wire.Path, entry wire.Entry) tea.Cmd { return m.remote.GoTo(path, entry.IsDir) })
}

func (m *Model) typedGet(args []string) (tea.Cmd, dialog.Words) {
	return m.look(args[0], func(m *Model, path wire.Path, entry wire.Entry) tea.Cmd {
		if path == wire.Root {
			m.say(true, dialog.Say("typed.no_root"))
			return nil
		}
		return m.download(selected(picked{path, entry}), "")
	})
}

func (m *Model) typedMkdir(args []string) (tea.Cmd, dialog.Words) {
	path, wrong := remote.Resolve(string(m.list.Path()), args[0])
	if wrong != nil {
		return nil, wrong
	}
	return mkdirMsg{wire.Path(path)}.apply(m), nil
}

func (m *Model) typedRemove(args []string) (tea.Cmd, dialog.Words) {
	return m.look(args[0], func(m *Model, path wire.Path, entry wire.Entry) tea.Cmd {
		return m.remove(selected(picked{path, entry}))
	})
}

func (m *Model) typedMove(args []string) (tea.Cmd, dialog.Words) {
	return m.bringTo(change.Moving, args)
}

func (m *Model) typedCopy(args []string) (tea.Cmd, dialog.Words) {
	return m.bringTo(change.Copying, args)
}

// bringTo moves or copies, into the target when that is a folder.
func (m *Model) bringTo(kind change.Kind, args []string) (tea.Cmd, dialog.Words) {
	to, wrong := remote.Resolve(string(m.list.Path()), args[1])
	if wrong != nil {
		return nil, wrong
	}
	return m.look(args[0], func(m *Model, path wire.Path, entry wire.Entry) tea.Cmd {
		return bringMsg{kind: kind, items: selected(picked{path, entry}), to: wire.Path(to)}.apply(m)
	})
}
