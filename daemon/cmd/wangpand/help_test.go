package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// The help of every command fits the terminal.
func TestHelpFits(t *testing.T) {
	for _, width := range []int{60, 80} {
		root := (&program{stdout: new(bytes.Buffer)}).rootCommand()
		fitHelp(root, width)
		for _, cmd := range everyCommand(root) {
			t.Run(fmt.Sprint(width, " ", cmd.CommandPath()), func(t *testing.T) {
				var help bytes.Buffer
				cmd.SetOut(&help)
				if err := cmd.Help(); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(help.String(), "--data") {
					t.Errorf("the flag --data is missing in\n%s", &help)
				}
				for line := range strings.Lines(help.String()) {
					if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
						t.Errorf("a line has %d cells, want at most %d: %s", n, width, line)
					}
				}
			})
		}
	}
}

func everyCommand(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, sub := range root.Commands() {
		all = append(all, everyCommand(sub)...)
	}
	return all
}
