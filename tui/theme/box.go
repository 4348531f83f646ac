package theme

import (
	"strings"

	"charm.land/lipgloss/v2"

	"wangpan/tui/text"
)

// Box draws a frame of width cells around lines, with a title in the upper border.
// A line must be at most width-4 cells wide and may have colours. Box pads shorter
// lines.
func (t *Theme) Box(style lipgloss.Style, title string, width int, lines []string) string {
	b := t.Glyph.Border
	inner := max(0, width-2)
	top := style.Render(b.TopLeft + strings.Repeat(b.Top, inner) + b.TopRight)
	if title = text.Cut(title, inner-4); title != "" {
		rest := strings.Repeat(b.Top, inner-3-text.Width(title))
		top = style.Render(b.TopLeft+b.Top+" ") + t.Title.Render(title) + style.Render(" "+rest+b.TopRight)
	}
	rows := make([]string, 0, len(lines)+2)
	rows = append(rows, top)
	left, right := style.Render(b.Left), style.Render(b.Right)
	for _, line := range lines {
		fill := strings.Repeat(" ", max(0, inner-2-text.Width(line)))
		rows = append(rows, left+" "+line+fill+" "+right)
	}
	rows = append(rows, style.Render(b.BottomLeft+strings.Repeat(b.Bottom, inner)+b.BottomRight))
	return strings.Join(rows, "\n")
}
