package main

// tally collects the failures of a command that does several things.
type tally struct {
	failed int
	code   int // of all failures, or exitSome when they differ
}

func (t *tally) fail(code int) {
	if t.failed > 0 && t.code != code {
		code = exitSome
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
	case of == 1, t.code == exitUnreachable, t.code == exitChangedKey, t.code == exitInterrupted:
		return &failedError{t.code}
	default:
		return &failedError{exitSome}
	}
}

// sayOf says on stderr what went wrong with one of several things. A hint is
// given once, however many of them need it.
func (a *app) sayOf(name string, o outcome) {
	if o.hint == a.lastHint {
		o.hint = ""
	} else if o.hint != "" {
		a.lastHint = o.hint
	}
	o.sentence = a.loc.T("cli.about_what", "What", name, "Sentence", o.sentence)
	a.say(o)
}
