package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wangpan/tui/text"
)

const (
	defaultWidth = 80 // of a terminal whose width is unknown, in cells
	leastWidth   = 30 // narrower ones get lines of this width
)

// helpWidth returns how many cells a line of help may have.
func (a *app) helpWidth() int {
	width := defaultWidth
	if file, ok := a.stdout.(*os.File); ok {
		if columns, _, err := term.GetSize(file.Fd()); err == nil && columns > 0 {
			width = columns
		}
	}
	return max(width, leastWidth) - 1 // some terminals wrap a line that is full
}

// help writes the help of a command in the language of the run. The library's
// own templates are English only.
func (a *app) help(cmd *cobra.Command, _ []string) {
	fmt.Fprint(a.stdout, a.helpText(cmd, a.helpWidth()))
}

// helpText returns the help of a command in lines of at most width cells.
func (a *app) helpText(cmd *cobra.Command, width int) string {
	var b strings.Builder
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	paragraph(&b, "", "", about, width)
	fmt.Fprintf(&b, "\n%s\n", a.loc.T("cli.help.usage"))
	paragraph(&b, "  ", "      ", a.useLine(cmd), width)
	if cmd.HasAvailableSubCommands() {
		paragraph(&b, "  ", "      ", a.loc.T("cli.help.or", "Path", cmd.CommandPath()), width)
		fmt.Fprintf(&b, "\n%s\n", a.loc.T("cli.help.commands"))
		var rows [][2]string
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				rows = append(rows, [2]string{sub.Name(), sub.Short})
			}
		}
		columns(&b, rows, width)
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\n%s\n", a.loc.T("cli.help.examples"))
		for line := range strings.Lines(cmd.Example) {
			example(&b, strings.TrimSpace(line), width)
		}
	}
	if flags := cmd.LocalNonPersistentFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(&b, "\n%s\n", a.loc.T("cli.help.flags"))
		columns(&b, flagRows(flags), width)
	}
	fmt.Fprintf(&b, "\n%s\n", a.loc.T("cli.help.common"))
	columns(&b, flagRows(cmd.Root().PersistentFlags()), width)
	if !cmd.HasParent() {
		b.WriteByte('\n')
		paragraph(&b, "", "", a.loc.T("cli.help.codes"), width)
	}
	return b.String()
}

// paragraph writes text in lines of at most width cells: the first one begins
// with first, the others with rest, which is at least as wide.
// It does not break at hyphens, which flags begin with.
func paragraph(b *strings.Builder, first, rest, content string, width int) {
	const unbreakable = "\u2011"
	for i, line := range text.Wrap(strings.ReplaceAll(content, "-", unbreakable), width-text.Width(rest)) {
		line = strings.ReplaceAll(line, unbreakable, "-")
		if i == 0 {
			fmt.Fprintf(b, "%s%s\n", first, line)
		} else {
			fmt.Fprintf(b, "%s%s\n", rest, line)
		}
	}
}

// columns writes rows of a name and what it means. The meaning of a name that
// is wider than its column begins below it.
func columns(b *strings.Builder, rows [][2]string, width int) {
	name := 0
	for _, row := range rows {
		name = max(name, text.Width(row[0]))
	}
	name = min(name, width*2/5)
	rest := strings.Repeat(" ", name+4)
	for _, row := range rows {
		first := "  " + text.Pad(row[0], name) + "  "
		if text.Width(row[0]) > name {
			fmt.Fprintf(b, "  %s\n", row[0])
			first = rest
		}
		paragraph(b, first, rest, row[1], width)
	}
}

// flagRows returns the names of the flags with their values, and their meaning.
func flagRows(flags *pflag.FlagSet) (rows [][2]string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, meaning := pflag.UnquoteUsage(f)
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if value != "" {
			name += " " + value
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "0s" {
			meaning += fmt.Sprintf(" (%s)", f.DefValue)
		}
		rows = append(rows, [2]string{name, meaning})
	})
	return rows
}

// example writes a command, in the way of the shell on several lines when it is
// too long for one.
func example(b *strings.Builder, command string, width int) {
	line := " "
	for word := range strings.FieldsSeq(command) {
		if text.Width(line)+text.Width(word)+3 > width {
			fmt.Fprintf(b, "%s \\\n", line)
			line = "     "
		}
		line += " " + word
	}
	fmt.Fprintln(b, line)
}

// useLine is how a command is called.
func (a *app) useLine(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return cmd.Parent().CommandPath() + " " + a.loc.Shown(cmd.Use)
	}
	return a.loc.Shown(cmd.Use)
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
