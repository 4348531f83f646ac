package dialog

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text/field"
)

// PathPrompt asks for a place that is there: a folder to go to, a folder to
// move to. What fits to what was typed stands below the field; Tab completes.
//
// It stays open when it has answered, until its owner closes it with
// [Stack.Close] or says with [PathPrompt.Refuse] why that place will not do.
type PathPrompt struct {
	o     PathOptions
	field *field.Field

	request int              // counts listings, so that each answer finds its question
	asked   map[string]bool  // folders on their way
	known   map[string]known // folders that were listed since the prompt opened
	rows    []Place          // what fits; of a blank field, the recent places
	cursor  int              // among rows; -1 is the field itself
	top     int              // the first row in view
	page    int              // rows in view when last drawn
	first   int              // the line of the box on which they began
	tab     bool             // Tab was pressed before the names were there
	busy    bool             // it has answered
	wrong   Words            // why that did not do; gone with the next key
}

// PathOptions says what a PathPrompt asks for. Paths are whole, in the writing
// of the place that they are in.
type PathOptions struct {
	Title, Label Words
	Base         string // the folder shown, which what is typed begins at
	Act          string // the message id of what Enter does; blank: it chooses
	Limit        int    // in characters
	Files        bool   // files will do as well as folders
	Recent       []string
	Separator    string // between names; blank: a slash

	// Resolve makes a path of what was typed, or says why there is none. It
	// must be quick: it runs in Update.
	Resolve func(base, typed string) (path string, wrong Words)

	// List makes the message that asks the root for the names in a folder; the
	// root sends PlacesListed back.
	List func(PlacesAsked) tea.Msg

	// Answer makes the message for a path.
	Answer func(p *PathPrompt, path string) tea.Msg
}

// MaxPlaces limits the names of a folder that complete a path. A user would type
// another letter before reading more.
const MaxPlaces = 25_000

// Place is a name that a folder holds, or a recent place by its whole path.
type Place struct {
	Name   string
	Folder bool
}

// PlacesAsked asks for what a folder holds.
type PlacesAsked struct {
	prompt  *PathPrompt
	request int
	Folder  string
}

// PlacesListed answers PlacesAsked.
type PlacesListed struct {
	asked  PlacesAsked
	places []Place
	err    error
}

// known is a folder as it was listed.
type known struct {
	places []Place
	err    error
}

// knownFolders bounds what a prompt remembers.
const knownFolders = 32

// NewPathPrompt returns a prompt with an empty field. The root must handle the
// first message at once: it asks for the folder that is shown.
func NewPathPrompt(o PathOptions) (p *PathPrompt, first tea.Msg) {
	if o.Separator == "" {
		o.Separator = "/"
	}
	p = &PathPrompt{
		o: o, field: field.New(o.Limit), cursor: -1, page: 1,
		asked: make(map[string]bool), known: make(map[string]known),
	}
	first = p.narrow()
	return p, first
}

// SetValue replaces what stands in the field, as if it had been typed. The root
// must handle the message at once.
func (p *PathPrompt) SetValue(typed string) tea.Msg {
	p.field.SetValue(typed)
	return p.narrow()
}

// Refuse says why the place that was answered will not do.
func (p *PathPrompt) Refuse(why Words) { p.busy, p.wrong = false, why }

// Update edits the line, completes, and answers.
func (p *PathPrompt) Update(msg tea.Msg) Outcome {
	switch msg := msg.(type) {
	case PlacesListed:
		return Outcome{Answer: p.listed(msg)}
	case command.Press:
		return p.key(msg)
	case tea.PasteMsg:
		return p.edit(msg)
	case tea.MouseClickMsg:
		return p.click(msg.Y)
	case tea.MouseWheelMsg:
		p.move(wheel(msg))
	}
	return Outcome{}
}

// Place is that of a path in a text field.
func (p *PathPrompt) Place() command.Place { return command.PathPrompt }

// Act returns the word for Enter.
func (p *PathPrompt) Act() string { return cmp.Or(p.o.Act, "keys.press") }

func (p *PathPrompt) key(press command.Press) Outcome {
	switch {
	case press.Name == "dialog.close":
		return Outcome{Close: true}
	case p.busy:
		return Outcome{}
	case press.Name == "dialog.press":
		return p.answer()
	case press.Name == "path.complete":
		return Outcome{Answer: p.complete()}
	case press.Name == "dialog.up":
		p.move(-1)
	case press.Name == "dialog.down":
		p.move(1)
	case press.Name == "path.page_up":
		p.move(-p.page)
	case press.Name == "path.page_down":
		p.move(p.page)
	default:
		return p.edit(press)
	}
	return Outcome{}
}

func (p *PathPrompt) edit(msg tea.Msg) Outcome {
	before := p.field.Value()
	p.field.Update(msg)
	p.wrong, p.tab = nil, false
	if p.field.Value() == before {
		return Outcome{}
	}
	return Outcome{Answer: p.narrow()}
}

// move steps through the rows; above the first is the field.
func (p *PathPrompt) move(by int) {
	p.wrong = nil
	p.cursor = max(-1, min(p.cursor+by, len(p.rows)-1))
}

// click completes the row at a line of the box.
func (p *PathPrompt) click(line int) Outcome {
	i := p.top + line - p.first
	if p.busy || line < p.first || line >= p.first+p.page || i >= len(p.rows) {
		return Outcome{}
	}
	p.cursor = i
	return Outcome{Answer: p.complete()}
}

// answer takes the row under the cursor, or what was typed.
func (p *PathPrompt) answer() Outcome {
	typed := p.field.Value()
	if p.cursor >= 0 {
		typed = p.written(p.rows[p.cursor])
	}
	path, wrong := p.o.Resolve(p.o.Base, p.bare(typed))
	if p.wrong = wrong; wrong != nil {
		return Outcome{}
	}
	p.busy = true
	return Outcome{Answer: p.o.Answer(p, path)}
}

// bare is a text without the separator at its end, unless that is all of it.
func (p *PathPrompt) bare(typed string) string {
	if bare := strings.TrimSuffix(typed, p.o.Separator); bare != "" {
		return bare
	}
	return typed
}
