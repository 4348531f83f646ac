package tui

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/transfer"
	"wangpan/wire"
)

// fetch carries out a listing until all of the folder is shown.
func (m *Model) fetch(t *testing.T, cmd tea.Cmd) {
	t.Helper()
	for m.remote.Pane.Loading() {
		if cmd == nil {
			t.Fatal("the folder is never shown")
		}
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			msg = batch[0]() // what else there is does not list
		}
		_, cmd = m.Update(msg)
	}
}

// A folder into which files are uploaded is listed again at once, and then only
// every second.
func TestFolderIsListedAgain(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if err := os.MkdirAll(filepath.Join(p.drive, "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	m := p.ready(t)
	now := noon
	m.clock = func() time.Time { return now }
	m.fetch(t, fromRemote(m.remote.Pane.Refresh()))
	tests := []struct {
		name  string
		after time.Duration // since the one before
		open  wire.Path     // the folder to go to; blank: stay
		into  wire.Path     // what was uploaded; blank: nothing
		want  bool          // that the folder is listed again
	}{
		{"first", 0, "", "/1", true},
		{"second", 200 * time.Millisecond, "", "/2", false},
		{"third", 700 * time.Millisecond, "", "/3", false},
		{"a second after the first", 100 * time.Millisecond, "", "", true},
		{"nothing more", time.Minute, "", "", false},
		{"elsewhere", 0, "", "/b/1", false},
		{"later", 0, "", "/4", true},
		{"first after what came before", time.Minute, "/b", "/5", false},
		{"first in another folder", time.Second, "", "/b/2", true},
		{"back in the first folder", time.Second, "/", "/6", true},
	}
	for _, tt := range tests {
		now = now.Add(tt.after)
		m.now = now
		if tt.open != "" {
			m.fetch(t, fromRemote(m.remote.Pane.Open(tt.open)))
		}
		if tt.into != "" {
			ended := append(slices.Clone(m.transfers.Pane.Snapshot().Transfers), transfer.Transfer{
				Job:   transfer.Job{Direction: transfer.Upload, Remote: tt.into},
				State: transfer.Done, Finished: now,
			})
			m.transfers.Pane.Sample(now, transfer.Snapshot{Transfers: ended, Counts: map[transfer.State]int{transfer.Done: len(ended)}})
		}
		cmd := host{m}.Sampled(tt.into != "")
		if got := m.remote.Pane.Loading(); got != tt.want {
			t.Errorf("%s: listed again is %v, want %v", tt.name, got, tt.want)
		}
		m.fetch(t, cmd)
	}
}
