package remote

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/meter"
	"wangpan/tui/text"
	"wangpan/wire"
)

// usagePause is the least time between two requests for the usage.
const usagePause = time.Second

// usage is the space that the account uses, as the server reported it last.
type usage struct {
	known  bool
	reply  wire.UsageReply
	old    bool // something may have changed it since
	asking bool
	asked  time.Time
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

// UsageChanged says that something may have changed the usage. The next tick asks for it.
func (r *Remote) UsageChanged() { r.visit.usage.old = true }

// askUsage asks the server, at most once at a time and once per second.
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

// askUsageAgain asks if something may have changed the usage.
func (r *Remote) askUsageAgain() tea.Cmd {
	if !r.visit.usage.old {
		return nil
	}
	return r.askUsage()
}

// apply takes the answer. An older server refuses, and nothing is shown.
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

// Above these parts of a quota the header warns.
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

// entriesView draws the number of files and folders, when it is close to its limit
// and a larger part of it than the bytes are of theirs. Otherwise it returns blank.
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
