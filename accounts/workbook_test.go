package accounts

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbookOf makes a workbook of n accounts, user0 and so on, without hashing anything.
func workbookOf(tb testing.TB, n int) []byte {
	tb.Helper()
	data, err := blank("book")
	if err != nil {
		tb.Fatal(err)
	}
	c, err := load(data)
	if err != nil {
		tb.Fatal(err)
	}
	p := &picture{roster: newRoster(), seal: seal{ok: true, book: "book", sequence: uint64(n)}}
	for i := range n {
		name := fmt.Sprintf("user%d", i)
		p.roster.apply(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash, At: time.Date(2026, 11, 22, 10, 0, i%60, 0, time.UTC)})
	}
	out, err := render(data, c, p)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := verify(out, p); err != nil {
		tb.Fatal(err)
	}
	return out
}

// edited returns the workbook after a person changed it in a program of theirs.
func edited(tb testing.TB, data []byte, edit func(f *excelize.File)) []byte {
	tb.Helper()
	f, err := open(data)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	if err := f.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel"}); err != nil {
		tb.Fatal(err)
	}
	edit(f)
	var buffer bytes.Buffer
	if err := f.Write(&buffer); err != nil {
		tb.Fatal(err)
	}
	return buffer.Bytes()
}

// set writes a cell of the sheet Accounts, found by column and user.
func set(tb testing.TB, f *excelize.File, user string, c column, text string) {
	tb.Helper()
	rows, err := f.GetRows(sheetAccounts, excelize.Options{RawCellValue: true})
	if err != nil {
		tb.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 0 && row[0] == user {
			if err := f.SetCellStr(sheetAccounts, cellName(int(c)+1, i+1), text); err != nil {
				tb.Fatal(err)
			}
			return
		}
	}
	tb.Fatalf("no row of %q", user)
}

// addRow types a new row below the last one.
func addRow(tb testing.TB, f *excelize.File, cells map[column]string) {
	tb.Helper()
	rows, err := f.GetRows(sheetAccounts, excelize.Options{RawCellValue: true})
	if err != nil {
		tb.Fatal(err)
	}
	for c, text := range cells {
		if err := f.SetCellStr(sheetAccounts, cellName(int(c)+1, len(rows)+1), text); err != nil {
			tb.Fatal(err)
		}
	}
}

// unpacked returns every part of a workbook, one after the other.
func unpacked(tb testing.TB, data []byte) string {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			tb.Fatal(err)
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

// TestBadRows: a bad row disables itself, with a reason, and nobody else.
func TestBadRows(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(f *excelize.File)
		want string // in the problems of user1's folder, "" for none
	}{
		{"status", func(f *excelize.File) { set(t, f, "user1", colStatus, "maybe") }, "neither active nor disabled"},
		{"hash", func(f *excelize.File) {
			set(t, f, "user1", colPassword, "$argon2id$v=19$m=4194304,t=0,p=1$x$y")
		}, "argon2id"},
		{"plain password", func(f *excelize.File) { set(t, f, "user1", colPassword, goodPassword) }, "argon2id"},
		{"quota", func(f *excelize.File) { set(t, f, "user1", colQuota, "lots") }, "quota"},
		{"folder up", func(f *excelize.File) { set(t, f, "user1", colFolder, "../user0") }, "not a folder"},
		{"folder of another", func(f *excelize.File) { set(t, f, "user1", colFolder, "user0") }, "belongs to row 2"},
		{"name", func(f *excelize.File) { set(t, f, "user1", colUser, "../x") }, "user name"},
		{"name of another", func(f *excelize.File) { set(t, f, "user1", colUser, "USER0") }, "row 2 has this name"},
		{"blank name", func(f *excelize.File) { set(t, f, "user1", colUser, "") }, "blank"},
		{"formula", func(f *excelize.File) {
			if err := f.SetCellFormula(sheetAccounts, "A3", `"us"&"er1"`); err != nil {
				t.Fatal(err)
			}
		}, "formula"},
		{"another's column", func(f *excelize.File) { set(t, f, "user1", columnCount, "+86 1") }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := load(edited(t, workbookOf(t, 3), c.edit))
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

// FuzzSheet changes the XML of the accounts inside a workbook that is right otherwise, so that the
// checksums do not stop everything. What loads is either saved and reads back equal, or not saved.
func FuzzSheet(f *testing.F) {
	data := workbookOf(f, 1)
	const part = "xl/worksheets/sheet1.xml"
	repack(f, data, part, func(xml string) string {
		f.Add(xml)
		f.Add(strings.Replace(xml, `r="2"`, `r="1000000"`, 1))
		f.Add(strings.Replace(xml, "</sheetData>", `<row><c t="inlineStr"><is><t>typed</t></is></c></row></sheetData>`, 1))
		return xml
	})
	f.Fuzz(func(t *testing.T, xml string) {
		changed := repack(t, data, part, func(string) string { return xml })
		c, err := load(changed)
		if err != nil {
			return
		}
		for _, e := range c.roster.all() {
			if e.usable() && (!validFolder(e.folder) || e.name == "") {
				t.Fatalf("usable: %+v", e)
			}
		}
		p := &picture{roster: c.roster.copy(), seal: seal{ok: true, book: "book", sequence: 1}}
		out, err := render(changed, c, p)
		if err != nil {
			return
		}
		if _, err := verify(out, p); err != nil {
			t.Logf("not saved: %v", err)
		}
	})
}

// TestExtensions: what formats and choices of Excel keep in the extensions of a sheet, in elements with the
// names of cells' parts, is nobody's cell.
func TestExtensions(t *testing.T) {
	data := repack(t, workbookOf(t, 3), "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.Replace(s, "</worksheet>", `<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}">`+
			`<x14:dataValidations count="1"><x14:dataValidation type="list"><x14:formula1><xm:f>Usage!$A$2:$A$4</xm:f></x14:formula1><xm:sqref>K2:K9</xm:sqref>`+
			`</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>`, 1)
	})
	for _, r := range must(load(data)).rows {
		if why := r.entry.problem(); why != "" {
			t.Errorf("row %d: %s", r.number, why)
		}
	}
}

// TestUnescape: what a program shows for a text with Excel's escapes, as excelize does.
func TestUnescape(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", "user_x1", "user_x1"},
		{"a letter", "_x0061_dmin", "admin"},
		{"an escaped underscore", "_x005F_x0061_", "_x0061_"},
		{"capitals", "_x4F60_", "你"},
		{"half of a pair", "a_xD83D_b", "ab"},
	} {
		if got := unescape(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
