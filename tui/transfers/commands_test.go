package transfers

import (
	"path/filepath"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/transfer"
)

// The keys of the pane are offered in the states in which they make sense.
func TestPaneCommands(t *testing.T) {
	tests := []struct {
		name  string
		state transfer.State
		key   string
		want  bool
	}{
		{"pause a moving one", transfer.Active, "p", true},
		{"resume a paused one", transfer.Paused, "p", true},
		{"pause a done one", transfer.Done, "p", false},
		{"cancel", transfer.Queued, "x", true},
		{"cancel a failed one", transfer.Failed, "x", true},
		{"cancel a done one", transfer.Done, "x", false},
		{"retry a waiting one", transfer.Waiting, "r", true},
		{"retry a failed one", transfer.Failed, "r", true},
		{"retry a moving one", transfer.Active, "r", false},
		{"show the question", transfer.Asking, "enter", true},
		{"move a waiting one", transfer.Queued, "K", true},
		{"move a moving one: the user reads why not", transfer.Active, "K", true},
		{"clear", transfer.Active, "c", true},
		{"pause all", transfer.Active, "s", true},
	}
	s := newScreen(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.Pane.Sample(noon, transfer.Snapshot{Transfers: []transfer.Transfer{{ID: 7, State: tt.state}}})
			press := tea.KeyPressMsg{Code: []rune(tt.key)[0], Text: tt.key}
			if tt.key == "enter" {
				press = tea.KeyPressMsg{Code: tea.KeyEnter}
			}
			c := s.Pane.Registry.Find(command.Transfers, press)
			if got := c != nil && (c.Able == nil || c.Able()); got != tt.want {
				t.Errorf("offered: %v, want %v", got, tt.want)
			}
		})
	}
}

// The commands change the transfers in the queue.
func TestCommandsChangeTheQueue(t *testing.T) {
	s := newScreen(t)
	missing := filepath.Join(t.TempDir(), "none")
	s.drive.queue.Add(
		transfer.Job{Direction: transfer.Upload, Local: filepath.Join(missing, "a"), Remote: "/a"},
		transfer.Job{Direction: transfer.Upload, Local: filepath.Join(missing, "b"), Remote: "/b"},
	)
	if err := s.drive.queue.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Sample()
	if len(s.log) != 2 {
		t.Errorf("the message log has %q, want two failures", s.log)
	}
	s.keys(t, "x")
	s.Sample()
	if s.count(transfer.Cancelled) != 1 || s.count(transfer.Failed) != 1 {
		t.Errorf("after cancel: %v", s.Pane.Snapshot().Counts)
	}
	s.keys(t, "c")
	s.Sample()
	if s.count(transfer.Cancelled) != 0 || s.count(transfer.Failed) != 1 {
		t.Errorf("after clear: %v, want the failed one", s.Pane.Snapshot().Counts)
	}
}

// The hints name the commands for the transfer under the cursor, and the list of
// unfinished transfers while there are some.
func TestUseful(t *testing.T) {
	s := newScreen(t)
	if got := s.Useful(); !slices.Equal(got, []command.Name{"drive.list"}) {
		t.Errorf("without a transfer: %v", got)
	}
	s.Pane.Sample(noon, transfer.Snapshot{Transfers: []transfer.Transfer{{ID: 1, State: transfer.Paused}, {ID: 2, State: transfer.Queued}}})
	want := []command.Name{"drive.list", "transfers.show", "transfers.pause", "transfers.resume_all", "transfers.cancel", "transfers.later"}
	if got := s.Useful(); !slices.Equal(got, want) {
		t.Errorf("on a paused one: %v, want %v", got, want)
	}
	s.found(t, afterEnd, leftovers())
	if got := s.Useful(); !slices.Contains(got, "drive.unfinished") {
		t.Errorf("with unfinished ones: %v", got)
	}
}
