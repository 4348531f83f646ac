package edit

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/daemon/daemontest"
	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire"
)

// screen is the rest of the screen: it records what the feature asks it for.
type screen struct {
	ctx     context.Context //nolint:containedctx // it is that of the test
	session *session.Session
	found   wire.Found
	words   *locale.Locale
	done    []draft.Saved
	said    []string
}

func (s *screen) Session() *session.Session   { return s.session }
func (s *screen) Context() context.Context    { return s.ctx }
func (s *screen) Current() (wire.Found, bool) { return s.found, !s.found.Entry.IsDir }
func (s *screen) Explain(err error) string    { return err.Error() }
func (s *screen) ClearNotice()                {}

func (s *screen) Say(_ bool, words locale.Words) { s.said = append(s.said, words(s.words)) }

func (s *screen) Saved(saved draft.Saved) tea.Cmd {
	s.done = append(s.done, saved)
	return nil
}

// bench is the feature on a real server.
type bench struct {
	*Edit
	*screen
	server  *daemontest.Server
	dialogs *dialog.Stack
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{server: daemontest.Start(t), dialogs: dialog.NewStack(dialog.Look{})}
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: keeper, Name: "test", TrustNew: true}
	s, err := dialer.Register(t.Context(), b.server.Addr, "alice", "correct horse", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	b.screen = &screen{ctx: t.Context(), session: s, words: locale.New(locale.English)}
	b.Edit = New(Options{
		Host: b.screen, Dialogs: b.dialogs.For(func(msg tea.Msg) tea.Msg { return msg }), Store: draft.NewStore(t.TempDir()),
		Shorten: filepath.Base,
	})
	b.write(t, "base\n")
	return b
}

func (b *bench) write(t *testing.T, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.server.Dir, "drives", "alice", "a.txt"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// typed returns the message of an editor that wrote a text.
func (b *bench) typed(t *testing.T, content string) readMsg {
	t.Helper()
	d, _, err := b.Store.Fetch(t.Context(), b.session, b.session.Origin(), "/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.File(), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	e := &editing{session: b.session, draft: d, path: "/a.txt", editor: "vi"}
	return closedMsg{edit: e}.read().(readMsg)
}

// send handles a message and runs the commands that follow, until a save waits.
func (b *bench) send(t *testing.T, msg tea.Msg) (waits *waitMsg) {
	t.Helper()
	switch msg := msg.(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		for _, cmd := range msg {
			if w := b.send(t, cmd()); w != nil {
				waits = w
			}
		}
		return waits
	case waitMsg:
		b.wait(msg)
		return &msg
	}
	cmd, taken := b.Update(msg)
	if !taken {
		t.Fatalf("%T is not taken", msg)
	}
	if cmd == nil || b.dialogs.Len() > 0 { // the commands of a dialog only time its keys
		return nil
	}
	return b.send(t, cmd())
}

func TestSave(t *testing.T) {
	b := newBench(t)
	b.send(t, b.typed(t, "mine\n"))
	if len(b.done) != 1 || b.done[0].Path != "/a.txt" || b.dialogs.Len() > 0 {
		t.Errorf("saved: %+v, %d dialogs", b.done, b.dialogs.Len())
	}
	if left, err := b.Store.Left(b.session.Origin()); err != nil || len(left) > 0 {
		t.Errorf("%d drafts are left, %v", len(left), err)
	}
}

func TestConflictIsAsked(t *testing.T) {
	b := newBench(t)
	msg := b.typed(t, "mine\n")
	b.write(t, "theirs, longer\n")
	b.send(t, msg)
	if len(b.done) > 0 || b.dialogs.Len() != 1 {
		t.Fatalf("saved: %+v, %d dialogs", b.done, b.dialogs.Len())
	}
	b.dialogs.Pop()
	b.send(t, doMsg{msg.edit, saveBeside})
	if len(b.done) != 1 || b.done[0].Path != "/a (conflict).txt" {
		t.Errorf("saved: %+v", b.done)
	}
}

// A save without a connection waits and is then sent, without a question.
func TestSaveWaits(t *testing.T) {
	b := newBench(t)
	msg := b.typed(t, "mine\n")
	b.server.Stop()
	waits := b.send(t, msg)
	if waits == nil || !strings.Contains(strings.Join(b.said, "\n"), "Disconnected.") {
		t.Fatalf("it does not wait: %q", b.said)
	}
	b.server.Restart()
	b.send(t, run(t.Context(), waits.edit, waits.save, waits.tries+1))
	if len(b.done) != 1 || b.dialogs.Len() > 0 {
		t.Errorf("saved: %+v, %d dialogs", b.done, b.dialogs.Len())
	}
}

// After another login, a text stays on this computer for the next run.
func TestAnotherSession(t *testing.T) {
	b := newBench(t)
	msg := b.typed(t, "mine\n")
	before := b.session
	b.session = nil
	b.send(t, msg)
	if left, err := b.Store.Left(before.Origin()); err != nil || len(left) != 1 || len(b.done) > 0 {
		t.Errorf("%d drafts are left, %v; saved: %+v", len(left), err, b.done)
	}
}

func TestFolderIsRefused(t *testing.T) {
	b := newBench(t)
	b.found = wire.Found{Path: "/x", Entry: wire.Entry{Name: "x", IsDir: true}}
	if b.editCurrent() != nil || len(b.said) != 1 {
		t.Errorf("said %q", b.said)
	}
}
