package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"wangpan/tui"
	"wangpan/tui/session"
)

// keysCommand writes the keys of the screen, for a keys.toml to begin from.
func (a *app) keysCommand() *cobra.Command {
	return &cobra.Command{
		Use: "keys", Short: a.loc.T("cli.keys.short"), Long: a.loc.T("cli.keys.long", "Folder", session.ConfigDir()), Args: a.args(0, 0),
		RunE: func(*cobra.Command, []string) error {
			problems, err := tui.WriteKeys(a.stdout, a.loc, session.ConfigDir())
			for _, p := range problems {
				fmt.Fprintln(a.stderr, "wangpan: "+p)
			}
			if err == nil && len(problems) > 0 {
				return &someWrongError{a.loc.N("cli.keys.wrong", len(problems))}
			}
			return err
		},
	}
}

// someWrongError is a file of the configuration of which not all could be used.
type someWrongError struct{ sentence string }

func (e *someWrongError) Error() string { return e.sentence }
