package browse

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// KeyMap is what the pane does at which key. The help texts are message ids.
type KeyMap struct {
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, First, Last key.Binding
	Open, Above                                               key.Binding
	Mark, MarkAll                                             key.Binding
	Sort, Refresh                                             key.Binding
}

// DefaultKeys returns the keys as they are documented.
func DefaultKeys() KeyMap {
	bind := func(keys []string, label, id string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, id))
	}
	return KeyMap{
		Up:       bind([]string{"up", "k"}, "k/up", "keys.up"),
		Down:     bind([]string{"down", "j"}, "j/down", "keys.down"),
		PageUp:   bind([]string{"pgup", "ctrl+b"}, "pgup", "keys.page_up"),
		PageDown: bind([]string{"pgdown", "ctrl+f"}, "pgdn", "keys.page_down"),
		HalfUp:   bind([]string{"ctrl+u"}, "ctrl+u", "browse.keys.half_up"),
		HalfDown: bind([]string{"ctrl+d"}, "ctrl+d", "browse.keys.half_down"),
		First:    bind([]string{"home", "g"}, "g", "keys.first"),
		Last:     bind([]string{"end", "G"}, "G", "keys.last"),
		Open:     bind([]string{"enter", "l", "right"}, "enter", "browse.keys.open"),
		Above:    bind([]string{"backspace", "h", "left"}, "h/left", "browse.keys.above"),
		Mark:     bind([]string{"space"}, "space", "browse.keys.mark"),
		MarkAll:  bind([]string{"a"}, "a", "browse.keys.mark_all"),
		Sort:     bind([]string{"s"}, "s", "browse.keys.sort"),
		Refresh:  bind([]string{"ctrl+r", "f5"}, "ctrl+r", "browse.keys.refresh"),
	}
}

// Command is something that the pane does at a key.
type Command struct {
	ID      string
	Binding *key.Binding // of the pane's key map; whoever changes it changes the pane's
	Able    func() bool  // whether it means anything now; nil: always
	Run     func() tea.Cmd
}

// Commands are all that the pane does, in the order in which help shows them.
// The keys file, the palette and the help know them by their ids.
func (p *Pane) Commands() []Command {
	k := &p.Keys
	some := func() bool { return len(p.rows) > 0 }
	moves := func(id string, binding *key.Binding, by func() int) Command {
		return Command{ID: id, Binding: binding, Run: func() tea.Cmd {
			p.move(by())
			return nil
		}}
	}
	marks := func(id string, binding *key.Binding, do func()) Command {
		return Command{ID: id, Binding: binding, Able: some, Run: func() tea.Cmd {
			do()
			return nil
		}}
	}
	page := func() int { return max(1, p.visible()) }
	return []Command{
		moves("up", &k.Up, func() int { return -1 }),
		moves("down", &k.Down, func() int { return 1 }),
		moves("page_up", &k.PageUp, func() int { return -page() }),
		moves("page_down", &k.PageDown, page),
		moves("half_up", &k.HalfUp, func() int { return -max(1, page()/2) }),
		moves("half_down", &k.HalfDown, func() int { return max(1, page()/2) }),
		moves("first", &k.First, func() int { return -len(p.rows) }),
		moves("last", &k.Last, func() int { return len(p.rows) }),
		{ID: "open", Binding: &k.Open, Able: some, Run: p.enter},
		{ID: "above", Binding: &k.Above, Able: func() bool { return p.path != wire.Root }, Run: p.above},
		marks("mark", &k.Mark, p.mark),
		marks("mark_all", &k.MarkAll, p.markAll),
		{ID: "sort", Binding: &k.Sort, Run: p.SortNext},
		{ID: "refresh", Binding: &k.Refresh, Run: p.Refresh},
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

// move moves the cursor by so many rows, as far as there are any.
func (p *Pane) move(by int) {
	p.moved = true
	p.want = ""
	p.cursor = min(max(p.cursor+by, 0), max(len(p.rows)-1, 0))
	p.follow()
}

// Scroll moves the rows by so many, as a wheel does, and takes the cursor along
// only as far as it must stay in sight.
func (p *Pane) Scroll(by int) {
	p.top = min(max(p.top+by, 0), max(len(p.rows)-p.visible(), 0))
	p.cursor = min(max(p.cursor, p.top), max(min(p.top+p.visible(), len(p.rows))-1, 0))
	p.moved = true
	p.want = ""
}

// Click moves the cursor to the row drawn on a line of the pane; on the row
// that has it already, the entry is opened.
func (p *Pane) Click(line int) tea.Cmd {
	i := p.top + line - p.head()
	if line < p.head() || line >= p.head()+p.visible() || i >= len(p.rows) {
		return nil
	}
	if i == p.cursor {
		return p.enter()
	}
	p.move(i - p.cursor)
	return nil
}

// follow scrolls as little as needed for the cursor to be in sight.
func (p *Pane) follow() {
	visible := max(1, p.visible())
	p.top = min(p.top, p.cursor)
	p.top = max(p.top, p.cursor-visible+1)
	p.top = max(0, min(p.top, len(p.rows)-visible))
}

func (p *Pane) enter() tea.Cmd {
	entry, ok := p.Current()
	if !ok {
		return nil
	}
	path, err := p.Join(p.path, entry.Name)
	if err != nil { // too deep, or too long together
		p.err = err
		return nil
	}
	if entry.IsDir {
		return p.Open(path)
	}
	return func() tea.Msg { return Chosen{path, entry} }
}

// above goes to the folder that this one is in, with the cursor on this one.
func (p *Pane) above() tea.Cmd {
	if p.path == wire.Root || p.path == "" {
		return nil
	}
	from := p.path.Base()
	cmd := p.Open(p.path.Dir())
	p.Seek(from)
	return cmd
}

// mark changes the mark of the entry under the cursor and moves on.
func (p *Pane) mark() {
	entry, ok := p.Current()
	if !ok {
		return
	}
	if p.marks[entry.Name] {
		delete(p.marks, entry.Name)
	} else {
		p.marks[entry.Name] = true
	}
	p.move(1)
}

// markAll marks everything, or nothing when everything is marked.
func (p *Pane) markAll() {
	if len(p.marks) >= len(p.rows) {
		clear(p.marks)
		return
	}
	for i := range p.rows {
		p.marks[p.rows[i].Name] = true
	}
}

// show puts rows on the screen. The cursor stays on its entry, and that on its
// line; at the top, where nobody has moved yet, it stays at the top.
func (p *Pane) show(rows []row, sorted Order) {
	before, had := p.Current()
	offset := p.cursor - p.top
	p.rows, p.sorted = rows, sorted
	if had && p.moved {
		if i := p.index(before.Name); i >= 0 {
			p.cursor = i
		}
	}
	p.cursor = min(p.cursor, max(len(rows)-1, 0))
	p.top = p.cursor - offset
	p.settle()
	p.follow()
}

// settle puts the cursor on the entry that is waited for, once it is there.
func (p *Pane) settle() {
	if p.want == "" {
		return
	}
	if i := p.index(p.want); i >= 0 {
		p.cursor, p.want, p.moved = i, "", true
		p.follow()
	}
}
