package dialog

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"wangpan/tui/text"
)

// HelpSection is the keys of one place on the screen.
type HelpSection struct {
	Title    Words
	Bindings []key.Binding // their help texts are message ids; disabled ones are left out
}

// NewHelp shows the keys of where one is. The key that opened it closes it.
func NewHelp(sections ...HelpSection) *Question {
	done := NewButton("o", "dialog.ok", nil)
	done.Key.SetKeys(append(done.Key.Keys(), "?", "q")...)
	return &Question{
		title: Say("help.title"),
		body: func(look Look, cells int) []string {
			var lines []string
			for i, s := range sections {
				if i > 0 {
					lines = append(lines, "")
				}
				lines = append(lines, look.Theme.Title.Render(text.Cut(s.Title(look.Locale), cells)))
				lines = append(lines, helpRows(look, s.Bindings, cells)...)
			}
			return lines
		},
		row: row{buttons: []Button{done}},
	}
}

// helpRows lists keys in one column, or in two where there is room.
func helpRows(look Look, bindings []key.Binding, cells int) []string {
	columns := 1
	if cells >= 56 {
		columns = 2
	}
	column := (cells - 2*(columns-1)) / columns
	var cellsOf []string
	for _, b := range bindings {
		if b.Enabled() && b.Help().Desc != "" {
			cellsOf = append(cellsOf, helpCell(look, b, column))
		}
	}
	rows := (len(cellsOf) + columns - 1) / columns
	lines := make([]string, rows)
	for i, cell := range cellsOf {
		if i >= rows {
			cell = "  " + cell
		}
		lines[i%rows] += cell
	}
	return lines
}

func helpCell(look Look, b key.Binding, cells int) string {
	th := look.Theme
	names := strings.Split(b.Help().Key, "/")
	for i := range names {
		names[i] = look.keyName(names[i])
	}
	keys := text.Pad(strings.Join(names, "/"), min(14, cells/2))
	desc := text.Pad(look.Locale.T(b.Help().Desc), max(0, cells-text.Width(keys)-1))
	return th.HelpKey.Render(keys) + " " + th.HelpText.Render(desc)
}
