package dialog

import (
	"cmp"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
)

// Prompt asks for a line of text: a new name, a folder, a path.
type Prompt struct {
	title  Words
	label  Words
	field  *field.Field
	check  func(string) Words
	answer func(string) tea.Msg
	act    string // the message id of what Enter does
	wrong  Words  // why the last Enter did not do; gone with the next key
}

// PromptOptions says what a Prompt asks for.
type PromptOptions struct {
	Title, Label Words
	Value        string // to begin with
	Stem         bool   // it is a file's name: the cursor stands before its ending
	Limit        int    // in characters
	Act          string // the message id of what Enter does; blank: it chooses

	// Check returns why a value will not do, nil when it will. It must be
	// quick: it runs in Update.
	Check func(value string) Words

	// Answer makes the message for a value that passed.
	Answer func(value string) tea.Msg
}

// NewPrompt returns a prompt with the cursor behind its value.
func NewPrompt(o PromptOptions) *Prompt {
	p := &Prompt{title: o.Title, label: o.Label, field: field.New(o.Limit), check: o.Check, answer: o.Answer}
	p.act = cmp.Or(o.Act, "keys.press")
	p.field.SetValue(o.Value)
	if dot := strings.LastIndexByte(o.Value, '.'); o.Stem && dot > 0 {
		p.field.Place(dot)
	}
	return p
}

// Place is that of a text field.
func (p *Prompt) Place() command.Place { return command.Prompt }

// Act returns the word for Enter.
func (p *Prompt) Act() string { return p.act }

// Update edits the line, and answers on Enter if the value will do.
func (p *Prompt) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	switch press.Name {
	case "dialog.close":
		return Outcome{Close: true}
	case "dialog.press":
		if p.check != nil {
			if p.wrong = p.check(p.field.Value()); p.wrong != nil {
				return Outcome{}
			}
		}
		return Outcome{Close: true, Answer: p.answer(p.field.Value())}
	}
	p.wrong = nil
	p.field.Update(msg)
	return Outcome{}
}

// View draws the box. The place of the error is kept free, so that the box does
// not jump when there is one; where it is narrow, a long one takes more.
func (p *Prompt) View(look Look, width, height int) (string, *tea.Cursor) {
	th := look.Theme
	width = min(width, wide)
	cells := max(1, width-frame)
	lines := wrapped(th.Label, p.label(look.Locale), cells)
	if room := height - 6; len(lines) > room {
		lines = lines[:max(0, room)]
	}
	view, x := p.field.View(th, cells, true, "")
	y := len(lines)
	lines = append(lines, view)
	wrong := []string{""}
	if p.wrong != nil {
		wrong = wrapped(th.Error, p.wrong(look.Locale), cells)
		wrong = wrong[:min(len(wrong), max(1, height-len(lines)-3))]
	}
	lines = append(append(lines, wrong...), hints(look, cells, look.binding("dialog.press", p.act), look.Registry.Get("dialog.close").Binding()))
	cursor := tea.NewCursor(x+frame/2, y+1)
	cursor.Color = th.Caret
	return th.Box(th.BorderFocused, p.title(look.Locale), width, lines), cursor
}

// hints is a line of keys and what they do, as many as fit.
func hints(look Look, cells int, first key.Binding, more ...key.Binding) string {
	th := look.Theme
	line, used := "", 0
	for _, b := range append([]key.Binding{first}, more...) {
		names := KeyNames(b)
		for i := range names {
			names[i] = look.keyName(names[i])
		}
		name := strings.Join(names, "/")
		desc := " " + look.Locale.T(b.Help().Desc)
		width := text.Width(name) + text.Width(desc)
		if used > 0 {
			width += 2
		}
		if used+width > cells {
			break
		}
		if used > 0 {
			line += "  "
		}
		line += th.HelpKey.Render(name) + th.HelpText.Render(desc)
		used += width
	}
	return line
}

// keyName shows a key as its sign where there is one.
func (look Look) keyName(name string) string {
	g := look.Theme.Glyph
	signs := map[string]string{"enter": g.Enter, "up": g.Up, "down": g.Down, "left": g.Left, "right": g.Right}
	if sign, ok := signs[name]; ok {
		return sign
	}
	return name
}
