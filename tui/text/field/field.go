// Package field is a line of text that a person types: server, password, path,
// filter.
//
// The step of every key is a grapheme cluster, so that a family or a letter
// with its accent is passed over and deleted whole; word keys follow Unicode
// (UAX #29). The cursor is the terminal's real one, because input methods put
// their pre-edit text where it stands: [Field.View] says in which cell that is,
// which behind Chinese text is not the number of characters.
//
// Bubbles' textinput is not used: it counts the cursor in runes and draws what
// was pasted as it is, so that a bidi control would take effect. Reading the
// clipboard is left to the terminal, whose paste arrives as a tea.PasteMsg.
package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/text"
	"wangpan/tui/theme"
)

// KeyMap holds the editing keys. They are those of readline.
type KeyMap struct {
	Left, Right, WordLeft, WordRight, Start, End                          key.Binding
	Backspace, Delete, DeleteWord, DeleteNext, DeleteToStart, DeleteToEnd key.Binding
}

// Keys is the key map in use.
var Keys = KeyMap{
	Left:          key.NewBinding(key.WithKeys("left", "ctrl+b")),
	Right:         key.NewBinding(key.WithKeys("right", "ctrl+f")),
	WordLeft:      key.NewBinding(key.WithKeys("ctrl+left", "alt+left", "alt+b"), key.WithHelp("ctrl+left", "field.word_left")),
	WordRight:     key.NewBinding(key.WithKeys("ctrl+right", "alt+right", "alt+f"), key.WithHelp("ctrl+right", "field.word_right")),
	Start:         key.NewBinding(key.WithKeys("home", "ctrl+a"), key.WithHelp("ctrl+a", "field.start")),
	End:           key.NewBinding(key.WithKeys("end", "ctrl+e"), key.WithHelp("ctrl+e", "field.end")),
	Backspace:     key.NewBinding(key.WithKeys("backspace", "ctrl+h")),
	Delete:        key.NewBinding(key.WithKeys("delete", "ctrl+d")),
	DeleteWord:    key.NewBinding(key.WithKeys("ctrl+w", "alt+backspace"), key.WithHelp("ctrl+w", "field.delete_word")),
	DeleteNext:    key.NewBinding(key.WithKeys("alt+d", "alt+delete")),
	DeleteToStart: key.NewBinding(key.WithKeys("ctrl+u"), key.WithHelp("ctrl+u", "field.delete_to_start")),
	DeleteToEnd:   key.NewBinding(key.WithKeys("ctrl+k"), key.WithHelp("ctrl+k", "field.delete_to_end")),
}

// Help are the bindings that are worth telling: who types knows the others.
func (k KeyMap) Help() []key.Binding {
	return []key.Binding{k.WordLeft, k.WordRight, k.Start, k.End, k.DeleteWord, k.DeleteToStart, k.DeleteToEnd}
}

// Field holds what was typed. It belongs to the goroutine that runs Update and
// View.
type Field struct {
	before, after string // of the cursor, which stands between two clusters
	limit         int    // characters
	mask          bool
	offset        int // cells scrolled out at the left
}

// New returns an empty field that takes at most limit characters.
func New(limit int) *Field { return &Field{limit: limit} }

// NewMasked returns a field that shows no character of what is typed, and no
// word breaks to the word keys either.
func NewMasked(limit int) *Field { return &Field{limit: limit, mask: true} }

// Value returns what was typed.
func (f *Field) Value() string { return f.before + f.after }

// SetValue replaces the text and puts the cursor at its end.
func (f *Field) SetValue(s string) {
	f.before, f.after = "", ""
	f.insert(s)
}

// Update takes a key press or a paste. Whoever holds the field takes the keys
// out that mean something else there.
func (f *Field) Update(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if !f.move(msg) && !f.remove(msg) {
			f.insert(msg.Text)
		}
	case tea.PasteMsg:
		// A copied line often brings its end along, which would become a
		// blank at the end of a password.
		f.insert(strings.TrimRight(msg.Content, "\r\n"))
	}
}

func (f *Field) move(msg tea.KeyPressMsg) bool {
	switch {
	case key.Matches(msg, Keys.Left):
		f.place(lastCluster(f.before))
	case key.Matches(msg, Keys.Right):
		f.place(len(f.before) + firstCluster(f.after))
	case key.Matches(msg, Keys.WordLeft):
		f.place(f.wordBefore())
	case key.Matches(msg, Keys.WordRight):
		f.place(len(f.before) + f.wordAfter())
	case key.Matches(msg, Keys.Start):
		f.place(0)
	case key.Matches(msg, Keys.End):
		f.place(len(f.before) + len(f.after))
	default:
		return false
	}
	return true
}

// Place puts the cursor behind so many bytes of the value, which must not be
// within a character.
func (f *Field) Place(at int) { f.place(at) }

func (f *Field) place(at int) {
	value := f.Value()
	f.before, f.after = value[:at], value[at:]
}

func (f *Field) remove(msg tea.KeyPressMsg) bool {
	switch {
	case key.Matches(msg, Keys.Backspace):
		f.before = f.before[:lastCluster(f.before)]
	case key.Matches(msg, Keys.Delete):
		f.after = f.after[firstCluster(f.after):]
	case key.Matches(msg, Keys.DeleteWord):
		f.before = f.before[:f.wordBefore()]
	case key.Matches(msg, Keys.DeleteNext):
		f.after = f.after[f.wordAfter():]
	case key.Matches(msg, Keys.DeleteToStart):
		f.before = ""
	case key.Matches(msg, Keys.DeleteToEnd):
		f.after = ""
	default:
		return false
	}
	f.snap()
	return true
}

// insert adds text at the cursor, as much as the limit allows. It becomes one
// line without controls: those can not be meant by who types or pastes here.
func (f *Field) insert(s string) {
	room := f.limit - utf8.RuneCountInString(f.Value())
	for _, r := range strings.ToValidUTF8(s, "") {
		if r == '\n' || r == '\t' {
			r = ' '
		}
		if room <= 0 {
			break
		}
		if unicode.IsControl(r) {
			continue
		}
		f.before += string(r)
		room--
	}
	f.snap()
}

// snap moves the cursor out of a cluster that came together around it.
func (f *Field) snap() {
	value, at := f.Value(), 0
	for at < len(f.before) {
		at += firstCluster(value[at:])
	}
	f.place(at)
}

// View returns the field in exactly so many cells, and the cell, counted from
// its left, where the cursor belongs while it is focused. The hint is shown
// while nothing is typed.
func (f *Field) View(th *theme.Theme, cells int, focused bool, hint string) (view string, cursor int) {
	if cells < 1 {
		return "", 0
	}
	style := th.Field
	if focused {
		style = th.FieldFocused
	}
	if f.Value() == "" {
		f.offset = 0
		return theme.Underline(th.Placeholder, text.Pad(hint, cells)), 0
	}
	before, after := f.shown(th, f.before), f.shown(th, f.after)
	left := text.Width(before)
	f.scroll(left, left+text.Width(after), cells)
	return theme.Underline(style, text.Window(before+after, f.offset, cells)), left - f.offset
}

func (f *Field) shown(th *theme.Theme, s string) string {
	if f.mask {
		return strings.Repeat(th.Glyph.Mask, utf8.RuneCountInString(s))
	}
	return text.Visible(s)
}

// scroll keeps the cursor, and one cell after the text for it, within view, and
// moves no further than it must.
func (f *Field) scroll(cursor, width, cells int) {
	f.offset = min(f.offset, max(0, width+1-cells), cursor)
	f.offset = max(f.offset, cursor-cells+1)
}
