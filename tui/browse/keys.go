package browse

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// KeyMap is what the pane does at which key. The help texts are message ids.
type KeyMap struct {
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, First, Last key.Binding
	Open, Above, Back, Forward                                key.Binding
	Mark, Range, MarkAll, Invert, MarkLike, UnmarkLike        key.Binding
	Sort, Reverse, Hidden, Filter, Seek, Refresh              key.Binding
}

// DefaultKeys returns the keys as they are documented.
func DefaultKeys() KeyMap {
	bind := func(keys []string, label, id string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, id))
	}
	return KeyMap{
		Up:         bind([]string{"up", "k"}, "k/up", "keys.up"),
		Down:       bind([]string{"down", "j"}, "j/down", "keys.down"),
		PageUp:     bind([]string{"pgup", "ctrl+b"}, "pgup", "keys.page_up"),
		PageDown:   bind([]string{"pgdown", "ctrl+f"}, "pgdn", "keys.page_down"),
		HalfUp:     bind([]string{"ctrl+u"}, "ctrl+u", "browse.keys.half_up"),
		HalfDown:   bind([]string{"ctrl+d"}, "ctrl+d", "browse.keys.half_down"),
		First:      bind([]string{"home", "g"}, "g", "keys.first"),
		Last:       bind([]string{"end", "G"}, "G", "keys.last"),
		Open:       bind([]string{"enter", "l", "right"}, "enter", "browse.keys.open"),
		Above:      bind([]string{"backspace", "h", "left"}, "h/left", "browse.keys.above"),
		Back:       bind([]string{"[", "alt+left"}, "[", "browse.keys.back"),
		Forward:    bind([]string{"]", "alt+right"}, "]", "browse.keys.forward"),
		Mark:       bind([]string{"space"}, "space", "browse.keys.mark"),
		Range:      bind([]string{"v"}, "v", "browse.keys.range"),
		MarkAll:    bind([]string{"a"}, "a", "browse.keys.mark_all"),
		Invert:     bind([]string{"*"}, "*", "browse.keys.invert"),
		MarkLike:   bind([]string{"+"}, "+", "browse.keys.mark_like"),
		UnmarkLike: bind([]string{"-"}, "-", "browse.keys.unmark_like"),
		Sort:       bind([]string{"s"}, "s", "browse.keys.sort"),
		Reverse:    bind([]string{"S"}, "S", "browse.keys.reverse"),
		Hidden:     bind([]string{"."}, ".", "browse.keys.hidden"),
		Filter:     bind([]string{"/"}, "/", "browse.keys.filter"),
		Seek:       bind([]string{"f"}, "f", "browse.keys.seek"),
		Refresh:    bind([]string{"ctrl+r", "f5"}, "ctrl+r", "browse.keys.refresh"),
	}
}

// Command is something that the pane does at a key.
type Command struct {
	ID      string       // its name for the program, such as "mark_all"
	Binding *key.Binding // of the pane's key map; whoever changes it changes the pane's
	Able    func() bool  // whether it means anything now; nil: always
	Run     func() tea.Cmd
}

// quietly makes a command's Run of what needs no command of Bubble Tea.
func quietly(do func()) func() tea.Cmd {
	return func() tea.Cmd {
		do()
		return nil
	}
}

// Commands are all that the pane does, in the order in which help shows them.
// The keys file, the palette and the help know them by their ids.
func (p *Pane) Commands() []Command {
	k := &p.Keys
	some := func() bool { return len(p.rows) > 0 }
	by := func(rows int) func() tea.Cmd { return quietly(func() { p.move(rows) }) }
	typed := func(what purpose) func() tea.Cmd { return quietly(func() { p.ask(what) }) }
	page := max(1, p.visible())
	half := max(1, page/2)
	return []Command{
		{"up", &k.Up, nil, by(-1)},
		{"down", &k.Down, nil, by(1)},
		{"page_up", &k.PageUp, nil, by(-page)},
		{"page_down", &k.PageDown, nil, by(page)},
		{"half_up", &k.HalfUp, nil, by(-half)},
		{"half_down", &k.HalfDown, nil, by(half)},
		{"first", &k.First, nil, by(-len(p.rows))},
		{"last", &k.Last, nil, by(len(p.rows))},
		{"open", &k.Open, some, p.enter},
		{"above", &k.Above, func() bool { return p.path != wire.Root }, p.above},
		{"back", &k.Back, func() bool { return len(p.back) > 0 }, p.goBack},
		{"forward", &k.Forward, func() bool { return len(p.forward) > 0 }, p.goForward},
		{"mark", &k.Mark, some, quietly(p.mark)},
		{"range", &k.Range, some, quietly(p.markRange)},
		{"mark_all", &k.MarkAll, some, quietly(p.markAll)},
		{"invert", &k.Invert, some, quietly(p.invert)},
		{"mark_like", &k.MarkLike, some, typed(marking)},
		{"unmark_like", &k.UnmarkLike, some, typed(unmarking)},
		{"sort", &k.Sort, nil, func() tea.Cmd { return p.chooseOrder(p.order.next()) }},
		{"reverse", &k.Reverse, nil, func() tea.Cmd { return p.chooseOrder(Order{p.order.By, !p.order.Reverse}) }},
		{"hidden", &k.Hidden, nil, p.toggleHidden},
		{"filter", &k.Filter, nil, typed(filtering)},
		{"seek", &k.Seek, some, typed(seeking)},
		{"refresh", &k.Refresh, nil, p.Refresh},
	}
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

func (p *Pane) key(msg tea.KeyPressMsg) tea.Cmd {
	for _, c := range p.Commands() {
		if key.Matches(msg, *c.Binding) {
			return c.Run()
		}
	}
	return nil
}

// Viewed is the message that the person wants folders shown in another way from
// now on.
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

// ShowHidden says whether names that begin with a dot are shown.
func (p *Pane) ShowHidden(shown bool) tea.Cmd {
	p.hidden = shown
	return p.sift()
}

func (p *Pane) toggleHidden() tea.Cmd { return tea.Batch(p.ShowHidden(!p.hidden), p.viewed()) }
