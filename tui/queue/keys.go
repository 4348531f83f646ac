package queue

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
)

// Commands returns the commands of the pane, in the order in which help shows
// them. What they ask for goes to Options.Do.
func (p *Pane) Commands() []command.Command {
	moves := func(by func() int) func([]string) (tea.Cmd, locale.Words) {
		return command.Just(func() { p.move(by()) })
	}
	all := func(do Do) func([]string) (tea.Cmd, locale.Words) {
		return command.Do(func() tea.Cmd { return p.Do(Act{Do: do}) })
	}
	commands := []command.Command{
		{Name: "transfers.up", Help: "keys.up", Keys: []string{"up", "k"}, Label: "k/up", Run: moves(func() int { return -1 })},
		{Name: "transfers.down", Help: "keys.down", Keys: []string{"down", "j"}, Label: "j/down", Run: moves(func() int { return 1 })},
		{Name: "transfers.first", Help: "keys.first", Keys: []string{"home", "g"}, Label: "g", Run: moves(func() int { return -len(p.order) })},
		{Name: "transfers.last", Help: "keys.last", Keys: []string{"end", "G"}, Label: "G", Run: moves(func() int { return len(p.order) })},
		p.wish(command.Command{Name: "transfers.show", Help: "queue.keys.show", Keys: []string{"enter", "i"}}, Show),
		p.wish(command.Command{Name: "transfers.pause", Help: "queue.keys.pause", Keys: []string{"p", "space"}, Online: true}, Resume, Pause),
		{Name: "transfers.pause_all", Help: "queue.keys.pause_all", Keys: []string{"s"}, Run: all(PauseAll)},
		{Name: "transfers.resume_all", Help: "queue.keys.resume_all", Keys: []string{"S"}, Run: all(ResumeAll)},
		p.wish(command.Command{Name: "transfers.cancel", Help: "queue.keys.cancel", Keys: []string{"x", "delete"}}, Cancel),
		p.wish(command.Command{Name: "transfers.retry", Help: "queue.keys.retry", Keys: []string{"r"}, Online: true}, Retry),
		p.reorder(command.Command{Name: "transfers.earlier", Help: "queue.keys.earlier", Keys: []string{"K", "shift+up"}}, Earlier),
		p.reorder(command.Command{Name: "transfers.later", Help: "queue.keys.later", Keys: []string{"J", "shift+down"}}, Later),
		{Name: "transfers.clear", Help: "queue.keys.clear", Keys: []string{"c"}, Run: all(Clear)},
	}
	for i := range commands {
		commands[i].In, commands[i].Group = command.Transfers, command.TransfersGroup
	}
	return commands
}

// wish completes a command for the transfer under the cursor. It asks for the
// first of several changes that is possible in the state of the transfer.
func (p *Pane) wish(c command.Command, wishes ...Do) command.Command {
	c.Able = func() bool { return p.wished(wishes).Do != Nothing }
	c.Run = command.Do(func() tea.Cmd { return p.Do(p.wished(wishes)) })
	return c
}

// reorder completes a command that moves the transfer under the cursor among the
// waiting ones. It also runs where that is impossible, so that the owner can say
// why; see Unmovable.
func (p *Pane) reorder(c command.Command, do Do) command.Command {
	c.Able = func() bool {
		_, ok := p.Current()
		return ok
	}
	c.Run = command.Do(func() tea.Cmd {
		t, _ := p.Current()
		return p.Do(Act{Do: do, ID: t.ID})
	})
	return c
}

// movable reports whether Earlier or Later moves the transfer under the cursor.
func (p *Pane) movable(do Do) bool {
	_, ok := p.Current()
	return ok && p.Unmovable(do) == ""
}

// Unmovable says why Earlier or Later does not move the transfer under the
// cursor; blank: it does.
func (p *Pane) Unmovable(do Do) string {
	t, _ := p.Current()
	name := text.Visible(Name(&t))
	switch {
	case t.State == transfer.Active:
		return p.Locale.T("queue.unmovable.active", "Name", name, "Key", p.Registry.Label("transfers.pause"))
	case !t.State.Movable():
		return p.Locale.T("queue.unmovable.ended", "Name", name)
	}
	rows, id := p.order[:p.cursor], "queue.unmovable.first"
	if do == Later {
		rows, id = p.order[p.cursor+1:], "queue.unmovable.last"
	}
	for _, i := range rows {
		if p.snapshot.Transfers[i].State.Movable() {
			return ""
		}
	}
	if do == Later && p.snapshot.Hidden > 0 {
		return "" // one may wait there
	}
	return p.Locale.T(id, "Name", name)
}

// Useful returns the commands that make sense for the transfer under the cursor,
// the most useful first.
func (p *Pane) Useful() []command.Name {
	t, ok := p.Current()
	if !ok {
		return nil
	}
	useful := usefulFor(t.State)
	if p.movable(Earlier) {
		useful = append(useful, "transfers.earlier")
	}
	if p.movable(Later) {
		useful = append(useful, "transfers.later")
	}
	return useful
}

// usefulFor is Useful without the order.
func usefulFor(state transfer.State) []command.Name {
	switch state {
	case transfer.Failed:
		return []command.Name{"transfers.show", "transfers.retry", "transfers.cancel", "transfers.clear"}
	case transfer.Cancelled:
		return []command.Name{"transfers.show", "transfers.retry", "transfers.clear"}
	case transfer.Done:
		return []command.Name{"transfers.show", "transfers.clear"}
	case transfer.Asking:
		return []command.Name{"transfers.show", "transfers.cancel"}
	case transfer.Waiting:
		return []command.Name{"transfers.show", "transfers.retry", "transfers.pause", "transfers.cancel", "transfers.pause_all"}
	case transfer.Paused:
		return []command.Name{"transfers.show", "transfers.pause", "transfers.resume_all", "transfers.cancel"}
	default:
		return []command.Name{"transfers.show", "transfers.pause", "transfers.cancel", "transfers.pause_all"}
	}
}

// Do is something that can be done to a transfer.
type Do int

// What can be done.
const (
	Nothing Do = iota
	Show       // everything about it, or its question
	Pause
	Resume
	Cancel
	Retry
	Earlier
	Later
	PauseAll
	ResumeAll
	Clear // all that have ended leave the list
)

// Act asks the root to do something.
type Act struct {
	Do Do
	ID transfer.ID
}

// wished returns the first of several wishes that makes sense for the transfer
// under the cursor, none when none does.
func (p *Pane) wished(wishes []Do) Act {
	t, ok := p.Current()
	if !ok {
		return Act{}
	}
	for _, do := range wishes {
		if sensible(do, &t) {
			return Act{Do: do, ID: t.ID}
		}
	}
	return Act{}
}

// sensible reports whether something can be done to a transfer as it is.
func sensible(do Do, t *transfer.Transfer) bool {
	s := t.State
	switch do {
	case Resume:
		return s == transfer.Paused
	case Pause:
		return s == transfer.Queued || s == transfer.Active || s == transfer.Waiting
	case Cancel:
		return s != transfer.Done && s != transfer.Cancelled // and one that has failed can be cleared then
	case Retry:
		someFailed := t.Tree != nil && t.Tree.Failed > 0
		return s == transfer.Failed || s == transfer.Cancelled || s == transfer.Waiting || someFailed
	default:
		return true
	}
}

func (p *Pane) move(by int) {
	p.cursor = min(max(p.cursor+by, 0), max(len(p.order)-1, 0))
	p.follow()
}

// Click moves the cursor to the transfer drawn on a line of the pane.
func (p *Pane) Click(line int) {
	if i := p.top + line - 1; line > 0 && i < len(p.order) {
		p.move(i - p.cursor)
	}
}
