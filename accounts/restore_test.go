package accounts

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestRestoreUndoesAnEdit: somebody deleted rows that were needed. What people did since the backup
// is repeated over it, the deletion is not.
func TestRestoreUndoesAnEdit(t *testing.T) {
	b := running(t, 5, Options{})
	mustRegister(t, b, "before")
	folded(t, b)
	editFile(t, b.path, func(f *excelize.File) {
		if err := errors.Join(f.RemoveRow(sheetAccounts, 2), f.RemoveRow(sheetAccounts, 2)); err != nil {
			t.Fatal(err)
		}
	})
	eventually(t, "the rows are gone", func() bool { return b.entry("user1") == nil })
	mustRegister(t, b, "after")
	folded(t, b)
	if _, err := Restore(b.path, "", Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("restore under a running book: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	backups := must(listBackups(b.path))
	careless := must(os.ReadFile(b.path))
	done, err := Restore(b.path, backups[len(backups)-1].path, Options{})
	if err != nil || done.Accounts != 7 || done.Damaged != 0 || done.Repeated == 0 {
		t.Errorf("restore: %+v, %v", done, err)
	}
	if !bytes.Equal(must(os.ReadFile(done.Aside)), careless) {
		t.Error("the former workbook was not kept")
	}
	b = bookAt(t, b.path, Options{})
	for _, name := range []string{"user0", "user1", "before", "after"} {
		if folder, err := b.Folder(name); err != nil || folder != name {
			t.Errorf("%s: folder %q, %v", name, folder, err)
		}
	}
}

// TestRestoreDamagedJournal: Open refuses and says so; Restore keeps what can be read and counts what
// can not.
func TestRestoreDamagedJournal(t *testing.T) {
	b := running(t, 2, Options{look: time.Hour}) // nothing is folded
	for _, name := range []string{"one", "two", "three"} {
		b.change.Lock()
		err := b.record(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash})
		b.change.Unlock()
		if err != nil {
			t.Fatal(err)
		}
	}
	journal, workbook := must(os.ReadFile(journalPath(b.path))), must(os.ReadFile(b.path))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(journal, []byte{'\n'})
	lines[2][40] ^= 1 // "two"
	saveAs(t, b.path, workbook)
	saveAs(t, journalPath(b.path), bytes.Join(lines, nil))
	_, err := openAt(b.path, Options{})
	var damage *damageError
	if !errors.As(err, &damage) || damage.line != 3 {
		t.Fatalf("open: %v, want damage in line 3", err)
	}
	done, err := Restore(b.path, b.path, Options{})
	if err != nil || done.Accounts != 4 || done.Damaged != 1 {
		t.Fatalf("restore: %+v, %v", done, err)
	}
	if kept := must(filepath.Glob(journalPath(b.path) + ".replaced-*")); len(kept) != 1 {
		t.Errorf("the damaged journal was not kept: %v", kept)
	}
	b = bookAt(t, b.path, Options{})
	if b.entry("one") == nil || b.entry("two") != nil || b.entry("three") == nil {
		t.Errorf("accounts %+v", b.List())
	}
}

func TestRestoreRefusesDamage(t *testing.T) {
	path := newPath(t)
	bad := filepath.Join(t.TempDir(), "bad.xlsx")
	saveAs(t, bad, []byte("no workbook"))
	for _, c := range []struct{ name, from string }{
		{"no backup", ""},
		{"damaged", bad},
		{"missing", bad + "x"},
	} {
		if _, err := Restore(path, c.from, Options{}); err == nil {
			t.Errorf("%s: restored", c.name)
		}
		if there, err := exists(path); there || err != nil {
			t.Errorf("%s: a workbook was made", c.name)
		}
	}
}

// TestTimesSurvive: a time that came back a second off would make every save fail its comparison.
func TestTimesSurvive(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		want := time.Unix(1_600_000_000+random.Int64N(3_000_000_000), 0).UTC()
		if got := parseTime(strconv.FormatFloat(serial(want), 'f', -1, 64)); !got.Equal(want) {
			t.Fatalf("%v came back as %v", want, got)
		}
	}
}
