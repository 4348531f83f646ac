package accounts

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// goodBook makes a book of three accounts with backups and one change that only the journal has.
func goodBook(t *testing.T) (path string) {
	t.Helper()
	b := running(t, 2, Options{})
	mustRegister(t, b, "carol")
	folded(t, b)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	// An hour passes until the next look, so the change stays in the journal of a copy made now.
	b = bookAt(t, b.path, Options{look: time.Hour})
	if err := b.Disable("carol"); err != nil {
		t.Fatal(err)
	}
	path = newPath(t)
	if err := os.CopyFS(filepath.Dir(path), os.DirFS(filepath.Dir(b.path))); err != nil {
		t.Fatal(err)
	}
	return path
}

// fingerprint is everything about the files of a book that a check must not change.
func fingerprint(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.Walk(filepath.Dir(path), func(name string, info fs.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			all.WriteString(name + info.ModTime().String() + info.Mode().String() + string(must(os.ReadFile(name))))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestCheck(t *testing.T) {
	plainOnly(t)
	tests := []struct {
		name   string
		damage func(t *testing.T, path string)
		remedy string // in that of the first problem
		want   string // in the first problem; blank for no problem
	}{
		{"good", func(*testing.T, string) {}, "", ""},
		{"workbook damaged", func(t *testing.T, path string) {
			t.Helper()
			data := must(os.ReadFile(path))
			data[len(data)/2] ^= 1
			saveAs(t, path, data)
		}, "account restore", "accounts.xlsx is damaged"},
		{"workbook missing", func(_ *testing.T, path string) { _ = os.Remove(path) }, "account restore", "accounts.xlsx can not be read"},
		{"no good backup either", func(t *testing.T, path string) {
			t.Helper()
			if err := errors.Join(os.Remove(path), os.RemoveAll(backupFolder(path))); err != nil {
				t.Fatal(err)
			}
		}, "there is no good backup", "accounts.xlsx can not be read"},
		{"journal damaged", func(t *testing.T, path string) {
			t.Helper()
			data := must(os.ReadFile(journalPath(path)))
			data[20] ^= 1
			saveAs(t, journalPath(path), data)
		}, "account restore", "accounts.journal is damaged in line 1"},
		{"journal cut in its last line", func(t *testing.T, path string) {
			t.Helper()
			data := must(os.ReadFile(journalPath(path)))
			saveAs(t, journalPath(path), data[:len(data)-9])
		}, "", ""},
		{"a bad row", func(t *testing.T, path string) {
			t.Helper()
			editFile(t, path, func(f *excelize.File) { set(t, f, "user1", colStatus, "maybe") })
		}, "mend this row", `(user1): Status: "maybe"`},
		{"a bad backup", func(t *testing.T, path string) {
			t.Helper()
			saveAs(t, must(listBackups(path))[0].path, []byte("PK"))
		}, "move this backup away", "the backup accounts-"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := goodBook(t)
			tt.damage(t, path)
			before := fingerprint(t, path)
			r, err := Check(path)
			if err != nil {
				t.Fatal(err)
			}
			if fingerprint(t, path) != before {
				t.Error("the check has changed something")
			}
			if tt.want == "" {
				if len(r.Problems) > 0 || r.Accounts != 3 || r.Backups == 0 || r.Newest == "" {
					t.Errorf("the report is %+v, want none of a problem and three accounts", r)
				}
				return
			}
			if len(r.Problems) == 0 || !strings.Contains(r.Problems[0].What, tt.want) || !strings.Contains(r.Problems[0].Remedy, tt.remedy) {
				t.Errorf("the problems are %+v, want %q and %q", r.Problems, tt.want, tt.remedy)
			}
		})
	}
}

// TestCheckCountsTheJournal: what only the journal has is counted, and belongs to the accounts.
func TestCheckCountsTheJournal(t *testing.T) {
	b := running(t, 2, Options{look: time.Hour})
	mustRegister(t, b, "late")
	if _, err := Check(b.path); !errors.Is(err, ErrInUse) {
		t.Errorf("beside an open book: %v, want ErrInUse", err)
	}
	if r, err := b.Check(); err != nil || r.Waiting != 1 || r.Accounts != 3 || len(r.Problems) > 0 {
		t.Errorf("the report of the open book is %+v, %v", r, err)
	}
}

func TestCheckOfNothing(t *testing.T) {
	path := newPath(t)
	if _, err := Check(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v, want not there", err)
	}
	if _, err := Check(filepath.Join(path, "deeper", "accounts.xlsx")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v, want not there", err)
	}
	if left := must(os.ReadDir(filepath.Dir(path))); len(left) > 0 {
		t.Errorf("the check made %v", left)
	}
}
