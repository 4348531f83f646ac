package accounts

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestFlippedBits flips single bits all over a workbook. Each damaged file is refused, or loads with
// every account as it was. The second half of the test proves that the checks are needed: excelize
// alone opens many of them with other rows.
func TestFlippedBits(t *testing.T) {
	data := workbookOf(t, 100)
	want, err := load(data)
	if err != nil {
		t.Fatal(err)
	}
	flips := 300 / sample
	random := rand.New(rand.NewPCG(1, 2))
	refused, fooled := 0, 0
	for range flips {
		bit := random.IntN(len(data) * 8)
		flipped := slices.Clone(data)
		flipped[bit/8] ^= 1 << (bit % 8)
		c, err := load(flipped)
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
func repack(tb testing.TB, data []byte, name string, change func(string) string) []byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		if f.Name == name {
			if body = []byte(change(string(body))); len(body) == 0 {
				continue
			}
		}
		part, err := w.Create(f.Name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := part.Write(body); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buffer.Bytes()
}

// withPart adds a part to a workbook of three accounts that somebody edited.
func withPart(tb testing.TB, name string, fill func(write func([]byte))) []byte {
	tb.Helper()
	data := edited(tb, workbookOf(tb, 3), func(*excelize.File) {})
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for _, f := range z.File {
		if err := w.Copy(f); err != nil {
			tb.Fatal(err)
		}
	}
	part, err := w.Create(name)
	if err != nil {
		tb.Fatal(err)
	}
	fill(func(p []byte) {
		if _, err := part.Write(p); err != nil {
			tb.Fatal(err)
		}
	})
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buffer.Bytes()
}

func TestHostileWorkbooks(t *testing.T) {
	data := workbookOf(t, 3)
	sheet := "xl/worksheets/sheet1.xml"
	replace := func(old, other string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("no %q in the part", old)
			}
			return strings.Replace(s, old, other, 1)
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
		{"bomb", repack(t, data, "docProps/core.xml", func(string) string { return "<a>" + strings.Repeat(" ", maxWorkbook) + "</a>" }), "unpacks to more than 32 MiB"},
		{"text longer than a cell", repack(t, data, "docProps/core.xml", func(string) string { return "<a>" + strings.Repeat("a", 2*maxText) + "</a>" }), "longer than any cell"},
		{"more formats than anybody has", repack(t, data, "docProps/core.xml", func(string) string { return "<a>" + strings.Repeat("<b/>", 200_000) + "</a>" }), "formats"},
		{"a part twice", repack(t, withPart(t, "XL\\WORKSHEETS\\SHEET1.XML", func(w func([]byte)) { w([]byte("<a/>")) }), "", nil), "twice"},
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
			_, err := load(c.data)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
