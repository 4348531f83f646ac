package transfers

import (
	"math"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/dustin/go-humanize"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// minLimit is the lowest limit, in bytes per second; see transfer.Queue.SetRate.
const minLimit = 64 << 10

// limitMsg is the answer to the question for the limit of all transfers together, in
// bytes per second; 0: no limit.
type limitMsg struct{ bytes int64 }

// typedLimit runs the typed command limit.
func (t *Transfers) typedLimit(args []string) (tea.Cmd, locale.Words) {
	bytes, wrong := checkLimit(args[0])
	if wrong != nil {
		return nil, wrong
	}
	return t.setLimit(bytes), nil
}

// askLimit asks for the limit of all transfers together.
func (t *Transfers) askLimit() {
	value := ""
	if t.limit > 0 {
		value = strings.TrimSuffix(t.Locale.Rate(float64(t.limit)), "/s")
	}
	t.Dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: locale.Say("screen.limit.title"),
		Label: locale.Say("screen.limit.label"),
		Value: value,
		Limit: 20,
		Act:   "screen.limit.act",
		Check: func(value string) locale.Words {
			_, wrong := checkLimit(value)
			return wrong
		},
		Answer: func(value string) tea.Msg {
			bytes, _ := parseLimit(value) // Check has accepted it
			return limitMsg{bytes}
		},
	}))
}

// checkLimit parses a limit. wrong says why the limit is invalid; nil: it is valid.
func checkLimit(value string) (bytes int64, wrong locale.Words) {
	bytes, ok := parseLimit(value)
	switch {
	case !ok:
		return 0, locale.Say("screen.limit.wrong")
	case bytes > 0 && bytes < minLimit:
		return 0, func(l *locale.Locale) string { return l.T("screen.limit.least", "Rate", l.Rate(minLimit)) }
	}
	return bytes, nil
}

// parseLimit reads a number of bytes per second: 2 MB, 500k, 1.5 MiB/s. A blank
// value and 0 mean no limit.
func parseLimit(value string) (bytes int64, ok bool) {
	value = strings.TrimSuffix(strings.TrimSpace(value), "/s")
	if value == "" {
		return 0, true
	}
	n, err := humanize.ParseBytes(value)
	return int64(n & math.MaxInt64), err == nil && n <= math.MaxInt64
}

// setLimit sets the limit of all transfers together and stores it for later runs.
func (t *Transfers) setLimit(bytes int64) tea.Cmd {
	t.limit = bytes
	t.Pane.SetLimit(bytes)
	t.drive.queue.SetRate(bytes)
	if bytes == 0 {
		t.Host.Say(false, locale.Say("screen.limit.none"))
	} else {
		t.Host.Say(false, func(l *locale.Locale) string { return l.T("screen.limit.done", "Rate", l.Rate(float64(bytes))) })
	}
	return t.save(func(s *session.Settings) { s.RateLimit = bytes })
}
