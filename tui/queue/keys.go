package queue

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

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
		Show:      bind([]string{"enter"}, "enter", "queue.keys.show"),
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

// All returns the bindings in the order in which help shows them.
func (k KeyMap) All() []key.Binding {
	return []key.Binding{
		k.Up, k.Down, k.First, k.Last, k.Show, k.Pause, k.PauseAll, k.ResumeAll,
		k.Cancel, k.Retry, k.Earlier, k.Later, k.Clear,
	}
}

// Useful returns the bindings that mean something for the transfer under the
// cursor, the most useful first.
func (p *Pane) Useful() []key.Binding {
	k := p.Keys
	t, ok := p.Current()
	if !ok {
		return nil
	}
	switch t.State {
	case transfer.Failed:
		return []key.Binding{k.Show, k.Retry, k.Cancel, k.Clear}
	case transfer.Cancelled:
		return []key.Binding{k.Show, k.Retry, k.Clear}
	case transfer.Done:
		return []key.Binding{k.Show, k.Clear}
	case transfer.Asking:
		return []key.Binding{k.Show, k.Cancel, k.Earlier, k.Later}
	case transfer.Waiting:
		return []key.Binding{k.Show, k.Retry, k.Pause, k.Cancel, k.PauseAll, k.Earlier, k.Later}
	case transfer.Paused:
		return []key.Binding{k.Show, k.Pause, k.ResumeAll, k.Cancel, k.Earlier, k.Later}
	default:
		return []key.Binding{k.Show, k.Pause, k.Cancel, k.PauseAll, k.Earlier, k.Later}
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
	switch {
	case key.Matches(msg, p.Keys.Up):
		p.move(-1)
	case key.Matches(msg, p.Keys.Down):
		p.move(1)
	case key.Matches(msg, p.Keys.First):
		p.move(-len(p.order))
	case key.Matches(msg, p.Keys.Last):
		p.move(len(p.order))
	case key.Matches(msg, p.Keys.Clear):
		return Act{Do: Clear}
	case key.Matches(msg, p.Keys.PauseAll):
		return Act{Do: PauseAll}
	case key.Matches(msg, p.Keys.ResumeAll):
		return Act{Do: ResumeAll}
	default:
		if t, ok := p.Current(); ok {
			return Act{Do: p.wish(msg, &t), ID: t.ID}
		}
	}
	return Act{}
}

// wish is what a key means for a transfer in a state, Nothing where it makes no
// sense.
func (p *Pane) wish(msg tea.KeyPressMsg, t *transfer.Transfer) Do {
	s := t.State
	someFailed := t.Tree != nil && t.Tree.Failed > 0
	switch {
	case key.Matches(msg, p.Keys.Show):
		return Show
	case key.Matches(msg, p.Keys.Pause) && s == transfer.Paused:
		return Resume
	case key.Matches(msg, p.Keys.Pause) && (s == transfer.Queued || s == transfer.Active || s == transfer.Waiting):
		return Pause
	case key.Matches(msg, p.Keys.Cancel) && s != transfer.Done && s != transfer.Cancelled:
		return Cancel // and one that has failed can be cleared then
	case key.Matches(msg, p.Keys.Retry) && (s == transfer.Failed || s == transfer.Cancelled || s == transfer.Waiting || someFailed):
		return Retry
	case key.Matches(msg, p.Keys.Earlier):
		return Earlier
	case key.Matches(msg, p.Keys.Later):
		return Later
	}
	return Nothing
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
