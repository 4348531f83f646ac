package tui

import (
	"wangpan/tui/locale"
	"wangpan/wire"
)

// explainRoom says how much room a request needs, how much there is, and what
// frees some. ok is false where the refusal has no amounts that are understood.
func (m *Model) explainRoom(refusal *wire.Error) (sentence string, ok bool) {
	d := refusal.Details
	if d == nil {
		return "", false
	}
	l := m.locale
	switch d.Unit {
	case wire.UnitEntries:
		return l.T("problem.entries", "Limit", l.Count(d.Limit), "Needed", l.Count(d.Needed), "Free", l.Count(d.Available)), true
	case wire.UnitUploads:
		return l.T("problem.room.uploads", "Limit", l.Count(d.Limit), "Key", m.commands.Label("drive.staged")), true
	case wire.UnitBytes:
	default:
		return "", false
	}
	need, free := sizes(l, d.Needed, d.Available)
	switch {
	case d.Limit == 0:
		return l.T("problem.room.server", "Needed", need, "Free", free), true
	case d.Needed > d.Limit:
		return l.T("problem.room.never", "Needed", l.Size(d.Needed), "Limit", l.Size(d.Limit)), true
	}
	return l.T("problem.room.drive", "Needed", need, "Free", free, "Limit", l.Size(d.Limit), "Remedy", m.freesRoom()), true
}

// freesRoom says what frees room in the account, as far as is known.
func (m *Model) freesRoom() string {
	l := m.locale
	var used wire.UsageReply
	if m.drive != nil {
		used = m.drive.usage.said
	}
	trash, staged := l.Size(used.Trash), l.Size(used.Staged)
	trashKey, stagedKey := m.commands.Label("drive.trash"), m.commands.Label("drive.staged")
	switch {
	case used.Trash > 0 && used.Staged > 0:
		return l.T("problem.room.both", "Trash", trash, "TrashKey", trashKey, "Staged", staged, "StagedKey", stagedKey)
	case used.Trash > 0:
		return l.T("problem.room.trash", "Trash", trash, "TrashKey", trashKey)
	case used.Staged > 0:
		return l.T("problem.room.staged", "Staged", staged, "StagedKey", stagedKey)
	}
	return l.T("problem.room.files")
}

// sizes writes two amounts, to the byte where they would look the same.
func sizes(l *locale.Locale, a, b int64) (first, second string) {
	if first, second = l.Size(a), l.Size(b); first == second && a != b {
		return l.ExactSize(a), l.ExactSize(b)
	}
	return first, second
}
