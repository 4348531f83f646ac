package command

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"wangpan/tui/locale"
)

// Write writes a key file with all commands and their present keys. A comment after
// each entry says what the command does. The sections have the order of their first
// commands.
func (r *Registry) Write(w io.Writer, l *locale.Locale) error {
	out := bufio.NewWriter(w)
	var sections []string
	for _, c := range r.commands {
		if s := c.Name.Section(); s != "" && !slices.Contains(sections, s) {
			sections = append(sections, s)
		}
	}
	for i, section := range sections {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "[%s]\n", section)
		for _, c := range r.commands {
			if c.Name.Section() == section {
				fmt.Fprintf(out, "%-36s # %s\n", c.Name.ID()+" = ["+quotedKeys(c.Keys)+"]", l.T(c.Help))
			}
		}
	}
	return out.Flush()
}

func quotedKeys(keys []string) string {
	quoted := make([]string, len(keys))
	for i, key := range keys {
		quoted[i] = strconv.Quote(key)
	}
	return strings.Join(quoted, ", ")
}
