package transfers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	recorded "github.com/charmbracelet/x/exp/golden"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/transfer"
)

// leftovers are what an earlier run might leave.
func leftovers() []transfer.Unfinished {
	return []transfer.Unfinished{
		{
			Job:  transfer.Job{Remote: "/films/debian-13.iso", Local: "/srv/ann/Downloads/debian-13.iso"},
			Size: 654_100_000, Done: 412_000_000, Stopped: noon.Add(-3 * time.Hour),
		},
		{
			Job:   transfer.Job{Direction: transfer.Upload, Local: "/srv/ann/照片 2026", Remote: "/照片 2026", Folder: true},
			State: transfer.Paused, Stopped: noon.Add(-26 * time.Hour),
		},
		{
			Job:   transfer.Job{Direction: transfer.Upload, Local: "/srv/ann/\x1b[2Ja.bin", Remote: "/a.bin"},
			State: transfer.Failed, Size: 10, Done: 4, Stopped: noon.Add(-time.Minute),
		},
	}
}

// found passes unfinished transfers to the feature as a survey does.
func (s *screen) found(t *testing.T, reason surveyReason, found []transfer.Unfinished) {
	t.Helper()
	s.update(t, surveyedMsg{s.drive, s.drive.surveys, reason, found})
}

func TestUnfinishedGolden(t *testing.T) {
	s := newScreen(t)
	s.found(t, forList, leftovers())
	for _, lang := range []string{locale.English, locale.Chinese} {
		s.Locale.Use(lang)
		for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
			t.Run(fmt.Sprintf("%s %dx%d", lang, size[0], size[1]), func(t *testing.T) {
				box, _ := s.dialogs.Top().View(s.look, size[0], size[1])
				recorded.RequireEqual(t, ansi.Strip(box)+"\n")
			})
		}
	}
}

// The list opens on request, unless another dialog is open. By itself it does not
// open for partials without a record.
func TestUnfinishedListOpens(t *testing.T) {
	partial := []transfer.Unfinished{{Job: transfer.Job{Remote: "/f", Local: "/srv/f"}, Partials: []transfer.PartialFile{{Path: "/srv/f.wangpan-part"}}}}
	if partial[0].Recorded() {
		t.Fatal("a partial counts as recorded")
	}
	tests := []struct {
		name   string
		reason surveyReason
		found  []transfer.Unfinished
		busy   bool
		want   bool
	}{
		{"at the start", atStart, partial, false, false},
		{"during another dialog", forList, partial, true, false},
		{"on request", forList, partial, false, true},
		{"after a download", afterEnd, leftovers(), false, false},
		{"nothing", forList, nil, false, false},
	}
	s := newScreen(t)
	for _, tt := range tests {
		for s.dialogs.Pop() != nil {
		}
		if tt.busy {
			s.dialogs.Push(dialog.NewMessage(locale.Quote("busy")))
		}
		before := s.dialogs.Len()
		s.found(t, tt.reason, tt.found)
		if got := s.dialogs.Len() > before; got != tt.want {
			t.Errorf("%s: the list opens: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// The list takes no keys for a moment when it opens by itself. Transfers leave it
// when the user has decided about them, and it closes when it is empty.
func TestUnfinishedIsDecided(t *testing.T) {
	s := newScreen(t)
	s.found(t, atStart, leftovers())
	s.dialogs.PushUnasked(s.unfinishedList())
	s.keys(t, "r")
	s.want(t, "3 transfers are not finished")
	for s.dialogs.Pop() != nil {
	}
	s.want(t, "3 unfinished: O")
	s.keys(t, "Or")
	s.want(t, "2 transfers are not finished")
	if rows := s.rows(); len(rows) != 1 {
		t.Errorf("%d transfers are resumed, want 1", len(rows))
	}
	s.keys(t, "x")
	s.want(t, "Discard 2 unfinished transfers?", "Deletes 4 B of /a.bin on the server.")
	s.keys(t, "c")
	s.want(t, "2 transfers are not finished")
	s.keys(t, "xd")
	s.wantNot(t, "not finished", "unfinished: O")
	if s.dialogs.Len() != 0 {
		t.Error("the list is still open")
	}
	s.update(t, s.askUnfinished()())
	s.want(t, "There are no unfinished transfers.")
}

// Resuming all resumes paused ones, too.
func TestPausedIsResumedToo(t *testing.T) {
	s := newScreen(t)
	job := transfer.Job{Direction: transfer.Upload, Local: t.TempDir(), Remote: "/照片", Folder: true}
	s.found(t, atStart, []transfer.Unfinished{{Job: job, State: transfer.Paused}})
	s.update(t, dialog.ListChosen{Do: resumeUnfinished})
	for _, row := range s.rows() {
		if row.State == transfer.Paused {
			t.Error("it is still paused")
		}
	}
}

// A partial without a journal entry is counted in the pane. The user resumes or,
// after a question that names the file, deletes it in the list.
func TestOrphanedPartials(t *testing.T) {
	s := newScreen(t)
	s.put(t, "f", strings.Repeat("x", 300_000))
	s.update(t, s.survey(atStart)())
	s.wantNot(t, "unfinished")
	path := filepath.Join(s.downloads, "f.wangpan-part")
	record := `{"format":2,"origin":"` + s.drive.session.Origin() + `","path":"/f","name":"f","version":"v","size":300000,"mtime":"2026-11-20T12:00:00Z"}` + "\n"
	write(t, path, strings.Repeat("x", 70_000))
	write(t, path+".json", record)
	s.update(t, s.survey(atStart)())
	s.want(t, "1 unfinished: O")
	if s.dialogs.Len() > 0 {
		t.Error("the list opens by itself")
	}
	s.keys(t, "O")
	s.want(t, "1 transfer is not finished", "70 of 300 KB")
	s.keys(t, "d")
	s.want(t, "Discard the unfinished transfer of f?", "f.wangpan-part", "(70.0 KB)")
	s.keys(t, "d")
	if s.dialogs.Len() != 0 {
		t.Error("the list is still open")
	}
	_ = s.drive.queue.Close() // waits until the files are deleted
	for _, name := range []string{path, path + ".json"} {
		if _, err := os.Lstat(name); !os.IsNotExist(err) {
			t.Errorf("%s is there (%v)", name, err)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
