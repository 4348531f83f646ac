package accounts

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbookOf makes a workbook of n accounts, user0 and so on, without hashing anything.
func workbookOf(t testing.TB, n int) []byte {
	t.Helper()
	data, err := blank("book")
	if err != nil {
		t.Fatal(err)
	}
	c, err := load(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &picture{roster: newRoster(), seal: seal{ok: true, book: "book", sequence: uint64(n)}}
	for i := range n {
		name := fmt.Sprintf("user%d", i)
		p.roster.apply(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash, At: time.Date(2026, 11, 22, 10, 0, i%60, 0, time.UTC)})
	}
	out, err := render(data, c, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify(out, p); err != nil {
		t.Fatal(err)
	}
	return out
}

// edited returns the workbook after a person changed it in a program of theirs.
func edited(t testing.TB, data []byte, edit func(f *excelize.File)) []byte {
	t.Helper()
	f, err := open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel"}); err != nil {
		t.Fatal(err)
	}
	edit(f)
	var buffer bytes.Buffer
	if err := f.Write(&buffer); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// set writes a cell of the sheet Accounts, found by column and user.
func set(t testing.TB, f *excelize.File, user string, c column, text string) {
	t.Helper()
	rows, err := f.GetRows(sheetAccounts, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 0 && row[0] == user {
			if err := f.SetCellStr(sheetAccounts, cellName(int(c)+1, i+1), text); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no row of %q", user)
}

// addRow types a new row below the last one.
func addRow(t testing.TB, f *excelize.File, cells map[column]string) {
	t.Helper()
	rows, err := f.GetRows(sheetAccounts, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for c, text := range cells {
		if err := f.SetCellStr(sheetAccounts, cellName(int(c)+1, len(rows)+1), text); err != nil {
			t.Fatal(err)
		}
	}
}

// unpacked returns every part of a workbook, one after the other.
func unpacked(t testing.TB, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return all.String()
}

func sameAccounts(a, b *roster) bool {
	if len(a.byFolder) != len(b.byFolder) || len(a.loose) != len(b.loose) || len(a.retired) != len(b.retired) {
		return false
	}
	for key, e := range a.byFolder {
		if other := b.byFolder[key]; other == nil || !e.equal(other) || e.problem() != other.problem() {
			return false
		}
	}
	return true
}

// TestFlippedBits flips single bits all over a workbook. Each damaged file is refused, or loads with
// every account as it was. The second half of the test proves that the checks are needed: excelize
// alone opens many of them with other rows.
func TestFlippedBits(t *testing.T) {
	data := workbookOf(t, 100)
	want, err := load(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	flips := 300
	if testing.Short() {
		flips = 50
	}
	random := rand.New(rand.NewPCG(1, 2))
	refused, fooled := 0, 0
	for range flips {
		bit := random.IntN(len(data) * 8)
		flipped := slices.Clone(data)
		flipped[bit/8] ^= 1 << (bit % 8)
		c, err := load(flipped, nil)
		if err == nil {
			if !sameAccounts(c.roster, want.roster) || !slices.Equal(c.seal.retired, want.seal.retired) || c.seal.sequence != want.seal.sequence {
				t.Errorf("bit %d: loaded with other accounts", bit)
			}
			continue
		}
		refused++
		if unguardedRows(flipped) >= 0 && unguardedRows(flipped) != 101 {
			fooled++
		}
	}
	if refused < flips/2 || fooled == 0 {
		t.Errorf("%d of %d were refused, and excelize alone was fooled by %d", refused, flips, fooled)
	}
}

// unguardedRows is what excelize alone reads; -1 for an error.
func unguardedRows(data []byte) (n int) {
	defer func() {
		if recover() != nil {
			n = -1
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		return -1
	}
	defer f.Close()
	rows, err := f.GetRows(sheetAccounts)
	if err != nil {
		return -1
	}
	return len(rows)
}

// repack rewrites one part of a workbook, with a right checksum.
func repack(t testing.TB, data []byte, name string, change func(string) string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			if body = []byte(change(string(body))); len(body) == 0 {
				continue
			}
		}
		part, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func TestHostileWorkbooks(t *testing.T) {
	data := workbookOf(t, 3)
	sheet := "xl/worksheets/sheet1.xml"
	replace := func(old, new string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("no %q in the part", old)
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	gone := func(string) string { return "" }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "not a workbook"},
		{"text", []byte("User,Password\n"), "not a workbook"},
		{"encrypted", append([]byte{0xD0, 0xCF, 0x11, 0xE0}, make([]byte, 600)...), "encrypted"},
		{"cut", data[:len(data)/2], "not a workbook"},
		{"no sheet part", repack(t, data, sheet, gone), "missing"},
		{"no shared strings", repack(t, data, "xl/sharedStrings.xml", gone), "missing"},
		{"no styles", repack(t, data, "xl/styles.xml", gone), "missing"},
		{"cut xml", repack(t, data, sheet, func(s string) string { return s[:len(s)/2] }), "damaged"},
		{"cut strings", repack(t, data, "xl/sharedStrings.xml", func(s string) string { return s[:len(s)/2] }), "damaged"},
		{"crossed tags", repack(t, data, sheet, replace("</sheetData>", "</sheetDatb>")), "damaged"},
		{"entity bomb", repack(t, data, sheet, replace("?>", `?><!DOCTYPE x [<!ENTITY a "aaaa">]>`)), "document type"},
		{"huge row", repack(t, data, sheet, replace(`<row r="2"`, `<row r="2147483647"`)), "row"},
		{"negative row", repack(t, data, sheet, replace(`<row r="2"`, `<row r="-1"`)), "row"},
		{"row twice", repack(t, data, sheet, replace(`<row r="3"`, `<row r="2"`)), "row"},
		{"cell twice", repack(t, data, sheet, replace(`r="B2"`, `r="A2"`)), "cell"},
		{"cell of another row", repack(t, data, sheet, replace(`r="B2"`, `r="B3"`)), "cell"},
		{"cell outside", repack(t, data, sheet, replace(`r="A2"`, `r="ZZZZ2"`)), "cell"},
		{"bomb", repack(t, data, "docProps/core.xml", func(string) string { return "<a>" + strings.Repeat(" ", maxWorkbook) + "</a>" }), "MiB"},
		{"deep", repack(t, data, "docProps/core.xml", func(string) string { return strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000) }), "deep"},
		{"no header", edited(t, data, func(f *excelize.File) { _ = f.RemoveRow(sheetAccounts, 1) }), "header"},
		{"no sheet", edited(t, data, func(f *excelize.File) { _ = f.SetSheetName(sheetAccounts, "People") }), "no sheet"},
		{"no Status", edited(t, data, func(f *excelize.File) { _ = f.RemoveCol(sheetAccounts, "D") }), `no column "Status"`},
		{"two Users", edited(t, data, func(f *excelize.File) { _ = f.SetCellStr(sheetAccounts, "L1", "user") }), "twice"},
		{"row cut out after our save", repack(t, data, sheet, func(s string) string {
			from, to := strings.Index(s, `<row r="4"`), strings.Index(s, "</sheetData>")
			return s[:from] + s[to:]
		}), "saved with 3 accounts, and 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(c.data, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestBadRows: a bad row disables itself, with a reason, and nobody else.
func TestBadRows(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(t *testing.T, f *excelize.File)
		want string // in the problems of user1's folder, "" for none
	}{
		{"status", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colStatus, "maybe") }, "neither active nor disabled"},
		{"hash", func(t *testing.T, f *excelize.File) {
			set(t, f, "user1", colPassword, "$argon2id$v=19$m=4194304,t=0,p=1$x$y")
		}, "argon2id"},
		{"plain password", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colPassword, goodPassword) }, "argon2id"},
		{"quota", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colQuota, "lots") }, "quota"},
		{"folder up", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colFolder, "../user0") }, "not a folder"},
		{"folder of another", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colFolder, "user0") }, "belongs to row 2"},
		{"name", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colUser, "../x") }, "user name"},
		{"name of another", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colUser, "USER0") }, "row 2 has this name"},
		{"blank name", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colUser, "") }, "blank"},
		{"short new password", func(t *testing.T, f *excelize.File) { set(t, f, "user1", colNewPassword, "short") }, "8 to 256"},
		{"formula", func(t *testing.T, f *excelize.File) {
			if err := f.SetCellFormula(sheetAccounts, "A3", `"us"&"er1"`); err != nil {
				t.Fatal(err)
			}
		}, "formula"},
		{"another's column", func(t *testing.T, f *excelize.File) { set(t, f, "user1", columnCount, "+86 1") }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := load(edited(t, workbookOf(t, 3), func(f *excelize.File) { c.edit(t, f) }), nil)
			if err != nil {
				t.Fatal(err)
			}
			var problems []string
			for _, e := range got.roster.all() {
				if e.problem() == "" {
					if !e.usable() {
						t.Errorf("%q can not be used", e.name)
					}
					continue
				}
				problems = append(problems, e.problem())
			}
			if c.want == "" && len(problems) == 0 {
				return
			}
			if len(problems) != 1 || !strings.Contains(problems[0], c.want) || c.want == "" {
				t.Errorf("problems %q, want one with %q", problems, c.want)
			}
		})
	}
}

// TestPeoplesThingsSurvive: everything that people add is there after a save.
func TestPeoplesThingsSurvive(t *testing.T) {
	path := newPath(t)
	style := 0
	data := edited(t, workbookOf(t, 3), func(f *excelize.File) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(f.InsertRows(sheetAccounts, 1, 1)) // a title above the header
		must(f.SetCellStr(sheetAccounts, "A1", "Our people"))
		must(f.InsertCols(sheetAccounts, "B", 1)) // a column among ours
		must(f.SetCellStr(sheetAccounts, "B2", "Phone"))
		must(f.SetCellStr(sheetAccounts, "B4", "=+86 138"))
		must(f.SetCellFormula(sheetAccounts, "M3", "LEN(A3)"))
		must(f.SetCellStr(sheetAccounts, "M2", "Length"))
		_, err := f.NewSheet("Notes")
		must(err)
		must(f.SetCellStr("Notes", "A1", "call user1 on Monday"))
		must(f.AddComment(sheetAccounts, excelize.Comment{Cell: "A4", Author: "Li", Text: "on leave"}))
		must(f.MergeCell("Notes", "C1", "D2"))
		style, err = f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFF00"}}})
		must(err)
		must(f.SetCellStyle(sheetAccounts, "A4", "A4", style))
		must(f.SetCellFormula(sheetAccounts, cellName(int(colQuota)+2, 4), "10*1000"))
		red, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "FF0000"}})
		must(err)
		must(f.SetConditionalFormat(sheetAccounts, "E3:E9", []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: "=", Value: `"disabled"`, Format: &red}}))
		must(f.SetDefinedName(&excelize.DefinedName{Name: "People", RefersTo: "Accounts!$A$3:$A$5"}))
	})
	if err := os.WriteFile(path, data, fileMode); err != nil {
		t.Fatal(err)
	}
	b := bookAt(t, path, Options{})
	mustRegister(t, b, "newcomer")
	if err := b.Disable("user2"); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cell := func(sheet, ref string) string {
		t.Helper()
		v, err := f.GetCellValue(sheet, ref)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	formula, _ := f.GetCellFormula(sheetAccounts, "M3")
	quota, _ := f.GetCellFormula(sheetAccounts, cellName(int(colQuota)+2, 4))
	comments, _ := f.GetComments(sheetAccounts)
	merged, _ := f.GetMergeCells("Notes")
	gotStyle, _ := f.GetCellStyle(sheetAccounts, "A4")
	conditions, _ := f.GetConditionalFormats(sheetAccounts)
	phone, _ := f.GetCellFormula(sheetAccounts, "B4")
	for _, c := range []struct{ name, got, want string }{
		{"title", cell(sheetAccounts, "A1"), "Our people"},
		{"header", cell(sheetAccounts, "A2"), "User"},
		{"column", cell(sheetAccounts, "B2"), "Phone"},
		{"cell that looks like a formula", cell(sheetAccounts, "B4") + phone, "=+86 138"},
		{"formula", formula, "LEN(A3)"},
		{"formula in our column", quota, "10*1000"},
		{"sheet", cell("Notes", "A1"), "call user1 on Monday"},
		{"comment", comments[0].Cell + " " + comments[0].Text, "A4 on leave"},
		{"merged cells", merged[0].GetStartAxis(), "C1"},
		{"style", fmt.Sprint(gotStyle), fmt.Sprint(style)},
		{"conditional format", fmt.Sprint(len(conditions["E3:E9"])), "1"},
		{"name", f.GetDefinedName()[0].Name + f.GetDefinedName()[len(f.GetDefinedName())-1].Name, f.GetDefinedName()[0].Name + "People"},
		{"new row", cell(sheetAccounts, "A6"), "newcomer"},
		{"disabled", cell(sheetAccounts, cellName(int(colStatus)+2, 5)), "disabled"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

// TestRemovedRows: rows of removed accounts go, with and without comments on the sheet, and a name
// that is registered again does not get the files of its former owner.
func TestRemovedRows(t *testing.T) {
	for _, c := range []struct {
		name    string
		comment bool
	}{{"plain", false}, {"with a comment below", true}} {
		t.Run(c.name, func(t *testing.T) {
			path := newPath(t)
			data := workbookOf(t, 4)
			if c.comment {
				data = edited(t, data, func(f *excelize.File) {
					if err := f.AddComment(sheetAccounts, excelize.Comment{Cell: "A5", Text: "about user3"}); err != nil {
						t.Fatal(err)
					}
				})
			}
			if err := os.WriteFile(path, data, fileMode); err != nil {
				t.Fatal(err)
			}
			b := bookAt(t, path, Options{})
			if err := b.Remove("user1"); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			if text := unpacked(t, must(os.ReadFile(path))); strings.Count(text, ">user1<") != 1 {
				t.Errorf("user1 is there %d times, want once, as a retired folder", strings.Count(text, ">user1<"))
			}
			b = bookAt(t, path, Options{})
			mustRegister(t, b, "user1")
			if folder, err := b.Folder("user1"); err != nil || folder != "user1~2" {
				t.Errorf("folder %q, %v", folder, err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			f := must(open(must(os.ReadFile(path))))
			defer f.Close()
			for _, name := range []string{"user0", "user2", "user3", "user1"} {
				if cells, err := f.SearchSheet(sheetAccounts, name); err != nil || len(cells) == 0 {
					t.Errorf("%s: %v, %v", name, cells, err)
				} else if name == "user3" && c.comment && cells[0] != "A5" {
					t.Errorf("user3 moved away from its comment, to %s", cells[0])
				}
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestOpenNeverBlanks: a workbook that is missing or damaged is an error that names the way out.
func TestOpenNeverBlanks(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(path string) error
	}{
		{"emptied", func(path string) error { return os.WriteFile(path, nil, fileMode) }},
		{"cut", func(path string) error { return os.Truncate(path, 500) }},
		{"removed", os.Remove},
		{"removed with its journal", func(path string) error { return errors.Join(os.Remove(path), os.Remove(journalPath(path))) }},
		{"a folder", func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := newPath(t)
			b := bookAt(t, path, Options{})
			mustRegister(t, b, "alice")
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			if err := c.damage(path); err != nil {
				t.Fatal(err)
			}
			_, err := openAt(path, Options{})
			if err == nil || !strings.Contains(err.Error(), "wangpand account restore --data "+filepath.Dir(path)) {
				t.Fatalf("got %v", err)
			}
			if c.name == "a folder" {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			done, err := Restore(path, "", Options{})
			if err != nil || done.Accounts != 1 {
				t.Fatalf("restore: %+v, %v", done, err)
			}
			b = bookAt(t, path, Options{})
			if _, err := b.Authenticate(t.Context(), "alice", goodPassword); err != nil {
				t.Error(err)
			}
		})
	}
}

// FuzzWorkbook: no bytes make load panic, and what loads can be rendered and read again.
func FuzzWorkbook(f *testing.F) {
	f.Add(workbookOf(f, 3))
	f.Add(workbookOf(f, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := load(data, nil)
		if err != nil {
			return
		}
		p := &picture{roster: c.roster.copy(), seal: seal{ok: true, book: "book", sequence: 1}}
		if out, err := render(data, c, p); err == nil {
			if _, err := verify(out, p); err != nil {
				t.Logf("not saved: %v", err)
			}
		}
	})
}
