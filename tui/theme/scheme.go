package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Token is what a colour is for, not what it looks like.
type Token string

// The tokens, as theme files name them.
const (
	Text     Token = "text"     // what is read
	Muted    Token = "muted"    // units, hints, what matters less
	Accent   Token = "accent"   // the one thing to look at: headings, focus, bars
	Folder   Token = "folder"   //
	Marked   Token = "marked"   // what an action will act on
	Match    Token = "match"    // what a filter or search found
	Good     Token = "good"     // what went well
	Warning  Token = "warning"  //
	Danger   Token = "danger"   // errors, and what loses something
	Border   Token = "border"   // lines that are not read
	Selected Token = "selected" // behind the row under the cursor
)

// tokens are all of them, in the order in which files are written about.
var tokens = []Token{Text, Muted, Accent, Folder, Marked, Match, Good, Warning, Danger, Border, Selected}

// Colours are the colours of tokens, as [ParseColour] reads them. A token
// without one has the terminal's own.
type Colours map[Token]string

// Scheme is the colours of a theme on a dark and on a light background.
type Scheme struct {
	Name        string
	Dark, Light Colours
}

// Names of the themes that are part of the program. The first is the default.
const (
	Plain        = "wangpan"
	HighContrast = "contrast"
	Quiet        = "quiet"
)

// schemes are the themes that are part of the program. Their colours keep a
// contrast of 4.5 to the background as WCAG 2 measures it, those of HighContrast
// one of 7; a test holds them to it.
var schemes = []*Scheme{
	{
		Name: Plain,
		Dark: Colours{
			Muted: "246", Accent: "80", Folder: "111", Marked: "221", Match: "221",
			Good: "114", Warning: "221", Danger: "210", Border: "240",
		},
		Light: Colours{
			Muted: "241", Accent: "#006f6f", Folder: "25", Marked: "#8f4400", Match: "#8f4400",
			Good: "#006d00", Warning: "#8f4400", Danger: "160", Border: "250",
		},
	},
	{
		Name: HighContrast,
		Dark: Colours{
			Text: "#ffffff", Muted: "#d0d0d0", Accent: "#5fffff", Folder: "#87cfff", Marked: "#ffff00", Match: "#ffff00",
			Good: "#87ff87", Warning: "#ffff00", Danger: "#ffa0a0", Border: "#d0d0d0", Selected: "#ffffff",
		},
		Light: Colours{
			Text: "#000000", Muted: "#404040", Accent: "#004d4d", Folder: "#00307f", Marked: "#6b3000", Match: "#6b3000",
			Good: "#004d00", Warning: "#6b3000", Danger: "#900000", Border: "#404040", Selected: "#000000",
		},
	},
	{
		Name: Quiet,
		Dark: Colours{
			Text: "#b4bcc2", Muted: "#8c969e", Accent: "#8fb5bd", Folder: "#96adcf", Marked: "#c9b48a", Match: "#c9b48a",
			Good: "#9dba96", Warning: "#c9b48a", Danger: "#d59c94", Border: "#4a545c", Selected: "#a7b3ba",
		},
		Light: Colours{
			Text: "#4a5055", Muted: "#646b70", Accent: "#35676f", Folder: "#46618c", Marked: "#7d5f2a", Match: "#7d5f2a",
			Good: "#4b6a43", Warning: "#7d5f2a", Danger: "#94504a", Border: "#c3cacf", Selected: "#5c666d",
		},
	},
}

// basic are the colours of tokens where there are only sixteen: those follow the
// person's own palette. Bright black would be the colour for what matters less,
// but popular palettes make it the background.
var basic = map[Token]color.Color{
	Accent: lipgloss.Cyan, Folder: lipgloss.Blue, Marked: lipgloss.Yellow, Match: lipgloss.Yellow,
	Good: lipgloss.Green, Warning: lipgloss.Yellow, Danger: lipgloss.Red,
}

// Builtin returns the theme of that name that is part of the program, nil when
// there is none.
func Builtin(name string) *Scheme {
	for _, s := range schemes {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Builtins are the names of the themes that are part of the program.
func Builtins() []string {
	names := make([]string, len(schemes))
	for i, s := range schemes {
		names[i] = s.Name
	}
	return names
}
