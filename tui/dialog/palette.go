package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/field"
)

// PaletteChosen is the answer when the user chose a command.
type PaletteChosen struct{ Command *command.Command }

// PaletteTyped is the answer when the user typed a line. The palette stays open
// until its owner closes it.
type PaletteTyped struct {
	Palette *Palette
	Line    string
}

// PaletteOptions says what a Palette offers. Paths must be quick: it runs in
// Update.
type PaletteOptions struct {
	Title    Words
	Locale   *locale.Locale
	Registry *command.Registry
	Commands []*command.Command // in the order in which they are offered at first
	In       command.Place      // where they would run

	// Paths returns what completes an argument of a command, nil for nothing.
	Paths func(*command.Command, command.Argument) *PathOptions
}

// item is a row of the palette: a command, or its form with arguments, which is
// written into the line instead of chosen.
type item struct {
	*command.Command
	name  string
	usage string // blank for the command itself
	why   Words  // why the command cannot run now, nil when it can
}

// items returns the rows for the commands. The forms with arguments of those that
// also run without stand at the end.
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

// Palette finds whatever the screen can do by what it is called, and takes
// words as a command line does.
type Palette struct {
	o      PaletteOptions
	items  []item
	field  *field.Field
	said   []string // what the items do, in the language that lang names
	lang   string
	hits   []hit // what fits, the best first
	cursor int
	moved  bool // the person chose a row
	top    int
	page   int   // rows in view when last drawn
	first  int   // the line of the box on which they began
	wrong  Words // why the line did not do; gone with the next key

	paths map[*PathOptions]*PathPrompt // complete the path in the line
	path  *PathPrompt                  // the one in use; nil while none is typed
	from  int                          // where that path begins in the line
}

// maxLine is how many characters a line of words can have: two of the longest
// paths.
const maxLine = 8192

// NewPalette returns a palette in which nothing was typed yet.
func NewPalette(o PaletteOptions) *Palette {
	p := &Palette{o: o, items: o.items(), field: field.New(maxLine), page: 1, paths: make(map[*PathOptions]*PathPrompt)}
	p.narrow()
	return p
}

// Place is that of the palette's line.
func (p *Palette) Place() command.Place { return command.Palette }

// Refuse says why the line that was answered will not do. The palette stays
// open until its owner closes it.
func (p *Palette) Refuse(why Words) { p.wrong = why }

// Update edits the line, completes, and answers.
func (p *Palette) Update(msg tea.Msg) Outcome {
	switch msg := msg.(type) {
	case PlacesListed:
		return p.listed(msg)
	case command.Press:
		return p.key(msg)
	case tea.PasteMsg:
		return p.edit(msg)
	case tea.MouseClickMsg:
		if i := p.top + msg.Y - p.first; msg.Y >= p.first && msg.Y < p.first+p.page && i < p.rows() {
			p.cursor, p.moved = i, true
			return p.run()
		}
	case tea.MouseWheelMsg:
		p.move(wheel(msg))
	}
	return Outcome{}
}

func (p *Palette) key(press command.Press) Outcome {
	switch press.Name {
	case "dialog.close":
		return Outcome{Close: true}
	case "dialog.press":
		return p.run()
	case "path.complete":
		return p.complete()
	case "palette.up":
		p.move(-1)
	case "palette.down":
		p.move(1)
	case "path.page_up":
		p.move(-p.page)
	case "path.page_down":
		p.move(p.page)
	case "field.backspace":
		if p.field.Value() == "" {
			return Outcome{Close: true} // as in vi: the colon is deleted
		}
		return p.edit(press)
	default:
		return p.edit(press)
	}
	return Outcome{}
}

func (p *Palette) edit(msg tea.Msg) Outcome {
	before := p.field.Value()
	p.field.Update(msg)
	p.wrong = nil
	if line := p.field.Value(); strings.HasPrefix(line, ":") {
		p.field.SetValue(strings.TrimLeft(line, ":")) // it stands there already
	}
	if p.field.Value() == before {
		return Outcome{}
	}
	return Outcome{Answer: p.narrow()}
}

// write replaces the line.
func (p *Palette) write(line string) Outcome {
	p.field.SetValue(line)
	p.wrong = nil
	return Outcome{Answer: p.narrow()}
}

// rows is how many rows there are: places while a path is typed, else items.
func (p *Palette) rows() int {
	if p.path != nil {
		return len(p.path.rows)
	}
	return len(p.hits)
}

func (p *Palette) move(by int) {
	p.wrong = nil
	least := 0
	if p.path != nil {
		least = -1 // the line itself
	}
	p.cursor = max(least, min(p.cursor+by, p.rows()-1))
	p.moved = true
}

// narrow works out the rows for the line. It returns the message that asks for a
// folder which is not known yet.
func (p *Palette) narrow() tea.Msg {
	p.cursor, p.top, p.moved, p.path = 0, 0, false, nil
	line := p.field.Value()
	if from, typed, o := p.argument(line); o != nil {
		p.from, p.path = from, p.paths[o]
		p.cursor = -1
		if p.path == nil {
			path, first := NewPathPrompt(*o)
			p.path, p.paths[o] = path, path
			if typed == "" {
				return first
			}
			clear(path.asked) // the first question is not asked, but the next
		}
		return p.path.SetValue(typed)
	}
	p.word(p.o.Locale)
	p.match(strings.TrimSpace(line))
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

// complete writes the row under the cursor into the line, or as much of a path
// as all rows begin with.
func (p *Palette) complete() Outcome {
	if p.path == nil {
		if p.cursor >= len(p.hits) {
			return Outcome{}
		}
		return p.write(p.items[p.hits[p.cursor].item].name + " ")
	}
	p.path.cursor = p.cursor
	before := p.path.field.Value()
	asked := p.path.complete()
	typed := p.path.field.Value()
	if typed == before { // there is no more to add: it chooses among the rows
		p.cursor, p.moved = p.path.cursor, p.path.cursor >= 0
		return Outcome{Answer: asked}
	}
	p.follow()
	return Outcome{Answer: asked}
}

// follow writes the path into the line, as it was completed.
func (p *Palette) follow() {
	p.field.SetValue(p.field.Value()[:p.from] + command.Quote(p.path.field.Value()))
	p.cursor, p.top, p.moved, p.wrong = -1, 0, false, nil
}

// listed takes the names of a folder, and completes what was waiting for them.
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

// run answers with what was typed, or with the item under the cursor.
func (p *Palette) run() Outcome {
	line := strings.TrimSpace(p.field.Value())
	if p.path != nil && p.cursor >= 0 {
		line = p.field.Value()[:p.from] + command.Quote(p.path.written(p.path.rows[p.cursor]))
	}
	if p.path != nil || !p.moved && p.o.Registry.IsTyped(line) {
		return Outcome{Answer: PaletteTyped{p, line}}
	}
	if p.cursor >= len(p.hits) {
		if line != "" {
			p.wrong = Say("palette.unknown", "Line", line)
		}
		return Outcome{}
	}
	item := p.items[p.hits[p.cursor].item]
	switch {
	case item.why != nil:
		p.wrong = item.why
		return Outcome{}
	case item.usage != "":
		return p.write(item.name + " ")
	}
	return Outcome{Close: true, Answer: PaletteChosen{item.Command}}
}
