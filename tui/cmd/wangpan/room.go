package main

import (
	"context"
	"errors"
	"time"

	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// explainRoom words a lack of room of which the amounts are known: what is
// needed, what is free and what frees some.
func (a *app) explainRoom(err error) (outcome, bool) {
	if e, ok := errors.AsType[*transfer.Error](err); ok && e.Needed > 0 {
		need, free := a.sizes(e.Needed, e.Free)
		return outcome{exitNoSpace, "disk_full", a.loc.T("cli.room.here", "Needed", need, "Free", free), a.loc.T("cli.hint.room_here")}, true
	}
	refusal, ok := errors.AsType[*wire.Error](err)
	if !ok || refusal.Details == nil {
		return outcome{}, false
	}
	o, d := outcome{code: exitNoSpace, id: string(refusal.Code)}, refusal.Details
	need, free := a.sizes(d.Needed, d.Available)
	switch {
	case d.Unit == wire.UnitEntries:
		o.sentence = a.loc.T("cli.room.entries", "Limit", a.loc.Count(d.Limit), "Needed", a.loc.Count(d.Needed), "Free", a.loc.Count(d.Available))
		o.hint = a.freesRoom()
	case d.Unit == wire.UnitUploads:
		o.sentence, o.hint = a.loc.T("cli.room.uploads", "Limit", a.loc.Count(d.Limit)), a.loc.T("cli.hint.room_uploads")
	case d.Unit != wire.UnitBytes:
		return outcome{}, false
	case d.Limit == 0:
		o.sentence, o.hint = a.loc.T("cli.room.server", "Needed", need, "Free", free), a.loc.T("cli.hint.room_operator")
	case d.Needed > d.Limit:
		o.sentence = a.loc.T("cli.room.never", "Needed", a.loc.Size(d.Needed), "Limit", a.loc.Size(d.Limit))
		o.hint = a.loc.T("cli.hint.room_operator")
	default:
		o.sentence = a.loc.T("cli.room.drive", "Needed", need, "Free", free, "Limit", a.loc.Size(d.Limit))
		o.hint = a.freesRoom()
	}
	return o, true
}

// freesRoom says which commands free room in the account, and how much where
// that is known.
func (a *app) freesRoom() string {
	u := a.used
	trash, staged := a.loc.Size(u.Trash), a.loc.Size(u.Staged)
	switch {
	case u.Trash > 0 && u.Staged > 0:
		return a.loc.T("cli.hint.room_both", "Trash", trash, "Staged", staged)
	case u.Trash > 0:
		return a.loc.T("cli.hint.room_trash", "Trash", trash)
	case u.Staged > 0:
		return a.loc.T("cli.hint.room_staged", "Staged", staged)
	}
	return a.loc.T("cli.hint.room")
}

// sizes writes two amounts, to the byte where they would look the same.
func (a *app) sizes(x, y int64) (first, second string) {
	if first, second = a.loc.Size(x), a.loc.Size(y); first == second && x != y {
		return a.loc.ExactSize(x), a.loc.ExactSize(y)
	}
	return first, second
}

// usageWait is how long the usage is waited for, which only completes a hint.
const usageWait = 5 * time.Second

// askUsage asks what the account uses, for the hint about err.
func (a *app) askUsage(s *session.Session, err error) {
	if !errors.Is(err, wire.QuotaExceeded) || a.used != (wire.UsageReply{}) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), usageWait)
	defer cancel()
	said, err := asking(ctx, s, func(c *client.Client, _ bool) (wire.UsageReply, error) { return c.Usage(ctx) })
	if err == nil {
		a.used = said
	}
}
