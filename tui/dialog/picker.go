package dialog

import (
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
	"wangpan/tui/text/list"
	"wangpan/wire"
)

// ListFolder asks the owner to read a local folder in a command and to send a
// [FolderListed] with the same Request.
type ListFolder struct {
	Request int
	Folder  string
}

// FolderListed answers a ListFolder. The size of a folder is negative. The size of a
// file is negative and its time zero while they are unknown; a second answer to the
// same request adds them.
type FolderListed struct {
	Request int
	Entries []wire.Entry
	Err     error

	folded []string // the names as filters search them
}

// NewFolderListed sorts a copy of the entries: folders first, names in natural order.
// Call it in the command that read them: it takes longer than a frame for a large
// folder.
func NewFolderListed(request int, entries []wire.Entry, err error) FolderListed {
	entries = slices.Clone(entries)
	folded := folderOrder(entries, func(e wire.Entry) (string, bool) { return string(e.Name), e.IsDir })
	return FolderListed{request, entries, err, folded}
}

// Pick is a chosen file or folder.
type Pick struct {
	Path   string // absolute
	Folder bool
}

// PickerClosed answers a Picker that the user left: its request is obsolete.
type PickerClosed struct{}

// Picked answers a Picker: the files and folders to upload, in the order of marking.
type Picked struct{ Picks []Pick }

// Picker chooses local files and folders to upload. Marks stay when the user goes to
// another folder.
type Picker struct {
	folder  string
	request int // of the current listing
	listed  FolderListed
	loading bool
	rows    []int // the indexes of the entries that filter and hidden let through
	list    list.Window
	goal    string // the name on which the cursor starts
	marks   []Pick
	marked  map[string]bool
	hidden  bool // hidden files are shown
	filter  filter
}

// NewPicker opens a folder, an absolute path. The owner must handle the first answer
// at once: it asks for the listing.
func NewPicker(folder string) (p *Picker, first tea.Msg) {
	p = &Picker{
		marked: make(map[string]bool), filter: filter{Field: field.New(maxFilter)},
		list: list.Window{Line: 2, Height: 10}, // below the border and the folder
	}
	first = p.open(folder, "")
	return p, first
}

// open asks for a folder. The cursor will be on the goal in it.
func (p *Picker) open(folder, goal string) tea.Msg {
	p.request++
	p.folder, p.goal = filepath.Clean(folder), goal
	p.listed, p.loading, p.rows = FolderListed{}, true, nil
	p.list.SetRows(0)
	p.list.Top = 0
	p.filter.SetValue("")
	p.filter.typing = false
	return ListFolder{p.request, p.folder}
}

// Place returns the place of the rows, or of the filter.
func (p *Picker) Place() command.Place {
	if p.filter.typing {
		return command.PickerFilter
	}
	return command.Picker
}

// Update handles listings and input.
func (p *Picker) Update(msg tea.Msg) Outcome {
	switch msg := msg.(type) {
	case FolderListed:
		if msg.Request == p.request {
			p.show(msg)
		}
		return Outcome{}
	case command.Press:
		if !p.filter.typing && msg.Name != "" {
			return p.press(msg)
		}
	case tea.MouseClickMsg:
		return p.click(msg.Y)
	}
	if !p.list.Update(msg) {
		p.edit(msg)
	}
	return Outcome{}
}

// show shows a listing. A second listing of the folder moves neither the cursor nor
// the rows.
func (p *Picker) show(msg FolderListed) {
	goal, offset := p.goal, 0
	if !p.loading {
		goal, offset = p.name(), p.list.Cursor-p.list.Top
	}
	p.listed, p.loading = msg, false
	p.narrow(goal)
	p.list.Top = max(p.list.Cursor-offset, 0)
}

func (p *Picker) press(press command.Press) Outcome {
	switch press.Name {
	case "dialog.close":
		if p.filter.Value() == "" {
			return Outcome{Close: true, Answer: PickerClosed{}}
		}
		p.edit(press)
	case "picker.open":
		return p.enter()
	case "picker.parent":
		if parent := filepath.Dir(p.folder); parent != p.folder {
			return Outcome{Answer: p.open(parent, filepath.Base(p.folder))}
		}
	case "picker.upload":
		return p.upload()
	case "picker.mark":
		p.mark()
	case "picker.mark_all":
		p.markAll()
	case "picker.filter":
		p.filter.typing = true
	case "picker.hidden":
		p.hidden = !p.hidden
		p.narrow(p.name())
	default:
		p.list.Update(press)
	}
	return Outcome{}
}

// click puts the cursor on the row at a line of the box. A click on the row under
// the cursor opens it.
func (p *Picker) click(line int) Outcome {
	row, ok := p.list.Row(line)
	switch {
	case !ok:
		return Outcome{}
	case row == p.list.Cursor:
		return p.enter()
	}
	p.list.Go(row)
	return Outcome{}
}

// edit edits the filter. The cursor goes to the first match, and stays on its entry
// when Esc clears the filter.
func (p *Picker) edit(msg tea.Msg) {
	name, typing := p.name(), p.filter.typing
	if !p.filter.update(msg) {
		return
	}
	if typing && p.filter.typing {
		name = ""
	}
	p.narrow(name)
}

// narrow finds the rows again and puts the cursor on a name, or on the first row.
func (p *Picker) narrow(name string) {
	wanted := text.Fold(p.filter.Value())
	p.rows = p.rows[:0]
	at := 0
	for i, folded := range p.listed.folded {
		if !p.hidden && strings.HasPrefix(folded, ".") || !strings.Contains(folded, wanted) {
			continue
		}
		if name != "" && string(p.listed.Entries[i].Name) == name {
			at = len(p.rows)
		}
		p.rows = append(p.rows, i)
	}
	p.list.SetRows(len(p.rows))
	p.list.Go(at)
	p.list.Top = 0
}

// under returns the entry under the cursor.
func (p *Picker) under() (e wire.Entry, ok bool) {
	if p.list.Cursor >= len(p.rows) {
		return wire.Entry{}, false
	}
	return p.entry(p.list.Cursor), true
}

func (p *Picker) entry(row int) wire.Entry { return p.listed.Entries[p.rows[row]] }

func (p *Picker) name() string {
	e, _ := p.under()
	return string(e.Name)
}

func (p *Picker) path(e wire.Entry) string { return filepath.Join(p.folder, string(e.Name)) }

func (p *Picker) pick(e wire.Entry) Pick { return Pick{p.path(e), e.IsDir} }

// enter opens a folder, or uploads a file.
func (p *Picker) enter() Outcome {
	e, ok := p.under()
	switch {
	case !ok:
		return Outcome{}
	case e.IsDir:
		return Outcome{Answer: p.open(p.path(e), "")}
	}
	return p.upload()
}

// upload answers with the marked entries, or with the one under the cursor.
func (p *Picker) upload() Outcome {
	picks := p.marks
	if len(picks) == 0 {
		e, ok := p.under()
		if !ok {
			return Outcome{}
		}
		picks = []Pick{p.pick(e)}
	}
	return Outcome{Close: true, Answer: Picked{picks}}
}

func (p *Picker) mark() {
	e, ok := p.under()
	if !ok {
		return
	}
	path := p.path(e)
	if p.marked[path] {
		delete(p.marked, path)
		p.marks = slices.DeleteFunc(p.marks, func(other Pick) bool { return other.Path == path })
	} else {
		p.marked[path] = true
		p.marks = append(p.marks, p.pick(e))
	}
	p.list.Move(1)
}

// markAll marks every row, or none when all are marked.
func (p *Picker) markAll() {
	marks := make([]Pick, 0, len(p.rows))
	rows := make(map[string]bool, len(p.rows))
	for row := range p.rows {
		pick := p.pick(p.entry(row))
		rows[pick.Path] = true
		if !p.marked[pick.Path] {
			marks = append(marks, pick)
		}
	}
	if len(marks) == 0 {
		p.marks = slices.DeleteFunc(p.marks, func(mark Pick) bool { return rows[mark.Path] })
		for path := range rows {
			delete(p.marked, path)
		}
	}
	for _, mark := range marks {
		p.marked[mark.Path] = true
	}
	p.marks = append(p.marks, marks...)
}
