package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Token is a use of a colour.
type Token string

// The tokens, with their names in theme files.
const (
	Text     Token = "text"     // main text
	Muted    Token = "muted"    // units, hints, secondary text
	Accent   Token = "accent"   // headings, focus, bars
	Folder   Token = "folder"   //
	Marked   Token = "marked"   // marked entries
	Match    Token = "match"    // the matching part of a name
	Good     Token = "good"     // success
	Warning  Token = "warning"  //
	Danger   Token = "danger"   // errors and destructive actions
	Border   Token = "border"   // borders
	Selected Token = "selected" // behind the row under the cursor
)

// tokens are all tokens, in the order of the documentation.
var tokens = []Token{Text, Muted, Accent, Folder, Marked, Match, Good, Warning, Danger, Border, Selected}

// Colours maps tokens to colours in the form of parseColour. A missing token has
// the default colour of the terminal.
type Colours map[Token]string

// Scheme holds the colours of a theme for a dark and for a light background.
type Scheme struct {
	Name        string
	Dark, Light Colours
}

// Names of the built-in themes. The first is the default.
const (
	Plain        = "wangpan"
	HighContrast = "contrast"
	Quiet        = "quiet"
)

// schemes are the built-in themes. Their contrast with the background is at least
// 4.5 (WCAG 2), that of HighContrast at least 7. A test checks this.
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

// basic are the colours of tokens on a terminal with 16 colours, from the palette
// of the user. It does not use bright black for muted text, because in popular
// palettes that is the background.
var basic = map[Token]color.Color{
	Accent: lipgloss.Cyan, Folder: lipgloss.Blue, Marked: lipgloss.Yellow, Match: lipgloss.Yellow,
	Good: lipgloss.Green, Warning: lipgloss.Yellow, Danger: lipgloss.Red,
}

// Builtin returns the built-in theme of a name, nil if there is none.
func Builtin(name string) *Scheme {
	for _, s := range schemes {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Builtins returns the names of the built-in themes.
func Builtins() []string {
	names := make([]string, len(schemes))
	for i, s := range schemes {
		names[i] = s.Name
	}
	return names
}
