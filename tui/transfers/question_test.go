package transfers

import (
	"path/filepath"
	"testing"

	"wangpan/tui/dialog"
	"wangpan/tui/transfer"
)

// The dialog counts the other transfers that ask now, and follows the count while
// it is open.
func TestQuestionCountsWhatAsks(t *testing.T) {
	s := newScreen(t)
	asking := func(n int) transfer.Transfer {
		s.Pane.Sample(noon, transfer.Snapshot{Counts: map[transfer.State]int{transfer.Asking: n, transfer.Active: 2, transfer.Queued: 9}})
		return transfer.Transfer{ID: 1, State: transfer.Asking, Question: &transfer.Question{Exists: true}}
	}
	tests := []struct {
		name   string
		asking int
		want   int
	}{
		{"only this one", 1, 0},
		{"another one", 2, 1},
		{"many", 8, 7},
		{"answered before", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := s.target(asking(tt.asking)).Others; got != tt.want {
				t.Errorf("Others = %d, want %d", got, tt.want)
			}
		})
	}
	s.dialogs.Push(s.questionOf(asking(3)))
	s.want(t, "all others (2 files)")
	s.Sample() // the queue is empty
	s.wantNot(t, "the rest")
}

// Discard in the question of a transfer asks first.
func TestDiscardIsConfirmed(t *testing.T) {
	s := newScreen(t)
	job := transfer.Job{Local: filepath.Join(t.TempDir(), "f"), Remote: "/f"}
	question := transfer.Question{Partial: true, Local: transfer.FileFacts{Size: 70_000}}
	s.Pane.Sample(noon, transfer.Snapshot{Transfers: []transfer.Transfer{{ID: 7, Job: job, State: transfer.Asking, Question: &question}}})
	s.update(t, dialog.Chosen{Transfer: transfer.ID(7), Answer: transfer.AnswerDiscard})
	s.want(t, "Deletes the partial file of f (70.0 KB).")
}

// A question that the user puts off does not open by itself again until nothing
// asks any more.
func TestPostponedQuestion(t *testing.T) {
	s := newScreen(t)
	ask := func() {
		s.Pane.Sample(noon, transfer.Snapshot{
			Transfers: []transfer.Transfer{{ID: 7, State: transfer.Asking, Question: &transfer.Question{Exists: true}}},
			Counts:    map[transfer.State]int{transfer.Asking: 1},
		})
		s.Ask()
	}
	ask()
	if s.dialogs.Pop() == nil {
		t.Fatal("the question does not open")
	}
	s.update(t, dialog.Chosen{Transfer: transfer.ID(7), Answer: transfer.NoAnswer})
	if ask(); s.dialogs.Len() > 0 {
		t.Error("it opens again")
	}
	s.Sample() // the queue is empty
	if ask(); s.dialogs.Len() == 0 {
		t.Error("a later question does not open")
	}
}
