package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// GlyphSet names a set of characters for borders and marks.
type GlyphSet int

const (
	Unicode GlyphSet = iota // any font that has box drawing and block elements
	Console                 // the 256 characters of the Linux console and its like
	ASCII                   // where the locale is not UTF-8, or on request
)

// toASCII replaces characters outside of ASCII that this program draws beside
// its messages, by one cell each: the signs of what was cut away and of what is
// not known, and those that stand for control characters.
var toASCII = strings.NewReplacer(
	"…", "~", "—", "-", "→", ">", "←", "<", "↑", "^", "↓", "v", "×", "x", "·", "-", "⟨", "<", "⟩", ">",
	"␀", "?", "␁", "?", "␂", "?", "␃", "?", "␄", "?", "␅", "?", "␆", "?", "␇", "?", "␈", "?", "␉", "?", "␊", "?",
	"␋", "?", "␌", "?", "␍", "?", "␎", "?", "␏", "?", "␐", "?", "␑", "?", "␒", "?", "␓", "?", "␔", "?", "␕", "?",
	"␖", "?", "␗", "?", "␘", "?", "␙", "?", "␚", "?", "␛", "?", "␜", "?", "␝", "?", "␞", "?", "␟", "?", "␡", "?",
)

// Shown returns a screen as the terminal can show it.
func (t *Theme) Shown(screen string) string {
	if t.options.Glyphs == ASCII {
		return toASCII.Replace(screen)
	}
	return screen
}

// Glyphs are the characters that are not words. Each takes one cell, except
// where it says otherwise.
type Glyphs struct {
	Border lipgloss.Border

	// Bar holds the parts of a progress bar from empty to full, in equal
	// steps; BarRest fills what is not done yet.
	Bar     []string
	BarRest string
	BarCaps [2]string // around a bar that stands alone

	Graph []string // of equal width, from nothing to the most

	Folder   string
	Link     string
	Mark     string
	Cursor   string // before the row or button that has the focus
	Upload   string
	Download string
	Done     string
	Failed   string
	Skipped  string // nothing was to be moved
	Paused   string
	Waiting  string
	Asking   string
	Queued   string

	Enter     string
	Up        string
	Down      string
	Left      string
	Right     string
	Separator string // between facts in a line
	Mask      string // for each character of a password
	Unknown   string // where there is no value
}

var asciiBorder = lipgloss.Border{
	Top: "-", Bottom: "-", Left: "|", Right: "|",
	TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
	MiddleLeft: "+", MiddleRight: "+", Middle: "+", MiddleTop: "+", MiddleBottom: "+",
}

var glyphs = map[GlyphSet]Glyphs{
	Unicode: {
		Border:  lipgloss.RoundedBorder(),
		Bar:     []string{" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
		BarRest: " ", BarCaps: [2]string{"▕", "▏"},
		Graph:  []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
		Folder: "▸", Link: "↪", Mark: "●", Cursor: "▌", Upload: "↑", Download: "↓",
		Done: "✓", Failed: "✗", Skipped: "-", Paused: "‖", Waiting: "◌", Asking: "?", Queued: "·",
		Enter: "⏎", Up: "↑", Down: "↓", Left: "←", Right: "→",
		Separator: "·", Mask: "•", Unknown: "—",
	},
	Console: {
		Border:  lipgloss.NormalBorder(),
		Bar:     []string{" ", "▌", "█"},
		BarRest: "░", BarCaps: [2]string{"", ""},
		Graph:  []string{"_", "▄", "█"},
		Folder: "►", Link: "→", Mark: "■", Cursor: "►", Upload: "↑", Download: "↓",
		Done: "√", Failed: "x", Skipped: "-", Paused: "=", Waiting: "~", Asking: "?", Queued: "·",
		Enter: "Enter", Up: "↑", Down: "↓", Left: "←", Right: "→",
		Separator: "·", Mask: "*", Unknown: "-",
	},
	ASCII: {
		Border:  asciiBorder,
		Bar:     []string{" ", "#"},
		BarRest: "-", BarCaps: [2]string{"[", "]"},
		Graph:  []string{"_", ".", "-", "=", "#"},
		Folder: ">", Link: "@", Mark: "*", Cursor: ">", Upload: "^", Download: "v",
		Done: "+", Failed: "x", Skipped: "-", Paused: "=", Waiting: "~", Asking: "?", Queued: ".",
		Enter: "Enter", Up: "^", Down: "v", Left: "<", Right: ">",
		Separator: "-", Mask: "*", Unknown: "-",
	},
}
