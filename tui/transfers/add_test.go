package transfers

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// A job that is in the queue is not added again: the cursor goes to its transfer.
func TestDownloadTwice(t *testing.T) {
	s := newScreen(t)
	job := func(name string) transfer.Job {
		return transfer.Job{Local: filepath.Join(t.TempDir(), "none", name), Remote: "/x", IfExists: transfer.Fail}
	}
	first, second := job("first"), job("second")
	s.added(s.drive.add([]transfer.Job{first, second}))
	for _, row := range s.rows() {
		s.drive.queue.Pause(row.ID)
	}
	s.Sample()
	if len(s.rows()) != 2 {
		t.Fatalf("%d transfers, want 2", len(s.rows()))
	}
	tests := []struct {
		name string
		jobs []transfer.Job
		rows int
		want string
	}{
		{"one of them", []transfer.Job{second}, 2, "x is already in the list and paused: press p to resume it."},
		{"both", []transfer.Job{first, second}, 2, "2 are already in the list"},
		{"with a new one", []transfer.Job{job("third"), second}, 3, "1 is already in the list"},
	}
	for _, tt := range tests {
		s.focused = false
		s.added(s.drive.add(tt.jobs))
		s.want(t, tt.want)
		if len(s.rows()) != tt.rows {
			t.Errorf("%s: %d transfers, want %d", tt.name, len(s.rows()), tt.rows)
		}
		if now, _ := s.Pane.Current(); tt.rows == 2 && (!s.focused || now.Key() != tt.jobs[0].Key()) {
			t.Errorf("%s: the cursor is on %v", tt.name, now.Local)
		}
		if tt.rows > 2 && s.focused {
			t.Errorf("%s: the focus moves though a file is added", tt.name)
		}
	}
}

// A file whose name the server refuses is left out and named. The others are
// uploaded.
func TestUploadLeavesBadNamesOut(t *testing.T) {
	s := newScreen(t)
	folder := t.TempDir()
	var picks []dialog.Pick
	for i := range 14 {
		picks = append(picks, dialog.Pick{Path: filepath.Join(folder, fmt.Sprintf("%d.txt", i))})
	}
	const bad = "bad\x07name"
	picks = slices.Insert(picks, 7, dialog.Pick{Path: filepath.Join(folder, bad)})
	if _, queued := s.Upload(picks); queued != 14 || len(s.rows()) != 14 {
		t.Errorf("%d uploads of %d rows, want 14", queued, len(s.rows()))
	}
	s.want(t, "1 was left out", "bad")
}

// An entry with a name that this computer cannot use is left out and named. The
// others are downloaded, folders as folders.
func TestDownloadLeavesBadNamesOut(t *testing.T) {
	s := newScreen(t)
	var items []wire.Found
	for _, e := range []wire.Entry{{Name: "a.txt"}, {Name: ".."}, {Name: "b", IsDir: true}} {
		items = append(items, wire.Found{Path: wire.Path("/" + e.Name), Entry: e})
	}
	msg, ok := s.Download("", func() []wire.Found { return items })().(queuedMsg)
	if !ok || len(msg.all) != 2 || msg.all[0].Folder || !msg.all[1].Folder {
		t.Fatalf("the jobs are %+v", msg.all)
	}
	s.update(t, msg)
	s.want(t, "1 was left out", "..")
}

// Results that arrive after the session has ended change nothing.
func TestLateResults(t *testing.T) {
	s := newScreen(t)
	late := s.drive
	list := dialog.NewList(locale.Quote("list"), locale.Quote("none"), dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true})
	s.Leave()()
	s.said = ""
	for _, msg := range []tea.Msg{
		changedMsg{late},
		surveyedMsg{late, late.surveys, forList, leftovers()},
		queuedMsg{drive: late, refused: []locale.Words{locale.Quote("x")}},
		putMsg{drive: late},
		discardedMsg{list, nil},
	} {
		if cmd := s.update(t, msg); cmd != nil || s.dialogs.Len() > 0 || s.said != "" {
			t.Errorf("%T: command %v, %d dialogs, %q", msg, cmd != nil, s.dialogs.Len(), s.said)
		}
	}
	if s.Sample() != nil || s.Ask() != nil || s.Moving() || s.Farewell() != nil {
		t.Error("the feature goes on without a session")
	}
	s.Nudge()
}
