package dialog

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/command"
	"wangpan/tui/text"
	"wangpan/tui/text/field"
	"wangpan/tui/text/list"
	"wangpan/wire"
)

// Widths in cells.
const (
	// wide is the largest width of a box of text: longer lines are hard to read.
	wide = 68
	// listWide is the largest width of a list.
	listWide = 100
	// frame is the part of the width that the border and the blanks beside it take.
	frame = 4
)

// within returns the width of a box with at most so many cells, and of its content.
func within(width, most int) (box, cells int) {
	width = min(width, most)
	return width, max(1, width-frame)
}

// box draws a box with the usual border.
func box(look Look, title string, width int, lines []string) string {
	return look.Theme.Box(look.Theme.BorderFocused, title, width, lines)
}

// fill adds blank lines up to a number of lines.
func fill(lines []string, n int) []string {
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines
}

// muted is a single line of quiet text.
func muted(look Look, s string, cells int) []string {
	return []string{look.Theme.Muted.Render(text.Cut(s, cells))}
}

// typing draws a text field after a label, in so many cells. The cursor is on a line
// of the box, counted from the first line below the border; nil without the focus.
func typing(look Look, f *field.Field, label string, cells, line int, focused bool, hint string) (string, *tea.Cursor) {
	used := text.Width(label)
	view, x := f.View(look.Theme, max(1, cells-used), focused, hint)
	if !focused {
		return label + view, nil
	}
	cursor := tea.NewCursor(frame/2+used+x, line+1)
	cursor.Color = look.Theme.Caret
	return label + view, cursor
}

// moreSigns points to the hidden parts of a text.
func moreSigns(look Look, w *list.Window, cells int) string {
	g, signs := look.Theme.Glyph, ""
	if w.Top > 0 {
		signs = g.Up
	}
	if w.Top < w.Hidden() {
		signs += g.Down
	}
	return muted(look, signs+" "+look.Locale.T("dialog.more"), cells)[0]
}

// squeezed removes the empty lines, for small screens.
func squeezed(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// wrapped returns a paragraph in lines of so many cells.
func wrapped(style lipgloss.Style, s string, cells int) []string {
	return styled(style, text.Wrap(s, cells))
}

// broken returns a text without words, such as a fingerprint, in lines of so many
// cells.
func broken(style lipgloss.Style, s string, cells int) []string {
	return styled(style, strings.Split(ansi.Hardwrap(text.Visible(s), cells, true), "\n"))
}

func styled(style lipgloss.Style, lines []string) []string {
	for i := range lines {
		lines[i] = style.Render(lines[i])
	}
	return lines
}

// binding returns a command's keys for a hint, with another label than its help.
func (look Look) binding(name command.Name, label string) key.Binding {
	b := look.Registry.Get(name).Binding()
	b.SetHelp(b.Help().Key, label)
	return b
}

// Hints returns a line of keys and their labels, as many as fit.
func Hints(look Look, cells int, bindings ...key.Binding) string {
	th := look.Theme
	line, used, gap := "", 0, ""
	for _, b := range bindings {
		name := look.keyNames(KeyNames(b))
		label := " " + look.Locale.T(b.Help().Desc)
		width := len(gap) + text.Width(name) + text.Width(label)
		if used+width > cells {
			break
		}
		line += gap + th.HelpKey.Render(name) + th.HelpText.Render(label)
		used, gap = used+width, "  "
	}
	return line
}

// keyNames writes keys with slashes between them, as signs where there are some.
func (look Look) keyNames(names []string) string {
	g := look.Theme.Glyph
	signs := map[string]string{"enter": g.Enter, "up": g.Up, "down": g.Down, "left": g.Left, "right": g.Right}
	shown := slices.Clone(names)
	for i, name := range shown {
		if sign, ok := signs[name]; ok {
			shown[i] = sign
		}
	}
	return strings.Join(shown, "/")
}

// facts returns the sign before the name of a file or folder, and the part of the row
// after it: the size and the date where there is room.
func facts(look Look, e wire.Entry, size string, cells int) (kind, right string) {
	kind = "  "
	if e.IsDir {
		kind = look.Theme.Glyph.Folder + " "
	}
	if cells >= 40 {
		right = " " + text.PadLeft(size, 9)
	}
	if cells >= 60 {
		right += "  " + text.Pad(look.Locale.Date(e.ModTime.Local()), 16)
	}
	return kind, right
}
