package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
)

// Form asks for several lines of text at once. It stays open until its owner
// closes it, since only what becomes of the answer tells whether it will do:
// what was typed is not lost with a refusal.
type Form struct {
	title  Words
	fields []formField
	focus  int
	check  func([]string) (int, Words)
	answer func([]string) tea.Msg
	note   func([]string) Words
	said   Words  // the note
	act    string // the message id of what Enter does in the last field
	wrong  Words  // beside the field at
	at     int
	busy   bool
}

type formField struct {
	label Words
	*field.Field
}

// FormField is one line of a Form.
type FormField struct {
	Label  Words
	Masked bool // what is typed is not shown
	Limit  int  // in characters
}

// FormOptions says what a Form asks for. Its functions must be quick: they run
// in Update.
type FormOptions struct {
	Title  Words
	Fields []FormField
	Act    string // the message id of what Enter does in the last field

	// Note is what is said of the values below the fields; nil for nothing.
	Note func(values []string) Words
	// Check returns which field will not do and why, nil when all will.
	Check func(values []string) (field int, why Words)
	// Answer makes the message for values that passed.
	Answer func(values []string) tea.Msg
}

// NewForm returns a form with empty fields.
func NewForm(o FormOptions) *Form {
	f := &Form{title: o.Title, check: o.Check, answer: o.Answer, note: o.Note, act: o.Act}
	for _, one := range o.Fields {
		line := field.New(one.Limit)
		if one.Masked {
			line = field.NewMasked(one.Limit)
		}
		f.fields = append(f.fields, formField{one.Label, line})
	}
	f.comment()
	return f
}

// Refuse says beside a field why the answer did not do, and lets it be changed.
func (f *Form) Refuse(field int, why Words) {
	f.focus, f.at, f.wrong, f.busy = field, field, why, false
}

func (f *Form) values() []string {
	values := make([]string, len(f.fields))
	for i, one := range f.fields {
		values[i] = one.Value()
	}
	return values
}

func (f *Form) comment() {
	if f.note != nil {
		f.said = f.note(f.values())
	}
}

// Place is that of text fields.
func (f *Form) Place() command.Place { return command.Form }

// Act returns the word for Enter in the last field.
func (f *Form) Act() string { return f.act }

// Update edits the field that has the focus. Enter goes to the next field and
// answers in the last one.
func (f *Form) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	switch {
	case press.Name == "dialog.close":
		return Outcome{Close: true}
	case f.busy:
		return Outcome{}
	case press.Name == "dialog.press" && f.focus == len(f.fields)-1:
		return f.submit()
	case press.Name == "dialog.press", press.Name == "form.next":
		f.focus = (f.focus + 1) % len(f.fields)
		return Outcome{}
	case press.Name == "form.previous":
		f.focus = (f.focus + len(f.fields) - 1) % len(f.fields)
		return Outcome{}
	}
	if byPerson(msg) {
		f.wrong = nil
		f.fields[f.focus].Update(msg)
		f.comment()
	}
	return Outcome{}
}

func (f *Form) submit() Outcome {
	values := f.values()
	if at, why := f.check(values); why != nil {
		f.Refuse(at, why)
		return Outcome{}
	}
	f.busy = true
	return Outcome{Answer: f.answer(values)}
}

// View draws the box: each field under its label, and beside that what is wrong
// with it.
func (f *Form) View(look Look, width, height int) (string, *tea.Cursor) {
	th := look.Theme
	width = min(width, wide)
	cells := max(1, width-frame)
	var lines []string
	var cursor *tea.Cursor
	tight := height < 3*len(f.fields)+5
	for i, one := range f.fields {
		name := text.Cut(one.label(look.Locale), cells)
		label := th.Label.Render(name)
		if room := cells - text.Width(name) - 2; f.wrong != nil && f.at == i && room > 0 {
			label += "  " + th.Error.Render(text.Cut(f.wrong(look.Locale), room))
		}
		focused := i == f.focus && !f.busy
		view, x := one.View(th, cells, focused, "")
		if i > 0 && !tight {
			lines = append(lines, "")
		}
		lines = append(lines, label, view)
		if focused {
			cursor = tea.NewCursor(x+frame/2, len(lines))
			cursor.Color = th.Caret
		}
	}
	said := f.said
	if f.busy {
		said = Say("dialog.busy")
	}
	if said != nil {
		lines = append(lines, th.Label.Render(text.Cut(said(look.Locale), cells)))
	}
	act := f.act
	if f.focus < len(f.fields)-1 {
		act = "keys.next"
	}
	lines = append(lines, hints(look, cells, look.binding("dialog.press", act), look.Registry.Get("dialog.close").Binding()))
	return th.Box(th.BorderFocused, f.title(look.Locale), width, lines), cursor
}
