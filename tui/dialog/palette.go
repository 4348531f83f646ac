package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/field"
	"wangpan/tui/text/list"
)

// PaletteChosen is the answer when the user chose a command.
type PaletteChosen struct{ Command *command.Command }

// PaletteTyped is the answer when the user typed a line. The palette stays open
// until its owner closes it.
type PaletteTyped struct {
	Palette *Palette
	Line    string
}

// PaletteOptions are the commands and functions of a Palette. Paths must be quick: it
// runs in Update.
type PaletteOptions struct {
	Title    locale.Words
	Locale   *locale.Locale
	Registry *command.Registry
	Commands []*command.Command // in the order of the list before the user types
	In       command.Place      // where the commands run

	// Paths returns the options that complete an argument of a command, nil for none.
	Paths func(*command.Command, command.Argument) *PathOptions
}

// item is a row of the palette: a command, or its form with arguments. Choosing a
// form writes its name into the line.
type item struct {
	*command.Command
	name  string
	usage string       // blank for the command itself
	why   locale.Words // why the command cannot run now, nil when it can
}

// items returns the rows for the commands. The forms with arguments of commands that
// also run without are at the end.
func (o *PaletteOptions) items() []item {
	var items, forms []item
	for _, c := range o.Commands {
		word, id := c.Word(), c.Name.ID()
		switch {
		case c.Name.Section() == "":
			items = append(items, item{c, word, c.Usage, nil})
			continue
		case word != "" && word != id:
			forms = append(forms, item{c, word, c.Usage, nil})
		}
		items = append(items, item{c, id, "", c.Unable(o.In)})
	}
	return append(items, forms...)
}

// Palette finds commands by their names and descriptions, and runs a typed line.
type Palette struct {
	o     PaletteOptions
	items []item
	field *field.Field
	names []string // of the items
	said  []string // the descriptions of the items, in the language lang
	lang  string
	hits  []hit // the matches, the best first
	list  list.Window
	moved bool         // the user chose a row
	wrong locale.Words // the error of the line, until the line or the row changes

	paths map[*PathOptions]*PathPrompt // complete the path in the line
	path  *PathPrompt                  // the one in use; nil when the line has no path
	from  int                          // where that path begins in the line
}

// maxLine is the largest number of characters in a line: two of the longest paths.
const maxLine = 8192

// NewPalette returns a palette with an empty line.
func NewPalette(o PaletteOptions) *Palette {
	p := &Palette{o: o, items: o.items(), field: field.New(maxLine), paths: make(map[*PathOptions]*PathPrompt)}
	for _, item := range p.items {
		p.names = append(p.names, item.name)
	}
	p.narrow()
	return p
}

// Place returns the place of the palette's line.
func (p *Palette) Place() command.Place { return command.Palette }

// Refuse shows the reason why the answered line is not valid.
func (p *Palette) Refuse(why locale.Words) { p.wrong = why }

// window returns the rows: the places while the user types a path, else the items.
func (p *Palette) window() *list.Window {
	if p.path != nil {
		return &p.path.list
	}
	return &p.list
}

// Update edits the line, completes it, and answers.
func (p *Palette) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	listed, isListing := msg.(PlacesListed)
	click, clicked := msg.(tea.MouseClickMsg)
	switch {
	case isListing:
		return p.listed(listed)
	case press.Name == "dialog.close", press.Name == "field.backspace" && p.field.Value() == "": // as in vi
		return Outcome{Close: true}
	case press.Name == "dialog.press":
		return p.run()
	case press.Name == "path.complete":
		return p.complete()
	case clicked:
		row, ok := p.window().Row(click.Y)
		if !ok {
			return Outcome{}
		}
		p.window().Go(row)
		p.moved = true
		return p.run()
	case p.window().Update(msg):
		p.wrong, p.moved = nil, true
		return Outcome{}
	}
	return p.edit(msg)
}

func (p *Palette) edit(msg tea.Msg) Outcome {
	if !p.field.Update(msg) {
		return Outcome{}
	}
	p.wrong = nil
	if line := p.field.Value(); strings.HasPrefix(line, ":") {
		p.field.SetValue(strings.TrimLeft(line, ":")) // the label shows it
	}
	return Outcome{Answer: p.narrow()}
}

// write replaces the line.
func (p *Palette) write(line string) Outcome {
	p.field.SetValue(line)
	p.wrong = nil
	return Outcome{Answer: p.narrow()}
}

// narrow finds the rows for the line. It returns the message that asks for a folder
// that was not listed yet, nil for none.
func (p *Palette) narrow() tea.Msg {
	p.moved, p.path = false, nil
	line := p.field.Value()
	if from, typed, o := p.argument(line); o != nil {
		p.from, p.path = from, p.paths[o]
		if p.path == nil {
			path, first := NewPathPrompt(*o)
			p.path, p.paths[o] = path, path
			if typed == "" {
				return first
			}
			clear(path.asked) // first is not sent; the next request is
		}
		return p.path.SetValue(typed)
	}
	p.word(p.o.Locale)
	p.match(strings.TrimSpace(line))
	p.list.Go(0)
	return nil
}

// argument returns where the argument begins that the user types at the end of a
// line, its text, and what completes it; o is nil when nothing does.
func (p *Palette) argument(line string) (from int, typed string, o *PathOptions) {
	c, kind, from, typed := p.o.Registry.Typing(line)
	if c == nil {
		return 0, "", nil
	}
	return from, typed, p.o.Paths(c, kind)
}

// item returns the item under the cursor, nil for none.
func (p *Palette) item() *item {
	if p.list.Cursor >= len(p.hits) {
		return nil
	}
	return &p.items[p.hits[p.list.Cursor].item]
}

// complete writes the item under the cursor into the line, or completes the path.
func (p *Palette) complete() Outcome {
	if p.path == nil {
		if item := p.item(); item != nil {
			return p.write(item.name + " ")
		}
		return Outcome{}
	}
	before := p.path.field.Value()
	asked := p.path.complete()
	if p.path.field.Value() == before { // the cursor may have moved to the rows
		p.moved = p.path.list.Cursor >= 0
	} else {
		p.follow()
	}
	return Outcome{Answer: asked}
}

// follow writes the completed path into the line.
func (p *Palette) follow() {
	p.field.SetValue(p.field.Value()[:p.from] + command.Quote(p.path.field.Value()))
	p.moved, p.wrong = false, nil
}

// listed passes the names of a folder to the prompts, which may complete the path.
func (p *Palette) listed(msg PlacesListed) (outcome Outcome) {
	for _, path := range p.paths {
		before := path.field.Value()
		answer := path.Update(msg).Answer
		if path == p.path {
			outcome.Answer = answer
			if path.field.Value() != before {
				p.follow()
			}
		}
	}
	return outcome
}

// run answers with the typed line, or with the item under the cursor.
func (p *Palette) run() Outcome {
	line := strings.TrimSpace(p.field.Value())
	if p.path != nil && p.path.list.Cursor >= 0 {
		line = p.field.Value()[:p.from] + command.Quote(p.path.typed())
	}
	if p.path != nil || !p.moved && p.o.Registry.IsTyped(line) {
		return Outcome{Answer: PaletteTyped{p, line}}
	}
	item := p.item()
	switch {
	case item == nil && line == "":
	case item == nil:
		p.wrong = locale.Say("palette.unknown", "Line", line)
	case item.why != nil:
		p.wrong = item.why
	case item.usage != "":
		return p.write(item.name + " ")
	default:
		return Outcome{Close: true, Answer: PaletteChosen{item.Command}}
	}
	return Outcome{}
}
