package accounts

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// damageKinds are what may happen to a file that was good. Each returns another file.
var damageKinds = []struct {
	name string
	do   func(tb testing.TB, data []byte, random *rand.Rand) []byte
}{
	{"one bit flipped", func(_ testing.TB, data []byte, random *rand.Rand) []byte {
		bit := random.IntN(len(data) * 8)
		data[bit/8] ^= 1 << (bit % 8)
		return data
	}},
	{"cut off", func(_ testing.TB, data []byte, random *rand.Rand) []byte { return data[:random.IntN(len(data))] }},
	{"a sector of zeros", func(_ testing.TB, data []byte, random *rand.Rand) []byte {
		from := random.IntN(len(data)/512+1) * 512
		clear(data[from:min(from+512, len(data))])
		return data
	}},
	{"changed inside the zip", changedInside},
}

var (
	rowPattern    = regexp.MustCompile(`(?s)<row .*?</row>`)
	cellPattern   = regexp.MustCompile(`(?s)<c .*?</c>`)
	valuePattern  = regexp.MustCompile(`<v>[^<]*</v>`)
	stringPattern = regexp.MustCompile(`(?s)<si>.*?</si>`)
)

// changedInside changes the XML of a part and packs it with a right checksum, as no disk does and some
// programs might: rows dropped, doubled and put into another order, cells and strings changed for others.
func changedInside(tb testing.TB, data []byte, random *rand.Rand) []byte {
	tb.Helper()
	part := []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet5.xml"}[random.IntN(4)]
	pick := func(s string, pattern *regexp.Regexp) (a, b []int) {
		all := pattern.FindAllStringIndex(s, -1)
		a, b = all[random.IntN(len(all))], all[random.IntN(len(all))]
		if a[0] > b[0] {
			a, b = b, a
		}
		return a, b
	}
	swap := func(s string, a, b []int) string {
		if a[0] == b[0] {
			return s
		}
		return s[:a[0]] + s[b[0]:b[1]] + s[a[1]:b[0]] + s[a[0]:a[1]] + s[b[1]:]
	}
	return repack(tb, data, part, func(s string) string {
		if part == "xl/sharedStrings.xml" {
			a, b := pick(s, stringPattern)
			if random.IntN(2) == 0 {
				return swap(s, a, b)
			}
			return s[:a[0]] + s[b[0]:b[1]] + s[a[1]:] // one string becomes another
		}
		switch random.IntN(6) {
		case 0: // a row dropped
			a, _ := pick(s, rowPattern)
			return s[:a[0]] + s[a[1]:]
		case 1: // a row's cells replaced by those of another
			a, b := pick(s, rowPattern)
			number := regexp.MustCompile(`r="[A-Z]*(\d+)"`)
			want := number.FindStringSubmatch(s[a[0]:a[1]])[1]
			copied := regexp.MustCompile(`(r="[A-Z]*)\d+"`).ReplaceAllString(s[b[0]:b[1]], "${1}"+want+`"`)
			return s[:a[0]] + copied + s[a[1]:]
		case 2: // two rows swapped, numbers and all
			a, b := pick(s, rowPattern)
			return swap(s, a, b)
		case 3: // a cell dropped
			a, _ := pick(s, cellPattern)
			return s[:a[0]] + s[a[1]:]
		case 4: // what two cells show swapped
			a, b := pick(s, valuePattern)
			return swap(s, a, b)
		default: // a row at its end again
			a, _ := pick(s, rowPattern)
			return strings.Replace(s, "</sheetData>", regexp.MustCompile(`r="[A-Z]*\d+"`).ReplaceAllString(s[a[0]:a[1]], "")+"</sheetData>", 1)
		}
	})
}

// outcome says what became of a damaged workbook: it was refused, every row is exact, what differs is
// reported as somebody's edit, or accounts changed in silence.
func outcome(data []byte, want *contents) string {
	c, err := load(data)
	if err != nil {
		return "refused"
	}
	reported := map[string]bool{}
	for _, folder := range slices.Concat(c.changed(), c.missing(c.seal.roll)) {
		reported[nameKey(folder)] = true
	}
	if !c.seal.ok {
		for _, folder := range c.missing(want.roster.roll()) {
			reported[nameKey(folder)] = true // as the newest backup tells
		}
	}
	result := "exact"
	for key, e := range want.roster.byFolder {
		got := c.roster.byFolder[key]
		if got != nil && got.equal(e) && got.problem() == e.problem() {
			continue
		}
		// A row that is wrong is in the log and in Problems.
		if result = "reported"; !reported[key] && (got == nil || got.problem() == "") {
			return "SILENT"
		}
	}
	if len(c.roster.byFolder) != len(want.roster.byFolder) || len(c.roster.loose) != len(want.roster.loose) {
		result = "reported"
	}
	if c.seal.ok && (c.seal.sequence != want.seal.sequence || !slices.Equal(c.seal.retired, want.seal.retired)) {
		return "SILENT"
	}
	return result
}

// TestDamage damages workbooks in every way and at many places: no account is lost or changed in silence.
func TestDamage(t *testing.T) {
	plainOnly(t)
	sizes, times := []int{10, 300}, 60
	switch {
	case soak:
		sizes, times = []int{10, 1_000, 10_000}, 1_000
	case sample > 1:
		times /= sample
	}
	for _, size := range sizes {
		data := workbookOf(t, size)
		want := must(load(data))
		for _, kind := range damageKinds {
			t.Run(fmt.Sprintf("%d accounts, %s", size, kind.name), func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(size), 7))
				counts := map[string]int{}
				for i := range times {
					damaged := kind.do(t, slices.Clone(data), random)
					what := outcome(damaged, want)
					if counts[what]++; what == "SILENT" {
						t.Errorf("number %d: accounts changed in silence", i)
					}
				}
				t.Logf("%d times: %v", times, counts)
				if counts["exact"] == times {
					t.Error("nothing was damaged")
				}
			})
		}
	}
}

// TestUnguarded proves that the checks are needed: excelize alone opens damaged workbooks with other rows.
func TestUnguarded(t *testing.T) {
	plainOnly(t)
	data := workbookOf(t, 100)
	random := rand.New(rand.NewPCG(1, 2))
	fooled := 0
	for range 100 {
		damaged := damageKinds[0].do(t, slices.Clone(data), random)
		if rows := unguardedRows(damaged); rows >= 0 && rows != 101 {
			fooled++
			if _, err := load(damaged); err == nil {
				t.Error("and so does load")
			}
		}
	}
	if fooled == 0 {
		t.Error("excelize was never fooled")
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
	plainOnly(t)
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
		{"no shared strings", repack(t, data, "xl/sharedStrings.xml", gone), "not there"},
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
