package tui

import (
	"context"
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

// timing is the clock of the screen and its one shared tick.
type timing struct {
	clock   func() time.Time
	now     time.Time     // of the message being handled
	frame   time.Duration // between two ticks while bars move
	ticks   int           // the number of the latest tick
	pending time.Duration // how soon it arrives; 0: none was scheduled
}

// tickMsg is the tick.
type tickMsg struct{ number int }

// schedule schedules the next tick unless one arrives as soon. A pace of 0 needs none.
// The tick ends with ctx.
func (t *timing) schedule(ctx context.Context, pace time.Duration) tea.Cmd {
	if pace == 0 || t.pending != 0 && t.pending <= pace {
		return nil
	}
	t.pending = pace
	t.ticks++
	number := t.ticks
	return func() tea.Msg { // tea.Tick would outlive the program
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

// drop makes the scheduled tick late.
func (t *timing) drop() { t.pending, t.ticks = 0, t.ticks+1 }

// arrived reports whether a tick is the latest one, and not replaced by a faster one.
func (t *timing) arrived(msg tickMsg) bool {
	if msg.number != t.ticks {
		return false
	}
	t.pending = 0
	return true
}

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

// tick schedules the next tick.
func (m *Model) tick() tea.Cmd { return m.schedule(m.ctx, m.pace()) }

// ticked updates what changes with time.
func (m *Model) ticked(msg tickMsg) tea.Cmd {
	if !m.arrived(msg) || m.drive == nil {
		return nil
	}
	m.changes.Tick()
	return fromTransfers(m.transfers.Sample())
}
