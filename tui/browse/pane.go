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

// Options are the dependencies of a Pane. Invite, Join and Crumbs may be nil.
type Options struct {
	Theme   *theme.Theme
	Locale  *locale.Locale
	Source  Source
	Explain func(error) string // the sentence for an error in the current language

	Registry *command.Registry // for the names of keys; may be set after New

	// Invite returns the sentence in an empty folder about what the user can do.
	Invite func() string

	// Join and Crumbs are for folders of a local disk, which has other rules for names
	// and another notation of paths.
	Join   func(folder wire.Path, name wire.Name) (wire.Path, error)
	Crumbs func(folder wire.Path) string
}

// Pane shows one folder. It is not safe for concurrent use.
type Pane struct {
	Options

	width, height int // in cells, as Resize said

	path     wire.Path
	order    Order
	all      []row // the entries of the folder; never changed in place: commands read them
	rows     []row // the visible ones; often the same slice
	sorted   Order // the order of all; a command changes it to order
	hidden   bool  // names that begin with a dot are shown
	filter   filter
	leaving  leaving
	away     map[wire.Path]leaving // of other folders; nil for none
	moves    int                   // counts the moves of the cursor by the user
	sifting  bool                  // a command is filtering all; rows are the ones before
	size     int64                 // bytes of the files in rows
	there    int                   // the number of rows without a filter
	unlisted int                   // entries of the folder whose names cannot be listed
	dotted   int                   // hidden names that begin with a dot
	whole    bool                  // the listing is complete
	cut      bool                  // the folder has more than maxRows
	err      error                 // the error of the last listing

	list      list.Window // of rows
	want      wire.Name   // the entry on which the cursor goes when it arrives
	moved     bool        // the user moved the cursor since the folder was opened
	marks     marked      // of the folder shown
	elsewhere map[wire.Path]marks
	span      *span  // marks follow the cursor while it is set
	input     *input // the line that the user types into the pane; nil for none

	back, forward []wire.Path // the visited folders, the latest at the end

	generation int // of the listing; pages of another one are obsolete
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

// Chosen is the message that the user opened a file.
type Chosen struct {
	Path  wire.Path
	Entry wire.Entry
}

// Path returns the folder, or "" before the first Open.
func (p *Pane) Path() wire.Path { return p.path }

// Resize sets the size of the pane in cells.
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

// Place returns the position of the cursor, from 1, and the number of rows. The
// position is 0 without rows.
func (p *Pane) Place() (at, of int) {
	if p.list.Cursor >= len(p.rows) {
		return 0, len(p.rows)
	}
	return p.list.Cursor + 1, len(p.rows)
}

// Count returns the number of listed entries of the folder.
func (p *Pane) Count() int { return len(p.all) }

// Moves returns a number that changes when the user moves the cursor.
func (p *Pane) Moves() int { return p.moves }

// Has reports whether the listed entries of the folder include a name that is not
// leaving.
func (p *Pane) Has(name wire.Name) bool {
	_, has := p.HasOneOf(map[wire.Name]int{name: 0})
	return has
}

// HasOneOf returns the first listed entry with one of some names, as Has does for one.
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

// Forget drops all listings, for the drive of another account.
func (p *Pane) Forget() {
	*p = Pane{
		Options: p.Options, width: p.width, height: p.height,
		order: p.order, sorted: p.order, hidden: p.hidden, generation: p.generation + 1,
		elsewhere: make(map[wire.Path]marks), moves: p.moves + 1,
	}
}

// Update handles keys, while the pane has the focus, and the pane's own messages.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	cmd := p.update(msg)
	p.follow() // a sentence may take the line of a row
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
