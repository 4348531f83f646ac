//go:build !windows

package tui

import (
	"context"
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

	"wangpan/tui/transfer"
	"wangpan/wire"
)

// uploadOver uploads a local file or folder through a queue that reports to the
// drive, replaces what exists, and returns when the transfer has ended.
func (m *Model) uploadOver(t *testing.T, local string, remote wire.Path, folder bool) {
	t.Helper()
	s := m.drive.session
	q := transfer.New(transfer.Options{
		Dial:     func(ctx context.Context) (transfer.Server, error) { return s.Dial(ctx) },
		Hopeless: func(error) bool { return true }, OnEnd: m.changes.Enter(m.drive.ctx, s).Ended,
	})
	q.Add(transfer.Job{Direction: transfer.Upload, Local: local, Remote: remote, Folder: folder, IfExists: transfer.StartOver})
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	run(m, host{m}.Sampled(true))
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
	m.carryOut(t, m.undo()) // z in the local pane, from which c uploads

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
	for _, said := range []string{"changed.txt: It has changed in the meantime", "filled: The folder now has other files"} {
		if !strings.Contains(view, said) {
			t.Errorf("it does not say %q:\n%s", said, view)
		}
	}
	trash, err := c.Trash(t.Context(), wire.TrashArgs{})
	if err != nil || !slices.ContainsFunc(trash.Items, func(i wire.Item) bool { return i.Path == "/docs/new.txt" && !i.Replaced }) {
		t.Errorf("the new file is not in the trash (%v)", err)
	}
}

// A long undoing goes on while the user does other things, and a key stops it;
// the next undoing continues there.
func TestLongUndoingIsNotModal(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var names []string
	for i := range 3 * 16 {
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
	if line := ansi.Strip(m.statusLine()); !strings.Contains(line, "Undoing: 0 of 48  esc stops it") {
		t.Errorf("the status bar says %q", line)
	}
	m.hit("z")
	m.told(t, "Another change is in progress: wait until it finishes, or press esc to stop it")
	m.hit("esc")
	m.carryOut(t, next)
	m.told(t, "Stopped: 0 of 48 are undone; press z to continue")
	m.wantNames(t)
	m.carryOut(t, m.undo())
	m.wantNames(t, names...)
}
