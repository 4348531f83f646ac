package main

import "wangpan/tui/explain"

// tally collects the failures of a command that does several things.
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
	o.Sentence = a.loc.T("cli.about_what", "What", name, "Sentence", o.Sentence)
	a.say(o)
}
