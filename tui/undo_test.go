//go:build !windows

package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/change"
	"wangpan/tui/local"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// carryOut carries out an errand that was started, to its end.
func (m *Model) carryOut(tb testing.TB, cmd tea.Cmd) {
	tb.Helper()
	for m.drive.errand != nil {
		msg, ok := stepped(cmd)
		if !ok {
			tb.Fatal("the errand does not go on")
		}
		cmd = msg.apply(m)
	}
}

// stepped runs a command of an errand, and those that come with it, and returns
// what it came to.
func stepped(cmd tea.Cmd) (msg result, ok bool) {
	if cmd == nil {
		return nil, false
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, one := range msg {
			if found, ok := stepped(one); ok {
				return found, true
			}
		}
	case steppedMsg, plannedMsg:
		return msg.(result), true //nolint:forcetypeassert // both are results
	}
	return nil, false
}

// An upload that replaced something is taken back, and no other content is.
func TestOverwrittenIsUndoneOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	c := p.ready(t).drive.session.Client()
	put := func(content string) step {
		version, err := store(t.Context(), c, "/a.txt", []byte(content), wire.Precondition{If: wire.IfAny})
		if err != nil {
			t.Fatal(err)
		}
		back, err := overwrittenStep(t.Context(), c, "/a.txt", version)
		if err != nil && content != "1" {
			t.Fatal(err)
		}
		return back
	}
	put("1")
	second, third := put("2"), put("3")
	if _, err := second.do(t.Context(), c, second.only); !errors.Is(err, wire.Conflict) {
		t.Errorf("what is newer was replaced: %v", err)
	}
	p.wantText(t, "a.txt", "3")
	if _, err := third.do(t.Context(), c, third.only); err != nil {
		t.Fatal(err)
	}
	p.wantText(t, "a.txt", "2")
}

// uploadOver uploads a local file or folder through the queue, replacing what is
// there, and returns when the transfer has ended.
func (m *Model) uploadOver(t *testing.T, local string, remote wire.Path, folder bool) {
	t.Helper()
	q := m.drive.queue
	q.Add(transfer.Job{Direction: transfer.Upload, Local: local, Remote: remote, Folder: folder, IfExists: transfer.StartOver})
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(m, m.sample())
}

// z right after an upload means that upload, and not the change before it.
func TestUndoRightBehindAnUpload(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.filled(t, "a", "b")
	m.carryOut(t, m.start(&errand{what: removing, steps: []step{removeStep("/a", "")}, where: "/"}))
	file := filepath.Join(t.TempDir(), "b")
	if err := os.WriteFile(file, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.uploadOver(t, file, "/b", false)
	p.wantAll(t, map[string]string{"b": "another"})
	planning := m.undo()
	if remove := (&errand{what: removing, steps: []step{removeStep("/b", "")}, where: "/"}); !m.full(remove) {
		t.Error("what is done now would be undone in its place")
	}
	m.carryOut(t, planning)
	m.told(t, "Undone: b")
	p.wantAll(t, map[string]string{"b": "b"})
	m.carryOut(t, m.undo())
	p.wantAll(t, map[string]string{"a": "a", "b": "b"})
}

// Undo after the upload of a folder restores what it replaced, moves what is new
// to the trash, and leaves alone what others have done since.
func TestFolderUploadIsUndone(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.ready(t)
	c := m.drive.session.Client()
	put := func(path wire.Path, content string) {
		t.Helper()
		if _, err := store(t.Context(), c, path, []byte(content), wire.Precondition{If: wire.IfAny}); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []wire.Path{"/docs", "/docs/old"} {
		if _, err := c.Mkdir(t.Context(), folder); err != nil {
			t.Fatal(err)
		}
	}
	put("/docs/same.txt", "same")
	put("/docs/replaced.txt", "before")
	put("/docs/old/replaced.txt", "before")
	put("/docs/old/changed.txt", "before")
	local := t.TempDir()
	for name, content := range map[string]string{
		"same.txt": "same", "replaced.txt": "after", "new.txt": "new",
		"old/replaced.txt": "after", "old/changed.txt": "after", "fresh/deep/new.txt": "new", "filled/new.txt": "new",
	} {
		file := filepath.Join(local, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	m.uploadOver(t, local, "/docs", true)
	p.wantText(t, "docs/replaced.txt", "after")
	put("/docs/old/changed.txt", "by another")
	put("/docs/filled/theirs.txt", "by another")
	m.carryOut(t, m.undoLocal()) // z in the local pane, from which c uploads

	files := make(map[string]string)
	root := os.DirFS(p.drive)
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			var content []byte
			content, err = fs.ReadFile(root, name)
			files[name] = string(content)
		}
		if name == "docs/fresh" {
			t.Error("the folder that the upload made is still there")
		}
		return err
	})
	want := map[string]string{
		"docs/same.txt": "same", "docs/replaced.txt": "before", "docs/old/replaced.txt": "before",
		"docs/old/changed.txt": "by another", "docs/filled/theirs.txt": "by another",
	}
	if err != nil || !maps.Equal(files, want) {
		t.Errorf("there is %v, want %v (%v)", files, want, err)
	}
	view := ansi.Strip(m.View().Content)
	for _, said := range []string{"changed.txt: It has changed meanwhile", "filled: Other files are in this folder now"} {
		if !strings.Contains(view, said) {
			t.Errorf("it does not say %q:\n%s", said, view)
		}
	}
	trash, err := c.Trash(t.Context(), wire.TrashArgs{})
	if err != nil || !slices.ContainsFunc(trash.Items, func(i wire.Item) bool { return i.Path == "/docs/new.txt" && !i.Replaced }) {
		t.Errorf("the new file is not in the trash (%v)", err)
	}
}

// An upload that has replaced nothing leaves the undo of the change before it on
// top, and one of too many files says that it cannot be undone.
func TestUploadsThatAreNotUndone(t *testing.T) {
	m := newPlace(t).ready(t)
	child := transfer.Transfer{Parent: 1, Job: transfer.Job{Direction: transfer.Upload}, State: transfer.Done}
	folder := transfer.Transfer{ID: 1, Job: transfer.Job{Direction: transfer.Upload, Folder: true}, Tree: new(transfer.Tree), State: transfer.Done}
	child.Result = &transfer.Result{Remote: "/docs/a"}
	m.drive.uploads.ended(child)
	m.drive.uploads.ended(folder)
	m.undo()
	m.told(t, "There is nothing to undo")
	child.Result = &transfer.Result{Remote: "/docs/a", Replaced: true}
	for range mostUploaded + 1 {
		m.drive.uploads.ended(child)
	}
	m.drive.uploads.ended(folder)
	m.undo()
	m.told(t, "The upload cannot be undone: it had too many files. The trash has what it replaced; T opens it.")
}

// A long undoing goes on while the user does other things, and a key stops it;
// the next undoing continues there.
func TestLongUndoingIsNotModal(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var names []string
	for i := range 3 * sideBySide {
		names = append(names, fmt.Sprintf("%02d", i))
	}
	m := p.filled(t, names...)
	m.hit("a")
	m.carryOut(t, m.askRemove())
	m.wantNames(t)
	_, next := m.Update(tea.KeyPressMsg{Code: 'z', Text: "z"})
	if m.dialogs.Len() > 0 {
		t.Fatal("a dialog covers the screen")
	}
	m.Update(tickMsg{m.ticks})
	if line := ansi.Strip(m.status()); !strings.Contains(line, "Undoing: 0 of 48  esc stops it") {
		t.Errorf("the status bar says %q", line)
	}
	m.hit("z")
	m.told(t, "Another change is still under way: wait until it ends, or press esc to stop it")
	msg, ok := stepped(next)
	if !ok {
		t.Fatal("the undoing does not begin")
	}
	m.hit("esc")
	msg.apply(m)
	m.told(t, "Stopped: 16 of 48 are undone; z continues")
	if got := len(m.names(t)); got != sideBySide {
		t.Errorf("%d are there again, want %d", got, sideBySide)
	}
	m.carryOut(t, m.undo())
	m.wantNames(t, names...)
}

// Several changes of one thing are taken back one after the other.
func TestChangesAreUndoneInTurn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.ready(t)
	c := m.drive.session.Client()
	if _, err := store(t.Context(), c, "/a", []byte("a"), wire.Precondition{If: wire.IfAbsent}); err != nil {
		t.Fatal(err)
	}
	do := func(path wire.Path, change func(wire.Version) step) {
		stat, err := c.Stat(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		m.carryOut(t, m.start(&errand{what: moving, steps: []step{change(stat.Entry.Version)}, where: "/"}))
	}
	do("/a", func(v wire.Version) step { return moveStep("/a", "/b", v) })
	do("/b", func(v wire.Version) step { return moveStep("/b", "/c", v) })
	do("/c", func(v wire.Version) step { return removeStep("/c", v) })
	for range 3 {
		m.carryOut(t, m.undo())
	}
	p.wantText(t, "a", "a")
}

// chained writes the files a and b and returns the renames a → b and b → c.
func (p *place) chained(t *testing.T, m *Model) []change.Rename {
	t.Helper()
	var items []picked
	for _, name := range []string{"a", "b"} {
		version, err := store(t.Context(), m.drive.session.Client(), wire.Path("/"+name), []byte(name), wire.Precondition{If: wire.IfAbsent})
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, picked{wire.Path("/" + name), wire.Entry{Name: wire.Name(name), Version: version}})
	}
	renames, wrong := m.onDrive().plan(items, []string{"b", "c"}, 0)
	if wrong != nil {
		t.Fatal(wrong(m.locale))
	}
	return renames
}

// told fails the test unless the status bar says what is wanted.
func (m *Model) told(t *testing.T, want string) {
	t.Helper()
	if got := m.notice.words(m.locale); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

// A chain of names is undone from its other end.
func TestChainIsUndone(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.ready(t)
	m.carryOut(t, renameManyMsg{p.chained(t, m)}.apply(m))
	m.told(t, "2 are renamed: z undoes it")
	p.wantAll(t, map[string]string{"b": "a", "c": "b"})
	m.carryOut(t, m.undo())
	m.told(t, "Undone: 2 changes")
	p.wantAll(t, map[string]string{"a": "a", "b": "b"})
}

// A chain that breaks off replaces no file, and z undoes the renames that worked.
func TestChainBreaksOff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(t *testing.T, m *Model) // before the first rename
		said  []string
		then  map[string]string
		want  map[string]string // after z; nil: there is nothing to undo
	}{
		{
			"the last has changed",
			func(t *testing.T, m *Model) {
				t.Helper()
				if _, err := store(t.Context(), m.drive.session.Client(), "/b", []byte("newer"), wire.Precondition{If: wire.IfAny}); err != nil {
					t.Fatal(err)
				}
			},
			[]string{"0 are done; these are not:", "b: It has changed meanwhile: look again.", "a: There is one of that name."},
			map[string]string{"a": "a", "b": "newer"},
			nil,
		},
		{
			"the last is gone",
			func(t *testing.T, m *Model) {
				t.Helper()
				if _, err := m.drive.session.Client().Remove(t.Context(), wire.RemoveArgs{Path: "/b"}); err != nil {
					t.Fatal(err)
				}
			},
			[]string{"1 is done; these are not:", "b: It is not there any more."},
			map[string]string{"b": "a"},
			map[string]string{"a": "a"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			m := p.ready(t)
			renames := p.chained(t, m)
			tt.spoil(t, m)
			m.carryOut(t, renameManyMsg{renames}.apply(m))
			view := m.View().Content
			for _, said := range tt.said {
				if !strings.Contains(ansi.Strip(view), said) {
					t.Errorf("it does not say %q:\n%s", said, ansi.Strip(view))
				}
			}
			m.dialogs.Pop()
			p.wantAll(t, tt.then)
			if tt.want == nil {
				m.undo()
				m.told(t, "There is nothing to undo")
				return
			}
			m.carryOut(t, m.undo())
			m.told(t, "Undone: a")
			p.wantAll(t, tt.want)
		})
	}
}

// wantAll compares what is on the drive with what is wanted.
func (p *place) wantAll(t *testing.T, want map[string]string) {
	t.Helper()
	found, err := os.ReadDir(p.drive)
	if err != nil || len(found) != len(want) {
		t.Errorf("there is %v, want %v (%v)", found, want, err)
	}
	for name, content := range want {
		p.wantText(t, name, content)
	}
}

// What could not be undone without a connection can be undone with the next.
func TestUndoOutlivesLostConnection(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	m := p.ready(t)
	c := m.drive.session.Client()
	if _, err := store(t.Context(), c, "/a", []byte("a"), wire.Precondition{If: wire.IfAbsent}); err != nil {
		t.Fatal(err)
	}
	m.carryOut(t, m.start(&errand{what: removing, steps: []step{removeStep("/a", "")}, where: "/"}))
	_ = c.Close()
	m.carryOut(t, m.undo())
	if err := m.drive.session.Reconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.carryOut(t, m.undo())
	p.wantText(t, "a", "a")
}

// What was given up is not said to be done.
func TestGivenUpIsNotDone(t *testing.T) {
	m := newPlace(t).ready(t)
	e := &errand{what: copying, steps: []step{copyStep("/a", "/b", "")}, where: "/", own: true}
	m.start(e)
	m.Update(giveUpMsg{e.waiting})
	m.carryOut(t, e.more())
	if e.done != 0 || !m.notice.bad {
		t.Errorf("%d done, said %q", e.done, m.notice.words(m.locale))
	}
}

// Undo on this computer keeps its order however fast it is asked for.
func TestLocalUndoInTurn(t *testing.T) {
	m := newPlace(t).ready(t)
	folder := local.Path(t.TempDir())
	if err := local.Mkdir(local.Join(folder, "a")); err != nil {
		t.Fatal(err)
	}
	renameLocal(folder, "a", "b").apply(m)
	renameLocal(folder, "b", "c").apply(m)
	first, second := m.undoLocal(), m.undoLocal()
	if second != nil {
		t.Fatal("the one before is undone beside the last")
	}
	for cmd := first; cmd != nil; {
		cmd = cmd().(localDoneMsg).apply(m) //nolint:forcetypeassert // another message fails the test
	}
	if _, err := os.Stat(local.Host(local.Join(folder, "a"))); err != nil {
		t.Error(err)
	}
}

// What deletes for good, and what replaces, is not answered by a key that was
// meant for something else.
func TestQuestionsThatOpenByThemselvesAreDeaf(t *testing.T) {
	m := newPlace(t).ready(t)
	tests := []struct {
		name string
		open func()
		key  rune
	}{
		{"for good", func() { localDoneMsg{rest: []wire.Path{"/none"}}.apply(m) }, 'd'},
		{"taken", func() { m.finish(&errand{drive: m.drive, what: moving, taken: []step{moveStep("/a", "/b", "")}}) }, 'r'},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.open()
			m.Update(tea.KeyPressMsg{Code: tt.key, Text: string(tt.key)})
			if m.dialogs.Pop() == nil {
				t.Error("it is answered")
			}
		})
	}
}
