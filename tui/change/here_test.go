package change

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wangpan/tui/local"
)

// Renames on this computer replace no file, whatever is in the way, and undo takes
// back those that worked.
func TestRenamesHere(t *testing.T) {
	tests := []struct {
		name   string
		files  []string // each with its name in it
		pairs  []string // from, to, from, to...
		then   map[string]string
		failed map[string]error
		want   map[string]string // after undo; nil: there is nothing to undo
	}{
		{"a chain", []string{"a", "b"}, []string{"b", "c", "a", "b"}, map[string]string{"b": "a", "c": "b"}, nil, map[string]string{"a": "a", "b": "b"}},
		{
			"the end of a chain is gone",
			[]string{"a"},
			[]string{"b", "c", "a", "b"},
			map[string]string{"b": "a"},
			map[string]error{"b": fs.ErrNotExist},
			map[string]string{"a": "a"},
		},
		{
			"a chain is blocked",
			[]string{"a", "b", "c"},
			[]string{"b", "c", "a", "b"},
			map[string]string{"a": "a", "b": "b", "c": "c"},
			map[string]error{"b": fs.ErrExist, "a": fs.ErrExist},
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{host: t.TempDir()}
			b.folder = local.Path(b.host)
			b.write(t, tt.files...)
			var renames []Rename
			for pair := range slices.Chunk(tt.pairs, 2) {
				renames = append(renames, Rename{From: b.here(pair[0]), To: b.here(pair[1])})
			}
			s := b.do(t, &Batch{Kind: Renaming, Side: Here, Steps: Steps(Here, renames), InOrder: true})
			want(t, b.host, tt.then)
			for _, f := range s.Failed {
				if !errors.Is(f.Err, tt.failed[string(f.Path.Base())]) {
					t.Errorf("%s: %v", f.Path, f.Err)
				}
			}
			if len(s.Failed) != len(tt.failed) {
				t.Errorf("%+v", s)
			}
			if tt.want == nil {
				if _, _, err := b.Undo(); !errors.Is(err, ErrNothing) {
					t.Errorf("undo: %v", err)
				}
				return
			}
			if s := b.undo(t); s.Failure() {
				t.Errorf("undo: %+v", s)
			}
			want(t, b.host, tt.want)
		})
	}
}

// Undos on this computer keep their order however fast the user asks for them.
func TestUndoHereInTurn(t *testing.T) {
	b := &bench{host: t.TempDir()}
	b.folder = local.Path(b.host)
	b.write(t, "a")
	b.do(t, renamingHere(b.here("a"), b.here("b")))
	b.do(t, renamingHere(b.here("b"), b.here("c")))
	_, work, err := b.Undo()
	if err != nil {
		t.Fatal(err)
	}
	if _, second, err := b.Undo(); second != nil || err != nil {
		t.Fatal("two undos run at once")
	}
	b.finish(t, work)
	want(t, b.host, map[string]string{"a": "a"})
}

// Undo of a new folder leaves a folder that has files by now, and a file that has
// moved away is reported as such.
func TestUndoHereThatFails(t *testing.T) {
	b := &bench{host: t.TempDir()}
	b.folder = local.Path(b.host)
	b.write(t, "a")
	b.do(t, renamingHere(b.here("a"), b.here("b")))
	b.do(t, &Batch{Kind: Making, Side: Here, Steps: []Step{MakeHere(b.here("folder"))}})
	if err := errors.Join(os.WriteFile(filepath.Join(b.host, "folder", "f"), nil, 0o600), os.Remove(filepath.Join(b.host, "b"))); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []error{ErrNotEmpty, ErrMovedAway} {
		if s := b.undo(t); len(s.Failed) != 1 || !errors.Is(s.Failed[0].Err, wrong) {
			t.Errorf("%+v, want %v", s, wrong)
		}
	}
	if _, err := os.Stat(filepath.Join(b.host, "folder", "f")); err != nil {
		t.Error(err)
	}
}

func TestDeleteHere(t *testing.T) {
	b := &bench{host: t.TempDir()}
	b.folder = local.Path(b.host)
	b.write(t, "a", "b")
	s := b.do(t, &Batch{Kind: Deleting, Side: Here, Steps: []Step{DeleteHere(b.here("a"))}, Final: true})
	if s.Done != 1 || s.Undoable {
		t.Errorf("%+v", s)
	}
	want(t, b.host, map[string]string{"b": "b"})
}

// Waiting changes of this computer follow a renamed file, too.
func TestWaitingHereFollowsARename(t *testing.T) {
	b := &bench{host: t.TempDir()}
	b.folder = local.Path(b.host)
	b.write(t, "a")
	work, err := b.Add(renamingHere(b.here("a"), b.here("b")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Add(renamingHere(b.here("a"), b.here("c"))); err != nil {
		t.Fatal(err)
	}
	b.finish(t, work)
	want(t, b.host, map[string]string{"c": "a"})
}
