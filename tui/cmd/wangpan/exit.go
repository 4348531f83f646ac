package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

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
)

// verdict is what an error means to the caller: the exit code, and the words
// for the person, cli.error.ID and, where hint is set, cli.hint.ID.
type verdict struct {
	is   error
	code int
	id   string
	hint string
}

// verdicts is the table from error to exit code and words; the first match
// counts. The sentences of refusals by the server are in the same table, under
// their codes.
var verdicts = []verdict{
	{context.Canceled, exitInterrupted, "interrupted", ""},
	{session.ErrLoggedOut, exitDenied, "logged_out", "login"},
	{errDriveBusy, exitUnreachable, "drive_busy", "drive_busy"},
	{transfer.ErrDiskFull, exitNoSpace, "disk_full", ""},
	{transfer.ErrExists, exitExists, "target_exists", "if_exists"},
	{transfer.ErrVanished, exitNotFound, "vanished", ""},
	{transfer.ErrIsFolder, exitError, "is_folder", ""},
	{transfer.ErrNotRegular, exitError, "not_regular", ""},
	{transfer.ErrTargetFolder, exitError, "target_folder", ""},
	{transfer.ErrUnreadable, exitError, "unreadable", ""},
	{transfer.ErrLocalChanged, exitError, "local_changed", "again"},
	{transfer.ErrRemoteChanged, exitError, "remote_changed", "again"},
	{transfer.ErrInUse, exitError, "in_use", ""},
	{transfer.ErrDisk, exitError, "disk", ""},
	{transfer.ErrDamaged, exitError, "damaged_transfer", "again"},
	{transfer.ErrServer, exitError, "server", ""},
	{wire.NotFound, exitNotFound, "not_found", ""},
	{wire.Exists, exitExists, "exists", ""},
	{wire.Conflict, exitError, "conflict", "again"},
	{wire.Denied, exitDenied, "denied", ""},
	{wire.Unauthenticated, exitDenied, "unauthenticated", ""},
	{wire.QuotaExceeded, exitNoSpace, "quota_exceeded", ""},
	{wire.NoSpace, exitNoSpace, "no_space", ""},
	{wire.Invalid, exitError, "invalid", ""},
	{wire.TooLarge, exitError, "too_large", ""},
	{wire.Busy, exitError, "busy", "later"},
	{wire.RateLimited, exitError, "rate_limited", ""},
	{wire.Unavailable, exitUnreachable, "unavailable", "later"},
	{wire.Damaged, exitError, "damaged", ""},
	{wire.Internal, exitError, "internal", ""},
	{client.ErrNotWangpan, exitUnreachable, "not_wangpan", "not_wangpan"},
	{transfer.ErrUnreachable, exitUnreachable, "unreachable", "unreachable"},
	{client.ErrUnreachable, exitUnreachable, "unreachable", "unreachable"},
	{client.ErrSilent, exitUnreachable, "silent", ""},
	{client.ErrLost, exitUnreachable, "lost", ""},
	{client.ErrClosed, exitUnreachable, "lost", ""},
	{errNobody, exitError, "nobody", ""},
	{syscall.ENOSPC, exitNoSpace, "disk_full", ""},
	{fs.ErrNotExist, exitNotFound, "vanished", ""},
}

// usageError is a call that can not work, with a sentence in the run's language.
type usageError struct{ sentence string }

func (e *usageError) Error() string { return e.sentence }

func usage(sentence string) error { return &usageError{sentence} }

// failedError ends a run that has already said what failed.
type failedError struct{ code int }

func (e *failedError) Error() string { return fmt.Sprintf("failed with %d", e.code) }

// outcome is what a run ends with.
type outcome struct {
	code     int
	sentence string // blank: everything was said
	hint     string
}

// explain finds the exit code and the words for err, which is not nil.
func (a *app) explain(err error) outcome {
	if said, ok := errors.AsType[*failedError](err); ok {
		return outcome{code: said.code}
	}
	if wrong, ok := errors.AsType[*usageError](err); ok {
		return outcome{exitUsage, wrong.sentence, a.loc.T("cli.hint.help")}
	}
	if wrong, ok := errors.AsType[*session.AddressError](err); ok {
		return outcome{exitUsage, a.loc.T("cli.address."+string(wrong.Problem), "Server", wrong.Server), a.loc.T("cli.hint.server")}
	}
	if key, ok := errors.AsType[*session.KeyError](err); ok {
		return a.explainKey(key)
	}
	for _, v := range verdicts {
		if !errors.Is(err, v.is) {
			continue
		}
		o := outcome{v.code, a.loc.T("cli.error."+v.id, "Text", causeOf(err)), ""}
		if v.code == exitError && errors.Is(err, fs.ErrNotExist) {
			o.code = exitNotFound // whatever it was needed for
		}
		if v.hint != "" {
			o.hint = a.loc.T("cli.hint." + v.hint)
		}
		return o
	}
	return outcome{exitError, text.Visible(err.Error()), ""}
}

func (a *app) explainKey(key *session.KeyError) outcome {
	if errors.Is(key, session.ErrUnknownKey) {
		return outcome{
			exitError,
			a.loc.T("cli.error.unknown_key", "Server", key.Server, "Presented", key.Presented),
			a.loc.T("cli.hint.unknown_key"),
		}
	}
	return outcome{
		exitChangedKey,
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
		o = outcome{code: exitInterrupted, sentence: a.loc.T("cli.error.interrupted")}
	}
	a.say(o)
	return o.code
}

// say writes what went wrong to stderr.
func (a *app) say(o outcome) {
	if o.sentence != "" {
		fmt.Fprintln(a.stderr, "wangpan: "+o.sentence)
	}
	if o.hint != "" {
		fmt.Fprintln(a.stderr, "hint: "+o.hint)
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
