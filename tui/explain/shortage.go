package explain

import (
	"errors"

	"wangpan/tui/locale"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// The kinds of shortage. They are the last parts of message ids.
const (
	onThisComputer = "here"    // this computer's disk
	onServer       = "server"  // the server's disk
	onDrive        = "drive"   // the free part of the account's quota
	overQuota      = "never"   // the whole quota: the file never fits
	ofEntries      = "entries" // the number of files and folders
	ofUploads      = "uploads" // the number of unfinished uploads
)

// shortage is a lack of space, with the amounts that the error states.
type shortage struct {
	kind                string
	id                  string // the code in the output of --json
	needed, free, limit string // formatted for the user
}

// shortageOf returns the shortage that err describes. ok is false when err has
// another cause, or amounts in a unit that this version does not support.
func shortageOf(l *locale.Locale, err error) (s shortage, ok bool) {
	if e, ok := errors.AsType[*transfer.Error](err); ok && e.Needed > 0 {
		s := shortage{kind: onThisComputer, id: "disk_full"}
		s.needed, s.free = sizes(l, e.Needed, e.Free)
		return s, true
	}
	refusal, ok := errors.AsType[*wire.Error](err)
	if !ok || refusal.Details == nil {
		return s, false
	}
	d := refusal.Details
	s.id = string(refusal.Code)
	s.needed, s.free, s.limit = l.Count(d.Needed), l.Count(d.Available), l.Count(d.Limit)
	switch d.Unit {
	case wire.UnitEntries:
		s.kind = ofEntries
		return s, true
	case wire.UnitUploads:
		s.kind = ofUploads
		return s, true
	case wire.UnitBytes:
	default:
		return s, false
	}
	s.limit = l.Size(d.Limit)
	s.needed, s.free = sizes(l, d.Needed, d.Available)
	switch {
	case d.Limit == 0:
		s.kind = onServer
	case d.Needed > d.Limit:
		s.kind, s.needed = overQuota, l.Size(d.Needed)
	default:
		s.kind = onDrive
	}
	return s, true
}

// remedyFor returns what the user can delete to free space, given the account's usage:
// the trash, staged uploads, both, or files. It is the last part of a message id.
func remedyFor(used wire.UsageReply) string {
	switch {
	case used.Trash > 0 && used.Staged > 0:
		return "both"
	case used.Trash > 0:
		return "trash"
	case used.Staged > 0:
		return "staged"
	}
	return "files"
}

// sizes formats two amounts. It uses exact bytes when two different amounts would
// otherwise look the same.
func sizes(l *locale.Locale, a, b int64) (first, second string) {
	if first, second = l.Size(a), l.Size(b); first == second && a != b {
		return l.ExactSize(a), l.ExactSize(b)
	}
	return first, second
}
