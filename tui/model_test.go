package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
)

// ready is a Model in a drive of a real server.
func (p *place) ready(tb testing.TB) *Model {
	tb.Helper()
	m := newModel(tb.Context(), Options{
		Dialer: &session.Dialer{Keeper: p.keeper}, Keeper: p.keeper, Locale: locale.New(locale.English),
		Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"},
	})
	tb.Cleanup(m.close)
	s, err := m.Dialer.Restore(tb.Context(), p.Addr, testUser)
	if err != nil {
		tb.Fatal(err)
	}
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	m.arrive(s)
	return m
}

// What is shown never exceeds the screen, at any size, and every line is there.
func TestEverySizeFits(t *testing.T) {
	m := newPlace(t).ready(t)
	m.transfers.Pane.Sample(m.now, transfer.Snapshot{Transfers: make([]transfer.Transfer, 20), Counts: map[transfer.State]int{transfer.Queued: 20}})
	for width := 1; width <= 200; width += 7 {
		for height := 1; height <= 60; height += 5 {
			m.Update(tea.WindowSizeMsg{Width: width, Height: height})
			lines := strings.Split(m.View().Content, "\n")
			if len(lines) > height || height >= leastHeight && width >= leastWidth && len(lines) != height {
				t.Errorf("%d×%d: %d lines", width, height, len(lines))
			}
			for _, line := range lines {
				if text.Width(line) > width {
					t.Errorf("%d×%d: %d cells in %q", width, height, text.Width(line), ansi.Strip(line))
				}
			}
		}
	}
}

// One tick at the most is under way, a faster one overtakes a slower one, and
// none is left when nothing moves.
func TestOneTick(t *testing.T) {
	m := newPlace(t).ready(t)
	counts := func(state transfer.State, n int) {
		m.transfers.Pane.Sample(m.now, transfer.Snapshot{Counts: map[transfer.State]int{state: n}})
	}
	counts(transfer.Done, 1)
	if m.tick() != nil {
		t.Error("it ticks while nothing moves")
	}
	counts(transfer.Waiting, 1)
	if m.tick() == nil || m.pending != slow {
		t.Error("the seconds until the next try are not counted")
	}
	slower := tickMsg{m.ticks}
	counts(transfer.Active, 1)
	if m.tick() == nil || m.pending != m.frame {
		t.Error("a bar waits for the slow tick")
	}
	if m.tick() != nil {
		t.Error("there are two ticks")
	}
	if m.ticked(slower) != nil {
		t.Error("the overtaken tick still ticks")
	}
	counts(transfer.Done, 1)
	m.ticked(tickMsg{m.ticks})
	if m.pending != 0 {
		t.Error("it goes on ticking")
	}
}

// A key whose command needs the server reconnects at once; a key that moves the
// cursor, or that is a letter of a name, does not.
func TestKeysThatReconnect(t *testing.T) {
	m := newPlace(t).ready(t)
	needs := func(key tea.KeyPressMsg) bool { return m.needsServer(key, m.commands.Find(m.keyPlace(), key)) }
	for _, key := range []tea.KeyPressMsg{{Code: 'r', Mod: tea.ModCtrl}, {Code: tea.KeyEnter}, {Code: 'n', Text: "n"}} {
		if !needs(key) {
			t.Errorf("%v does not reconnect", key)
		}
	}
	if needs(tea.KeyPressMsg{Code: 'j', Text: "j"}) {
		t.Error("moving the cursor reconnects")
	}
	m.Update(tea.KeyPressMsg{Code: 'n', Text: "n"})
	if needs(tea.KeyPressMsg{Code: 'j', Text: "j"}) {
		t.Error("a letter of a name reconnects")
	}
	if !needs(tea.KeyPressMsg{Code: tea.KeyEnter}) {
		t.Error("the answer of a dialog does not reconnect")
	}
}

// A server that comes back with another key gets nothing more: the client leaves the
// drive and shows both fingerprints.
func TestKeyChangesWhileReconnecting(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.ready(t)
	host{m}.SessionEnded(&session.KeyError{Server: p.Addr, Known: p.Fingerprint, Presented: "SHA256:another"})
	view := ansi.Strip(m.View().Content)
	if m.drive != nil || !strings.Contains(view, p.Fingerprint) || !strings.Contains(view, "SHA256:another") {
		t.Errorf("the drive is %v, and the screen\n%s", m.drive, view)
	}
}

func TestMouse(t *testing.T) {
	m := newPlace(t).ready(t)
	m.transfers.Pane.Sample(m.now, transfer.Snapshot{
		Transfers: []transfer.Transfer{{ID: 1}, {ID: 2}}, Counts: map[transfer.State]int{transfer.Queued: 2},
	})
	m.arrange()
	m.Update(tea.MouseClickMsg{Button: tea.MouseLeft, X: 5, Y: 24 - statusLines - 1})
	if current, _ := m.transfers.Pane.Current(); m.focus != onTransfers || current.ID != 2 {
		t.Errorf("a click on the last transfer leads to %v, transfer %d", m.focus, current.ID)
	}
	m.Update(tea.MouseClickMsg{Button: tea.MouseLeft, X: 5, Y: 5})
	if m.focus != onList {
		t.Error("a click on the list leaves the keys to the transfers")
	}
}

// The flow that works on any system, without a pty: in, make a folder, out.
func TestFlow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.put(t, "论文.pdf", 10)
	m := newModel(t.Context(), Options{
		Dialer: &session.Dialer{Keeper: p.keeper}, Keeper: p.keeper, Locale: locale.New(locale.English),
		Server: p.Addr, Env: []string{"TERM=xterm-256color", "LANG=C.UTF-8"},
	})
	t.Cleanup(m.close)
	program := teatest.NewTestModel(t, m, teatest.WithInitialTermSize(80, 24))
	see := func(what string) {
		t.Helper()
		teatest.WaitFor(t, program.Output(), func(out []byte) bool { return strings.Contains(string(out), what) }, teatest.WithDuration(30*time.Second))
	}
	see("论文.pdf")
	program.Type("n")
	see("New folder")
	program.Type("照片")
	program.Send(tea.KeyPressMsg{Code: tea.KeyEnter})
	see("照片 is created.")
	program.Type("q")
	program.WaitFinished(t, teatest.WithFinalTimeout(30*time.Second))
}
