package explain

import (
	"errors"
	"io/fs"

	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// Screen explains errors on the screen.
type Screen struct {
	Locale *locale.Locale
	Own    []Row                       // for errors of the screen; they come before Table
	Key    func(command string) string // returns the key of a command as the screen shows it
	Used   wire.UsageReply             // the account's usage; zero when it is not known
}

// Explain returns a sentence for err, with the remedy if one is known. It returns a
// blank string for nil. The sentence quotes texts of the server and of the operating
// system.
func (s Screen) Explain(err error) string {
	if err == nil {
		return ""
	}
	l := s.Locale
	if why := wire.ReasonOf(err); why != "" {
		return l.T("problem.reason." + string(why))
	}
	if address, ok := errors.AsType[*session.AddressError](err); ok {
		return l.T("problem.address." + string(address.Problem))
	}
	if short, ok := shortageOf(l, err); ok {
		return s.shortage(short)
	}
	if row, ok := find(err, s.Own); ok {
		said := ""
		if refusal, ok := errors.AsType[*wire.Error](err); ok {
			said = refusal.Error()
		}
		return l.T(row.onScreen(), "Why", Cause(l, err), "Text", said)
	}
	return text.Visible(err.Error())
}

// shortage returns the sentence for a lack of space. The remedies name keys.
func (s Screen) shortage(short shortage) string {
	l, remedy := s.Locale, ""
	key := ""
	switch short.kind {
	case onDrive:
		remedy = l.T("problem.room."+remedyFor(s.Used),
			"Trash", l.Size(s.Used.Trash), "TrashKey", s.Key("drive.trash"),
			"Staged", l.Size(s.Used.Staged), "StagedKey", s.Key("drive.staged"))
	case onThisComputer:
		key = s.Key("drive.downloads_folder")
	case ofUploads:
		key = s.Key("drive.staged")
	case ofEntries:
		return l.T("problem.entries", "Limit", short.limit, "Needed", short.needed, "Free", short.free)
	}
	return l.T("problem.room."+short.kind, "Needed", short.needed, "Free", short.free, "Limit", short.limit, "Key", key, "Remedy", remedy)
}

// Cause returns the text of the innermost error: the reason without the context
// that callers added. Common errors of the operating system are in the language
// of l.
func Cause(l *locale.Locale, err error) string {
	if words := systemCause(l, err); words != "" {
		return words
	}
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

// Said returns the text that err adds to the sentence of its row: the text of the
// server, or that of the operating system. It omits the path, which the sentence names.
func Said(err error) string {
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
