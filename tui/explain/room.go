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
	onDrive        = "drive"   // the quota of the account
	overQuota      = "never"   // more than the whole quota
	ofEntries      = "entries" // the number of files and folders
	ofUploads      = "uploads" // the number of unfinished uploads
)

// shortage is a lack of space of which the amounts are known.
type shortage struct {
	kind                string
	id                  string // the code in the output of --json
	needed, free, limit string // as the user reads them
}

// shortageOf returns the shortage that err is about. ok is false when err is
// something else, or has no amounts that this version understands.
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

// remedyFor returns what frees space in an account that uses this much: the last
// part of a message id.
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

// sizes writes two amounts, to the byte where they would look the same.
func sizes(l *locale.Locale, a, b int64) (first, second string) {
	if first, second = l.Size(a), l.Size(b); first == second && a != b {
		return l.ExactSize(a), l.ExactSize(b)
	}
	return first, second
}
