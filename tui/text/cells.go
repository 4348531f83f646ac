package text

import (
	"path"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"
)

// Ellipsis marks the place where text was cut.
const Ellipsis = "…"

// ellipsis is the width of Ellipsis in cells: 1, or 2 if RUNEWIDTH_EASTASIAN says
// that the terminal draws it wide.
var ellipsis = Width(Ellipsis)

// Width returns the width of s in cells. Escape codes have no width.
func Width(s string) int { return ansi.StringWidth(s) }

// Cut shortens s to at most the given number of cells, with an ellipsis at its end.
func Cut(s string, cells int) string {
	if Width(s) <= cells {
		return s
	}
	if cells < ellipsis {
		return ""
	}
	return head(s, cells-ellipsis) + Ellipsis
}

// CutLeft shortens s to at most the given number of cells, with an ellipsis at its beginning.
// It suits paths, whose end says more than their start.
func CutLeft(s string, cells int) string {
	if Width(s) <= cells {
		return s
	}
	if cells < ellipsis {
		return ""
	}
	return Ellipsis + tail(s, cells-ellipsis)
}

// CutMiddle shortens a file name to at most the given number of cells, with an ellipsis in its
// middle, so that the extension stays.
func CutMiddle(s string, cells int) string {
	if Width(s) <= cells {
		return s
	}
	if cells < ellipsis {
		return ""
	}
	room := cells - ellipsis
	keep := room / 3
	if ext := Width(path.Ext(s)); ext > keep && ext <= room*2/3 {
		keep = ext
	}
	end := tail(s, keep)
	return head(s, room-Width(end)) + Ellipsis + end
}

// Pad cuts or fills s to exactly the given number of cells, text at the left.
func Pad(s string, cells int) string {
	s = Cut(s, cells)
	return s + strings.Repeat(" ", max(0, cells-Width(s)))
}

// PadLeft cuts or fills s to exactly the given number of cells, text at the right.
func PadLeft(s string, cells int) string {
	s = Cut(s, cells)
	return strings.Repeat(" ", max(0, cells-Width(s))) + s
}

// Center cuts or fills s to exactly the given number of cells, text in the middle.
func Center(s string, cells int) string {
	s = Cut(s, cells)
	left := max(0, cells-Width(s)) / 2
	return Pad(strings.Repeat(" ", left)+s, cells)
}

// Wrap breaks s into lines of at most the given number of cells where Unicode (UAX #14)
// allows it: at spaces, and between Han characters but not before their
// punctuation. A word that is too long, such as a path, is broken anywhere.
func Wrap(s string, cells int) []string {
	if cells < 1 {
		return nil
	}
	var lines []string
	line := ""
	for rest, state := s, -1; rest != ""; {
		var segment string
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		if Width(line)+Width(strings.TrimRight(segment, " ")) > cells && line != "" {
			lines = append(lines, strings.TrimRight(line, " "))
			line = ""
		}
		for Width(strings.TrimRight(segment, " ")) > cells {
			part := head(segment, cells)
			if part == "" {
				part, _ = ansi.FirstGraphemeCluster(segment, ansi.GraphemeWidth)
			}
			lines = append(lines, part)
			segment = segment[len(part):]
		}
		line += segment
	}
	if line != "" || lines == nil {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// Window returns the part of s from one cell on, in exactly the given number of cells. An
// ellipsis marks text cut off at either side.
func Window(s string, from, cells int) string {
	if from > 0 {
		rest := tail(s, Width(s)-from-1)
		s = strings.Repeat(Ellipsis, max(1, Width(s)-from-Width(rest))) + rest
	}
	return Pad(s, cells)
}

// head returns the longest start of s that fits into the given number of cells.
func head(s string, cells int) string {
	used, at := 0, 0
	for at < len(s) {
		cluster, width := ansi.FirstGraphemeCluster(s[at:], ansi.GraphemeWidth)
		if used += width; used > cells {
			break
		}
		at += len(cluster)
	}
	return s[:at]
}

// tail returns the longest end of s that fits into the given number of cells.
func tail(s string, cells int) string {
	excess := Width(s) - cells
	for excess > 0 && s != "" {
		cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		excess -= width
	}
	return s
}
