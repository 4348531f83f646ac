// Package field edits one line of text: server, password, path, filter.
//
// Keys move by grapheme cluster, so that they pass and delete an emoji or an
// accented letter as a whole. Word keys follow Unicode (UAX #29). [Field.View]
// returns the cell for the cursor of the terminal, because input methods show
// their text there.
//
// The package does not use the textinput of Bubbles, which counts runes and draws
// pasted bidi controls. The terminal reads the clipboard and sends its text as a
// tea.PasteMsg.
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

// Help returns the bindings that help shows.
func (k KeyMap) Help() []key.Binding {
	return []key.Binding{k.WordLeft, k.WordRight, k.Start, k.End, k.DeleteWord, k.DeleteToStart, k.DeleteToEnd}
}

// Field holds the text. It is not safe for concurrent use.
type Field struct {
	before, after string // the text before and after the cursor
	limit         int    // in characters
	mask          bool
	offset        int // cells scrolled out at the left
}

// New returns an empty field that takes at most limit characters.
func New(limit int) *Field { return &Field{limit: limit} }

// NewMasked returns a field that shows no characters. Its word keys do not reveal
// word boundaries.
func NewMasked(limit int) *Field { return &Field{limit: limit, mask: true} }

// Value returns the text.
func (f *Field) Value() string { return f.before + f.after }

// SetValue replaces the text and puts the cursor at its end.
func (f *Field) SetValue(s string) {
	f.before, f.after = "", ""
	f.insert(s)
}

// Update takes a key press or a paste. The caller must take out keys with another
// meaning first.
func (f *Field) Update(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if !f.move(msg) && !f.remove(msg) {
			f.insert(msg.Text)
		}
	case tea.PasteMsg:
		// A copied line often ends with a line break, which would become a
		// space at the end of a password.
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

// Place puts the cursor after so many bytes of the value. It must not be within a
// character.
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

// insert inserts text at the cursor up to the limit, as one line without control
// characters.
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

// snap moves the cursor out of a cluster that an insertion formed around it.
func (f *Field) snap() {
	value, at := f.Value(), 0
	for at < len(f.before) {
		at += firstCluster(value[at:])
	}
	f.place(at)
}

// View returns the field in exactly so many cells, and the cell of the cursor from
// its left. It shows the hint while the field is empty.
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

// scroll moves the text as little as possible so that the cursor is visible, with
// one cell after the text for it.
func (f *Field) scroll(cursor, width, cells int) {
	f.offset = min(f.offset, max(0, width+1-cells), cursor)
	f.offset = max(f.offset, cursor-cells+1)
}
