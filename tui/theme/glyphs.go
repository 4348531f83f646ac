package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// GlyphSet names a set of characters for borders and marks.
type GlyphSet int

const (
	Unicode GlyphSet = iota // any font that has box drawing and block elements
	Console                 // the 256 characters of the Linux console
	ASCII                   // for a locale that is not UTF-8, or on request
)

// toASCII replaces the characters outside of ASCII that the program draws in
// addition to its messages by one cell each: ellipses, signs for unknown values,
// control pictures.
var toASCII = strings.NewReplacer(
	"…", "~", "—", "-", "→", ">", "←", "<", "↑", "^", "↓", "v", "×", "x", "·", "-", "⟨", "<", "⟩", ">",
	"␀", "?", "␁", "?", "␂", "?", "␃", "?", "␄", "?", "␅", "?", "␆", "?", "␇", "?", "␈", "?", "␉", "?", "␊", "?",
	"␋", "?", "␌", "?", "␍", "?", "␎", "?", "␏", "?", "␐", "?", "␑", "?", "␒", "?", "␓", "?", "␔", "?", "␕", "?",
	"␖", "?", "␗", "?", "␘", "?", "␙", "?", "␚", "?", "␛", "?", "␜", "?", "␝", "?", "␞", "?", "␟", "?", "␡", "?",
)

// Shown returns a screen in which characters that the terminal cannot draw are replaced by
// ASCII.
func (t *Theme) Shown(screen string) string {
	if t.options.Glyphs == ASCII {
		return toASCII.Replace(screen)
	}
	return screen
}

// Glyphs are the characters for borders and marks. Each takes one cell unless a
// comment says otherwise.
type Glyphs struct {
	Border lipgloss.Border

	// Bar holds the steps of a cell of a progress bar, from empty to full.
	// BarRest fills the rest.
	Bar     []string
	BarRest string
	BarCaps [2]string // around a bar without other text

	Graph []string // of equal width, from zero to the maximum

	Folder   string
	Link     string
	Mark     string
	Cursor   string // before the focused row or button
	Upload   string
	Download string
	Done     string
	Failed   string
	Skipped  string // a transfer with nothing to copy
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
	Unknown   string // for a missing value
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
