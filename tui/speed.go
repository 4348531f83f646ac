package tui

import (
	"math"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
)

// leastLimit is the slowest that transfers can be told to be, in bytes a second;
// see transfer.Queue.SetRate.
const leastLimit = 64 << 10

// limitMsg is the answer how fast all transfers together may be, in bytes a
// second; 0: as fast as they can.
type limitMsg struct{ bytes int64 }

// typedLimit sets the limit that the user typed.
func (m *Model) typedLimit(args []string) (tea.Cmd, locale.Words) {
	bytes, ok := parseLimit(args[0])
	switch {
	case !ok:
		return nil, locale.Say("screen.limit.wrong")
	case bytes > 0 && bytes < leastLimit:
		return nil, func(l *locale.Locale) string { return l.T("screen.limit.least", "Rate", l.Rate(leastLimit)) }
	}
	return limitMsg{bytes}.apply(m), nil
}

// askLimit asks how fast transfers may be.
func (m *Model) askLimit() {
	value := ""
	if m.limit > 0 {
		value = strings.TrimSuffix(m.locale.Rate(float64(m.limit)), "/s")
	}
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: dialog.Say("screen.limit.title"),
		Label: dialog.Say("screen.limit.label"),
		Value: value,
		Limit: 20,
		Act:   "screen.limit.act",
		Check: func(value string) dialog.Words {
			if bytes, ok := parseLimit(value); !ok {
				return dialog.Say("screen.limit.wrong")
			} else if bytes > 0 && bytes < leastLimit {
				return func(l *locale.Locale) string { return l.T("screen.limit.least", "Rate", l.Rate(leastLimit)) }
			}
			return nil
		},
		Answer: func(value string) tea.Msg {
			bytes, _ := parseLimit(value) // Check has seen it
			return limitMsg{bytes}
		},
	}))
}

// parseLimit reads a number of bytes a second as people write it: 2 MB, 500k,
// 1.5 MiB/s. Nothing, and 0, is no limit.
func parseLimit(value string) (bytes int64, ok bool) {
	value = strings.TrimSuffix(strings.TrimSpace(value), "/s")
	if value == "" {
		return 0, true
	}
	n, err := humanize.ParseBytes(value)
	return int64(n & math.MaxInt64), err == nil && n <= math.MaxInt64
}

// apply holds all transfers to a rate, now and in the next run.
func (msg limitMsg) apply(m *Model) tea.Cmd {
	m.limit = msg.bytes
	m.transfers.SetLimit(msg.bytes)
	if m.drive != nil {
		m.drive.queue.SetRate(msg.bytes)
	}
	if msg.bytes == 0 {
		m.say(false, dialog.Say("screen.limit.none"))
	} else {
		m.say(false, func(l *locale.Locale) string { return l.T("screen.limit.done", "Rate", l.Rate(float64(msg.bytes))) })
	}
	return m.save(func(s *settings) { s.RateLimit = msg.bytes })
}
