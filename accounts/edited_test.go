package accounts

import (
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// logged opens a book and returns what it logs.
func logged(t *testing.T, path string) (*Book, *logLines) {
	t.Helper()
	lines := &logLines{}
	return bookAt(t, path, Options{Log: slog.New(slog.NewTextHandler(lines, nil))}), lines
}

func removeUser(t *testing.T, f *excelize.File, users ...string) {
	t.Helper()
	for _, user := range users {
		rows := must(f.GetRows(sheetAccounts, excelize.Options{RawCellValue: true}))
		for i, row := range rows {
			if len(row) > 0 && row[0] == user {
				if err := f.RemoveRow(sheetAccounts, i+1); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestEditedWhileStopped: rows that were deleted while no daemon ran are reported, and nobody gets their
// folders.
func TestEditedWhileStopped(t *testing.T) {
	b := running(t, 5, Options{})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	editFile(t, b.path, func(f *excelize.File) {
		removeUser(t, f, "user4")
		set(t, f, "user1", colQuota, "5 GB")
	})
	b, lines := logged(t, b.path)
	if lines.count("removed_folders=user4") != 1 || lines.count("changed_folders=user1") != 1 {
		t.Errorf("the edit is not in the log: %s", lines.all.String())
	}
	mustRegister(t, b, "user4")
	if folder, err := b.Folder("user4"); folder != "user4~2" {
		t.Errorf("the new user4 has the folder %q, %v", folder, err)
	}
}

// TestLostSeal: without the sheet of the seal, the newest backup says who is missing.
func TestLostSeal(t *testing.T) {
	b := running(t, 5, Options{})
	mustRegister(t, b, "bystander")
	folded(t, b)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	editFile(t, b.path, func(f *excelize.File) {
		removeUser(t, f, "user3")
		if err := f.DeleteSheet(sheetSeal); err != nil {
			t.Fatal(err)
		}
	})
	b, lines := logged(t, b.path)
	if lines.count("removed_folders=user3") != 1 {
		t.Errorf("not in the log: %s", lines.all.String())
	}
	mustRegister(t, b, "user3")
	if folder, err := b.Folder("user3"); folder != "user3~2" {
		t.Errorf("the new user3 has the folder %q, %v", folder, err)
	}
}

func TestTooManyLostAtStart(t *testing.T) {
	b := running(t, 5, Options{})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	editFile(t, b.path, func(f *excelize.File) { removeUser(t, f, "user0", "user1", "user2") })
	if _, err := openAt(b.path, Options{}); err == nil || !strings.Contains(err.Error(), "lost 3 of 5") {
		t.Errorf("open: %v, want a refusal", err)
	}
}

// TestKeptName: a program that keeps the daemon's name in the file may change and add rows, which is
// reported. Rows that are gone are taken for damage.
func TestKeptName(t *testing.T) {
	quietly := func(data []byte, edit func(f *excelize.File)) []byte {
		return edited(t, data, func(f *excelize.File) {
			edit(f)
			if err := f.SetAppProps(&excelize.AppProperties{Application: program}); err != nil {
				t.Fatal(err)
			}
		})
	}
	for _, c := range []struct {
		name string
		edit func(f *excelize.File)
		want string // in the log
	}{
		{"changed", func(f *excelize.File) { set(t, f, "user1", colStatus, "disabled") }, "changed_users=user1"},
		{"added", func(f *excelize.File) { addRow(t, f, map[column]string{colUser: "carol"}) }, "changed_users=carol"},
		{"removed", func(f *excelize.File) { removeUser(t, f, "user1") }, "missing: user1"},
		{"replaced by a copy of another", func(f *excelize.File) {
			for c := range columnCount {
				set(t, f, "user1", colFolder-c, must(f.GetCellValue(sheetAccounts, cellName(int(colFolder-c)+1, 2), excelize.Options{RawCellValue: true})))
			}
		}, "missing: user1"},
		{"swapped passwords", func(f *excelize.File) {
			set(t, f, "user1", colPassword, phc{costMemory, costTime, costThreads, random(saltLength), random(sumLength)}.String())
		}, "changed_users=user1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines logLines
			b := running(t, 3, Options{Log: slog.New(slog.NewTextHandler(&lines, nil))})
			saveAs(t, b.path, quietly(must(os.ReadFile(b.path)), c.edit))
			eventually(t, "it is in the log", func() bool { return lines.count(c.want) == 1 })
			if strings.HasPrefix(c.want, "missing") {
				if b.entry("user1") == nil {
					t.Error("the account is gone")
				}
				return
			}
			folded(t, b)
		})
	}
}

// TestOlderFormat: a workbook of version 1 is read, missing columns and sheets included, and is of this
// version after the next save. One of a later version is refused.
func TestOlderFormat(t *testing.T) {
	older := edited(t, workbookOf(t, 3), func(f *excelize.File) {
		for row := 1; row <= 6; row++ {
			for _, column := range []string{"F", "G", "I", "J"} {
				if err := f.SetCellDefault(sheetSeal, column+string(rune('0'+row)), ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		err := errors.Join(f.SetCellStr(sheetSeal, "B1", "1"), f.SetCellDefault(sheetSeal, "A5", ""), f.SetCellDefault(sheetSeal, "B5", ""),
			f.DeleteSheet(sheetUsage), f.DeleteSheet(sheetProblems),
			f.RemoveCol(sheetAccounts, "H"), f.RemoveCol(sheetAccounts, "C"), // Last login, New password
			f.SetAppProps(&excelize.AppProperties{Application: program}))
		if err != nil {
			t.Fatal(err)
		}
	})
	path := newPath(t)
	saveAs(t, path, older)
	if c := onDisk(t, path); !c.seal.ok || c.seal.roll != nil || c.seal.sequence != 3 || c.roster.size() != 3 {
		t.Fatalf("it reads as %+v", c.seal)
	}
	b := bookAt(t, path, Options{})
	mustRegister(t, b, "newcomer")
	folded(t, b)
	c := onDisk(t, path)
	if len(c.seal.roll) != 4 || c.layout.at[colNewPassword] == 0 || c.layout.at[colLastLogin] == 0 {
		t.Errorf("after a save: %d in the roll, columns %v", len(c.seal.roll), c.layout.at)
	}
	f := must(open(must(os.ReadFile(path))))
	defer f.Close()
	if version := must(f.GetCellValue(sheetSeal, "B1")); version != "2" {
		t.Errorf("version %s", version)
	}
	newer := edited(t, workbookOf(t, 3), func(f *excelize.File) {
		if err := f.SetCellStr(sheetSeal, "B1", "3"); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := load(newer); err == nil || !strings.Contains(err.Error(), "newer wangpand") {
		t.Errorf("a later version: %v", err)
	}
	shorter := repack(t, older, "xl/worksheets/sheet1.xml", func(s string) string {
		from, to := strings.Index(s, `<row r="4"`), strings.Index(s, "</sheetData>")
		return s[:from] + s[to:]
	})
	if _, err := load(shorter); err == nil || !strings.Contains(err.Error(), "saved with 3 accounts, and 2") {
		t.Errorf("a row cut out of version 1: %v", err)
	}
}

// TestRefusedNewPassword: what can not be a password is wiped and explained, and the former one stays.
func TestRefusedNewPassword(t *testing.T) {
	b := running(t, 1, Options{})
	mustRegister(t, b, "alice", "bob")
	folded(t, b)
	editFile(t, b.path, func(f *excelize.File) {
		set(t, f, "alice", colNewPassword, "hunter2")
		if err := f.SetCellFormula(sheetAccounts, "C4", `"hunter"&"2222"`); err != nil { // bob's
			t.Fatal(err)
		}
		addRow(t, f, map[column]string{colUser: "no name", colNewPassword: "hunter2 of nobody"})
	})
	problems := func() string {
		f := must(open(must(os.ReadFile(b.path))))
		defer f.Close()
		var all strings.Builder
		for _, row := range must(f.GetRows(sheetProblems)) {
			all.WriteString(strings.Join(row, "|") + "\n")
		}
		return all.String()
	}
	wiped := func() bool {
		text := unpacked(t, must(os.ReadFile(b.path)))
		return !strings.Contains(text, "hunter") && strings.Contains(problems(), "alice|alice|New password|the one typed last was refused")
	}
	eventually(t, "it is wiped and explained", wiped)
	for _, want := range []string{"choose a password of 8 to 256 bytes", "bob|bob|New password|", "this is a formula"} {
		if !strings.Contains(problems(), want) {
			t.Errorf("no %q in the sheet Problems:\n%s", want, problems())
		}
	}
	if _, err := b.Authenticate(t.Context(), "alice", goodPassword); err != nil {
		t.Errorf("the former password: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = bookAt(t, b.path, Options{})
	mustRegister(t, b, "carol")
	folded(t, b)
	if !strings.Contains(problems(), "alice|") {
		t.Error("a restart has forgotten it")
	}
	editFile(t, b.path, func(f *excelize.File) { set(t, f, "alice", colNewPassword, "hunter 2 and more") })
	eventually(t, "it is mended", func() bool { return !strings.Contains(problems(), "alice|") })
	if _, err := b.Authenticate(t.Context(), "alice", "hunter 2 and more"); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

// TestCopiedRow: a copy of a row takes nothing from the row that it was made of, wherever it stands.
func TestCopiedRow(t *testing.T) {
	for _, c := range []struct {
		name   string
		before int // the row that the copy stands before
	}{{"above", 2}, {"below", 6}} {
		t.Run(c.name, func(t *testing.T) {
			b := running(t, 4, Options{})
			editFile(t, b.path, func(f *excelize.File) {
				cells := must(f.GetRows(sheetAccounts, excelize.Options{RawCellValue: true}))[2] // user1
				if err := f.InsertRows(sheetAccounts, c.before, 1); err != nil {
					t.Fatal(err)
				}
				for i, cell := range cells {
					if i == int(colUser) {
						cell = "copy"
					}
					if err := f.SetCellStr(sheetAccounts, cellName(i+1, c.before), cell); err != nil {
						t.Fatal(err)
					}
				}
			})
			eventually(t, "the copy is seen", func() bool { e := b.entry("copy"); return e != nil && e.problem() != "" })
			if folder, err := b.Folder("user1"); folder != "user1" || err != nil {
				t.Errorf("user1 has the folder %q, %v", folder, err)
			}
			editFile(t, b.path, func(f *excelize.File) { set(t, f, "copy", colFolder, "") })
			eventually(t, "the copy has a folder of its own", func() bool { folder, err := b.Folder("copy"); return folder == "copy" && err == nil })
		})
	}
}

// TestGone: a workbook that is deleted under a running daemon comes back with every account, and with
// what people had added; while an editor has it, nothing is done.
func TestGone(t *testing.T) {
	var lines logLines
	b := running(t, 3, Options{Log: slog.New(slog.NewTextHandler(&lines, nil))})
	editFile(t, b.path, func(f *excelize.File) {
		set(t, f, "user1", columnCount, "+86 1")
		set(t, f, "user2", colUser, "renamed")
	})
	eventually(t, "the edit is in use", func() bool { return b.entry("renamed") != nil })
	folded(t, b)
	mustRegister(t, b, "newcomer")
	mark := editorMarks(b.path)[0]
	if err := errors.Join(os.WriteFile(mark, nil, fileMode), os.Remove(b.path)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is missed", func() bool { return lines.count("accounts.xlsx is gone") > 0 })
	now := time.Now()
	eventually(t, "time passes", func() bool { return time.Since(now) > 3*goneLooks*b.o.look })
	if there, _ := exists(b.path); there {
		t.Error("it was written under an editor")
	}
	if err := os.Remove(mark); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is back", func() bool { return lines.count("written anew") > 0 })
	folded(t, b)
	c := onDisk(t, b.path)
	for _, name := range []string{"user0", "user1", "renamed", "newcomer"} {
		if c.roster.named(name) == nil {
			t.Errorf("%s is not in it", name)
		}
	}
	if !strings.Contains(unpacked(t, must(os.ReadFile(b.path))), "+86 1") {
		t.Error("the column that somebody added is lost")
	}
	if err := errors.Join(os.RemoveAll(backupFolder(b.path)), os.Remove(b.path)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is back without backups", func() bool { return lines.count("memory alone") > 0 })
	folded(t, b)
}

// TestLargeFromElsewhere: a workbook that is larger than what is read without a backup can be brought
// from elsewhere, by the command that the refusal names.
func TestLargeFromElsewhere(t *testing.T) {
	if sample > 1 {
		t.Skip("the race detector makes a minute of it")
	}
	path := newPath(t)
	data := workbookOf(t, 31_000)
	saveAs(t, path, data)
	if _, err := openAt(path, Options{}); err == nil || !strings.Contains(err.Error(), "restore --from") {
		t.Fatalf("open: %v, want a refusal that names the way", err)
	}
	if done, err := Restore(path, path, Options{}); err != nil || done.Accounts != 31_000 {
		t.Fatalf("restore: %+v, %v", done, err)
	}
	b := bookAt(t, path, Options{look: time.Hour})
	if n := len(b.List()); n != 31_000 {
		t.Errorf("%d accounts", n)
	}
}
