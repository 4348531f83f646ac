package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"wangpan/tui"
	"wangpan/tui/explain"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// problems are the errors that only the commands have. All others are in
// explain.Table.
var problems = []explain.Row{
	{Is: context.Canceled, Exit: explain.ExitInterrupted, ID: "interrupted"},
	{Is: tui.ErrNotSaved, Exit: explain.ExitError, ID: "not_saved"},
	{Is: errDriveBusy, Exit: explain.ExitUnreachable, ID: "drive_busy", Hint: "drive_busy"},
	{Is: errUnlisted, Exit: explain.ExitError, ID: "unlisted"},
	{Is: errOccupied, Exit: explain.ExitExists, ID: "exists", Hint: "restore", Text: explain.SameText},
	{Is: errEndless, Exit: explain.ExitError, ID: "endless"},
	{Is: errNoTerminal, Exit: explain.ExitError, ID: "nobody"},
}

// usageError is a call that can not work, with a sentence in the run's language
// and, where help is not the best advice, a hint.
type usageError struct{ sentence, hint string }

func (e *usageError) Error() string { return e.sentence }

func usage(sentence string) error { return &usageError{sentence: sentence} }

// aboutError says which of the arguments failed, for the sentences that do not.
type aboutError struct {
	what  string
	err   error
	named bool // the sentence shall name it, whoever says it
}

func (e *aboutError) Error() string { return e.what + ": " + e.err.Error() }

func (e *aboutError) Unwrap() error { return e.err }

// about names what err is about; nil stays nil.
func about(what string, err error) error {
	if err == nil {
		return nil
	}
	return &aboutError{what: what, err: err}
}

// beside is about for errors of our own, whose sentences name nothing.
func beside(what string, err error) error { return &aboutError{what, err, true} }

// failedError ends a command that has already reported its failures.
type failedError struct{ code int }

func (e *failedError) Error() string { return fmt.Sprintf("failed with %d", e.code) }

// explain returns the exit code and the words for err, which is not nil.
func (a *app) explain(err error) explain.Outcome {
	if said, ok := errors.AsType[*failedError](err); ok {
		return explain.Outcome{Exit: said.code}
	}
	if about, ok := errors.AsType[*aboutError](err); ok {
		o := a.explain(about.err)
		// The server's own sentences, which are English, name it already.
		if _, refused := errors.AsType[*wire.Error](about.err); !about.named && (!refused || a.loc.Lang() == locale.English) {
			return o
		}
		return a.naming(about.what, o)
	}
	if wrong, ok := errors.AsType[*usageError](err); ok {
		return explain.Outcome{Exit: explain.ExitUsage, ID: "usage", Sentence: wrong.sentence, Hint: cmp.Or(wrong.hint, a.loc.T("cli.hint.help"))}
	}
	return explain.Command{Locale: a.loc, Own: problems, Used: a.used}.Explain(err)
}

// naming adds to the sentence the name of what failed.
func (a *app) naming(name string, o explain.Outcome) explain.Outcome {
	id := "cli.about_what"
	if o.ID == string(wire.NotFound) {
		id = "cli.about_missing"
	}
	o.Sentence = a.loc.T(id, "What", name, "Sentence", o.Sentence)
	return o
}

// report says on stderr how the run ended, and returns its exit code.
func (a *app) report(ctx context.Context, err error) int {
	if err == nil {
		return explain.ExitDone
	}
	o := a.explain(err)
	if ctx.Err() != nil { // whatever broke first, it broke because of that
		o = explain.Outcome{Exit: explain.ExitInterrupted, ID: "interrupted", Sentence: a.loc.T("cli.error.interrupted"), Hint: a.goOn}
	} else if readerGone(err) {
		return explain.ExitNoReader // in silence, as everything that writes to a pipe ends
	}
	a.sayToMachines(o)
	a.say(o)
	return o.Exit
}

// failure is what a command says with --json that could not begin, or one of
// whose arguments failed before any file did.
type failure struct {
	Event string `json:"event"` // error
	Code  string `json:"code"`  // a code of the protocol or a word like it: not_found, unreachable, usage
	Exit  int    `json:"exit"`  // the exit code that it gives alone
	Text  string `json:"text"`  // one sentence
}

// sayToMachines writes what went wrong to stdout where a program reads it.
func (a *app) sayToMachines(o explain.Outcome) {
	if a.flags.json && o.Sentence != "" && !a.summed {
		_ = a.printJSON(failure{"error", o.ID, o.Exit, o.Sentence}) // stdout may be closed
	}
}

// say writes what went wrong to stderr.
func (a *app) say(o explain.Outcome) {
	if o.Sentence != "" {
		fmt.Fprintln(a.stderr, a.loc.Shown("wangpan: "+o.Sentence))
	}
	if o.Hint != "" {
		fmt.Fprintln(a.stderr, a.loc.Shown("hint: "+o.Hint))
	}
}

// tally counts the failures of a command with several arguments.
type tally struct {
	failed int
	code   int // of all failures, or explain.ExitSome when they differ
}

func (t *tally) fail(code int) {
	if t.failed > 0 && t.code != code {
		code = explain.ExitSome
	}
	t.failed++
	t.code = code
}

// result is the error that ends the command, with nothing left to say. One
// failure of one has its own code, and so has one that has nothing to do with
// the single file; else some of several failed.
func (t *tally) result(of int) error {
	switch {
	case t.failed == 0:
		return nil
	case of == 1, t.code == explain.ExitUnreachable, t.code == explain.ExitChangedKey, t.code == explain.ExitInterrupted:
		return &failedError{t.code}
	default:
		return &failedError{explain.ExitSome}
	}
}

// sayOf says on stderr what went wrong with one of several things. A hint is
// given once, however many of them need it.
func (a *app) sayOf(name string, o explain.Outcome) {
	if o.Hint == a.lastHint {
		o.Hint = ""
	} else if o.Hint != "" {
		a.lastHint = o.Hint
	}
	a.say(a.naming(name, o))
}

// failed counts and reports the failure of one of several things.
func (a *app) failed(t *tally, what string, err error) {
	o := a.explain(err)
	t.fail(o.Exit)
	a.sayToMachines(o)
	a.sayOf(what, o)
}
