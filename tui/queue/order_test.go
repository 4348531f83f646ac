package queue

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
)

// Only what waits can be moved, and only where something else waits.
func TestReorder(t *testing.T) {
	rows := []transfer.Transfer{
		moving(1, "runs", 1, 2), download(2, "first", transfer.Queued, 0, 2), moving(3, "runs too", 1, 2),
		download(4, "middle", transfer.Paused, 0, 2), download(5, "last", transfer.Waiting, 0, 2), download(6, "done", transfer.Done, 2, 2),
	}
	tests := []struct {
		cursor         int
		earlier, later string // why not; blank: it moves
	}{
		{0, "runs is running. Only waiting transfers can be reordered; p pauses it.", "runs is running. Only waiting transfers can be reordered; p pauses it."},
		{1, "first is already the first of the waiting transfers.", ""},
		{3, "", ""},
		{4, "", "last is already the last of the waiting transfers."},
		{5, "done has ended. Only waiting transfers can be reordered.", "done has ended. Only waiting transfers can be reordered."},
	}
	for _, tt := range tests {
		t.Run(string(rows[tt.cursor].Remote.Base()), func(t *testing.T) {
			p := newPane(locale.English, 80, 8)
			p.Sample(noon, snapshot(rows...))
			p.Select(rows[tt.cursor].ID)
			if earlier, later := p.Unmovable(false), p.Unmovable(true); earlier != tt.earlier || later != tt.later {
				t.Errorf("got %q and %q, want %q and %q", earlier, later, tt.earlier, tt.later)
			}
		})
	}
}

// The files of a folder are counted by what became of them.
func TestFolderCounts(t *testing.T) {
	tests := []struct {
		name string
		tree transfer.Tree
		want string
	}{
		{"all moved", transfer.Tree{Files: 16, Done: 16}, "16 files, 100 B, uploaded to /films/x"},
		{"some identical", transfer.Tree{Files: 16, Done: 16, Identical: 13, Unmoved: 90}, "3 files, 10 B, uploaded to /films/x · 13 identical"},
		{"some skipped", transfer.Tree{Files: 3, Done: 3, Identical: 1, Skipped: 1, Unmoved: 90}, "1 file, 10 B, uploaded to /films/x · 1 identical · 1 skipped"},
		{"none moved", transfer.Tree{Files: 3, Done: 3, Identical: 2, Skipped: 1, Unmoved: 100}, "2 identical · 1 skipped"},
		{"left out", transfer.Tree{Files: 3, Done: 3, Skipped: 3, Unmoved: 100, OmittedCount: 2}, "2 left out · 3 skipped"},
		{"empty", transfer.Tree{Unmoved: 100}, "0 files, 0 B, uploaded to /films/x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPane(locale.English, 120, 2)
			folder := upload(download(1, "x", transfer.Done, 100, 100))
			folder.Folder, folder.Tree = true, &tt.tree
			if got := p.Sentence(folder); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What was skipped has no tick, and the first line counts it apart.
func TestSkippedIsNotDone(t *testing.T) {
	p := newPane(locale.English, 120, 4)
	glyphs := theme.New(theme.Options{}).Glyph
	done, skipped := download(1, "a", transfer.Done, 1, 1), download(2, "b", transfer.Done, 0, 1)
	done.Result, skipped.Result = &transfer.Result{}, &transfer.Result{Skipped: true}
	s := snapshot(done, skipped)
	s.Counts[transfer.Done], s.Identical, s.Skipped = 6, 3, 1
	p.Sample(noon, s)
	view := ansi.Strip(p.View())
	for _, want := range []string{"2 done · 3 identical · 1 skipped", glyphs.Done + " a", glyphs.Skipped + " b"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not in view:\n%s", want, view)
		}
	}
}
