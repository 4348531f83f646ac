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

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/theme"
)

// Commands returns the editing commands, with the keys of readline. Those that
// few users know come first, so that a short help shows them.
func Commands() []command.Command {
	commands := []command.Command{
		{Name: "field.word_left", Help: "field.word_left", Keys: []string{"ctrl+left", "alt+left", "alt+b"}},
		{Name: "field.word_right", Help: "field.word_right", Keys: []string{"ctrl+right", "alt+right", "alt+f"}},
		{Name: "field.start", Help: "field.start", Keys: []string{"home", "ctrl+a"}, Label: "ctrl+a"},
		{Name: "field.end", Help: "field.end", Keys: []string{"end", "ctrl+e"}, Label: "ctrl+e"},
		{Name: "field.delete_word", Help: "field.delete_word", Keys: []string{"ctrl+w", "alt+backspace"}},
		{Name: "field.delete_to_start", Help: "field.delete_to_start", Keys: []string{"ctrl+u"}},
		{Name: "field.delete_to_end", Help: "field.delete_to_end", Keys: []string{"ctrl+k"}},
		{Name: "field.left", Help: "field.left", Keys: []string{"left", "ctrl+b"}},
		{Name: "field.right", Help: "field.right", Keys: []string{"right", "ctrl+f"}},
		{Name: "field.backspace", Help: "field.backspace", Keys: []string{"backspace", "ctrl+h"}},
		{Name: "field.delete", Help: "field.delete", Keys: []string{"delete", "ctrl+d"}},
		{Name: "field.delete_next", Help: "field.delete_next", Keys: []string{"alt+d", "alt+delete"}},
	}
	for i := range commands {
		commands[i].In = command.Typing
	}
	return commands
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

// Update handles a key press, as a command.Press, or a paste, and reports whether the
// text has changed. The caller must take out keys with other commands first.
func (f *Field) Update(msg tea.Msg) (changed bool) {
	before := f.Value()
	switch msg := msg.(type) {
	case command.Press:
		if !f.move(msg.Name) && !f.remove(msg.Name) {
			f.insert(msg.Text)
		}
	case tea.PasteMsg:
		// A copied line often ends with a line break, which would become a
		// space at the end of a password.
		f.insert(strings.TrimRight(msg.Content, "\r\n"))
	}
	return f.Value() != before
}

func (f *Field) move(name command.Name) bool {
	switch name {
	case "field.left":
		f.Place(lastCluster(f.before))
	case "field.right":
		f.Place(len(f.before) + firstCluster(f.after))
	case "field.word_left":
		f.Place(f.wordBefore())
	case "field.word_right":
		f.Place(len(f.before) + f.wordAfter())
	case "field.start":
		f.Place(0)
	case "field.end":
		f.Place(len(f.before) + len(f.after))
	default:
		return false
	}
	return true
}

// Place puts the cursor after so many bytes of the value. It must not be within a
// character.
func (f *Field) Place(at int) {
	value := f.Value()
	f.before, f.after = value[:at], value[at:]
}

func (f *Field) remove(name command.Name) bool {
	switch name {
	case "field.backspace":
		f.before = f.before[:lastCluster(f.before)]
	case "field.delete":
		f.after = f.after[firstCluster(f.after):]
	case "field.delete_word":
		f.before = f.before[:f.wordBefore()]
	case "field.delete_next":
		f.after = f.after[f.wordAfter():]
	case "field.delete_to_start":
		f.before = ""
	case "field.delete_to_end":
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
	f.Place(at)
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

// firstCluster returns the length of the first cluster of s in bytes.
func firstCluster(s string) int {
	first, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(first)
}

// lastCluster returns the start of the last cluster of s.
func lastCluster(s string) int {
	at := 0
	for next := 0; next < len(s); {
		at = next
		next += firstCluster(s[at:])
	}
	return at
}

// wordBefore returns the start of the word before the cursor.
func (f *Field) wordBefore() int {
	start := 0
	if f.mask {
		return start
	}
	for at, rest, state := 0, f.before, -1; rest != ""; {
		var word string
		word, rest, state = uniseg.FirstWordInString(rest, state)
		if strings.TrimSpace(word) != "" {
			start = at
		}
		at += len(word)
	}
	return start
}

// wordAfter returns the distance from the cursor to the end of the next word, in
// bytes.
func (f *Field) wordAfter() int {
	if f.mask {
		return len(f.after)
	}
	end := 0
	for rest, state := f.after, -1; rest != ""; {
		var word string
		word, rest, state = uniseg.FirstWordInString(rest, state)
		end += len(word)
		if strings.TrimSpace(word) != "" {
			break
		}
	}
	return end
}
