// Package explain maps the errors that a user may meet to sentences, hints and
// exit codes. The full-screen client and the commands of wangpan use the same
// [Table]; a program adds rows for its own errors.
//
// Start with Table. A row names an error; errors.Is decides whether it applies,
// and the first row that applies counts. The row's ID selects the sentences in
// tui/locale: "problem.ID" on the screen, which includes the remedy and its key,
// and "cli.error.ID" for a command, which prints the remedy as a hint,
// "cli.hint.HINT". [Screen] and [Command] turn an error into words. shortage.go
// handles errors for lack of space, which contain amounts.
package explain

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"syscall"

	"wangpan/tui/local"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// Exit codes of wangpan. Scripts depend on them: a code never changes its meaning.
const (
	ExitDone        = 0
	ExitError       = 1
	ExitUsage       = 2
	ExitSome        = 3 // some of several failed
	ExitUnreachable = 10
	ExitDenied      = 11 // or not logged in
	ExitNotFound    = 12
	ExitExists      = 13 // the target exists
	ExitNoSpace     = 14 // or over quota
	ExitChangedKey  = 15
	ExitInterrupted = 130
	ExitNoReader    = 141 // the reader of stdout closed the pipe, as a shell reports SIGPIPE
)

// Row maps an error to an exit code and to the message ids of its sentences.
type Row struct {
	Is     error  // applies to the errors that errors.Is reports as this one
	Exit   int    // the exit code of a command that fails with it
	ID     string // the sentences, and the code in the output of --json
	Hint   string // the hint of a command; blank for none
	Text   Text   // what a command does with the text of the error
	Screen string // the sentence on the screen, where it is not ID
}

// Text says where a command prints the text of an error. That text is English: a
// sentence of the server or of the operating system. In another language a command
// prints it after the hint, never within the sentence.
type Text int

const (
	NoText    Text = iota // nowhere: the sentence is complete without it
	SameText              // English: replaces the sentence. Other languages: nowhere, since it adds nothing
	MoreText              // English: replaces the sentence. Other languages: in the hint
	CauseText             // English: after the sentence. Other languages: in the hint
	WholeText             // MoreText with the whole error, which names the file
)

// Table has a row for every exported error of wire/client, tui/transfer,
// tui/session and tui/local, and for every code of the protocol. A test enforces
// this.
var Table = []Row{
	{Is: session.ErrChangedKey, Exit: ExitChangedKey, ID: "changed_key", Hint: "changed_key"},
	{Is: session.ErrUnknownKey, Exit: ExitError, ID: "unknown_key", Hint: "unknown_key"},
	{Is: session.ErrLoggedOut, Exit: ExitDenied, ID: "logged_out", Hint: "login"},
	{Is: session.ErrNoEmbedded, Exit: ExitError, ID: "no_embedded"},
	{Is: session.ErrManyBookmarks, Exit: ExitError, ID: "many_bookmarks"},
	{Is: session.ErrKeyringSilent, Exit: ExitError, ID: "keyring_silent"},

	{Is: transfer.ErrSomeFailed, Exit: ExitSome, ID: "some_failed"},
	{Is: transfer.ErrDiskFull, Exit: ExitNoSpace, ID: "disk_full"},
	{Is: transfer.ErrExists, Exit: ExitExists, ID: "target_exists", Hint: "if_exists"},
	{Is: transfer.ErrVanished, Exit: ExitNotFound, ID: "vanished"},
	{Is: transfer.ErrIsFolder, Exit: ExitError, ID: "is_folder"},
	{Is: transfer.ErrNotRegular, Exit: ExitError, ID: "not_regular"},
	{Is: transfer.ErrNotFolder, Exit: ExitError, ID: "not_folder"},
	{Is: transfer.ErrTargetFolder, Exit: ExitError, ID: "target_folder", Text: CauseText},
	{Is: transfer.ErrUnreadable, Exit: ExitError, ID: "unreadable", Text: CauseText},
	{Is: transfer.ErrLocalChanged, Exit: ExitError, ID: "local_changed", Hint: "again"},
	{Is: transfer.ErrRemoteChanged, Exit: ExitError, ID: "remote_changed", Hint: "again"},
	{Is: transfer.ErrInUse, Exit: ExitError, ID: "in_use"},
	{Is: transfer.ErrDisk, Exit: ExitError, ID: "disk", Text: CauseText},
	{Is: transfer.ErrDamaged, Exit: ExitError, ID: "damaged_transfer", Hint: "again"},
	{Is: transfer.ErrServer, Exit: ExitError, ID: "server", Text: CauseText},
	{Is: transfer.ErrChangedMidway, Exit: ExitError, ID: "changed_midway", Hint: "again"},
	{Is: transfer.ErrTooMany, Exit: ExitError, ID: "too_many"},
	{Is: transfer.ErrLink, Exit: ExitError, ID: "link"},
	{Is: transfer.ErrLocalName, Exit: ExitError, ID: "local_name"},
	{Is: transfer.ErrRemoteName, Exit: ExitError, ID: "remote_name"},
	{Is: transfer.ErrTooDeep, Exit: ExitError, ID: "too_deep"},
	{Is: transfer.ErrClosed, Exit: ExitError, ID: "queue_closed"},
	{Is: transfer.ErrInternal, Exit: ExitError, ID: "broken"},

	{Is: local.ErrName, Exit: ExitError, ID: "bad_name"},
	{Is: local.ErrNoFile, Exit: ExitError, ID: "not_regular"},
	{Is: local.ErrNoTrash, Exit: ExitError, ID: "no_trash"},

	{Is: wire.NotFound, Exit: ExitNotFound, ID: "not_found", Text: SameText},
	{Is: wire.Exists, Exit: ExitExists, ID: "exists", Text: SameText},
	{Is: wire.Conflict, Exit: ExitError, ID: "conflict", Hint: "again", Text: SameText},
	{Is: wire.Denied, Exit: ExitDenied, ID: "denied", Text: MoreText},
	{Is: wire.Unauthenticated, Exit: ExitDenied, ID: "unauthenticated", Text: SameText},
	{Is: wire.QuotaExceeded, Exit: ExitNoSpace, ID: "quota_exceeded", Text: MoreText},
	{Is: wire.NoSpace, Exit: ExitNoSpace, ID: "no_space", Text: SameText},
	{Is: wire.Invalid, Exit: ExitError, ID: "invalid", Text: MoreText},
	{Is: wire.TooLarge, Exit: ExitError, ID: "too_large", Text: MoreText},
	{Is: wire.Busy, Exit: ExitError, ID: "busy", Hint: "later", Text: SameText},
	{Is: wire.RateLimited, Exit: ExitError, ID: "rate_limited", Text: SameText},
	{Is: wire.Unavailable, Exit: ExitUnreachable, ID: "unavailable", Hint: "later", Text: SameText},
	{Is: wire.Damaged, Exit: ExitError, ID: "damaged", Text: MoreText},
	{Is: wire.Internal, Exit: ExitError, ID: "internal", Text: CauseText},

	{Is: client.ErrNotWangpan, Exit: ExitUnreachable, ID: "not_wangpan", Hint: "not_wangpan", Text: MoreText},
	{Is: client.ErrStalled, Exit: ExitUnreachable, ID: "stalled", Hint: "stalled"},
	{Is: client.ErrSilent, Exit: ExitUnreachable, ID: "silent"},
	{Is: context.DeadlineExceeded, Exit: ExitUnreachable, ID: "slow", Hint: "unreachable", Text: MoreText},
	{Is: transfer.ErrUnreachable, Exit: ExitUnreachable, ID: "unreachable", Hint: "unreachable", Text: MoreText},
	{Is: client.ErrUnreachable, Exit: ExitUnreachable, ID: "unreachable", Hint: "unreachable", Text: MoreText},
	{Is: client.ErrLost, Exit: ExitUnreachable, ID: "lost", Text: MoreText},
	{Is: client.ErrClosed, Exit: ExitUnreachable, ID: "lost", Text: MoreText},

	{Is: syscall.ENOSPC, Exit: ExitNoSpace, ID: "disk_full"},
	{Is: fs.ErrPermission, Exit: ExitError, ID: "permission", Text: WholeText},
	{Is: fs.ErrNotExist, Exit: ExitNotFound, ID: "vanished", Screen: "missing"},
	{Is: fs.ErrExist, Exit: ExitExists, ID: "name_exists", Text: WholeText},
}

// find returns the row for err. The program's own rows come before Table.
func find(err error, own []Row) (Row, bool) {
	for _, rows := range [][]Row{own, Table} {
		if i := slices.IndexFunc(rows, func(r Row) bool { return errors.Is(err, r.Is) }); i >= 0 {
			return rows[i], true
		}
	}
	if refusal, ok := errors.AsType[*wire.Error](err); ok { // a code of a later version
		return find(wire.CodeOf(refusal), nil)
	}
	return Row{}, false
}

// onScreen returns the message id of the sentence on the screen.
func (r Row) onScreen() string {
	if code, ok := r.Is.(wire.Code); ok { //nolint:errorlint // the row of a code holds the code itself
		return "problem.code." + string(code)
	}
	if r.Screen != "" {
		return "problem." + r.Screen
	}
	return "problem." + r.ID
}
