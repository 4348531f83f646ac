package tui

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"wangpan/tui/browse"
	"wangpan/tui/local"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// sentences is the table from error to message, under "problem."; the first
// match counts. The codes of refusals by the server come from their own name.
var sentences = []struct {
	is error
	id string
}{
	{session.ErrLoggedOut, "logged_out"},
	{session.ErrChangedKey, "changed_key"},
	{session.ErrUnknownKey, "unknown_key"},
	{session.ErrNoEmbedded, "no_embedded"},
	{transfer.ErrSomeFailed, "some_failed"},
	{transfer.ErrTargetFolder, "target_folder"},
	{transfer.ErrUnreadable, "unreadable"},
	{transfer.ErrVanished, "vanished"},
	{transfer.ErrIsFolder, "is_folder"},
	{transfer.ErrNotRegular, "not_regular"},
	{transfer.ErrLocalChanged, "local_changed"},
	{transfer.ErrRemoteChanged, "remote_changed"},
	{transfer.ErrDiskFull, "disk_full"},
	{transfer.ErrDisk, "disk"},
	{transfer.ErrExists, "target_exists"},
	{transfer.ErrInUse, "in_use"},
	{transfer.ErrDamaged, "damaged_transfer"},
	{transfer.ErrServer, "server"},
	{transfer.ErrInternal, "broken"},
	{browse.ErrDisorder, "server"},
	{transfer.ErrLocalName, "local_name"},
	{transfer.ErrRemoteName, "remote_name"},
	{transfer.ErrLink, "link"},
	{transfer.ErrTooDeep, "too_deep"},
	{errNoFolder, "no_folder"},
	{errUndone, "no_undo"},
	{errNotEmpty, "not_empty"},
	{errNothingReplaced, "not_in_trash"},
	{local.ErrName, "bad_name"},
	{local.ErrNoFile, "not_regular"},
	{errNoEditor, "no_editor"},
	{errNoScreen, "no_screen"},
	{errNoOpener, "no_opener"},
	{session.ErrManyBookmarks, "many_bookmarks"},
	{client.ErrNotWangpan, "not_wangpan"},
	{client.ErrStalled, "stalled"},
	{client.ErrSilent, "silent"},
	{client.ErrLost, "lost"},
	{client.ErrClosed, "lost"},
	{context.DeadlineExceeded, "slow"},
	{client.ErrUnreachable, "unreachable"},
	{transfer.ErrUnreachable, "unreachable"},
	{syscall.ENOSPC, "disk_full"},
	{fs.ErrPermission, "permission"},
	{fs.ErrNotExist, "missing"},
	{fs.ErrExist, "name_exists"},
}

// explain returns a sentence for an error, in the language in use. What a
// server or the system said is shown as its words and never relied on.
func (m *Model) explain(err error) string {
	if err == nil {
		return ""
	}
	if why := wire.ReasonOf(err); why != "" {
		return m.locale.T("problem.reason." + string(why))
	}
	if address, ok := errors.AsType[*session.AddressError](err); ok {
		return m.locale.T("problem.address." + string(address.Problem))
	}
	if e, ok := errors.AsType[*transfer.Error](err); ok && e.Needed > 0 {
		need, free := sizes(m.locale, e.Needed, e.Free)
		return m.locale.T("problem.room.here", "Needed", need, "Free", free, "Key", m.commands.Label("drive.downloads_folder"))
	}
	for _, s := range sentences {
		if errors.Is(err, s.is) {
			return m.locale.T("problem."+s.id, "Why", cause(err))
		}
	}
	if refusal, ok := errors.AsType[*wire.Error](err); ok {
		if sentence, ok := m.explainRoom(refusal); ok {
			return sentence
		}
		return m.locale.T("problem.code."+string(wire.CodeOf(err)), "Text", refusal)
	}
	return text.Visible(err.Error())
}

// cause is the innermost reason, without what was added on its way.
func cause(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	for {
		switch wrapped := err.(type) { //nolint:errorlint // this walks the chain link by link
		case interface{ Unwrap() error }:
			err = wrapped.Unwrap()
		case interface{ Unwrap() []error }:
			all := wrapped.Unwrap()
			err = all[len(all)-1]
		default:
			return err.Error()
		}
	}
}
