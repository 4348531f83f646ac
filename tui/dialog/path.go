package dialog

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/field"
	"wangpan/tui/text/list"
)

// PathPrompt asks for an existing path: a folder to open, a target of a move. It
// lists the matching names below the field; Tab completes.
//
// It stays open after it has answered, until its owner closes it with [Stack.Close]
// or reports an error with [PathPrompt.Refuse].
type PathPrompt struct {
	o     PathOptions
	field *field.Field

	request int              // numbers the listings, so that an answer finds its question
	asked   map[string]bool  // folders with a request under way
	known   map[string]known // folders that were listed while the prompt is open
	names   known            // the names of the folder; the recent places while the field is empty
	rows    []int            // the matches, as indexes into names
	list    list.Window      // a cursor of -1 is on the field
	tab     bool             // the user pressed Tab before the names arrived
	busy    bool             // the prompt has answered
	wrong   locale.Words     // the error, until the text or the row changes
}

// PathOptions are the texts and functions of a PathPrompt. Paths are absolute, in the
// notation of their file system.
type PathOptions struct {
	Title, Label locale.Words
	Base         string // the folder to which a relative path belongs
	Act          string // the message id of the label for Enter; blank for the default
	Limit        int    // in characters
	Files        bool   // files are valid as well as folders
	Recent       []string
	Separator    string // between names; blank for a slash

	// Resolve returns the path for a typed text, or the reason why it has none. It
	// must be quick: it runs in Update.
	Resolve func(base, typed string) (path string, wrong locale.Words)

	// List returns the message that asks the owner for the names in a folder. The
	// owner sends PlacesListed back.
	List func(PlacesAsked) tea.Msg

	// Answer returns the message for a path.
	Answer func(p *PathPrompt, path string) tea.Msg
}

// MaxPlaces limits the names of a folder that complete a path. A user would type
// another letter before reading more.
const MaxPlaces = 25_000

// Place is a name in a folder, or the whole path of a recent place.
type Place struct {
	Name   string
	Folder bool
}

// PlacesAsked asks for the names in a folder.
type PlacesAsked struct {
	prompt  *PathPrompt
	request int
	Folder  string
}

// PlacesListed answers PlacesAsked.
type PlacesListed struct {
	asked PlacesAsked
	known known
}

// known is the listing of a folder.
type known struct {
	places []Place
	folded []string // the names as they are compared with the typed text
	err    error
}

// knownFolders bounds the listings that a prompt caches.
const knownFolders = 32

// NewPlacesListed sorts the names. Call it in the command that read them.
func NewPlacesListed(asked PlacesAsked, places []Place, err error) PlacesListed {
	folded := folderOrder(places, func(p Place) (string, bool) { return p.Name, p.Folder })
	return PlacesListed{asked, known{places, folded, err}}
}

// NewPathPrompt returns a prompt with an empty field. The owner must handle the first
// message at once: it asks for the names in the base folder.
func NewPathPrompt(o PathOptions) (p *PathPrompt, first tea.Msg) {
	o.Separator = cmp.Or(o.Separator, "/")
	p = &PathPrompt{
		o: o, field: field.New(o.Limit), list: list.Window{First: -1, Height: 1},
		asked: make(map[string]bool), known: make(map[string]known),
	}
	first = p.narrow()
	return p, first
}

// SetValue replaces the text in the field. The owner must handle the message at once.
func (p *PathPrompt) SetValue(typed string) tea.Msg {
	p.field.SetValue(typed)
	return p.narrow()
}

// Refuse shows the reason why the answered path is not valid.
func (p *PathPrompt) Refuse(why locale.Words) { p.busy, p.wrong = false, why }

// Update edits the text, completes it, and answers.
func (p *PathPrompt) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	listed, isListing := msg.(PlacesListed)
	click, clicked := msg.(tea.MouseClickMsg)
	switch {
	case isListing:
		return Outcome{Answer: p.listed(listed)}
	case press.Name == "dialog.close":
		return Outcome{Close: true}
	case p.busy:
		return Outcome{}
	case press.Name == "dialog.press":
		return p.answer()
	case press.Name == "path.complete":
		return Outcome{Answer: p.complete()}
	case p.list.Update(msg):
		p.wrong = nil
		return Outcome{}
	case clicked:
		row, ok := p.list.Row(click.Y)
		if !ok {
			return Outcome{}
		}
		p.list.Go(row)
		return Outcome{Answer: p.complete()}
	}
	return p.edit(msg)
}

// Place returns the place of a text field with a path.
func (p *PathPrompt) Place() command.Place { return command.PathPrompt }

// Act returns the label for Enter.
func (p *PathPrompt) Act() string { return cmp.Or(p.o.Act, "keys.press") }

func (p *PathPrompt) edit(msg tea.Msg) Outcome {
	if !p.field.Update(msg) {
		return Outcome{}
	}
	p.wrong, p.tab = nil, false
	return Outcome{Answer: p.narrow()}
}

// answer answers with the row under the cursor, or with the typed text.
func (p *PathPrompt) answer() Outcome {
	path, wrong := p.o.Resolve(p.o.Base, p.bare(p.typed()))
	if p.wrong = wrong; wrong != nil {
		return Outcome{}
	}
	p.busy = true
	return Outcome{Answer: p.o.Answer(p, path)}
}

// typed returns the row under the cursor as the user would type it, or the text.
func (p *PathPrompt) typed() string {
	if p.list.Cursor >= 0 {
		return p.written(p.place(p.list.Cursor))
	}
	return p.field.Value()
}

// bare removes the separator at the end of a text, unless it is the whole text.
func (p *PathPrompt) bare(typed string) string {
	if bare := strings.TrimSuffix(typed, p.o.Separator); bare != "" {
		return bare
	}
	return typed
}
