package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
)

// Form asks for several lines of text at once. It stays open until its owner closes
// it: the server may refuse the answer, and the user must not have to type it again.
type Form struct {
	o      FormOptions
	fields []formField
	focus  int
	note   locale.Words
	wrong  locale.Words // the error beside the field at
	at     int
	busy   bool // the form has answered
}

type formField struct {
	label locale.Words
	*field.Field
}

// FormField is one line of a Form.
type FormField struct {
	Label  locale.Words
	Masked bool // it shows no characters
	Limit  int  // in characters
}

// FormOptions are the texts and functions of a Form. The functions must be quick:
// they run in Update.
type FormOptions struct {
	Title  locale.Words
	Fields []FormField
	Act    string // the message id of the label for Enter in the last field

	// Note returns the sentence below the fields; nil for none.
	Note func(values []string) locale.Words
	// Check returns the first invalid field and the reason, nil when all are valid.
	Check func(values []string) (field int, why locale.Words)
	// Answer returns the message for valid values.
	Answer func(values []string) tea.Msg
}

// NewForm returns a form with empty fields.
func NewForm(o FormOptions) *Form {
	f := &Form{o: o}
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

// Refuse shows an error beside a field and makes the form editable again.
func (f *Form) Refuse(field int, why locale.Words) {
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
	if f.o.Note != nil {
		f.note = f.o.Note(f.values())
	}
}

// Place returns the place of text fields.
func (f *Form) Place() command.Place { return command.Form }

// Act returns the label for Enter in the last field.
func (f *Form) Act() string { return f.o.Act }

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
	if f.fields[f.focus].Update(msg) {
		f.wrong = nil
		f.comment()
	}
	return Outcome{}
}

func (f *Form) submit() Outcome {
	values := f.values()
	if at, why := f.o.Check(values); why != nil {
		f.Refuse(at, why)
		return Outcome{}
	}
	f.busy = true
	return Outcome{Answer: f.o.Answer(values)}
}

// View draws the box: each label with the error of its field, and the field below it.
func (f *Form) View(look Look, width, height int) (string, *tea.Cursor) {
	th := look.Theme
	width, cells := within(width, wide)
	var lines []string
	var cursor *tea.Cursor
	tight := height < 3*len(f.fields)+5
	for i, one := range f.fields {
		name := text.Cut(one.label(look.Locale), cells)
		label := th.Label.Render(name)
		if room := cells - text.Width(name) - 2; f.wrong != nil && f.at == i && room > 0 {
			label += "  " + th.Error.Render(text.Cut(f.wrong(look.Locale), room))
		}
		if i > 0 && !tight {
			lines = append(lines, "")
		}
		view, at := typing(look, one.Field, "", cells, len(lines)+1, i == f.focus && !f.busy, "")
		if at != nil {
			cursor = at
		}
		lines = append(lines, label, view)
	}
	note := f.note
	if f.busy {
		note = locale.Say("dialog.busy")
	}
	if note != nil {
		lines = append(lines, th.Label.Render(text.Cut(note(look.Locale), cells)))
	}
	act := f.o.Act
	if f.focus < len(f.fields)-1 {
		act = "keys.next"
	}
	lines = append(lines, Hints(look, cells, look.binding("dialog.press", act), look.Registry.Get("dialog.close").Binding()))
	return box(look, f.o.Title(look.Locale), width, lines), cursor
}
