package remote

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/meter"
	"wangpan/tui/text"
	"wangpan/wire"
)

// usagePause is the minimum time between two requests for the usage.
const usagePause = time.Second

// usage is the space that the account uses, as the server reported it last.
type usage struct {
	known  bool // the server has reported it
	reply  wire.UsageReply
	old    bool      // it may have changed since the report
	asking bool      // a request is running
	asked  time.Time // the latest request
}

// usageMsg is the server's answer.
type usageMsg struct {
	visit *visit
	reply wire.UsageReply
	err   error
}

// Usage returns the space that the account uses, zero while it is unknown.
func (r *Remote) Usage() wire.UsageReply {
	if r.visit == nil {
		return wire.UsageReply{}
	}
	return r.visit.usage.reply
}

// UsageChanged marks the usage as out of date. The next tick requests it.
func (r *Remote) UsageChanged() { r.visit.usage.old = true }

// askUsage requests the usage, at most one request at a time and one per usagePause.
func (r *Remote) askUsage() tea.Cmd {
	v := r.visit
	if v == nil || v.usage.asking || v.link.lost || r.Now().Sub(v.usage.asked) < usagePause {
		return nil
	}
	v.usage.asking, v.usage.asked, v.usage.old = true, r.Now(), false
	return func() tea.Msg {
		reply, err := v.session.Client().Usage(v.ctx)
		return usageMsg{v, reply, err}
	}
}

// askUsageAgain requests the usage if it is out of date.
func (r *Remote) askUsageAgain() tea.Cmd {
	if !r.visit.usage.old {
		return nil
	}
	return r.askUsage()
}

// apply stores the answer. Older servers refuse the request; then the header shows no
// usage.
func (msg usageMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit {
		return nil
	}
	u := &r.visit.usage
	u.asking = false
	switch {
	case msg.err == nil:
		u.known, u.reply = true, msg.reply
	case errors.Is(msg.err, wire.Busy): // the server is still counting
		u.old = true
	}
	return nil
}

// usageCells is the width of the bar in the header.
const usageCells = 7

// Above these fractions of a quota the header shows a warning or an error.
const (
	nearlyFull = 0.9
	full       = 1
)

// UsageView draws the usage in at most room cells: the most detailed form that fits,
// blank when none does.
func (r *Remote) UsageView(room int) string {
	u := r.visit.usage
	if !u.known {
		return ""
	}
	th, said := r.Theme, u.reply
	used := said.Used + said.Staged + said.Trash // none is above wire.MaxSize, so there is room for the sum
	if entries := r.entriesView(room); entries != "" {
		return entries
	}
	if said.Quota == 0 {
		return fitting(room, th.Muted.Render(r.Locale.T("screen.used", "Size", r.Locale.Size(used))))
	}
	fraction := float64(used) / float64(said.Quota)
	words, bar := th.Muted, th.BarDone
	switch {
	case fraction >= full:
		words, bar = th.Error, th.Error
	case fraction >= nearlyFull:
		words, bar = th.Warning, th.Warning
	}
	part := words.Render(r.Locale.Part(used, said.Quota))
	done, rest := meter.Bar(th.Glyph, usageCells, fraction)
	caps := th.Glyph.BarCaps
	gauge := th.BarRest.Render(caps[0]) + bar.Render(done) + th.BarRest.Render(rest+caps[1])
	return fitting(room, part+" "+gauge, part, words.Render(r.Locale.Percent(fraction)))
}

// entriesView draws the number of files and folders if that is closer to its limit than
// the bytes are to theirs, and above nearlyFull. Otherwise it returns a blank string.
func (r *Remote) entriesView(room int) string {
	said := r.visit.usage.reply
	if said.EntryLimit == 0 {
		return ""
	}
	fraction := float64(said.Entries) / float64(said.EntryLimit)
	if fraction < nearlyFull || said.Quota > 0 && fraction < float64(said.Used+said.Staged+said.Trash)/float64(said.Quota) {
		return ""
	}
	style := r.Theme.Warning
	if fraction >= full {
		style = r.Theme.Error
	}
	count, limit := r.Locale.Count(said.Entries), r.Locale.Count(said.EntryLimit)
	return fitting(room, style.Render(r.Locale.T("screen.entries", "Count", count, "Limit", limit)), style.Render(r.Locale.Percent(fraction)))
}

// fitting returns the first of the texts that fits, blank when none does.
func fitting(room int, texts ...string) string {
	for _, t := range texts {
		if text.Width(t) <= room {
			return t
		}
	}
	return ""
}
