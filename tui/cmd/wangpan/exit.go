package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"wangpan/tui"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// Exit codes. They are a contract with scripts: none is ever given another meaning.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitSome        = 3 // some of several failed
	exitUnreachable = 10
	exitDenied      = 11 // or not logged in
	exitNotFound    = 12
	exitExists      = 13 // the target exists
	exitNoSpace     = 14 // or over quota
	exitChangedKey  = 15
	exitInterrupted = 130
	exitNoReader    = 141 // whoever read stdout is gone; the shell says so of what SIGPIPE ends
)

// verdict is what an error means to the caller: the exit code, and the words
// for the person, cli.error.ID and, where hint is set, cli.hint.ID.
type verdict struct {
	is   error
	code int
	id   string
	hint string
	text wording
}

// wording is what becomes of the text that an error brings, which is English:
// the server's own sentence, or the system's cause. In another language it
// never stands within a sentence.
type wording int

const (
	wordless wording = iota // our sentence says all
	same                    // English: instead of our sentence; elsewhere left out, for it adds nothing
	facts                   // English: instead of our sentence; elsewhere in the hint
	cause                   // English: behind our sentence; elsewhere in the hint
)

// verdicts is the table from error to exit code and words; the first match
// counts. The sentences of refusals by the server are in the same table, under
// their codes.
var verdicts = []verdict{
	{context.Canceled, exitInterrupted, "interrupted", "", wordless},
	{session.ErrLoggedOut, exitDenied, "logged_out", "login", wordless},
	{tui.ErrNotSaved, exitError, "not_saved", "", wordless},
	{errDriveBusy, exitUnreachable, "drive_busy", "drive_busy", wordless},
	{transfer.ErrDiskFull, exitNoSpace, "disk_full", "", wordless},
	{transfer.ErrExists, exitExists, "target_exists", "if_exists", wordless},
	{transfer.ErrVanished, exitNotFound, "vanished", "", wordless},
	{transfer.ErrIsFolder, exitError, "is_folder", "", wordless},
	{transfer.ErrNotRegular, exitError, "not_regular", "", wordless},
	{transfer.ErrNotFolder, exitError, "not_folder", "", wordless},
	{transfer.ErrTargetFolder, exitError, "target_folder", "", cause},
	{transfer.ErrUnreadable, exitError, "unreadable", "", cause},
	{transfer.ErrLocalChanged, exitError, "local_changed", "again", wordless},
	{transfer.ErrRemoteChanged, exitError, "remote_changed", "again", wordless},
	{transfer.ErrInUse, exitError, "in_use", "", wordless},
	{transfer.ErrDisk, exitError, "disk", "", cause},
	{transfer.ErrDamaged, exitError, "damaged_transfer", "again", wordless},
	{transfer.ErrServer, exitError, "server", "", cause},
	{transfer.ErrChangedMidway, exitError, "changed_midway", "again", wordless},
	{transfer.ErrTooMany, exitError, "too_many", "", wordless},
	{transfer.ErrLink, exitError, "link", "", wordless},
	{transfer.ErrLocalName, exitError, "local_name", "", wordless},
	{transfer.ErrRemoteName, exitError, "remote_name", "", wordless},
	{transfer.ErrTooDeep, exitError, "too_deep", "", wordless},
	{errUnlisted, exitError, "unlisted", "", wordless},
	{wire.NotFound, exitNotFound, "not_found", "", same},
	{errOccupied, exitExists, "exists", "restore", same},
	{wire.Exists, exitExists, "exists", "", same},
	{wire.Conflict, exitError, "conflict", "again", same},
	{wire.Denied, exitDenied, "denied", "", facts},
	{wire.Unauthenticated, exitDenied, "unauthenticated", "", same},
	{wire.QuotaExceeded, exitNoSpace, "quota_exceeded", "", facts},
	{wire.NoSpace, exitNoSpace, "no_space", "", same},
	{wire.Invalid, exitError, "invalid", "", facts},
	{wire.TooLarge, exitError, "too_large", "", facts},
	{wire.Busy, exitError, "busy", "later", same},
	{wire.RateLimited, exitError, "rate_limited", "", same},
	{wire.Unavailable, exitUnreachable, "unavailable", "later", same},
	{wire.Damaged, exitError, "damaged", "", facts},
	{wire.Internal, exitError, "internal", "", cause},
	{client.ErrNotWangpan, exitUnreachable, "not_wangpan", "not_wangpan", facts},
	{transfer.ErrUnreachable, exitUnreachable, "unreachable", "unreachable", facts},
	{client.ErrUnreachable, exitUnreachable, "unreachable", "unreachable", facts},
	{client.ErrStalled, exitUnreachable, "stalled", "stalled", wordless},
	{client.ErrSilent, exitUnreachable, "silent", "", wordless},
	{client.ErrLost, exitUnreachable, "lost", "", facts},
	{client.ErrClosed, exitUnreachable, "lost", "", facts},
	{errEndless, exitError, "endless", "", wordless},
	{errNobody, exitError, "nobody", "", wordless},
	{syscall.ENOSPC, exitNoSpace, "disk_full", "", wordless},
	{fs.ErrNotExist, exitNotFound, "vanished", "", wordless},
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

// failedError ends a run that has already said what failed.
type failedError struct{ code int }

func (e *failedError) Error() string { return fmt.Sprintf("failed with %d", e.code) }

// outcome is what a run ends with.
type outcome struct {
	code     int
	id       string // of the kind of failure, for machines
	sentence string // blank: everything was said
	hint     string
}

// explain finds the exit code and the words for err, which is not nil.
func (a *app) explain(err error) outcome {
	if said, ok := errors.AsType[*failedError](err); ok {
		return outcome{code: said.code}
	}
	if about, ok := errors.AsType[*aboutError](err); ok {
		o := a.explain(about.err)
		// The server's own sentences, which are English, name it already.
		if _, refused := errors.AsType[*wire.Error](about.err); !about.named && (!refused || a.loc.Lang() == locale.English) {
			return o
		}
		o.sentence = a.loc.T("cli.about_what", "What", about.what, "Sentence", o.sentence)
		return o
	}
	if wrong, ok := errors.AsType[*usageError](err); ok {
		return outcome{exitUsage, "usage", wrong.sentence, cmp.Or(wrong.hint, a.loc.T("cli.hint.help"))}
	}
	if wrong, ok := errors.AsType[*session.AddressError](err); ok {
		return outcome{exitUsage, "usage", a.loc.T("cli.address."+string(wrong.Problem), "Server", wrong.Server), a.loc.T("cli.hint.server")}
	}
	if key, ok := errors.AsType[*session.KeyError](err); ok {
		return a.explainKey(key)
	}
	if id := notResumed(err); id != "" {
		return outcome{exitExists, "target_exists", a.loc.T("cli.error." + id), a.loc.T("cli.hint.not_resumed")}
	}
	if o, ok := a.explainRoom(err); ok {
		return o
	}
	for _, v := range verdicts {
		if errors.Is(err, v.is) {
			return a.worded(v, err)
		}
	}
	return outcome{exitError, "error", text.Visible(err.Error()), ""}
}

// worded puts a verdict on err into words.
func (a *app) worded(v verdict, err error) outcome {
	o := outcome{code: v.code, id: v.id, sentence: a.loc.T("cli.error." + v.id)}
	if v.code == exitError && errors.Is(err, fs.ErrNotExist) {
		o.code = exitNotFound // whatever it was needed for
	}
	if v.hint != "" {
		o.hint = a.loc.T("cli.hint." + v.hint)
	}
	if why := wire.ReasonOf(err); why != "" {
		o.sentence, o.hint = a.loc.T("cli.reason."+string(why)), ""
		if why != wire.ReasonDisabled && why != wire.ReasonRemoved {
			o.hint = a.loc.T("cli.hint.login")
		}
		return o
	}
	said := text.Visible(causeOf(err))
	switch english := a.loc.Lang() == locale.English; {
	case v.text == wordless || said == "" || v.text == same && !english:
	case english && v.text == cause:
		o.sentence += ": " + said
	case english:
		o.sentence = said
	case o.hint == "":
		o.hint = a.loc.T("cli.hint.said", "Text", said)
	default:
		o.hint = a.loc.T("cli.hint.and_said", "Hint", o.hint, "Text", said)
	}
	return o
}

// notResumed is the id of the sentence about why --if-exists=resume did not
// resume; blank when err is something else.
func notResumed(err error) string {
	failed, ok := errors.AsType[*transfer.Error](err)
	if !ok || !errors.Is(failed.Kind, transfer.ErrExists) {
		return ""
	}
	switch failed.Why {
	case transfer.ReasonDiffers:
		return "not_resumed.differs"
	case transfer.ReasonLonger:
		return "not_resumed.longer"
	case transfer.ReasonComplete:
		return "not_resumed.complete"
	case transfer.ReasonChanged:
		return "not_resumed.changed"
	case transfer.ReasonExpired, transfer.ReasonDamaged:
		return "not_resumed.not_compared"
	case transfer.ReasonNone:
	}
	return ""
}

func (a *app) explainKey(key *session.KeyError) outcome {
	if errors.Is(key, session.ErrUnknownKey) {
		return outcome{
			exitError,
			"unknown_key",
			a.loc.T("cli.error.unknown_key", "Server", key.Server, "Presented", key.Presented),
			a.loc.T("cli.hint.unknown_key"),
		}
	}
	return outcome{
		exitChangedKey,
		"changed_key",
		a.loc.T("cli.error.changed_key", "Server", key.Server, "Known", key.Known, "Presented", key.Presented),
		a.loc.T("cli.hint.changed_key", "Server", key.Server),
	}
}

// report says on stderr how the run ended, and returns its exit code.
func (a *app) report(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	o := a.explain(err)
	if ctx.Err() != nil { // whatever broke first, it broke because of that
		o = outcome{exitInterrupted, "interrupted", a.loc.T("cli.error.interrupted"), a.goOn}
	} else if readerGone(err) {
		return exitNoReader // in silence, as everything that writes to a pipe ends
	}
	a.sayToMachines(o)
	a.say(o)
	return o.code
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
func (a *app) sayToMachines(o outcome) {
	if a.flags.json && o.sentence != "" && !a.summed {
		_ = a.printJSON(failure{"error", o.id, o.code, o.sentence}) // when stdout is gone, nobody reads it
	}
}

// say writes what went wrong to stderr.
func (a *app) say(o outcome) {
	if o.sentence != "" {
		fmt.Fprintln(a.stderr, a.loc.Shown("wangpan: "+o.sentence))
	}
	if o.hint != "" {
		fmt.Fprintln(a.stderr, a.loc.Shown("hint: "+o.hint))
	}
}

// causeOf is what err says beyond the sentence that it gets here: the server's
// own words, or the system's without the path that the sentence names already.
func causeOf(err error) string {
	if refusal, ok := errors.AsType[*wire.Error](err); ok {
		return refusal.Error()
	}
	if local, ok := errors.AsType[*transfer.Error](err); ok && local.Err != nil {
		err = local.Err
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return err.Error()
}
