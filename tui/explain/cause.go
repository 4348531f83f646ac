package explain

import (
	"errors"
	"slices"
	"syscall"

	"wangpan/tui/locale"
)

// cause is an error of the operating system and the last part of the id of its
// words, "cause.ID".
type cause struct {
	errno syscall.Errno
	id    string
}

// causes are the errors of the operating system that users meet.
var causes = []cause{
	{syscall.ECONNREFUSED, "refused"},
	{syscall.ENETUNREACH, "no_network"},
	{syscall.EHOSTUNREACH, "no_host"},
	{syscall.ETIMEDOUT, "timeout"},
	{syscall.ECONNRESET, "reset"},
	{syscall.EPIPE, "pipe"},
	{syscall.EACCES, "permission"},
	{syscall.EPERM, "not_permitted"},
	{syscall.ENOENT, "missing"},
	{syscall.EEXIST, "exists"},
	{syscall.ENOTDIR, "not_folder"},
	{syscall.EISDIR, "folder"},
	{syscall.ENOSPC, "full"},
	{syscall.EDQUOT, "quota"},
	{syscall.EROFS, "read_only"},
	{syscall.ENAMETOOLONG, "long_name"},
	{syscall.EBUSY, "busy"},
	{syscall.EMFILE, "many_open"},
	{syscall.EIO, "io"},
}

// systemCause returns the words for an error of the operating system in the
// language of l. They are blank for other errors, and in English, where the
// error's own text is shown.
func systemCause(l *locale.Locale, err error) string {
	errno, ok := errors.AsType[syscall.Errno](err)
	if !ok || l.Lang() == locale.English {
		return ""
	}
	i := slices.IndexFunc(causes, func(c cause) bool { return c.errno == errno })
	if i < 0 {
		return ""
	}
	return l.T("cause." + causes[i].id)
}
