package tui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/dialog"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// A file whose name the server takes not is left out and named; the others go.
func TestOneBadNameStopsNoOther(t *testing.T) {
	m := newPlace(t).ready(t)
	folder := t.TempDir()
	var picks []dialog.Pick
	for i := range 14 {
		picks = append(picks, dialog.Pick{Path: filepath.Join(folder, fmt.Sprintf("%d.txt", i))})
	}
	const bad = "bad\x07name"
	picks = slices.Insert(picks, 7, dialog.Pick{Path: filepath.Join(folder, bad)})
	m.upload(picks)
	if got := len(m.drive.queue.Snapshot().Transfers); got != 14 {
		t.Errorf("%d uploads, want 14", got)
	}
	view := ansi.Strip(m.View().Content)
	if !strings.Contains(view, "1 was left out") || !strings.Contains(view, "bad") {
		t.Errorf("the name is not said:\n%s", view)
	}
}

// "The same for all the rest" counts what asks, not what may come to ask, and
// follows while the question is open.
func TestQuestionCountsWhatAsks(t *testing.T) {
	m := newPlace(t).ready(t)
	asking := func(n int) transfer.Transfer {
		m.drive.snapshot.Counts = map[transfer.State]int{transfer.Asking: n, transfer.Active: 2, transfer.Queued: 9}
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
		{"gone meanwhile", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := m.target(asking(tt.asking)).Others; got != tt.want {
				t.Errorf("Others = %d, want %d", got, tt.want)
			}
		})
	}
	m.dialogs.Push(dialog.NewExists(m.target(asking(3))))
	if view := ansi.Strip(m.View().Content); !strings.Contains(view, "all the rest (2 ask)") {
		t.Errorf("the others are not counted:\n%s", view)
	}
	m.sample() // the queue itself holds nothing
	if view := ansi.Strip(m.View().Content); strings.Contains(view, "the rest") {
		t.Errorf("there is a switch for nothing:\n%s", view)
	}
}

// Whoever is thrown out reads why beside the form, also after the first key.
func TestThrownOutIsTold(t *testing.T) {
	m := newPlace(t).ready(t)
	host{m}.SessionEnded(fmt.Errorf("%w: %w", session.ErrLoggedOut, wire.Unauthenticated))
	m.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
	view := ansi.Strip(m.View().Content)
	if m.drive != nil || !strings.Contains(view, "Your session was ended by the server: log in again") {
		t.Errorf("the reason is not there:\n%s", view)
	}
	if !strings.Contains(view, "ctrl+c quit") {
		t.Errorf("there is no way out:\n%s", view)
	}
}

// The new folder's button says what it does, and the list how to name things anew.
func TestKeysSayWhatTheyDo(t *testing.T) {
	m := newPlace(t).ready(t)
	for _, want := range []struct{ list, prompt string }{{"r rename", "create"}, {"r 重命名", "创建"}} {
		if view := ansi.Strip(m.View().Content); !strings.Contains(view, want.list) {
			t.Errorf("there is no %q:\n%s", want.list, view)
		}
		m.Update(tea.KeyPressMsg{Code: 'n', Text: "n"})
		if view := ansi.Strip(m.View().Content); !strings.Contains(view, want.prompt) {
			t.Errorf("there is no %q:\n%s", want.prompt, view)
		}
		m.dialogs.Pop()
		m.locale.Next()
	}
}

// An entry of a name that cannot be used here is left out and named; the others
// go, and folders among them as folders.
func TestOneBadNameStopsNoDownload(t *testing.T) {
	m := newPlace(t).ready(t)
	m.chosen = t.TempDir()
	var items []picked
	for _, e := range []wire.Entry{{Name: "a.txt"}, {Name: ".."}, {Name: "b", IsDir: true}} {
		items = append(items, picked{wire.Path("/" + e.Name), e})
	}
	msg, ok := m.download(selected(items...))().(queuedMsg)
	if !ok || len(msg.all) != 2 || msg.all[0].Folder || !msg.all[1].Folder {
		t.Fatalf("the jobs are %+v", msg.all)
	}
	msg.apply(m)
	view := ansi.Strip(m.View().Content)
	if !strings.Contains(view, "1 was left out") || !strings.Contains(view, "..") {
		t.Errorf("the name is not said:\n%s", view)
	}
}
