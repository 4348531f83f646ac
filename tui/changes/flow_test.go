package changes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/daemon/daemontest"
	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// maxWaiting is how many batches may wait.
const maxWaiting = 64

// drive is the feature on a real server, in the top folder.
type drive struct {
	*bench
	pane *browse.Pane
	root string // of the account's files on the server's disk
	ends *change.Uploads
}

// newDrive returns a drive with files of these names, each with its name in it.
func newDrive(t *testing.T, names ...string) *drive {
	t.Helper()
	server := daemontest.Start(t)
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: keeper, Name: "test", TrustNew: true}
	s, err := dialer.Register(t.Context(), server.Addr, "alice", "correct horse", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &drive{bench: newBench(t), root: filepath.Join(server.Dir, "drives", "alice")}
	d.pane = browse.New(browse.Options{
		Theme: theme.New(theme.Options{}), Locale: d.Locale, Explain: d.screen.Explain,
		Source: func(r browse.Request) tea.Cmd {
			return func() tea.Msg {
				listing, err := s.Client().List(t.Context(), wire.ListArgs{Path: r.Path, After: r.After})
				return browse.Page{Request: r, Listing: listing, Err: err}
			}
		},
	})
	d.Panes[change.Drive] = d.pane
	d.pane.Resize(80, 20)
	d.ends = d.Enter(t.Context(), s)
	for _, name := range names {
		d.write(t, name, name)
	}
	run(d.pane, d.pane.Open(wire.Root))
	return d
}

func (d *drive) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.root, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// remove starts a batch that removes the selection, as the drive's pane does.
func (d *drive) remove() tea.Cmd {
	selection := d.pane.Selection()
	var steps []change.Step
	for _, one := range selection.Found() {
		steps = append(steps, change.Remove(one.Path, one.Entry.Version))
	}
	return d.Start(&change.Batch{Kind: change.Removing, Marked: true, Hidden: true, Steps: steps})
}

// removes starts a batch that removes one file.
func (d *drive) removes(path wire.Path) tea.Cmd {
	return d.Start(&change.Batch{Kind: change.Removing, Steps: []change.Step{change.Remove(path, "")}})
}

func (d *drive) undo() tea.Cmd { return d.Undo(change.Drive) }

// carryOut runs a batch that was started, and those that follow it.
func (d *drive) carryOut(t *testing.T, cmd tea.Cmd) {
	t.Helper()
	for d.Engine.Running(change.Drive) != nil {
		done := stepped(cmd)
		if done == nil {
			t.Fatal("the batch does not go on")
		}
		cmd, _ = d.Update(done)
	}
	run(d.pane, d.pane.Refresh())
}

// stepped runs the command of a batch and returns its message, nil for none.
func stepped(cmd tea.Cmd) tea.Msg {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, one := range msg {
			if done := stepped(one); done != nil {
				return done
			}
		}
	case doneMsg:
		return msg
	}
	return nil
}

// wantNames compares the files of the drive with what is wanted.
func (d *drive) wantNames(t *testing.T, want ...string) {
	t.Helper()
	found, err := os.ReadDir(d.root)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range found {
		got = append(got, one.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("the drive has %q, want %q", got, want)
	}
}

// wantSaid compares the status bar with a message.
func (d *drive) wantSaid(t *testing.T, id string, args ...any) {
	t.Helper()
	if want := d.Locale.T(id, args...); d.screen.notice != want {
		t.Errorf("the status bar shows %q, want %q", d.screen.notice, want)
	}
}

// Each key is about the entry that the cursor is on then, however long the batch
// before takes.
func TestRemovalsWait(t *testing.T) {
	d := newDrive(t, "a", "b", "c", "d")
	first := d.remove()
	d.remove()
	d.remove()
	if e, _ := d.pane.Current(); e.Name != "d" || d.Engine.Waiting(change.Drive) != 2 {
		t.Errorf("the cursor is on %s, and %d wait", e.Name, d.Engine.Waiting(change.Drive))
	}
	d.undo() // of the batch that waits
	if e, _ := d.pane.Current(); e.Name != "c" || d.Engine.Waiting(change.Drive) != 1 {
		t.Errorf("the cursor is on %s, and %d wait", e.Name, d.Engine.Waiting(change.Drive))
	}
	d.carryOut(t, first)
	d.wantNames(t, "c", "d")
	second := d.undo()
	d.undo()
	d.carryOut(t, second)
	d.wantNames(t, "a", "b", "c", "d")
}

// The file of a batch that fails is in the list again, and the status bar says why at
// the end. The other batches run. An undo does not count the one that failed.
func TestRemovalInTheMiddleFails(t *testing.T) {
	t.Parallel()
	d := newDrive(t, "a", "b", "c", "d")
	d.write(t, "b", "newer")
	first := d.remove()
	d.remove()
	d.remove()
	d.carryOut(t, first)
	d.wantNames(t, "b", "d")
	if !d.screen.bad || !strings.HasPrefix(d.screen.notice, "b: ") {
		t.Errorf("the status bar shows %q", d.screen.notice)
	}
	d.pane.Seek("b")
	if e, _ := d.pane.Current(); e.Name != "b" {
		t.Errorf("the cursor is on %s", e.Name)
	}
	d.carryOut(t, d.undo())
	d.wantNames(t, "b", "c", "d")
	d.carryOut(t, d.undo())
	d.wantNames(t, "a", "b", "c", "d")
	d.undo()
	d.wantSaid(t, "act.undo.nothing")
}

// An undo that was asked for behind a batch that fails undoes nothing.
func TestUndoAfterAFailure(t *testing.T) {
	d := newDrive(t, "a", "b")
	d.carryOut(t, d.removes("/a"))
	first := d.removes("/none")
	d.undo()
	d.carryOut(t, first)
	d.wantNames(t, "b")
}

// A batch that waits is about a file and not about its name.
func TestFileIsRenamedBeforeItIsRemoved(t *testing.T) {
	d := newDrive(t, "a", "b")
	one, _ := d.pane.Current()
	first := d.Start(&change.Batch{Kind: change.Renaming, Focus: "z", Steps: []change.Step{change.Move("/a", "/z", one.Version)}})
	d.remove()
	d.carryOut(t, first)
	d.wantNames(t, "b")
	again := d.undo()
	d.undo()
	d.carryOut(t, again)
	d.wantNames(t, "a", "b")
	if view := d.pane.View(true); strings.Contains(view, "on its way") {
		t.Errorf("the list still hides a file:\n%s", view)
	}
}

// Without a connection no batch that waits runs, and the list shows their files again.
func TestConnectionIsLost(t *testing.T) {
	d := newDrive(t, "a", "b", "c")
	first := d.remove()
	d.remove()
	d.remove()
	_ = d.session.Client().Close()
	for d.Engine.Running(change.Drive) != nil {
		cmd, _ := d.Update(stepped(first))
		first = cmd
	}
	if d.Engine.Waiting(change.Drive) != 0 || d.dialogs.Len() != 1 {
		t.Errorf("%d wait, %d dialogs", d.Engine.Waiting(change.Drive), d.dialogs.Len())
	}
	if view := d.pane.View(true); strings.Contains(view, "on their way") {
		t.Errorf("the list still hides files:\n%s", view)
	}
	d.wantNames(t, "a", "b", "c")
}

// The queue is bounded.
func TestQueueIsBounded(t *testing.T) {
	b := newBench(t)
	for i := range maxWaiting + 2 {
		path := wire.Path(fmt.Sprintf("/%d", i))
		b.Start(&change.Batch{Kind: change.Removing, Steps: []change.Step{change.Remove(path, "")}})
	}
	if b.Engine.Waiting(change.Drive) != maxWaiting || !b.screen.bad {
		t.Errorf("%d wait", b.Engine.Waiting(change.Drive))
	}
}

// A batch that the user stopped is not reported as done.
func TestGivenUpIsNotDone(t *testing.T) {
	d := newDrive(t)
	cmd := d.Start(&change.Batch{Kind: change.Copying, Steps: []change.Step{change.Copy("/a", "/b", "")}, Own: true})
	answer, _ := d.dialogs.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if _, taken := d.Update(answer); !taken {
		t.Fatalf("the box answers %v", answer)
	}
	d.carryOut(t, cmd)
	d.wantSaid(t, "act.given_up", "Done", "0", "All", "1", "Key", "z")
	if d.dialogs.Len() != 0 {
		t.Error("the box is open")
	}
}

// A long undo runs in the background, and a key stops it. The next undo continues it.
func TestLongUndoRunsInTheBackground(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 3 * 16 {
		names = append(names, fmt.Sprintf("%02d", i))
	}
	d := newDrive(t, names...)
	mark(d.pane)
	d.carryOut(t, d.remove())
	d.wantNames(t)
	undo := d.undo()
	d.Tick()
	if words := d.Background(); d.dialogs.Len() > 0 || d.Pace() == 0 || words == nil || !strings.Contains(words(d.Locale), "0 of 48") {
		t.Fatalf("%d dialogs are open, the pace is %v", d.dialogs.Len(), d.Pace())
	}
	d.undo()
	d.wantSaid(t, "act.busy_stop", "Key", "esc")
	if !d.StopBackground() || d.StopBackground() {
		t.Error("the undo is not stopped, or twice")
	}
	d.carryOut(t, undo)
	d.wantSaid(t, "act.undo.stopped", "Done", "0", "All", "48", "Key", "z")
	d.wantNames(t)
	d.carryOut(t, d.undo())
	d.wantNames(t, names...)
}

// Undo right after an upload undoes the upload, and not the change before it.
func TestUndoRightAfterAnUpload(t *testing.T) {
	t.Parallel()
	d := newDrive(t, "a", "b")
	d.carryOut(t, d.removes("/a"))
	file := filepath.Join(t.TempDir(), "b")
	if err := os.WriteFile(file, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	q := transfer.New(transfer.Options{
		Dial:     func(ctx context.Context) (transfer.Server, error) { return d.session.Dial(ctx) },
		Hopeless: func(error) bool { return true }, OnEnd: d.ends.Ended,
	})
	q.Add(transfer.Job{Direction: transfer.Upload, Local: file, Remote: "/b", IfExists: transfer.StartOver})
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	d.Engine.CollectUploads()
	planning := d.undo()
	if d.removes("/b") != nil || !d.screen.bad {
		t.Error("a removal is accepted that would be undone in place of the upload")
	}
	d.carryOut(t, planning)
	if want := d.Locale.N("act.undo.done", 1, "Name", "b"); d.screen.notice != want {
		t.Errorf("the status bar shows %q, want %q", d.screen.notice, want)
	}
	if content, err := os.ReadFile(filepath.Join(d.root, "b")); err != nil || string(content) != "b" {
		t.Errorf("b holds %q (%v)", content, err)
	}
	d.carryOut(t, d.undo())
	d.wantNames(t, "a", "b")
}

// Names are edited in the user's editor. A remark says what is wrong with them, and
// the next time continues with the typed names.
func TestNamesInTheEditor(t *testing.T) {
	b := newBench(t)
	items := []wire.Found{{Path: "/a", Entry: wire.Entry{Name: "a"}}, {Path: "/b", Entry: wire.Entry{Name: "b"}}}
	b.Env = []string{"VISUAL=true"}
	opens := func(cmd tea.Cmd) namesMsg {
		t.Helper()
		msg, ok := cmd().(namesMsg)
		if !ok || msg.err != nil {
			t.Fatalf("the editor does not open: %v", msg.err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(msg.folder) })
		return msg
	}
	want := func(msg namesMsg, want string) {
		t.Helper()
		if content, err := os.ReadFile(msg.file); err != nil || string(content) != want {
			t.Errorf("the editor opens %q (%v), want %q", content, err, want)
		}
	}
	msg := opens(b.RenameMany(change.Drive, items))
	want(msg, "a\nb\n")
	b.Update(editedMsg{namesMsg: msg, lines: []string{"same", "same"}})
	if b.dialogs.Len() != 1 {
		t.Fatal("two files get one name")
	}
	b.dialogs.Pop()
	cmd, _ := b.Update(againMsg{namesMsg: msg, lines: []string{"same", "same"}})
	want(opens(cmd), remark+b.Locale.T("act.rename.twice", "Line", 3, "Name", "same")+"\nsame\nsame\n")
	again := opens(b.RenameMany(change.Drive, items))
	if content, _ := os.ReadFile(again.file); !strings.HasPrefix(string(content), remark) || !strings.HasSuffix(string(content), "same\nsame\n") {
		t.Errorf("the editor opens %q", content)
	}
	b.Update(editedMsg{namesMsg: again, lines: []string{"a", "b"}})
	b.Leave()
	if b.Update(editedMsg{namesMsg: again, lines: []string{"x", "y"}}); b.dialogs.Len() != 0 {
		t.Error("names for a drive that was left open a question")
	}
	if b.RenameMany(change.Drive, make([]wire.Found, change.MaxRenames+1)) != nil || !b.screen.bad {
		t.Error("too many names are accepted")
	}
}
