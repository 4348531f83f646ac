package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Styles has a style for each use. A style does not change the width of a text: cut and
// pad the text first. No style underlines, because Lip Gloss underlines single runes,
// which breaks emoji and accents. Use [Underline] instead.
type Styles struct {
	Text   lipgloss.Style
	Muted  lipgloss.Style // units, hints, secondary text
	Accent lipgloss.Style // focus, bars
	Title  lipgloss.Style // headings of screens, panes, dialogs
	Strong lipgloss.Style

	Folder   lipgloss.Style
	Marked   lipgloss.Style
	Cursor   lipgloss.Style // the row under the cursor in the focused pane
	CursorIn lipgloss.Style // the same row while another pane has the focus
	Match    lipgloss.Style // the matching part of a name

	Good    lipgloss.Style
	Warning lipgloss.Style
	Error   lipgloss.Style

	Border        lipgloss.Style
	BorderFocused lipgloss.Style
	BorderDanger  lipgloss.Style

	Label        lipgloss.Style
	LabelFocused lipgloss.Style
	Field        lipgloss.Style
	FieldFocused lipgloss.Style
	Placeholder  lipgloss.Style

	Button         lipgloss.Style
	ButtonFocused  lipgloss.Style
	ButtonDisabled lipgloss.Style
	ButtonLetter   lipgloss.Style // the letter that presses the button, within its label

	HelpKey  lipgloss.Style
	HelpText lipgloss.Style

	BarDone   lipgloss.Style
	BarRest   lipgloss.Style
	BarPaused lipgloss.Style
	BarFailed lipgloss.Style

	// Caret is the colour of the cursor; nil keeps the colour of the terminal.
	Caret color.Color
}

func newStyles(p palette) Styles {
	plain := p[Text]
	selected, chosen := p[Selected].Reverse(true), plain.Bold(true)
	return Styles{
		Text:   plain,
		Muted:  p[Muted],
		Accent: p[Accent],
		Title:  p[Accent].Bold(true),
		Strong: chosen,

		Folder:   p[Folder].Bold(true),
		Marked:   p[Marked].Bold(true),
		Cursor:   selected,
		CursorIn: chosen,
		Match:    p[Match].Bold(true),

		Good:    p[Good],
		Warning: p[Warning],
		Error:   p[Danger].Bold(true),

		Border:        p[Border],
		BorderFocused: p[Accent],
		BorderDanger:  p[Danger].Bold(true),

		Label:        p[Muted],
		LabelFocused: p[Accent].Bold(true),
		Field:        plain,
		FieldFocused: p[Accent],
		Placeholder:  p[Muted],

		Button:         plain,
		ButtonFocused:  selected.Bold(true),
		ButtonDisabled: p[Muted].Faint(true),
		ButtonLetter:   p[Accent].Bold(true),

		HelpKey:  p[Accent],
		HelpText: p[Muted],

		BarDone:   p[Accent],
		BarRest:   p[Border],
		BarPaused: p[Warning],
		BarFailed: p[Danger],
	}
}

// Underline renders s with a style and an underline.
func Underline(style lipgloss.Style, s string) string {
	return style.Render(ansi.SGR(ansi.AttrUnderline) + s + ansi.SGR(ansi.AttrNoUnderline))
}
