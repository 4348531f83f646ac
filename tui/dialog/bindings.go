package dialog

import (
	"charm.land/bubbles/v2/key"

	"wangpan/tui/text/field"
)

// Bound is a dialog that tells its keys. Typing reports whether a character
// that is pressed goes into a field, so that it can be no key for anything else.
type Bound interface {
	Bindings() []key.Binding
	Typing() bool
}

var (
	_ Bound = (*Question)(nil)
	_ Bound = (*Exists)(nil)
	_ Bound = (*List)(nil)
	_ Bound = (*Prompt)(nil)
	_ Bound = (*PathPrompt)(nil)
	_ Bound = (*Form)(nil)
	_ Bound = (*Picker)(nil)
)

// bindings are the keys of the buttons, and of the row as such.
func (r *row) bindings() []key.Binding {
	var bindings []key.Binding
	for _, b := range r.buttons {
		bindings = append(bindings, b.Key)
	}
	if len(r.buttons) > 1 {
		bindings = append(bindings, Keys.Next, Keys.Previous)
	}
	return append(bindings, Keys.Press)
}

// Bindings are the keys of the question.
func (q *Question) Bindings() []key.Binding {
	return append(q.row.bindings(), Keys.Up, Keys.Down, Keys.PageUp, Keys.PageDown, Keys.Close)
}

// Typing is false: nothing is typed.
func (q *Question) Typing() bool { return false }

// Bindings are the keys of the question, with that for all the others.
func (e *Exists) Bindings() []key.Binding {
	return append([]key.Binding{toggleRest}, e.Question.Bindings()...)
}

// Bindings are the keys of the list.
func (l *List) Bindings() []key.Binding {
	return append(l.row.bindings(), Keys.Up, Keys.Down, Keys.PageUp, Keys.PageDown, Keys.First, Keys.Last, Keys.Close)
}

// Typing is false: nothing is typed.
func (l *List) Typing() bool { return false }

// Bindings are the keys of the prompt, and of its field.
func (p *Prompt) Bindings() []key.Binding { return editing(p.press, Keys.Close) }

// Typing is true: a line is typed.
func (p *Prompt) Typing() bool { return true }

// Bindings are the keys of the prompt, and of its field.
func (p *PathPrompt) Bindings() []key.Binding {
	return editing(Keys.Press, pathKeys.Complete, Keys.Up, Keys.Down, Keys.Close)
}

// Typing is true: a path is typed.
func (p *PathPrompt) Typing() bool { return true }

// Bindings are the keys of the form, and of its fields.
func (f *Form) Bindings() []key.Binding { return editing(f.press, Keys.Up, Keys.Down, Keys.Close) }

// Typing is true: lines are typed.
func (f *Form) Typing() bool { return true }

// Bindings are the keys of the picker.
func (p *Picker) Bindings() []key.Binding {
	k := PickerKeys
	return []key.Binding{
		k.Open, k.Parent, k.Mark, k.MarkAll, k.Upload, k.Filter, k.Hidden,
		Keys.Up, Keys.Down, Keys.PageUp, Keys.PageDown, Keys.First, Keys.Last, k.Close,
	}
}

// Typing reports whether the filter is being typed.
func (p *Picker) Typing() bool { return p.typing }

// editing are bindings of a dialog, and those of the field in it.
func editing(bindings ...key.Binding) []key.Binding { return append(bindings, field.Keys.Help()...) }
