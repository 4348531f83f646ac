package accounts

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// saveAs puts bytes in the place of the workbook, as editors do.
func saveAs(tb testing.TB, path string, data []byte) {
	tb.Helper()
	if err := replaceFile(path, data, always); err != nil {
		tb.Fatal(err)
	}
}

// editFile changes the workbook on the disk.
func editFile(tb testing.TB, path string, edit func(f *excelize.File)) {
	tb.Helper()
	saveAs(tb, path, edited(tb, must(os.ReadFile(path)), edit))
}

// onDisk loads the workbook as it is.
func onDisk(tb testing.TB, path string) *contents {
	tb.Helper()
	c, err := load(must(os.ReadFile(path)))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// folded waits until the workbook holds every operation and nobody's edit is waiting.
func folded(tb testing.TB, b *Book) {
	tb.Helper()
	eventually(tb, "the workbook is saved", func() bool {
		data, err := os.ReadFile(b.path)
		if err != nil {
			return false
		}
		c, err := load(data)
		if err != nil {
			return false
		}
		b.change.Lock()
		defer b.change.Unlock()
		return c.ours && c.seal.sequence == b.journal.last()
	})
}

// running opens a book on a workbook of n accounts, user0 and so on.
func running(tb testing.TB, n int, o Options) *Book {
	tb.Helper()
	path := newPath(tb)
	saveAs(tb, path, workbookOf(tb, n))
	return bookAt(tb, path, o)
}

func (b *Book) entry(name string) *entry {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if e := b.roster.named(name); e != nil {
		return e.copy()
	}
	return nil
}

func TestLiveEdits(t *testing.T) {
	b := running(t, 6, Options{DefaultQuota: 77})
	editFile(t, b.path, func(f *excelize.File) {
		set(t, f, "user0", colStatus, "disabled")
		set(t, f, "user1", colQuota, "10 GB")
		set(t, f, "user2", colUser, "renamed")
		set(t, f, "user3", colPassword, "")
		set(t, f, "user4", colNewPassword, "typed by hand")
		addRow(t, f, map[column]string{colUser: "Carol", colNewPassword: "carol's own"})
		if err := f.RemoveRow(sheetAccounts, 7); err != nil { // user5
			t.Fatal(err)
		}
	})
	ended := map[string]bool{}
	for len(ended) < 5 {
		select {
		case name := <-b.Ended():
			ended[name] = true
		case <-time.After(30 * time.Second):
			t.Fatalf("only the sessions of %v ended", ended)
		}
	}
	for _, name := range []string{"user0", "user2", "user3", "user4", "user5"} {
		if !ended[name] {
			t.Errorf("the sessions of %s go on", name)
		}
	}
	eventually(t, "carol logs in", func() bool {
		_, err := b.Authenticate(t.Context(), "carol", "carol's own")
		return err == nil
	})
	folded(t, b)
	if quota, err := b.Quota("user1"); quota != 10e9 || err != nil {
		t.Errorf("quota %d, %v", quota, err)
	}
	if folder, err := b.Folder("renamed"); folder != "user2" || err != nil {
		t.Errorf("folder %q, %v", folder, err)
	}
	for _, name := range []string{"user0", "user2", "user3", "user5"} {
		if _, err := b.Folder(name); !errors.Is(err, ErrGone) {
			t.Errorf("folder of %s: %v", name, err)
		}
	}
	if _, err := b.Authenticate(t.Context(), "user4", "typed by hand"); err != nil {
		t.Errorf("the typed password: %v", err)
	}
	// A typed password is nowhere in the file, nor in any backup.
	files := append(must(filepath.Glob(filepath.Join(backupFolder(b.path), "*.xlsx"))), b.path)
	if len(files) < 2 {
		t.Error("no backup")
	}
	for _, file := range files {
		if text := unpacked(t, must(os.ReadFile(file))); strings.Contains(text, "typed by hand") || strings.Contains(text, "carol's own") {
			t.Errorf("a typed password stands in %s", filepath.Base(file))
		}
	}
	mustRegister(t, b, "user5")
	if folder, _ := b.Folder("user5"); folder != "user5~2" {
		t.Errorf("the new user5 got the folder %q", folder)
	}
}

// TestOldCopy: an administrator edits a copy at home. What happened meanwhile stays.
func TestOldCopy(t *testing.T) {
	b := running(t, 2, Options{})
	copied := must(os.ReadFile(b.path))
	mustRegister(t, b, "newcomer")
	if err := b.SetPassword(t.Context(), "user0", "changed meanwhile"); err != nil {
		t.Fatal(err)
	}
	folded(t, b)
	saveAs(t, b.path, edited(t, copied, func(f *excelize.File) { set(t, f, "user1", colStatus, "disabled") }))
	eventually(t, "the edit is in use", func() bool { return b.entry("user1").disabled })
	folded(t, b)
	for _, login := range [][2]string{{"newcomer", goodPassword}, {"user0", "changed meanwhile"}} {
		if _, err := b.Authenticate(t.Context(), login[0], login[1]); err != nil {
			t.Errorf("%s: %v", login[0], err)
		}
	}
	if e := onDisk(t, b.path).roster.named("newcomer"); e == nil {
		t.Error("newcomer is not in the workbook")
	}
}

// TestSameCellTwice: while an editor keeps the workbook open, each of its saves has the same New
// password again, and a later change by the owner stays.
func TestSameCellTwice(t *testing.T) {
	b := running(t, 1, Options{})
	mark := filepath.Join(filepath.Dir(b.path), "~$accounts.xlsx")
	if err := os.WriteFile(mark, nil, fileMode); err != nil {
		t.Fatal(err)
	}
	editFile(t, b.path, func(f *excelize.File) { set(t, f, "user0", colNewPassword, "typed by hand") })
	login := func(password string) func() bool {
		return func() bool { _, err := b.Authenticate(t.Context(), "user0", password); return err == nil }
	}
	eventually(t, "the typed password works", login("typed by hand"))
	if err := b.ChangePassword(t.Context(), "user0", "typed by hand", "chosen by user0"); err != nil {
		t.Fatal(err)
	}
	editFile(t, b.path, func(f *excelize.File) { set(t, f, "user0", colQuota, "5 GB") })
	eventually(t, "the second save is in use", func() bool { return b.entry("user0").quota.text == "5 GB" })
	if err := os.Remove(mark); err != nil {
		t.Fatal(err)
	}
	folded(t, b)
	if !login("chosen by user0")() {
		t.Error("the owner's password was undone")
	}
	// Once wiped, the same text is a new wish.
	editFile(t, b.path, func(f *excelize.File) { set(t, f, "user0", colNewPassword, "typed by hand") })
	eventually(t, "the typed password works again", login("typed by hand"))
}

// logLines collects what a book logs.
type logLines struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logLines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.all.String(), text)
}

// TestBadFileWhileRunning: the accounts in memory stay in use, the file stays as it is, the reason is
// logged once, and a good file is taken again.
func TestBadFileWhileRunning(t *testing.T) {
	for _, c := range []struct {
		name string
		data func(good []byte) []byte
		want string
	}{
		{"emptied", func(good []byte) []byte { return nil }, "damaged"},
		{"cut", func(good []byte) []byte { return good[:len(good)/2] }, "damaged"},
		{"flipped", func(good []byte) []byte {
			bad := bytes.Clone(good)
			bad[len(bad)/3] ^= 4
			return bad
		}, "damaged"},
		{"lost most", func(good []byte) []byte {
			return edited(t, good, func(f *excelize.File) {
				for range 3 {
					if err := f.RemoveRow(sheetAccounts, 2); err != nil {
						t.Fatal(err)
					}
				}
			})
		}, "lost 3 of 5"},
		{"blank", func(good []byte) []byte { return must(blank("another")) }, "lost 5 of 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines logLines
			b := running(t, 5, Options{Log: slog.New(slog.NewTextHandler(&lines, nil))})
			good := must(os.ReadFile(b.path))
			bad := c.data(good)
			saveAs(t, b.path, bad)
			eventually(t, "the refusal is logged", func() bool { return lines.count(c.want) > 0 })
			if err := b.SetPassword(t.Context(), "user0", "still works"); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the save is put off", func() bool { return lines.count("not saved for the moment") > 0 })
			if !bytes.Equal(must(os.ReadFile(b.path)), bad) {
				t.Error("the file was replaced")
			}
			if n := lines.count("stay in use"); n != 1 {
				t.Errorf("logged %d times", n)
			}
			saveAs(t, b.path, edited(t, good, func(*excelize.File) {}))
			folded(t, b)
			if _, err := b.Authenticate(t.Context(), "user0", "still works"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestForgottenPast: an old copy that the journal does not reach back to would lose accounts.
func TestForgottenPast(t *testing.T) {
	var lines logLines
	b := running(t, 3, Options{Log: slog.New(slog.NewTextHandler(&lines, nil))})
	copied := must(os.ReadFile(b.path))
	mustRegister(t, b, "newcomer")
	folded(t, b)
	b.change.Lock()
	err := b.journal.forget(b.journal.last(), time.Now().Add(2*keepFolded))
	b.change.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	saveAs(t, b.path, copied)
	eventually(t, "the old copy is refused", func() bool { return lines.count("old copy") > 0 })
	if b.entry("newcomer") == nil {
		t.Error("newcomer is lost")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openAt(b.path, Options{}); !errors.Is(err, errOld) {
		t.Errorf("open: %v", err)
	}
	if done, err := Restore(b.path, "", Options{}); err != nil || done.Accounts != 4 {
		t.Errorf("restore: %+v, %v", done, err)
	}
}

// TestSavedInTheLastMoment: what an editor saves between the last look and the rename is not lost.
func TestSavedInTheLastMoment(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("two files can change places on Linux only")
	}
	b := running(t, 2, Options{look: time.Hour})
	info := must(os.Lstat(b.path))
	theirs := edited(t, must(os.ReadFile(b.path)), func(f *excelize.File) { set(t, f, "user1", colStatus, "disabled") })
	late := func() error { saveAs(t, b.path, theirs); return nil }
	err := putFile(b.path, []byte("ours"), late, func(temp string) error { return exchange(temp, b.path, info) })
	if !errors.Is(err, errHeld) || !bytes.Equal(must(os.ReadFile(b.path)), theirs) {
		t.Errorf("%v, and the edit is lost", err)
	}
	if left := must(filepath.Glob(filepath.Join(filepath.Dir(b.path), tempPattern))); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if err := putFile(b.path, theirs, always, func(temp string) error { return exchange(temp, b.path, must(os.Lstat(b.path))) }); err != nil {
		t.Errorf("nobody came between: %v", err)
	}
}
