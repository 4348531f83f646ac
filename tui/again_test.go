package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/dialog"
	"wangpan/tui/transfer"
)

// What is in the queue is not added again: the cursor goes to its transfer.
func TestDownloadTwice(t *testing.T) {
	m := newPlace(t).ready(t)
	job := func(name string) transfer.Job {
		return transfer.Job{Local: filepath.Join(t.TempDir(), "none", name), Remote: "/x", IfExists: transfer.Fail}
	}
	first, second := job("first"), job("second")
	m.added(m.drive.add([]transfer.Job{first, second}))
	for _, t := range m.drive.queue.Snapshot().Transfers {
		m.drive.queue.Pause(t.ID)
	}
	m.sample()
	rows := func() int { return len(m.drive.queue.Snapshot().Transfers) }
	if rows() != 2 {
		t.Fatalf("%d transfers", rows())
	}
	tests := []struct {
		name string
		jobs []transfer.Job
		rows int
		want string
	}{
		{"one of them", []transfer.Job{second}, 2, "x is in the list already and paused: p resumes it."},
		{"both", []transfer.Job{first, second}, 2, "2 are in the list already"},
		{"with a new one", []transfer.Job{job("third"), second}, 3, "1 is in the list already"},
	}
	for _, tt := range tests {
		m.setFocus(onList)
		m.added(m.drive.add(tt.jobs))
		if view := ansi.Strip(m.View().Content); rows() != tt.rows || !strings.Contains(view, tt.want) {
			t.Errorf("%s: %d transfers, want %d:\n%s", tt.name, rows(), tt.rows, view)
		}
		if tt.rows > 2 {
			continue // the new one moves, and the focus stays
		}
		if now, _ := m.transfers.Current(); m.focus != onTransfers || now.Key() != tt.jobs[0].Key() {
			t.Errorf("%s: the cursor is on %v", tt.name, now.Local)
		}
	}
}

// A partial that no journal entry has is counted in view, and resumed or, after
// a question that names it, deleted from the list of the unfinished transfers.
func TestOrphanedPartials(t *testing.T) {
	p := newPlace(t)
	p.put(t, "f", 300_000)
	m := p.ready(t)
	keys := func(names string) string {
		for _, k := range names {
			m.Update(tea.KeyPressMsg{Code: k, Text: string(k)})
		}
		return ansi.Strip(m.View().Content)
	}
	m.Update(m.survey(atStart)())
	if view := keys(""); strings.Contains(view, "unfinished") {
		t.Errorf("there is nothing:\n%s", view)
	}
	path := filepath.Join(p.downloads, "f.wangpan-part")
	record := `{"format":2,"origin":"` + m.drive.session.Origin() + `","path":"/f","name":"f","version":"v","size":300000,"mtime":"2026-11-20T12:00:00Z"}` + "\n"
	for name, content := range map[string]string{path: strings.Repeat("x", 70_000), path + ".json": record} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m.Update(m.survey(atStart)())
	if view := keys(""); m.dialogs.Len() > 0 || !strings.Contains(view, "1 unfinished: O") {
		t.Errorf("it is not in view:\n%s", view)
	}
	if view := keys("O"); !strings.Contains(view, "1 transfer is not finished") || !strings.Contains(view, "70 of 300 KB") {
		t.Errorf("it is not listed:\n%s", view)
	}
	if view := keys("d"); !strings.Contains(view, "Discard the unfinished transfer of f?") ||
		!strings.Contains(view, "f.wangpan-part") || !strings.Contains(view, "(70.0 KB)") {
		t.Errorf("what is deleted is not said:\n%s", view)
	}
	if keys("d"); m.dialogs.Len() != 0 {
		t.Error("the list is open still")
	}
	_ = m.drive.queue.Close() // waits until it is deleted
	wantNoFile(t, path)
	wantNoFile(t, path+".json")
}

// Discard in the question of a transfer asks first.
func TestDiscardIsConfirmed(t *testing.T) {
	m := newPlace(t).ready(t)
	job := transfer.Job{Local: filepath.Join(t.TempDir(), "f"), Remote: "/f"}
	question := transfer.Question{Partial: true, Local: transfer.FileFacts{Size: 70_000}}
	m.drive.snapshot.Transfers = []transfer.Transfer{{ID: 7, Job: job, State: transfer.Asking, Question: &question}}
	m.answer(dialog.Chosen{Transfer: transfer.ID(7), Answer: transfer.AnswerDiscard})
	if view := ansi.Strip(m.View().Content); !strings.Contains(view, "Deletes the partial file of f (70.0 KB).") {
		t.Errorf("it does not ask:\n%s", view)
	}
}

func wantNoFile(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("%s is there (%v)", path, err)
	}
}
