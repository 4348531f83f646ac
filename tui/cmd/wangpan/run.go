package main

import (
	"context"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/wire"
	"wangpan/wire/client"
)

// app is one run of the program.
type app struct {
	stdout, stderr io.Writer
	stdin          io.Reader
	console        console
	env            func(string) string
	loc            *locale.Locale
	flags          flags
	timeouts       client.Timeouts // of connections; zero: the usual ones

	lastHint string // what sayOf advised last
	goOn     string // what to do when the run was interrupted
	summed   bool   // the last line of --json is written

	used wire.UsageReply // of the account, for hints; zero: not known

	keeper *session.Keeper // opened by the first command that needs it
	state  string          // its folder
}

// flags are those that every command has.
type flags struct {
	server       string
	user         string
	passwordFile string
	trustNew     bool
	lang         string
	json         bool
	data         string
}

// run runs the program and returns the exit code. main adds signals and os.Exit.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{
		stdin: stdin, stdout: stdout, stderr: stderr,
		console: openConsole(stdin, stderr),
		env:     os.Getenv,
		loc:     locale.New(language(args)),
	}
	a.loc.UseASCII(theme.Detect(os.Environ(), runtime.GOOS).Glyphs == theme.ASCII)
	return a.execute(ctx, args)
}

// execute runs one command and returns the exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	return a.report(ctx, err)
}

// language is looked for before the flags are parsed, because their help and
// errors are in it. A value that is no language is complained about later.
func language(args []string) string {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			return value
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return locale.Detect(os.Getenv)
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "wangpan [[user@]host[:port]]",
		Long:          a.loc.T("cli.about"),
		Version:       version(),
		RunE:          a.openScreen,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if a.flags.lang != "" && a.flags.lang != locale.English && a.flags.lang != locale.Chinese {
				return usage(a.loc.T("cli.usage.lang", "Lang", a.flags.lang))
			}
			return nil
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.flags.server, "server", "", a.loc.T("cli.flag.server"))
	f.StringVar(&a.flags.user, "user", "", a.loc.T("cli.flag.user"))
	f.StringVar(&a.flags.passwordFile, "password-file", "", a.loc.T("cli.flag.password_file"))
	f.BoolVar(&a.flags.trustNew, "trust-new-server", false, a.loc.T("cli.flag.trust_new_server"))
	f.StringVar(&a.flags.lang, "lang", "", a.loc.T("cli.flag.lang"))
	f.BoolVar(&a.flags.json, "json", false, a.loc.T("cli.flag.json"))
	f.StringVar(&a.flags.data, "data", "", a.loc.T("cli.flag.data"))
	f.BoolP("help", "h", false, a.loc.T("cli.flag.help"))
	root.Flags().Bool("version", false, a.loc.T("cli.flag.version"))

	root.Args = func(cmd *cobra.Command, args []string) error {
		if err := a.args(0, 1)(cmd, args); err != nil {
			return err
		}
		return a.mistyped(root, args)
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetVersionTemplate("wangpan {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(a.flagProblem(err)) })
	root.SetHelpFunc(a.help)
	root.SetHelpCommand(&cobra.Command{Use: "help [command]", Hidden: true, RunE: func(_ *cobra.Command, args []string) error {
		found, rest, err := root.Find(args)
		if err != nil || len(rest) > 0 {
			return a.unknown(found, args[len(args)-max(len(rest), 1)], a.loc.T("cli.hint.commands", "Path", found.CommandPath()))
		}
		a.help(found, nil)
		return nil
	}})
	root.CompletionOptions.HiddenDefaultCmd = true
	cobra.EnableCommandSorting = false // they are listed in the order in which one needs them
	root.AddCommand(
		a.registerCommand(), a.loginCommand(), a.logoutCommand(), a.whoamiCommand(), a.passwdCommand(),
		a.listCommand(), a.mkdirCommand(), a.putCommand(), a.getCommand(), a.uploadsCommand(), a.downloadsCommand(),
		a.moveCommand(), a.copyCommand(), a.removeCommand(), a.trashCommand(),
		a.findCommand(), a.duCommand(), a.statCommand(),
		a.forgetCommand(), a.keysCommand(), a.versionCommand(), a.driveCommand(),
	)
	return root
}

// args checks how many arguments there are; a negative most is no limit.
func (a *app) args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case most == 0 && len(args) > 0 && cmd.HasParent() && cmd.HasAvailableSubCommands():
			return a.unknown(cmd, args[0], a.loc.T("cli.hint.commands", "Path", cmd.CommandPath()))
		case len(args) < least:
			return usage(a.loc.T("cli.usage.too_few", "Usage", a.useLine(cmd)))
		case most >= 0 && len(args) > most:
			return usage(a.loc.T("cli.usage.too_many", "Argument", args[most], "Usage", a.useLine(cmd)))
		}
		return nil
	}
}

// unknown is the error for a word that is no command, with the closest ones.
func (a *app) unknown(cmd *cobra.Command, typed, hint string) error {
	cmd.SuggestionsMinimumDistance = min(max(len(typed)/2, 1), 2)
	if meant := cmd.SuggestionsFor(typed); len(meant) > 0 {
		for i, name := range meant {
			meant[i] = cmd.CommandPath() + " " + name
		}
		hint = a.loc.T("cli.hint.meant", "Meant", a.loc.List(meant), "Hint", hint)
	}
	return &usageError{a.loc.T("cli.usage.command", "Typed", text.Visible(typed)), hint}
}

// mistyped refuses a word that is neither a command nor the name of a server. A
// server's name has a dot, a colon or an @, or is localhost, or saved.
func (a *app) mistyped(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.ContainsAny(args[0], ".:@[]") || args[0] == "localhost" || args[0] == session.Embedded || isSaved(args[0]) {
		return nil
	}
	return a.unknown(root, args[0], a.loc.T("cli.hint.command", "Host", text.Visible(args[0])))
}

// isSaved reports whether somebody has logged in to the server before.
func isSaved(name string) bool {
	server, err := session.Normalize(name)
	if err != nil {
		return false
	}
	if _, err := os.Stat(session.DefaultDir()); err != nil {
		return false // Open would make it
	}
	keeper, err := session.Open(session.DefaultDir())
	return err == nil && slices.ContainsFunc(keeper.Servers(), func(s session.Saved) bool { return s.Server == server })
}

// visible is what a name or text from outside looks like on w.
func visible(w io.Writer, s string) string {
	if isTerminal(w) {
		return text.Visible(s)
	}
	return s
}

// isTerminal reports whether a stream of this program is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(file.Fd())
}
