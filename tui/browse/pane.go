package browse

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/list"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// Source makes a command that fetches a page and returns it as a [Page].
type Source func(Request) tea.Cmd

// Options are what a pane is made of; all fields but the last two are needed.
type Options struct {
	Theme   *theme.Theme
	Locale  *locale.Locale
	Source  Source
	Explain func(error) string // the sentence for an error, in the language in use

	Registry *command.Registry // for the names of keys; may be set after New

	// Invite says what one can do in a folder that is empty; nil: nothing is said.
	Invite func() string

	// Join and Crumbs are for folders that are not a drive's. There, names keep
	// other rules, and a path is written in another way.
	Join   func(folder wire.Path, name wire.Name) (wire.Path, error)
	Crumbs func(folder wire.Path) string
}

// Pane shows one folder. It belongs to the goroutine that runs Update and View.
type Pane struct {
	Options

	width, height int // in cells, as Resize said

	path     wire.Path
	order    Order
	all      []row // what the folder holds; never changed in place, since commands read them
	rows     []row // of them, what is shown; often the same
	sorted   Order // of all, until a command has brought them into order
	hidden   bool  // names that begin with a dot are shown
	filter   filter
	leaving  leaving
	away     map[wire.Path]leaving // of other folders; nil: none
	moves    int                   // how often the person has moved the cursor
	sifting  bool                  // a command goes through all; rows are what was shown before
	size     int64                 // bytes of the files shown
	there    int                   // of all, how many would be shown without a filter
	unlisted int                   // what the folder holds beyond them and cannot be named
	dotted   int                   // of all, how many are left out because of a dot before their name
	whole    bool                  // rows are all there is, as far as is known
	cut      bool                  // the folder holds more than maxRows
	err      error                 // why the last loading ended early

	list      list.Window // of rows
	want      wire.Name   // the entry on which the cursor goes when it arrives
	moved     bool        // the user moved the cursor since the folder was opened
	marks     marked      // of the folder shown
	elsewhere map[wire.Path]marks
	span      *span  // marks follow the cursor while it is set
	input     *input // the line that the user types into the pane; nil for none

	back, forward []wire.Path // where one was, the latest at the end

	generation int // of the loading; pages of another are late
	loading    *loading
	sorting    bool // an arrange command is under way
	seen       memory
}

// New returns a pane that shows nothing until Open.
func New(o Options) *Pane {
	if o.Join == nil {
		o.Join = func(folder wire.Path, name wire.Name) (wire.Path, error) { return folder.Join(string(name)) }
	}
	if o.Crumbs == nil {
		o.Crumbs = func(folder wire.Path) string { return "/" + Crumbs(folder) }
	}
	return &Pane{Options: o, elsewhere: make(map[wire.Path]marks)}
}

// Chosen is the message that a file, not a folder, was opened.
type Chosen struct {
	Path  wire.Path
	Entry wire.Entry
}

// Path returns the folder shown, or "" before the first Open.
func (p *Pane) Path() wire.Path { return p.path }

// Resize tells the pane how many cells it may fill.
func (p *Pane) Resize(width, height int) {
	p.width, p.height = width, height
	p.follow()
}

// Current returns the entry under the cursor.
func (p *Pane) Current() (wire.Entry, bool) {
	if p.list.Cursor >= len(p.rows) {
		return wire.Entry{}, false
	}
	return p.rows[p.list.Cursor].Entry, true
}

// Place says which of how many entries shown the cursor is on, from 1; 0 is for
// none.
func (p *Pane) Place() (at, of int) {
	if p.list.Cursor >= len(p.rows) {
		return 0, len(p.rows)
	}
	return p.list.Cursor + 1, len(p.rows)
}

// Count returns how many entries are known of the folder shown.
func (p *Pane) Count() int { return len(p.all) }

// Moves tells whether the person has moved the cursor since: it is another
// number then.
func (p *Pane) Moves() int { return p.moves }

// Has reports whether the folder shown holds an entry of that name, as far as
// is known, and it stays there.
func (p *Pane) Has(name wire.Name) bool {
	_, has := p.HasOneOf(map[wire.Name]int{name: 0})
	return has
}

// HasOneOf returns the first of the names that the folder shown holds, as Has
// does for one.
func (p *Pane) HasOneOf(names map[wire.Name]int) (wire.Name, bool) {
	for i := range p.all {
		name := p.all[i].Name
		if _, wanted := names[name]; wanted {
			if _, leaving := p.leaving[name]; !leaving {
				return name, true
			}
		}
	}
	return "", false
}

// Seek moves the cursor to the entry of that name, now or when it arrives.
func (p *Pane) Seek(name wire.Name) {
	p.want = name
	p.settle()
}

// Forget drops everything that was ever listed: another person's drive comes.
func (p *Pane) Forget() {
	*p = Pane{
		Options: p.Options, width: p.width, height: p.height,
		order: p.order, sorted: p.order, hidden: p.hidden, generation: p.generation + 1,
		elsewhere: make(map[wire.Path]marks), moves: p.moves + 1,
	}
}

// Update takes keys, while the pane has the focus, and the pane's own messages.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	cmd := p.update(msg)
	p.follow() // a sentence below the rows may have come, and taken the place of one
	return cmd
}

// Handles reports whether a message is the result of a pane's command.
func Handles(msg tea.Msg) bool {
	switch msg.(type) {
	case sifted, Page, arranged:
		return true
	}
	return false
}

func (p *Pane) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if p.input != nil {
			return p.typed(msg)
		}
	case sifted:
		p.siftedIn(msg)
	case Page:
		return p.page(msg)
	case arranged:
		return p.arranged(msg)
	}
	return nil
}

func (p *Pane) index(name wire.Name) int {
	for i := range p.rows {
		if p.rows[i].Name == name {
			return i
		}
	}
	return -1
}
