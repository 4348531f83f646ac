package here

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// screen is a Host that records the calls.
type screen struct {
	words    *locale.Locale
	said     string
	started  []*change.Batch
	renaming []wire.Found
	uploads  []dialog.Pick
	accepts  bool // uploads
	copied   string
	focused  bool
}

func (*screen) Explain(err error) string                { return err.Error() }
func (s *screen) Say(_ bool, words locale.Words)        { s.said = words(s.words) }
func (s *screen) FocusHere()                            { s.focused = true }
func (*screen) DownloadFolder() string                  { return "/downloads" }
func (s *screen) Start(b *change.Batch) tea.Cmd         { s.started = append(s.started, b); return nil }
func (s *screen) Copy(t string, _ locale.Words) tea.Cmd { s.copied = t; return nil }

func (s *screen) RenameMany(_ change.Side, items []wire.Found) tea.Cmd {
	s.renaming = items
	return nil
}

func (s *screen) Upload(picks []dialog.Pick) (cmd tea.Cmd, added int) {
	if s.accepts {
		s.uploads, added = picks, len(picks)
	}
	return nil, added
}

// bench is the feature in a temporary folder.
type bench struct {
	*Here
	screen  *screen
	dialogs *dialog.Stack
	folder  string
}

// newBench shows a folder with files of these names; those that end in / are folders.
func newBench(t *testing.T, names ...string) *bench {
	t.Helper()
	words := locale.New(locale.English)
	b := &bench{screen: &screen{words: words}, dialogs: dialog.NewStack(dialog.Look{Theme: theme.New(theme.Options{}), Locale: words}), folder: t.TempDir()}
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b.Here = New(ctx, Options{
		Host: b.screen, Theme: theme.New(theme.Options{}), Locale: words, Keeper: keeper,
		Dialogs: b.dialogs.For(func(msg tea.Msg) tea.Msg { return msg }),
	})
	t.Cleanup(func() {
		cancel()
		b.Close()
	})
	for _, name := range names {
		at := filepath.Join(b.folder, name)
		err := os.MkdirAll(filepath.Dir(at), 0o700)
		if name[len(name)-1] == '/' {
			err = errors.Join(err, os.MkdirAll(at, 0o700))
		} else {
			err = errors.Join(err, os.WriteFile(at, []byte(name), 0o600))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b.Pane.Resize(80, 20)
	b.watching = true // no command waits for changes
	b.run(t, b.Show(b.folder))
	return b
}

// run carries out a command and everything that follows from it.
func (b *bench) run(t *testing.T, cmd tea.Cmd) {
	t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, one := range msg {
			b.run(t, one)
		}
	default:
		next, taken := b.Update(msg)
		if !taken {
			t.Fatalf("%T is not taken", msg)
		}
		b.run(t, next)
	}
}

// press runs a command of the pane or of the feature.
func (b *bench) press(t *testing.T, name command.Name) {
	t.Helper()
	for _, c := range append(b.Pane.Commands(), b.Commands()...) {
		if c.Name == name {
			cmd, _ := c.Run(nil)
			b.run(t, cmd)
			return
		}
	}
	t.Fatalf("there is no command %s", name)
}

// names returns the names of the steps of the batch that was started last.
func (b *bench) names() []string {
	var names []string
	for _, step := range b.screen.started[len(b.screen.started)-1].Steps {
		names = append(names, string(step.Path.Base()))
	}
	return names
}

// A folder that was removed is left for the nearest one above it.
func TestFolderShownIsRemoved(t *testing.T) {
	b := newBench(t)
	gone := filepath.Join(b.folder, "a", "b")
	b.run(t, b.Pane.Open(local.Path(gone)))
	if got := local.Host(b.Pane.Path()); got != b.folder || b.screen.said == "" {
		t.Errorf("it shows %s, want %s; the status bar shows %q", got, b.folder, b.screen.said)
	}
	late := removedMsg{path: local.Path(gone), above: "/"}
	if b.run(t, func() tea.Msg { return late }); local.Host(b.Pane.Path()) != b.folder {
		t.Error("a late message moves the user, who has left the folder")
	}
	page := browse.Page{Request: browse.Request{Path: local.Path(gone)}, Err: fs.ErrNotExist}
	if b.folderRemoved(page) != nil {
		t.Error("a late page moves the user")
	}
}

// A disk that does not answer blocks nothing: going elsewhere and hiding the pane
// cancel the listing that runs.
func TestReadingIsGivenUp(t *testing.T) {
	b := newBench(t, "a")
	first := b.Pane.Open("/")
	before := b.reading
	if b.Pane.Refresh() == nil || !errors.Is(before.Err(), context.Canceled) {
		t.Errorf("the first listing goes on: %v", before.Err())
	}
	late, ok := first().(listedMsg)
	if !ok || !errors.Is(late.page.Err, context.Canceled) {
		t.Errorf("the listing ends with %v", late.page.Err)
	}
	b.Update(late)
	if !b.Pane.Loading() || b.Pane.Count() > 0 {
		t.Error("a late page was taken")
	}
	if b.Hide(); b.reading.Err() == nil || b.Folder() != "" {
		t.Error("the hidden pane goes on reading")
	}
}

// A command is about the marked entries. An entry in a marked folder goes with the
// folder.
func TestCommandsAreAboutTheSelection(t *testing.T) {
	b := newBench(t, "a.txt", "tree/leaf")
	b.press(t, "drive.local_remove")
	if got := b.names(); !slices.Equal(got, []string{"tree"}) {
		t.Errorf("%q are removed, want the folder under the cursor", got)
	}
	b.run(t, b.Pane.Open(local.Path(filepath.Join(b.folder, "tree"))))
	b.press(t, "list.mark")
	b.run(t, b.Pane.Open(local.Path(b.folder)))
	b.press(t, "list.mark_all")
	b.press(t, "drive.local_remove")
	batch := b.screen.started[1]
	if got := b.names(); !slices.Equal(got, []string{"tree", "a.txt"}) || !batch.Marked || batch.Side != change.Here {
		t.Errorf("%q are removed, want both without what is in the folder", got)
	}
	b.press(t, "drive.local_rename")
	if len(b.screen.renaming) != 2 {
		t.Errorf("%d are renamed", len(b.screen.renaming))
	}
	b.press(t, "drive.local_copy_path")
	if want := filepath.Join(b.folder, "tree") + "\n" + filepath.Join(b.folder, "a.txt"); b.screen.copied != want {
		t.Errorf("%q is copied", b.screen.copied)
	}
	if b.press(t, "drive.local_upload"); b.Pane.Marked() != 3 {
		t.Error("the marks are gone although nothing was added")
	}
	b.screen.accepts = true
	b.press(t, "drive.local_upload")
	if got := b.screen.uploads; len(got) != 2 || !got[0].Folder || got[1].Folder || b.Pane.Marked() != 0 {
		t.Errorf("%v are added, %d are marked still", got, b.Pane.Marked())
	}
}

// Names that systems refuse, and those that the folder has, are refused at once.
func TestNames(t *testing.T) {
	b := newBench(t, "a.txt")
	here := local.Path(b.folder)
	tests := []struct {
		name   string
		folder wire.Path
		typed  string
		want   bool // it can be used
	}{
		{"another name", here, "b.txt", true},
		{"no name", here, "", false},
		{"two names", here, "a/b", false},
		{"a taken name", here, "a.txt", false},
		{"a name taken in another folder", "/", "a.txt", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if wrong := b.checkName(tt.folder, tt.typed); (wrong == nil) != tt.want {
				t.Errorf("%q can be used: %t, want %t", tt.typed, wrong == nil, tt.want)
			}
		})
	}
}

// A path leads to a folder, or to a file in its folder. A missing one is refused in
// the prompt, which stays open.
func TestGoingToAPath(t *testing.T) {
	b := newBench(t, "a.txt", "b.txt", "tree/leaf")
	prompt := func() *dialog.PathPrompt {
		p, _ := dialog.NewPathPrompt(*b.Places(b.folder))
		b.Dialogs.Push(p)
		return p
	}
	to := func(name string) {
		b.run(t, func() tea.Msg { return goMsg{prompt(), filepath.Join(b.folder, name)} })
	}
	to("tree")
	if got := b.Folder(); got != filepath.Join(b.folder, "tree") || !b.screen.focused {
		t.Errorf("it shows %s", got)
	}
	to("b.txt")
	if e, _ := b.Pane.Current(); e.Name != "b.txt" || b.Folder() != b.folder || b.dialogs.Len() != 0 {
		t.Errorf("the cursor is on %s in %s", e.Name, b.Folder())
	}
	to("none")
	if b.dialogs.Len() != 1 || b.Folder() != b.folder {
		t.Errorf("%d dialogs are open, and it shows %s", b.dialogs.Len(), b.Folder())
	}
}

// The next run shows the folder again.
func TestKeptForTheNextRun(t *testing.T) {
	b := newBench(t, "a.txt")
	var s session.Settings
	if b.Keep(&s); !s.LocalPane || s.LocalFolder != b.folder {
		t.Errorf("it keeps %+v", s)
	}
	b.Hide()
	if b.Keep(&s); s.LocalPane || s.LocalFolder != b.folder {
		t.Errorf("hidden, it keeps %+v", s)
	}
	b.run(t, b.Show("/none"))
	if e, ok := b.Pane.Current(); !ok || e.Name != "a.txt" {
		t.Errorf("shown again, the cursor is on %q", e.Name)
	}
}
