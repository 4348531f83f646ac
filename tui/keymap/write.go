package keymap

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Line is a command as it is written: the keys that it has now, and what it
// does.
type Line struct {
	Command
	Does string
}

// Write writes a file that chooses the keys as they are, with what each command
// does beside it. Sections are written in the order of their first commands.
func Write(w io.Writer, lines []Line) error {
	out := bufio.NewWriter(w)
	var sections []string
	of := make(map[string][]Line)
	for _, line := range lines {
		if of[line.Section] == nil {
			sections = append(sections, line.Section)
		}
		of[line.Section] = append(of[line.Section], line)
	}
	for i, section := range sections {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "[%s]\n", section)
		for _, line := range of[section] {
			keys := make([]string, len(line.Keys))
			for i, key := range line.Keys {
				keys[i] = strconv.Quote(key)
			}
			fmt.Fprintf(out, "%-36s # %s\n", line.ID+" = ["+strings.Join(keys, ", ")+"]", line.Does)
		}
	}
	return out.Flush()
}
