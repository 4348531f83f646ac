package preview

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
)

func TestWorkbookCells(t *testing.T) {
	const sheet = `<worksheet><sheetData>
		<row r="1"><c r="A1" t="inlineStr"><is><t>日期</t></is></c><c r="C1" t="str"><v>sum</v></c></row>
		<row r="3"><c r="A3" s="1"><v>46346</v></c><c r="B3" s="2"><v>46346.75</v></c><c r="C3" s="3"><v>46346</v></c></row>
		<row r="4"><c s="4"><v>0.5</v></c><c><v>1</v></c><c t="b"><v>1</v></c></row>
		<row r="5"><c s="1"><v>-1</v></c><c s="1" t="s"><v>0</v></c><c s="99"><v>7</v></c></row>
	</sheetData></worksheet>`
	content := zipped(map[string]string{
		"xl/workbook.xml":            `<workbook><sheets><sheet name="a" r:id="x"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships/>`,
		"xl/worksheets/sheet1.xml":   sheet,
		"xl/sharedStrings.xml":       `<sst><si><t>sha</t><t>red</t></si></sst>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m"/><numFmt numFmtId="171" formatCode="[Red]0&quot;d&quot;"/></numFmts>
			<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
			<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
	}, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml")
	d := newDesk(t, locale.English, trueColour, 60, 10)
	var got []string
	for l := range strings.Lines(ansi.Strip(d.look(d.lay("a.xlsx", content)))) {
		if cells := strings.Split(strings.TrimRight(l, "\n"), "│"); len(cells) == 3 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			got = append(got, strings.Join(cells, "|"))
		}
	}
	want := []string{"日期||sum", "2026-11-20|2026-11-20 18:00|46346", "12:00:00|1|1", "-1|shared|7"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
