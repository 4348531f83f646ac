package change

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"wangpan/tui/transfer"
	"wangpan/wire"
)

// A write that replaced a file is undone, and no newer content is.
func TestReplacementIsUndoneOnce(t *testing.T) {
	b := newBench(t)
	c := b.session.Client()
	replacing := func(content string) Step {
		undo, err := UndoReplace(t.Context(), c, "/a.txt", b.put(t, "/a.txt", content))
		if err != nil && content != "1" {
			t.Fatal(err)
		}
		return undo
	}
	replacing("1")
	second, third := replacing("2"), replacing("3")
	b.Record(Drive, third)
	b.Record(Drive, second)
	if s := b.undo(t); len(s.Failed) != 1 || !errors.Is(s.Failed[0].Err, wire.Conflict) {
		t.Errorf("newer content was replaced: %+v", s)
	}
	want(t, b.drive, map[string]string{"a.txt": "3"})
	b.undo(t)
	want(t, b.drive, map[string]string{"a.txt": "2"})
}

// Several changes of one file are undone one after the other.
func TestChangesAreUndoneInTurn(t *testing.T) {
	b := newBench(t)
	b.put(t, "/a", "a")
	do := func(path wire.Path, step func(wire.Version) Step) {
		t.Helper()
		stat, err := b.session.Client().Stat(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		b.do(t, &Batch{Kind: Moving, Steps: []Step{step(stat.Entry.Version)}})
	}
	do("/a", func(v wire.Version) Step { return Move("/a", "/b", v) })
	do("/b", func(v wire.Version) Step { return Move("/b", "/c", v) })
	do("/c", func(v wire.Version) Step { return Remove("/c", v) })
	for range 3 {
		b.undo(t)
	}
	want(t, b.drive, map[string]string{"a": "a"})
}

// chain is the batch that renames a → b and b → c, after it has written both files.
func (b *bench) chain(t *testing.T) *Batch {
	t.Helper()
	items := files("a", "b")
	for i := range items {
		items[i].Entry.Version = b.put(t, items[i].Path, string(items[i].Entry.Name))
	}
	renames, err := planner().Plan(items, []string{"b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	return &Batch{Kind: Renaming, Steps: Steps(Drive, renames), InOrder: true}
}

// A chain of names is undone from its other end.
func TestChainIsUndone(t *testing.T) {
	b := newBench(t)
	if s := b.do(t, b.chain(t)); s.Done != 2 || s.Failure() {
		t.Errorf("%+v", s)
	}
	want(t, b.drive, map[string]string{"b": "a", "c": "b"})
	b.undo(t)
	want(t, b.drive, map[string]string{"a": "a", "b": "b"})
}

// A chain that breaks off replaces no file, and undo takes back the renames that
// worked.
func TestChainBreaksOff(t *testing.T) {
	tests := []struct {
		name   string
		spoil  func(t *testing.T, b *bench)
		failed map[wire.Path]error
		then   map[string]string
		want   map[string]string // after undo; nil: there is nothing to undo
	}{
		{
			"the last has changed",
			func(t *testing.T, b *bench) { t.Helper(); b.put(t, "/b", "newer") },
			map[wire.Path]error{"/b": wire.Conflict, "/a": wire.Exists},
			map[string]string{"a": "a", "b": "newer"},
			nil,
		},
		{
			"the last is gone",
			func(t *testing.T, b *bench) {
				t.Helper()
				if _, err := b.session.Client().Remove(t.Context(), wire.RemoveArgs{Path: "/b"}); err != nil {
					t.Fatal(err)
				}
			},
			map[wire.Path]error{"/b": wire.NotFound},
			map[string]string{"b": "a"},
			map[string]string{"a": "a"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			batch := b.chain(t)
			tt.spoil(t, b)
			s := b.do(t, batch)
			for _, f := range s.Failed {
				if !errors.Is(f.Err, tt.failed[f.Path]) {
					t.Errorf("%s: %v", f.Path, f.Err)
				}
			}
			if len(s.Failed) != len(tt.failed) || len(s.Taken) != 0 {
				t.Errorf("%+v", s)
			}
			want(t, b.drive, tt.then)
			if tt.want == nil {
				if _, _, err := b.Undo(); !errors.Is(err, ErrNothing) {
					t.Errorf("undo: %v", err)
				}
				return
			}
			b.undo(t)
			want(t, b.drive, tt.want)
		})
	}
}

// What a lost connection left undone can be undone over the next one.
func TestUndoOutlivesLostConnection(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.put(t, "/a", "a")
	b.do(t, removing("/a", ""))
	_ = b.session.Client().Close()
	if s := b.undo(t); len(s.Left) != 1 {
		t.Errorf("%+v", s)
	}
	if err := b.session.Reconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.undo(t)
	want(t, b.drive, map[string]string{"a": "a"})
}

// An undo that is stopped continues with the next undo.
func TestStoppedUndoContinues(t *testing.T) {
	b := newBench(t)
	batch := &Batch{Kind: Removing}
	files := make(map[string]string)
	for i := range 3 * maxParallel {
		name := fmt.Sprintf("%02d", i)
		files[name] = name
		batch.Steps = append(batch.Steps, Remove(wire.Path("/"+name), b.put(t, wire.Path("/"+name), name)))
	}
	b.do(t, batch)
	undo, work, err := b.Undo()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Undo(); !errors.Is(err, ErrBusy) {
		t.Errorf("an undo behind a long one: %v", err)
	}
	first := undo.Steps[0].run
	undo.Steps[0].run = func(ctx context.Context, s Server, version wire.Version) (Step, error) {
		undo.Stop()
		return first(ctx, s, version)
	}
	if s := b.finish(t, work); s.Done != maxParallel || len(s.Left) != 2*maxParallel {
		t.Errorf("%d are undone, %d are left", s.Done, len(s.Left))
	}
	if s := b.undo(t); s.Done != 2*maxParallel {
		t.Errorf("%d are undone", s.Done)
	}
	want(t, b.drive, files)
}

// An upload that replaced no file leaves the change before it on top, and one of
// too many files cannot be undone.
func TestUploadsThatAreNotUndone(t *testing.T) {
	b := newBench(t)
	child := transfer.Transfer{Parent: 1, Job: transfer.Job{Direction: transfer.Upload}, State: transfer.Done}
	folder := transfer.Transfer{ID: 1, Job: transfer.Job{Direction: transfer.Upload, Folder: true}, Tree: new(transfer.Tree), State: transfer.Done}
	child.Result = &transfer.Result{Remote: "/docs/a"}
	b.uploads.Ended(child)
	b.uploads.Ended(folder)
	if _, _, err := b.Undo(); !errors.Is(err, ErrNothing) {
		t.Errorf("new files: %v", err)
	}
	child.Result = &transfer.Result{Remote: "/docs/a", Replaced: true}
	for range maxUploaded + 1 {
		b.uploads.Ended(child)
	}
	b.uploads.Ended(folder)
	if _, _, err := b.Undo(); !errors.Is(err, ErrTooMany) {
		t.Errorf("too many: %v", err)
	}
}

// A copy that is kept beside another one has the number before the whole extension,
// and a batch on a separate connection reports its progress.
func TestCopies(t *testing.T) {
	b := newBench(t)
	b.put(t, "/a.tar.gz", "four")
	steps, err := PlanMoves(Copying, []wire.Found{{Path: "/a.tar.gz"}}, wire.Root, wire.StatReply{Entry: wire.Entry{IsDir: true}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := b.do(t, &Batch{Kind: Copying, Steps: steps, Own: true})
	if s.FirstTo != "/a (2).tar.gz" {
		t.Errorf("the copy is %s", s.FirstTo)
	}
	if _, total := steps[0].Progress.Bytes(); total != 4 {
		t.Errorf("the progress is of %d bytes", total)
	}
	want(t, b.drive, map[string]string{"a.tar.gz": "four", "a (2).tar.gz": "four"})
	b.undo(t)
	want(t, b.drive, map[string]string{"a.tar.gz": "four"})
}

// Where targets are taken, both files are kept or the old one goes to the trash, and
// undo restores what was there.
func TestTakenTargets(t *testing.T) {
	for name, answer := range map[string]struct {
		batch func(*Summary) *Batch
		then  map[string]string
	}{
		"keep both": {(*Summary).KeepBoth, map[string]string{"b.txt": "b", "b (2).txt": "a"}},
		"replace":   {(*Summary).Replace, map[string]string{"b.txt": "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			version := b.put(t, "/a.txt", "a")
			b.put(t, "/b.txt", "b")
			s := b.do(t, &Batch{Kind: Moving, Steps: []Step{Move("/a.txt", "/b.txt", version)}})
			if len(s.Taken) != 1 {
				t.Fatalf("%+v", s)
			}
			b.do(t, answer.batch(&s))
			want(t, b.drive, answer.then)
			b.undo(t)
			want(t, b.drive, map[string]string{"a.txt": "a", "b.txt": "b"})
		})
	}
}

func TestPlanMoves(t *testing.T) {
	folder := wire.StatReply{Entry: wire.Entry{IsDir: true}}
	one := []wire.Found{{Path: "/a"}}
	two := []wire.Found{{Path: "/a"}, {Path: "/b"}}
	tests := []struct {
		name  string
		kind  Kind
		items []wire.Found
		to    wire.Path
		at    wire.StatReply
		err   error
		want  []wire.Path // the targets
		wrong error
	}{
		{"into a folder", Moving, two, "/d", folder, nil, []wire.Path{"/d/a", "/d/b"}, nil},
		{"a new path", Moving, one, "/d", wire.StatReply{}, wire.NotFound, []wire.Path{"/d"}, nil},
		{"over a file", Copying, one, "/f", wire.StatReply{}, nil, []wire.Path{"/f"}, nil},
		{"several to no folder", Moving, two, "/d", wire.StatReply{}, wire.NotFound, nil, ErrNoTarget},
		{"several over a file", Moving, two, "/f", wire.StatReply{}, nil, nil, ErrNoFolder},
		{"where it is", Moving, one, "/", folder, nil, nil, ErrUnchanged},
		{"a copy beside it", Copying, one, "/", folder, nil, []wire.Path{"/a"}, nil},
		{"into itself", Moving, one, "/a/b", wire.StatReply{}, wire.NotFound, nil, IntoItselfError{"a"}},
		{"denied", Moving, one, "/d", wire.StatReply{}, wire.Denied, nil, wire.Denied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			steps, err := PlanMoves(tt.kind, tt.items, tt.to, tt.at, tt.err)
			var got []wire.Path
			for _, s := range steps {
				got = append(got, s.To)
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) || !errors.Is(err, tt.wrong) {
				t.Errorf("got %v, %v; want %v, %v", got, err, tt.want, tt.wrong)
			}
		})
	}
}

// Two files that went to the same path, the second in place of the first, come back
// one after the other.
func TestReplacementsOfOnePathAreUndone(t *testing.T) {
	b := newBench(t)
	var items []wire.Found
	for _, folder := range []wire.Path{"/t", "/x", "/y"} {
		if _, err := b.session.Client().Mkdir(t.Context(), folder); err != nil {
			t.Fatal(err)
		}
		if folder != "/t" {
			path := folder + "/a"
			items = append(items, wire.Found{Path: path, Entry: wire.Entry{Name: "a", Version: b.put(t, path, string(folder))}})
		}
	}
	steps, err := PlanMoves(Moving, items, "/t", wire.StatReply{Entry: wire.Entry{IsDir: true}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := b.do(t, &Batch{Kind: Moving, Steps: steps})
	b.do(t, s.Replace())
	for range 2 {
		if s := b.undo(t); s.Failure() {
			t.Errorf("%+v", s)
		}
	}
	want(t, b.drive+"/x", map[string]string{"a": "/x"})
	want(t, b.drive+"/y", map[string]string{"a": "/y"})
}
