package preview

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/xuri/excelize/v2"

	"wangpan/tui/locale"
)

const mainNamespace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`

// rawBook returns a workbook with one sheet whose parts hold the given XML.
// sheet stands inside sheetData, shared inside sst, styles inside styleSheet.
func rawBook(properties, sheet, shared, styles string) []byte {
	return zipped(map[string]string{
		"xl/workbook.xml":            `<workbook ` + mainNamespace + `>` + properties + `<sheets><sheet name="a" r:id="x"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships/>`,
		"xl/worksheets/sheet1.xml":   `<worksheet ` + mainNamespace + `><sheetData>` + sheet + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":       `<sst ` + mainNamespace + `>` + shared + `</sst>`,
		"xl/styles.xml":              `<styleSheet ` + mainNamespace + `>` + styles + `</styleSheet>`,
	}, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml")
}

// cellsOf returns the rows of a workbook as the preview shows them.
func cellsOf(t *testing.T, content []byte) []string {
	t.Helper()
	d := newDesk(t, locale.English, trueColour, 120, 40)
	var rows []string
	for l := range strings.Lines(ansi.Strip(d.look(d.lay("a.xlsx", content)))) {
		if cells := strings.Split(strings.TrimRight(l, "\n"), "│"); len(cells) > 1 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, strings.Join(cells, "|"))
		}
	}
	return rows
}

func TestWorkbookCells(t *testing.T) {
	const styles = `<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="171" formatCode="[Red]0&quot;d&quot;"/></numFmts>
		<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
		<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="20"/><xf numFmtId="22"/><xf numFmtId="31"/></cellXfs>`
	const sheet = `<row r="1"><c r="A1" t="inlineStr"><is><t>日期</t></is></c><c r="C1" t="str"><v>sum</v></c></row>
		<row r="3"><c r="A3" s="1"><v>46346</v></c><c r="B3" s="2"><v>46346.75</v></c><c r="C3" s="3"><v>46346</v></c></row>
		<row r="4"><c s="4"><v>0.5</v></c><c><v>1</v></c><c t="b"><v>1</v></c></row>
		<row r="5"><c s="5"><v>46346.75</v></c><c s="6"><v>46346</v></c><c t="e"><v>#N/A</v></c></row>
		<row r="6"><c s="1"><v>-1</v></c><c s="1" t="s"><v>0</v></c><c s="99"><v>7</v></c></row>`
	const shared = `<si><r><t>sha</t></r><r><t>red</t></r></si>`
	tests := []struct {
		name, properties string
		want             []string
	}{
		{"dates from 1900", "", []string{
			"日期||sum", "2026-11-20|2026年11月|46346d", "12:00|1|TRUE", "2026-11-20 18:00|2026年11月20日|#N/A", "-1|shared|7",
		}},
		{"dates from 1904", `<workbookPr date1904="1"/>`, []string{
			"日期||sum", "2030-11-21|2030年11月|46346d", "12:00|1|TRUE", "2030-11-21 18:00|2030年11月21日|#N/A", "-1|shared|7",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := cellsOf(t, rawBook(tt.properties, sheet, shared, styles))
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("the rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestNumbersAreShownAsInSpreadsheets(t *testing.T) {
	tests := []struct{ name, value, format, want string }{
		{"a sum of prices", "69.930000000000007", "", "69.93"},
		{"a third", "0.33333333333333331", "", "0.333333333333333"},
		{"whole", "1234567", "", "1234567"},
		{"zero", "0", "", "0"},
		{"tiny", "-5.5511151231257827E-17", "", "-5.55111512312578E-17"},
		{"large", "123456789012", "", "123456789012"},
		{"below zero", "-69.930000000000007", "", "-69.93"},
		{"two digits", "69.930000000000007", "0.00", "69.93"},
		{"thousands", "1234567.891", "#,##0.00", "1,234,567.89"},
		{"thousands below zero", "-1234", "#,##0", "-1,234"},
		{"three digits below zero", "-123", "#,##0", "-123"},
		{"per cent", "0.125", "0.0%", "12.5%"},
		{"two sections", "3.14159", "0.00;[Red]-0.00", "3.14"},
		{"a unit", "46346", "[Red]0&quot;d&quot;", "46346d"},
		{"a date", "46346", "yyyy-mm-dd", "2026-11-20"},
		{"a text", "n/a", "0.00", "n/a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			styles := `<numFmts><numFmt numFmtId="170" formatCode="` + tt.format + `"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>`
			style := "1"
			if tt.format == "" {
				style = "0"
			}
			got := cellsOf(t, rawBook("", `<row><c t="str"><v>x</v></c><c s="`+style+`"><v>`+tt.value+`</v></c></row>`, "", styles))
			if want := "x|" + tt.want; len(got) != 1 || got[0] != want {
				t.Errorf("the row is %q, want %q", got, want)
			}
		})
	}
}

// largeWorkbook returns a workbook of 30,000 rows as excelize writes it.
func largeWorkbook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 30_000; i++ {
		cells := []any{fmt.Sprint("订单 ", i), i, float64(i*7919%10007) / 100, fmt.Sprintf("%x", i*2654435761)}
		if err := w.SetRow("A"+strconv.Itoa(i), cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A large workbook is shown at once, and only its beginning is fetched.
func TestLargeWorkbook(t *testing.T) {
	content := largeWorkbook(t)
	d := newDesk(t, locale.English, trueColour, 60, 20)
	began := time.Now()
	view := ansi.Strip(d.look(d.lay("a.xlsx", content)))
	t.Logf("%d of %d bytes are fetched in %v", d.bytes, len(content), time.Since(began))
	if !strings.Contains(view, "订单 1") || !strings.Contains(view, "订单 18") {
		t.Errorf("the view is\n%s", view)
	}
	if d.bytes > 8*blockSize {
		t.Errorf("%d bytes are fetched", d.bytes)
	}
	for range 20 {
		d.run(d.Scroll(200))
	}
	if view = ansi.Strip(d.View()); !strings.Contains(view, "订单 500") || !strings.Contains(view, "…") {
		t.Errorf("at the end the view is\n%s", view)
	}
}

// FuzzWorkbook shows a workbook whose parts hold any XML.
func FuzzWorkbook(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c><c s="1"><v>46346</v></c></row>`, `<si><t>a</t></si>`,
		`<numFmts><numFmt numFmtId="170" formatCode="yyyy-mm"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>`)
	f.Add(`<row r="1048576"><c r="XFD1"><v>1</v></c></row><row r="1"/>`, `<si/>`, `<cellXfs><xf numFmtId="14"/></cellXfs>`)
	f.Add(`<row><c t="d" s="0"><v>2026-11-20T12:00:00</v></c><c t="b"><v>2</v></c></row>`, `<si><r><t>_x0041_</t></r></si>`, ``)
	for _, format := range []string{`[$-804]aaaa`, `[h]:mm:ss.000`, `# ??/??`, `0.00E+00`, `@`, `* `, `[DBNum1]0`, `[>1]0;`, `_-`, `e`} {
		f.Add(`<row><c s="1"><v>-1.5</v></c><c s="1"><v>1e300</v></c></row>`, ``,
			`<numFmts><numFmt numFmtId="170" formatCode="`+format+`"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>`)
	}
	f.Fuzz(func(t *testing.T, sheet, shared, styles string) {
		d := newDesk(t, locale.English, trueColour, 60, 12)
		fits(t, d.look(d.lay("a.xlsx", rawBook("", sheet, shared, styles))), 60, 12)
	})
}
