package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"wangpan/accounts"
	"wangpan/wire"
)

// Exit codes, those of wangpan. They are a contract with scripts.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitNotFound    = 12
	exitExists      = 13
	exitInterrupted = 130
)

// program is one run.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	data           string           // the data folder
	reload         <-chan os.Signal // tells a daemon to reload; may be nil
	begun          bool             // until a command has begun, an error is one of usage
}

// usageError is a call that can not work.
type usageError struct{ sentence string }

func (e *usageError) Error() string { return e.sentence }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// hintedError is an error with what to do about it.
type hintedError struct {
	error
	hint string
}

func (e *hintedError) Unwrap() error { return e.error }

// errSaid ends a run that has already said what is wrong.
var errSaid = errors.New("already said")

// codes is the table from error to exit code; the first match counts.
var codes = []struct {
	is   error
	code int
}{
	{context.Canceled, exitInterrupted},
	{wire.NotFound, exitNotFound},
	{wire.Exists, exitExists},
	{fs.ErrNotExist, exitNotFound},
}

// hints are for errors that say only what is wrong, wherever they come from.
var hints = []struct {
	is   error
	hint string
}{
	{accounts.ErrInUse, "stop the daemon, or close the wangpan, that has this data folder open"},
	{fs.ErrPermission, "run it as the user that wangpand runs as"},
}

// run is the whole program but for signals and os.Exit.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	fitHelp(root, helpWidth(p.stdout))
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	return p.report(err)
}

// report says what went wrong and returns the exit code.
func (p *program) report(err error) int {
	if errors.Is(err, errSaid) {
		return exitError
	}
	code := exitError
	for _, known := range codes {
		if errors.Is(err, known.is) {
			code = known.code
			break
		}
	}
	sentence, hint := err.Error(), ""
	for _, known := range hints {
		if errors.Is(err, known.is) {
			hint = known.hint
			break
		}
	}
	if hinted, ok := errors.AsType[*hintedError](err); ok {
		hint = hinted.hint
	}
	if _, wrong := errors.AsType[*usageError](err); wrong || !p.begun {
		code, hint = exitUsage, "wangpand --help lists the commands and flags"
	}
	if code == exitInterrupted {
		sentence, hint = "interrupted", ""
	}
	p.complain(sentence, hint)
	return code
}

// complain writes a sentence to stderr and, where there is one, what to do.
func (p *program) complain(sentence, hint string) {
	sentence = strings.ReplaceAll(sentence, "\n", "; ") // of errors that were joined
	fmt.Fprintln(p.stderr, "wangpand: "+visible(sentence))
	if hint != "" {
		fmt.Fprintln(p.stderr, "hint: "+visible(hint))
	}
}

func (p *program) rootCommand() *cobra.Command {
	o := &serveOptions{program: p}
	root := &cobra.Command{
		Use:           "wangpand",
		Short:         "wangpand serves the drives of one data folder",
		Version:       version(),
		Args:          cobra.NoArgs,
		RunE:          o.run,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	serve := &cobra.Command{
		Use: "serve", Short: "serve the drives (what wangpand does without a command)",
		Args: cobra.NoArgs, RunE: o.run,
	}
	root.PersistentFlags().StringVar(&p.data, "data", filepath.Join(xdg.DataHome, "wangpand"), "folder that holds accounts.xlsx, drives/ and the server's key")
	o.addFlags(root.Flags())
	o.addFlags(serve.Flags())
	root.AddCommand(serve, p.checkCommand(), p.accountCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
