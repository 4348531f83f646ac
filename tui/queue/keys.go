package queue

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
	"wangpan/tui/transfer"
)

// KeyMap is what the pane does at which key. The help texts are message ids.
type KeyMap struct {
	Up, Down, First, Last key.Binding
	Show                  key.Binding
	Pause, Cancel, Retry  key.Binding
	PauseAll, ResumeAll   key.Binding
	Earlier, Later        key.Binding
	Clear                 key.Binding
}

// DefaultKeys returns the keys as they are documented.
func DefaultKeys() KeyMap {
	bind := func(keys []string, label, id string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, id))
	}
	return KeyMap{
		Up:        bind([]string{"up", "k"}, "k/up", "keys.up"),
		Down:      bind([]string{"down", "j"}, "j/down", "keys.down"),
		First:     bind([]string{"home", "g"}, "g", "keys.first"),
		Last:      bind([]string{"end", "G"}, "G", "keys.last"),
		Show:      bind([]string{"enter", "i"}, "enter", "queue.keys.show"),
		Pause:     bind([]string{"p", "space"}, "p", "queue.keys.pause"),
		PauseAll:  bind([]string{"s"}, "s", "queue.keys.pause_all"),
		ResumeAll: bind([]string{"S"}, "S", "queue.keys.resume_all"),
		Cancel:    bind([]string{"x", "delete"}, "x", "queue.keys.cancel"),
		Retry:     bind([]string{"r"}, "r", "queue.keys.retry"),
		Earlier:   bind([]string{"K", "shift+up"}, "K", "queue.keys.earlier"),
		Later:     bind([]string{"J", "shift+down"}, "J", "queue.keys.later"),
		Clear:     bind([]string{"c"}, "c", "queue.keys.clear"),
	}
}

// Command is something that the pane does at a key.
type Command struct {
	ID      string
	Binding *key.Binding // of the pane's key map; whoever changes it changes the pane's
	Able    func() bool  // whether it means anything now; nil: always
	Run     func() Act   // what it asks for
}

// Commands are all that the pane does, in the order in which help shows them.
func (p *Pane) Commands() []Command {
	k := &p.Keys
	moves := func(id string, binding *key.Binding, by func() int) Command {
		return Command{ID: id, Binding: binding, Run: func() Act {
			p.move(by())
			return Act{}
		}}
	}
	// Those for the transfer under the cursor ask for one of several things, by
	// the state that it is in.
	wish := func(id string, binding *key.Binding, wishes ...Do) Command {
		return Command{
			ID: id, Binding: binding,
			Able: func() bool { return p.wished(wishes).Do != Nothing },
			Run:  func() Act { return p.wished(wishes) },
		}
	}
	all := func(id string, binding *key.Binding, do Do) Command {
		return Command{ID: id, Binding: binding, Run: func() Act { return Act{Do: do} }}
	}
	return []Command{
		moves("up", &k.Up, func() int { return -1 }),
		moves("down", &k.Down, func() int { return 1 }),
		moves("first", &k.First, func() int { return -len(p.order) }),
		moves("last", &k.Last, func() int { return len(p.order) }),
		wish("show", &k.Show, Show),
		wish("pause", &k.Pause, Resume, Pause),
		all("pause_all", &k.PauseAll, PauseAll),
		all("resume_all", &k.ResumeAll, ResumeAll),
		wish("cancel", &k.Cancel, Cancel),
		wish("retry", &k.Retry, Retry),
		p.reorder("earlier", &k.Earlier, Earlier),
		p.reorder("later", &k.Later, Later),
		all("clear", &k.Clear, Clear),
	}
}

// reorder moves the transfer under the cursor among those that wait. Where that
// is not possible it is asked for all the same, so that Unmovable can say why.
func (p *Pane) reorder(id string, binding *key.Binding, do Do) Command {
	return Command{
		ID: id, Binding: binding,
		Able: func() bool { return p.movable(do) },
		Run: func() Act {
			t, ok := p.Current()
			if !ok {
				return Act{}
			}
			return Act{Do: do, ID: t.ID}
		},
	}
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
		return p.Locale.T("queue.unmovable.active", "Name", name, "Key", p.Keys.Pause.Help().Key)
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

// All returns the bindings of all commands.
func (p *Pane) All() []key.Binding {
	commands := p.Commands()
	bindings := make([]key.Binding, len(commands))
	for i, c := range commands {
		bindings[i] = *c.Binding
	}
	return bindings
}

// Useful returns the bindings that mean something for the transfer under the
// cursor, the most useful first.
func (p *Pane) Useful() []key.Binding {
	k := p.Keys
	t, ok := p.Current()
	if !ok {
		return nil
	}
	useful := p.usefulFor(t.State)
	if p.movable(Earlier) {
		useful = append(useful, k.Earlier)
	}
	if p.movable(Later) {
		useful = append(useful, k.Later)
	}
	return useful
}

// usefulFor is Useful without the order.
func (p *Pane) usefulFor(state transfer.State) []key.Binding {
	k := p.Keys
	switch state {
	case transfer.Failed:
		return []key.Binding{k.Show, k.Retry, k.Cancel, k.Clear}
	case transfer.Cancelled:
		return []key.Binding{k.Show, k.Retry, k.Clear}
	case transfer.Done:
		return []key.Binding{k.Show, k.Clear}
	case transfer.Asking:
		return []key.Binding{k.Show, k.Cancel}
	case transfer.Waiting:
		return []key.Binding{k.Show, k.Retry, k.Pause, k.Cancel, k.PauseAll}
	case transfer.Paused:
		return []key.Binding{k.Show, k.Pause, k.ResumeAll, k.Cancel}
	default:
		return []key.Binding{k.Show, k.Pause, k.Cancel, k.PauseAll}
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

// Update takes a key while the pane has the focus and returns what it asks for.
func (p *Pane) Update(msg tea.KeyPressMsg) Act {
	for _, c := range p.Commands() {
		if key.Matches(msg, *c.Binding) {
			return c.Run()
		}
	}
	return Act{}
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
