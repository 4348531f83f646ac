package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// How often the screen changes by itself while something moves, and how long
// numbers stay the same. Through SSH every frame is at least one packet.
const (
	frame    = time.Second / 10
	frameSSH = time.Second / 5
	calm     = time.Second / 2
	calmSSH  = time.Second
	slow     = time.Second // while only seconds are counted
)

// tickMsg is the one shared tick.
type tickMsg struct{ number int }

// pace returns how soon the screen must change by itself, 0 for never.
func (m *Model) pace() time.Duration {
	switch {
	case m.drive == nil:
		return 0
	case m.transfers.Moving(), m.external.Fetching():
		return m.frame
	case m.changes.Pace() > 0:
		return m.changes.Pace()
	case m.transfers.Waiting(), m.remote.NeedsTick():
		return slow
	}
	return 0
}

// tick schedules the next tick unless one comes as soon. There is at most one.
func (m *Model) tick() tea.Cmd {
	pace := m.pace()
	if pace == 0 || m.pending != 0 && m.pending <= pace {
		return nil
	}
	m.pending = pace
	m.ticks++
	number, ctx := m.ticks, m.ctx
	return func() tea.Msg { // unlike tea.Tick's, it ends with the program
		timer := time.NewTimer(pace)
		defer timer.Stop()
		select {
		case <-timer.C:
			return tickMsg{number}
		case <-ctx.Done():
			return nil
		}
	}
}

// ticked updates what changes with time.
func (m *Model) ticked(msg tickMsg) tea.Cmd {
	if msg.number != m.ticks {
		return nil // a faster tick has replaced it
	}
	m.pending = 0
	if m.drive == nil {
		return nil
	}
	m.changes.Tick()
	return fromTransfers(m.transfers.Sample())
}
