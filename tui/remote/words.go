package remote

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// Words returns the commands for files that have no key and are typed, such as mv. Their
// paths are on the drive, relative to the folder on the screen.
func (r *Remote) Words() []command.Command {
	one, two := []command.Argument{command.RemotePath}, []command.Argument{command.RemotePath, command.RemotePath}
	return []command.Command{
		{Name: "ls", Help: "typed.ls", In: command.Panes, Usage: "ls [PATH]", Args: one, Online: true, Run: r.typedGo},
		{Name: "cd", Help: "typed.cd", In: command.Panes, Usage: "cd PATH", Args: one, Online: true, Run: r.typedGo},
		{Name: "rm", Help: "typed.rm", In: command.Panes, Usage: "rm PATH", Args: one, Least: 1, Online: true, Run: r.typedRemove},
		{Name: "mv", Help: "typed.mv", In: command.Panes, Usage: "mv FROM TO", Args: two, Least: 2, Online: true, Run: r.typedMove},
		{Name: "cp", Help: "typed.cp", In: command.Panes, Usage: "cp FROM TO", Args: two, Least: 2, Online: true, Run: r.typedCopy},
	}
}

// placeMsg has the server's answer about a typed path.
type placeMsg struct {
	visit *visit
	path  wire.Path
	entry wire.Entry
	err   error
	then  func(path wire.Path, entry wire.Entry) tea.Cmd // runs if the path exists
}

// withEntry requests the entry of a typed path and then calls then with it.
func (r *Remote) withEntry(typed string, then func(path wire.Path, entry wire.Entry) tea.Cmd) (tea.Cmd, locale.Words) {
	path, wrong := resolve(string(r.Pane.Path()), typed)
	if wrong != nil {
		return nil, wrong
	}
	v := r.visit
	return func() tea.Msg {
		reply, err := v.session.Client().Stat(v.ctx, wire.Path(path))
		return placeMsg{v, wire.Path(path), reply.Entry, err, then}
	}, nil
}

func (msg placeMsg) apply(r *Remote) tea.Cmd {
	switch {
	case msg.visit != r.visit:
		return nil
	case errors.Is(msg.err, wire.NotFound):
		r.Host.Say(true, locale.Say("path.missing", "Path", msg.path))
		return nil
	case msg.err != nil:
		r.sayError(msg.err)
		return nil
	}
	return msg.then(msg.path, msg.entry)
}

func (r *Remote) typedGo(args []string) (tea.Cmd, locale.Words) {
	if len(args) == 0 {
		r.Host.Show()
		return r.Pane.Refresh(), nil
	}
	return r.withEntry(args[0], func(path wire.Path, entry wire.Entry) tea.Cmd { return r.goTo(path, entry.IsDir) })
}

// TypedGet downloads a typed path.
func (r *Remote) TypedGet(args []string) (tea.Cmd, locale.Words) {
	return r.withEntry(args[0], func(path wire.Path, entry wire.Entry) tea.Cmd {
		if path == wire.Root {
			r.Host.Say(true, locale.Say("typed.no_root"))
			return nil
		}
		return r.Host.Download(selected(wire.Found{Path: path, Entry: entry}).List)
	})
}

func (r *Remote) typedMkdir(args []string) (tea.Cmd, locale.Words) {
	path, wrong := resolve(string(r.Pane.Path()), args[0])
	if wrong != nil {
		return nil, wrong
	}
	return mkdirMsg{wire.Path(path)}.apply(r), nil
}

func (r *Remote) typedRemove(args []string) (tea.Cmd, locale.Words) {
	return r.withEntry(args[0], func(path wire.Path, entry wire.Entry) tea.Cmd {
		return r.remove(selected(wire.Found{Path: path, Entry: entry}))
	})
}

func (r *Remote) typedMove(args []string) (tea.Cmd, locale.Words) {
	return r.bringTo(change.Moving, args)
}

func (r *Remote) typedCopy(args []string) (tea.Cmd, locale.Words) {
	return r.bringTo(change.Copying, args)
}

// bringTo moves or copies args[0] to args[1], or into it if it is a folder.
func (r *Remote) bringTo(kind change.Kind, args []string) (tea.Cmd, locale.Words) {
	to, wrong := resolve(string(r.Pane.Path()), args[1])
	if wrong != nil {
		return nil, wrong
	}
	return r.withEntry(args[0], func(path wire.Path, entry wire.Entry) tea.Cmd {
		return bringMsg{kind: kind, items: selected(wire.Found{Path: path, Entry: entry}), to: wire.Path(to)}.apply(r)
	})
}
