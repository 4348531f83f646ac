package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wangpan/tui/text"
)

// help writes the help of a command in the language of the run. The library's
// own templates are English only.
func (a *app) help(cmd *cobra.Command, _ []string) {
	var b strings.Builder
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	fmt.Fprintf(&b, "%s\n\n%s\n  %s\n", wrapped(about), a.loc.T("cli.help.usage"), useLine(cmd))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s\n\n%s\n", a.loc.T("cli.help.or", "Path", cmd.CommandPath()), a.loc.T("cli.help.commands"))
		width := 0
		for _, sub := range cmd.Commands() {
			width = max(width, text.Width(sub.Name()))
		}
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %s  %s\n", text.Pad(sub.Name(), width), sub.Short)
			}
		}
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\n%s\n%s\n", a.loc.T("cli.help.examples"), cmd.Example)
	}
	if flags := cmd.LocalNonPersistentFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(&b, "\n%s\n%s", a.loc.T("cli.help.flags"), flags.FlagUsages())
	}
	common := cmd.Root().PersistentFlags()
	fmt.Fprintf(&b, "\n%s\n%s", a.loc.T("cli.help.common"), common.FlagUsages())
	if !cmd.HasParent() {
		fmt.Fprintf(&b, "\n%s\n", wrapped(a.loc.T("cli.help.codes")))
	}
	fmt.Fprint(a.stdout, b.String())
}

// wrapped fits a paragraph into the narrowest terminal that is usual.
func wrapped(paragraph string) string { return strings.Join(text.Wrap(paragraph, 79), "\n") }

// useLine is how a command is called.
func useLine(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return cmd.Parent().CommandPath() + " " + cmd.Use
	}
	return cmd.Use
}

// flagProblem says what is wrong with the flags.
func (a *app) flagProblem(err error) string {
	if missing, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := "--" + missing.GetSpecifiedName()
		if missing.GetSpecifiedShortnames() != "" {
			name = "-" + missing.GetSpecifiedName()
		}
		return a.loc.T("cli.usage.no_such_flag", "Flag", name)
	}
	if needs, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return a.loc.T("cli.usage.needs_value", "Flag", "--"+needs.GetFlag().Name)
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return a.loc.T("cli.usage.bad_value", "Flag", "--"+invalid.GetFlag().Name, "Value", invalid.GetValue())
	}
	return text.Visible(err.Error())
}
