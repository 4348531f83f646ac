package changes

import (
	"testing"

	"wangpan/tui/change"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// The status bar says where files are now: a mistyped folder has given a file a new
// name. What an undo from the other pane changed, it says with the side.
func TestWordsOfWhatWasDone(t *testing.T) {
	batch := func(kind change.Kind, side change.Side, across bool) *change.Batch {
		return &change.Batch{Kind: kind, Side: side, Across: across}
	}
	tests := []struct {
		name  string
		batch *change.Batch
		done  int
		first wire.Path
		to    wire.Path
		want  string
	}{
		{"into a folder", batch(change.Moving, change.Drive, false), 1, "/a.txt", "/资料/a.txt", "a.txt is moved to /资料/: z undoes it"},
		{"into the first folder", batch(change.Moving, change.Drive, false), 1, "/b/a.txt", "/a.txt", "a.txt is moved to /: z undoes it"},
		{"another name", batch(change.Moving, change.Drive, false), 1, "/b/a.txt", "/资科", "a.txt is now /资科: z undoes it"},
		{"several", batch(change.Moving, change.Drive, false), 2, "/a", "/b/a", "2 items are moved to /b/: z undoes it"},
		{"a copy", batch(change.Copying, change.Drive, false), 1, "/a.txt", "/b/a.txt", "a.txt is copied to /b/: z undoes it"},
		{"a copy with another name", batch(change.Copying, change.Drive, false), 1, "/a.txt", "/b.txt", "a.txt is copied as /b.txt: z undoes it"},
		{"a new name", batch(change.Renaming, change.Drive, false), 1, "/a.txt", "/b.txt", "a.txt is renamed: z undoes it"},
		{"a new name here", batch(change.Renaming, change.Here, false), 1, "/a.txt", "/b.txt", "a.txt is now b.txt."},
		{"names here", batch(change.Renaming, change.Here, false), 2, "/a.txt", "/b.txt", "2 items are renamed: z undoes it"},
		{"trash here", batch(change.Removing, change.Here, false), 2, "/a.txt", "", "2 items are in this computer's trash."},
	}
	undo := []struct {
		side   change.Side
		across bool
		want   string
	}{
		{change.Drive, false, "Undone: a.txt"},
		{change.Here, false, "Undone: a.txt"},
		{change.Drive, true, "Undone on the drive: a.txt"},
		{change.Here, true, "Undone on this computer: a.txt"},
	}
	b := newBench(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &change.Summary{Batch: tt.batch, Done: tt.done, First: tt.first, FirstTo: tt.to, Undoable: true}
			if got := b.doneWords(s)(b.Locale); got != tt.want {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
		})
	}
	for _, tt := range undo {
		s := &change.Summary{Batch: batch(change.Undoing, tt.side, tt.across), Done: 1, First: "/a.txt"}
		if got := b.doneWords(s)(b.Locale); got != tt.want {
			t.Errorf("it says %q, want %q", got, tt.want)
		}
	}
}

// A batch that takes long says how much of it is done.
func TestWordsOfProgress(t *testing.T) {
	one := change.Copy("/a", "/b", "")
	two := []change.Step{one, change.Copy("/c", "/d", "")}
	tests := []struct {
		name  string
		steps []change.Step
		done  int64
		want  string
	}{
		{"not known yet", []change.Step{change.Copy("/a", "/b", "")}, -1, "0 of 1"},
		{"one", []change.Step{one}, 250_000_000, "25 %, 0.2 of 1 GB"},
		{"two", two, 250_000_000, "0 of 2  25 %, 0.2 of 1 GB"},
		{"a short step", []change.Step{change.Remove("/a", "")}, 0, "0 of 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if p := tt.steps[0].Progress; p != nil && tt.done >= 0 {
				p.Report(tt.done, 1_000_000_000)
			}
			b := &change.Batch{Kind: change.Copying, Steps: tt.steps, Own: true}
			if _, err := new(change.Engine).Add(b); err != nil {
				t.Fatal(err)
			}
			if got := progressWords(b)(locale.New(locale.English)); got != tt.want {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
		})
	}
}
