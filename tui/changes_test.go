//go:build !windows

package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/tuitest"
	"wangpan/wire"
	"wangpan/wire/linetest"
)

// carryOut runs a batch of the drive that was started, and those that follow it.
func (m *Model) carryOut(tb testing.TB, cmd tea.Cmd) {
	tb.Helper()
	for m.changes.Engine.Running(change.Drive) != nil {
		done := stepped(cmd)
		if done == nil {
			tb.Fatal("the batch does not go on")
		}
		cmd = m.handle(done)
	}
}

// stepped runs the command of a batch, and those that come with it, and returns its
// message.
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
	case envelope:
		if fmt.Sprintf("%T", msg.msg) == "changes.doneMsg" {
			return msg
		}
	}
	return nil
}

func (m *Model) undo() tea.Cmd { return fromChanges(m.changes.Undo(change.Drive)) }

// askRemove removes the selection, as its key does.
func (m *Model) askRemove() tea.Cmd {
	commands := m.remote.Commands()
	at := slices.IndexFunc(commands, func(c command.Command) bool { return c.Name == "drive.remove" })
	cmd, _ := commands[at].Run(nil)
	return cmd
}

// told fails the test unless the status bar says what is wanted.
func (m *Model) told(t *testing.T, want string) {
	t.Helper()
	if got := m.status.notice(m.locale); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

// filled shows a folder with files of these names, each with its name in it.
func (p *place) filled(t *testing.T, names ...string) *Model {
	t.Helper()
	m := p.ready(t)
	for _, name := range names {
		if _, err := store(t.Context(), m.drive.session.Client(), wire.Path("/"+name), []byte(name), wire.Precondition{If: wire.IfAbsent}); err != nil {
			t.Fatal(err)
		}
	}
	m.listAnew(t)
	return m
}

// listAnew lists the folder shown and waits for that.
func (m *Model) listAnew(tb testing.TB) {
	tb.Helper()
	if run(m, m.remote.Pane.Refresh()); m.remote.Pane.Loading() {
		tb.Fatal("the folder does not come")
	}
}

// run carries out a command of the list's, and all that follows from it.
func run(m *Model, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			run(m, c)
		}
	case nil:
	default:
		run(m, m.remote.Pane.Update(msg))
	}
}

func (m *Model) names(t *testing.T) []string {
	t.Helper()
	listing, err := m.drive.session.Client().List(t.Context(), wire.ListArgs{Path: wire.Root})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range listing.Entries {
		names = append(names, string(e.Name))
	}
	return names
}

func (m *Model) wantNames(t *testing.T, want ...string) {
	t.Helper()
	if got := m.names(t); !slices.Equal(got, want) {
		t.Errorf("there is %q, want %q", got, want)
	}
}

// Before the user quits or logs out, the screen lists the changes that would be lost.
func TestLeavingWithBatchesThatWait(t *testing.T) {
	m := newPlace(t).filled(t, "a", "b", "c")
	first := m.askRemove()
	m.askRemove()
	if m.quit(); m.dialogs.Pop() == nil {
		t.Error("nothing is asked")
	}
	m.askLogout()
	if view := m.View().Content; !strings.Contains(view, "1 change is queued") {
		t.Errorf("it does not say what waits:\n%s", view)
	}
	m.logout(logoutMsg{})
	if done := stepped(first); done == nil || m.handle(done) != nil {
		t.Error("it goes on")
	}
}

// Keys pressed faster than the server answers each mean what the screen shows:
// the entry after the one that has just been removed.
func TestRemovedFasterThanAnswered(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, name := range []string{"a.txt", "b.txt", "c.txt", "d.txt", "e.txt"} {
		p.write(t, name, name)
	}
	line := linetest.Start(t, p.Addr)
	term := p.show(t, p.through(t, line.Addr), "en", 80, 24)
	term.Wait("▌  a.txt", "5 items")
	line.Hold(linetest.Down, 0)
	term.Type("xxx")
	term.Wait("▌  d.txt", "2 items")
	p.write(t, "b.txt", "another one meanwhile")
	line.Release()
	term.Wait("▌  d.txt", "  b.txt", "3 items", "b.txt: It has changed in the meantime")
	p.wantText(t, "b.txt", "another one meanwhile")
	term.Type("!") // or the last of them might still be under way
	term.Wait("c.txt is in the trash")
	term.Type(tuitest.Escape)
	term.WaitGone("Messages")
	for _, name := range []string{"a.txt", "c.txt"} {
		if _, err := os.Lstat(filepath.Join(p.drive, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	line.Hold(linetest.Down, 0)
	term.Type("x")
	term.Wait("▌  e.txt")
	term.Type("z")
	line.Release()
	term.Wait("  b.txt", "▌  d.txt", "3 items", "Undone")
	term.Type("zz")
	term.Wait("a.txt", "c.txt", "5 items")
	term.Type("q")
	term.Ended()
}

// When the drive is left, nothing goes on that only waited.
func TestWaitingBatchesEndWithTheDrive(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		p.write(t, name, name)
	}
	line := linetest.Start(t, p.Addr)
	term := p.show(t, p.through(t, line.Addr), "en", 80, 24)
	term.Wait("▌  a.txt", "3 items")
	line.Hold(linetest.Down, 0)
	term.Type("xx")
	term.Wait("▌  c.txt", "1 item")
	term.Type("L")
	term.Wait("Log out?")
	term.Type("l")
	term.Wait("Password")
	line.Release()
	p.wantText(t, "c.txt", "c.txt")
	term.Type("\x03")
	term.Ended()
	if strings.Contains(term.Raw(), "panic") {
		t.Error("it panicked")
	}
}

// A name that was typed while the connection is lost can be tried again. An empty
// folder names the keys that fill it. The summary of an undo uses the restored name.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	term := p.show(t, p.Addr, "en", 80, 24)
	term.Wait("This folder is empty.", "Press u to upload files, n to create a folder.")
	term.Type("n")
	term.Wait("New folder")
	p.Stop()
	term.Type("论文 2026" + tuitest.Enter)
	term.Wait("was not created", "New folder", "论文 2026")
	p.Restart()
	term.WaitGone("reconnecting")
	term.Type(tuitest.Enter)
	term.Wait("论文 2026 is created.", "▸ 论文 2026/")
	term.Type("r\x01\x0bother" + tuitest.Enter)
	term.Wait("is renamed", "▸ other/")
	term.Type("z")
	term.Wait("Undone: 论文 2026", "▸ 论文 2026/")
	term.Type("q")
	term.Ended()
}
