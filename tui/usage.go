package tui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/meter"
	"wangpan/tui/text"
	"wangpan/wire"
)

// usage is what the account takes, as the header shows it. It is asked for when
// something may have changed it, and at most once a second.
type usage struct {
	known  bool
	said   wire.UsageReply
	old    bool // something may have changed it since
	asking bool
	asked  time.Time
}

// usageMsg says what a drive's account takes.
type usageMsg struct {
	drive *drive
	said  wire.UsageReply
	err   error
}

// askUsage asks what the account takes, when it was not asked just now.
func (m *Model) askUsage() tea.Cmd {
	d := m.drive
	if d == nil || d.usage.asking || d.link.lost || m.now.Sub(d.usage.asked) < slow {
		return nil
	}
	d.usage.asking, d.usage.asked, d.usage.old = true, m.now, false
	return func() tea.Msg {
		said, err := d.session.Client().Usage(d.ctx)
		return usageMsg{d, said, err}
	}
}

// askUsageAgain asks when something may have changed it.
func (m *Model) askUsageAgain() tea.Cmd {
	if !m.drive.usage.old {
		return nil
	}
	return m.askUsage()
}

// apply takes the answer. An older server has none, and nothing is shown.
func (msg usageMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	u := &m.drive.usage
	u.asking = false
	switch {
	case msg.err == nil:
		u.known, u.said = true, msg.said
	case errors.Is(msg.err, wire.Busy): // it still counts
		u.old = true
	}
	return m.tick()
}

// usageCells is how long the bar in the header is.
const usageCells = 7

// Above these parts of a quota the header warns.
const (
	nearlyFull = 0.9
	full       = 1
)

// taken is what the account takes, in so many cells at the most: as much of it
// as fits.
func (m *Model) taken(room int) string {
	u := m.drive.usage
	if !u.known {
		return ""
	}
	th, said := m.theme, u.said
	used := said.Used + said.Staged + said.Trash // none is above wire.MaxSize, so there is room for the sum
	if entries := m.entriesTaken(room); entries != "" {
		return entries
	}
	if said.Quota == 0 {
		return fitting(room, th.Muted.Render(m.locale.T("screen.used", "Size", m.locale.Size(used))))
	}
	fraction := float64(used) / float64(said.Quota)
	words, bar := th.Muted, th.BarDone
	switch {
	case fraction >= full:
		words, bar = th.Error, th.Error
	case fraction >= nearlyFull:
		words, bar = th.Warning, th.Warning
	}
	part := words.Render(m.locale.Part(used, said.Quota))
	done, rest := meter.Bar(th.Glyph, usageCells, fraction)
	caps := th.Glyph.BarCaps
	gauge := th.BarRest.Render(caps[0]) + bar.Render(done) + th.BarRest.Render(rest+caps[1])
	return fitting(room, part+" "+gauge, part, words.Render(m.locale.Percent(fraction)))
}

// entriesTaken is how many files and folders the account has, when that is
// nearly all that it may have and a larger part than its bytes.
func (m *Model) entriesTaken(room int) string {
	said := m.drive.usage.said
	if said.EntryLimit == 0 {
		return ""
	}
	fraction := float64(said.Entries) / float64(said.EntryLimit)
	if fraction < nearlyFull || said.Quota > 0 && fraction < float64(said.Used+said.Staged+said.Trash)/float64(said.Quota) {
		return ""
	}
	style := m.theme.Warning
	if fraction >= full {
		style = m.theme.Error
	}
	count, limit := m.locale.Count(said.Entries), m.locale.Count(said.EntryLimit)
	return fitting(room, style.Render(m.locale.T("screen.entries", "Count", count, "Limit", limit)), style.Render(m.locale.Percent(fraction)))
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
