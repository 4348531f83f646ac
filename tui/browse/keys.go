package browse

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// Commands returns the commands of the pane, in the order in which help shows
// them.
func (p *Pane) Commands() []command.Command {
	commands := slices.Concat(p.moveCommands(), p.markCommands(), p.viewCommands())
	for i := range commands {
		c := &commands[i]
		c.In, c.Group = command.Folders, command.ListGroup
		run := c.Run
		c.Run = func(args []string) (tea.Cmd, locale.Words) {
			p.catchUp()
			defer p.follow()
			return run(args)
		}
	}
	return commands
}

func (p *Pane) some() bool { return len(p.rows) > 0 }

// moveCommands move the cursor and go to other folders.
func (p *Pane) moveCommands() []command.Command {
	by := func(rows func() int) func([]string) (tea.Cmd, locale.Words) {
		return command.Just(func() { p.move(rows()) })
	}
	page := func() int { return max(1, p.visible()) }
	half := func() int { return max(1, page()/2) }
	return []command.Command{
		{Name: "list.up", Help: "keys.up", Keys: []string{"up", "k"}, Label: "k/up", Run: by(func() int { return -1 })},
		{Name: "list.down", Help: "keys.down", Keys: []string{"down", "j"}, Label: "j/down", Run: by(func() int { return 1 })},
		{
			Name: "list.page_up", Help: "keys.page_up", Keys: []string{"pgup", "ctrl+b"},
			Run: by(func() int { return -page() }),
		},
		{
			Name: "list.page_down", Help: "keys.page_down", Keys: []string{"pgdown", "ctrl+f"}, Label: "pgdn",
			Run: by(page),
		},
		{Name: "list.half_up", Help: "browse.keys.half_up", Keys: []string{"ctrl+u"}, Run: by(func() int { return -half() })},
		{Name: "list.half_down", Help: "browse.keys.half_down", Keys: []string{"ctrl+d"}, Run: by(half)},
		{Name: "list.first", Help: "keys.first", Keys: []string{"home", "g"}, Label: "g", Run: by(func() int { return -len(p.rows) })},
		{Name: "list.last", Help: "keys.last", Keys: []string{"end", "G"}, Label: "G", Run: by(func() int { return len(p.rows) })},
		{
			Name: "list.open", Help: "browse.keys.open", Keys: []string{"enter", "l", "right"}, Online: true,
			Able: p.some, Run: command.Do(p.enter),
		},
		{
			Name: "list.above", Help: "browse.keys.above", Keys: []string{"backspace", "h", "left"}, Label: "h/left", Online: true,
			Able: func() bool { return p.path != wire.Root }, Run: command.Do(p.above),
		},
		{
			Name: "list.back", Help: "browse.keys.back", Keys: []string{"[", "alt+left"},
			Able: func() bool { return len(p.back) > 0 }, Run: command.Do(p.goBack),
		},
		{
			Name: "list.forward", Help: "browse.keys.forward", Keys: []string{"]", "alt+right"},
			Able: func() bool { return len(p.forward) > 0 }, Run: command.Do(p.goForward),
		},
	}
}

// markCommands mark entries.
func (p *Pane) markCommands() []command.Command {
	return []command.Command{
		{Name: "list.mark", Help: "browse.keys.mark", Keys: []string{"space"}, Able: p.some, Run: command.Just(p.mark)},
		{Name: "list.range", Help: "browse.keys.range", Keys: []string{"v"}, Able: p.some, Run: command.Just(p.markRange)},
		{Name: "list.mark_all", Help: "browse.keys.mark_all", Keys: []string{"a"}, Able: p.some, Run: command.Just(p.markAll)},
		{Name: "list.invert", Help: "browse.keys.invert", Keys: []string{"*"}, Able: p.some, Run: command.Just(p.invert)},
		{Name: "list.mark_like", Help: "browse.keys.mark_like", Keys: []string{"+"}, Able: p.some, Run: p.asks(marking)},
		{Name: "list.unmark_like", Help: "browse.keys.unmark_like", Keys: []string{"-"}, Able: p.some, Run: p.asks(unmarking)},
	}
}

// viewCommands choose how the pane shows a folder.
func (p *Pane) viewCommands() []command.Command {
	return []command.Command{
		{
			Name: "list.sort", Help: "browse.keys.sort", Keys: []string{"s"},
			Run: command.Do(func() tea.Cmd { return p.chooseOrder(p.order.next()) }),
		},
		{
			Name: "list.reverse", Help: "browse.keys.reverse", Keys: []string{"S"},
			Run: command.Do(func() tea.Cmd { return p.chooseOrder(Order{p.order.By, !p.order.Reverse}) }),
		},
		{Name: "list.hidden", Help: "browse.keys.hidden", Keys: []string{"."}, Run: command.Do(p.toggleHidden)},
		{Name: "list.filter", Help: "browse.keys.filter", Keys: []string{"/"}, Run: p.asks(filtering)},
		{Name: "list.seek", Help: "browse.keys.seek", Keys: []string{"f"}, Able: p.some, Run: p.asks(seeking)},
		{Name: "list.refresh", Help: "browse.keys.refresh", Keys: []string{"ctrl+r", "f5"}, Online: true, Run: command.Do(p.Refresh)},
	}
}

func (p *Pane) asks(what purpose) func([]string) (tea.Cmd, locale.Words) {
	return command.Just(func() { p.ask(what) })
}

// Viewed is the message that the user changed how folders are shown.
type Viewed struct {
	Order  Order
	Hidden bool
}

// Viewed returns how folders are shown.
func (p *Pane) Viewed() Viewed { return Viewed{p.order, p.hidden} }

func (p *Pane) viewed() tea.Cmd {
	said := p.Viewed()
	return func() tea.Msg { return said }
}

func (p *Pane) chooseOrder(o Order) tea.Cmd { return tea.Batch(p.SetOrder(o), p.viewed()) }

// ShowHidden sets whether names that begin with a dot are shown.
func (p *Pane) ShowHidden(shown bool) tea.Cmd {
	p.hidden = shown
	return p.sift()
}

func (p *Pane) toggleHidden() tea.Cmd { return tea.Batch(p.ShowHidden(!p.hidden), p.viewed()) }
