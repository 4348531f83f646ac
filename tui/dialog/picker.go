package dialog

import (
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/maruel/natural"

	"wangpan/tui/command"
	"wangpan/tui/text/field"
	"wangpan/wire"
)

// ListFolder asks the root to read a local folder in a command and to send a
// [FolderListed] back. Request tells a late answer from the one waited for.
type ListFolder struct {
	Request int
	Folder  string
}

// FolderListed answers a ListFolder. The size of a folder is negative. So is that
// of a file, with a zero time, while it is unknown; a second answer to the same
// request brings them.
type FolderListed struct {
	Request int
	Entries []wire.Entry
	Err     error
}

// NewFolderListed sorts a copy of the entries: folders first, names in natural
// order. Call it in the command that read them: sorting a large folder takes longer
// than a frame.
func NewFolderListed(request int, entries []wire.Entry, err error) FolderListed {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b wire.Entry) int {
		if a.IsDir != b.IsDir {
			if a.IsDir {
				return -1
			}
			return 1
		}
		return natural.Compare(strings.ToLower(string(a.Name)), strings.ToLower(string(b.Name)))
	})
	return FolderListed{Request: request, Entries: entries, Err: err}
}

// Pick is a file or folder that was chosen.
type Pick struct {
	Path   string // in full
	Folder bool
}

// PickerClosed answers a Picker that was left without a choice: what it still
// asks for is not needed.
type PickerClosed struct{}

// Picked answers a Picker: what is to be uploaded, in the order of marking.
type Picked struct{ Picks []Pick }

// Picker chooses local files and folders to upload. Marks stay while the person
// goes from folder to folder.
type Picker struct {
	folder  string
	request int // the listing waited for; 0 when none is
	err     error
	entries []wire.Entry
	rows    []int // the entries that filter and hidden let through
	cursor  int   // among rows
	top     int   // the first row in view
	page    int   // rows in view when last drawn
	goal    string
	marks   []Pick
	marked  map[string]bool
	hidden  bool
	filter  *field.Field
	typing  bool // the filter has the focus
}

// NewPicker opens at a folder, an absolute path. The root must handle the first
// answer at once: it asks for the listing.
func NewPicker(folder string) (p *Picker, first tea.Msg) {
	p = &Picker{marked: make(map[string]bool), filter: field.New(255), page: 10}
	first = p.list(folder, "")
	return p, first
}

// list asks for a folder; the cursor will stand on the goal in it.
func (p *Picker) list(folder, goal string) tea.Msg {
	p.request++
	p.folder, p.goal = filepath.Clean(folder), goal
	p.err, p.entries, p.rows, p.cursor, p.top = nil, nil, nil, 0, 0
	p.filter.SetValue("")
	p.typing = false
	return ListFolder{p.request, p.folder}
}

// Place is that of the list, or of the filter.
func (p *Picker) Place() command.Place {
	if p.typing {
		return command.PickerFilter
	}
	return command.Picker
}

// Update takes listings and keys.
func (p *Picker) Update(msg tea.Msg) Outcome {
	switch msg := msg.(type) {
	case FolderListed:
		if msg.Request == p.request {
			p.listed(msg)
		}
	case command.Press:
		if p.typing {
			return p.typed(msg)
		}
		return p.press(msg)
	case tea.MouseClickMsg:
		return p.click(msg.Y)
	case tea.MouseWheelMsg:
		p.cursor = max(0, min(p.cursor+wheel(msg), len(p.rows)-1))
	case tea.PasteMsg:
		if p.typing {
			p.filter.Update(msg)
			p.narrow("")
		}
	}
	return Outcome{}
}

// listed shows what a folder holds. When it was shown before, the cursor stays on
// its entry, and that on its line.
func (p *Picker) listed(msg FolderListed) {
	goal, offset := p.goal, 0
	if p.entries != nil {
		goal, offset = p.name(), p.cursor-p.top
	}
	p.entries, p.err = msg.Entries, msg.Err
	if p.entries == nil {
		p.entries = []wire.Entry{} // listed, and empty
	}
	p.narrow(goal)
	p.top = max(p.cursor-offset, 0)
}

// loading reports whether the listing has not arrived yet.
func (p *Picker) loading() bool { return p.entries == nil && p.err == nil }
