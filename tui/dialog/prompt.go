package dialog

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text/field"
)

// Prompt asks for a line of text: a new name, a folder, a path.
type Prompt struct {
	o     PromptOptions
	field *field.Field
	wrong locale.Words // the error, until the text changes
}

// PromptOptions are the texts and functions of a Prompt.
type PromptOptions struct {
	Title, Label locale.Words
	Value        string // the initial text
	Stem         bool   // it is a file name: the cursor starts before the extension
	Limit        int    // in characters
	Act          string // the message id of the label for Enter; blank for the default

	// Check returns the reason why a value is not valid, nil when it is. It must be
	// quick: it runs in Update.
	Check func(value string) locale.Words

	// Answer returns the message for a valid value.
	Answer func(value string) tea.Msg
}

// NewPrompt returns a prompt with the cursor after its value.
func NewPrompt(o PromptOptions) *Prompt {
	o.Act = cmp.Or(o.Act, "keys.press")
	p := &Prompt{o: o, field: field.New(o.Limit)}
	p.field.SetValue(o.Value)
	if dot := strings.LastIndexByte(o.Value, '.'); o.Stem && dot > 0 {
		p.field.Place(dot)
	}
	return p
}

// Place returns the place of a text field.
func (p *Prompt) Place() command.Place { return command.Prompt }

// Act returns the label for Enter.
func (p *Prompt) Act() string { return p.o.Act }

// Update edits the line. Enter answers with a valid value.
func (p *Prompt) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	switch press.Name {
	case "dialog.close":
		return Outcome{Close: true}
	case "dialog.press":
		if p.o.Check != nil {
			if p.wrong = p.o.Check(p.field.Value()); p.wrong != nil {
				return Outcome{}
			}
		}
		return Outcome{Close: true, Answer: p.o.Answer(p.field.Value())}
	}
	if p.field.Update(msg) {
		p.wrong = nil
	}
	return Outcome{}
}

// View draws the box. It keeps a line free for the error, so that the box does not
// jump. A long error in a narrow box takes more lines.
func (p *Prompt) View(look Look, width, height int) (string, *tea.Cursor) {
	th := look.Theme
	width, cells := within(width, wide)
	lines := wrapped(th.Label, p.o.Label(look.Locale), cells)
	lines = lines[:max(0, min(len(lines), height-6))]
	view, cursor := typing(look, p.field, "", cells, len(lines), true, "")
	lines = append(lines, view)
	wrong := []string{""}
	if p.wrong != nil {
		wrong = wrapped(th.Error, p.wrong(look.Locale), cells)
		wrong = wrong[:min(len(wrong), max(1, height-len(lines)-3))]
	}
	lines = append(append(lines, wrong...), Hints(look, cells, look.binding("dialog.press", p.o.Act), look.Registry.Get("dialog.close").Binding()))
	return box(look, p.o.Title(look.Locale), width, lines), cursor
}
