package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
)

// defaultWidth is the width of a terminal that does not tell its own, in cells.
const defaultWidth = 80

// helpWidth returns how many cells a line of help on w may have.
func helpWidth(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(file.Fd()); err == nil && columns > 0 {
			return columns
		}
	}
	return defaultWidth
}

// fitHelp makes the help of every command wrap at width cells.
func fitHelp(root *cobra.Command, width int) {
	flags := fmt.Sprintf(".FlagUsagesWrapped %d", width-1)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", flags))
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		about := cmd.Long
		if about == "" {
			about = cmd.Short
		}
		for line := range strings.Lines(about + "\n\n" + cmd.UsageString()) {
			fmt.Fprintln(cmd.OutOrStdout(), fitLine(strings.TrimRight(line, "\n"), width-1))
		}
	})
}

// fitLine breaks a line at spaces. The lines that follow begin below the last
// column of the first one, or near the margin when a word would not fit there.
func fitLine(line string, width int) string {
	if utf8.RuneCountInString(line) <= width {
		return line
	}
	body := strings.TrimLeft(line, " ")
	indent := len(line) - len(body)
	rest := indent
	if at := strings.LastIndex(body, "  "); at >= 0 {
		rest += at + len("  ")
	}
	var b strings.Builder
	b.WriteString(line[:rest])
	column := rest
	for i, word := range strings.Fields(line[rest:]) {
		n := utf8.RuneCountInString(word)
		if i > 0 && column+1+n <= width {
			b.WriteString(" ")
			column++
		} else if i > 0 || column+n > width {
			column = rest
			if rest+n > width {
				column = min(rest, 8)
			}
			b.WriteString("\n" + strings.Repeat(" ", column))
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
