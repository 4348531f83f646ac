package accounts

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// The parts of the smallest workbook that is a book: FuzzWorkbook changes one of
// them at a time.
var smallParts = []struct{ name, xml string }{
	{"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		`<row r="1"><c r="A1" t="inlineStr"><is><t>User</t></is></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Status</t></is></c>` +
		`<c r="D1" t="inlineStr"><is><t>Quota</t></is></c><c r="E1" t="inlineStr"><is><t>Folder</t></is></c></row>` +
		`<row r="2"><c r="A2" t="inlineStr"><is><t>ann</t></is></c><c r="B2" t="inlineStr"><is><t>` + goodHash + `</t></is></c>` +
		`<c r="D2"><v>1000</v></c><c r="E2" t="str"><v>ann</v></c></row></sheetData></worksheet>`},
	{"xl/sharedStrings.xml", `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>Password</t></si></sst>`},
	{"xl/worksheets/sheet2.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		`<row r="1"><c r="A1" t="inlineStr"><is><t>version</t></is></c><c r="B1"><v>2</v></c></row></sheetData></worksheet>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` +
		`<sheet name="Accounts" sheetId="1" r:id="rId1"/><sheet name="wangpan" sheetId="2" r:id="rId2"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
	{"docProps/app.xml", `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Microsoft Excel</Application></Properties>`},
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`},
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
}

// smallWorkbook returns the small workbook with another content of one part.
// Nothing is compressed, and the checksums are right.
func smallWorkbook(tb testing.TB, changed int, xml string) []byte {
	tb.Helper()
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for i, part := range smallParts {
		if i == changed {
			part.xml = xml
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store})
		if err == nil {
			_, err = to.Write([]byte(part.xml))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buffer.Bytes()
}

// TestSmallWorkbook: what FuzzWorkbook starts from is a book with one account.
func TestSmallWorkbook(t *testing.T) {
	c, err := load(smallWorkbook(t, -1, ""))
	if err != nil {
		t.Fatal(err)
	}
	if e := c.roster.named("ann"); e == nil || !e.usable() || e.quota.most != 1000 {
		t.Errorf("the account is %+v", e)
	}
}

// FuzzWorkbook changes the XML of one part inside a workbook that is right
// otherwise, so that no checksum stops it: load neither panics nor takes a bad
// account for a good one.
func FuzzWorkbook(f *testing.F) {
	for i, part := range smallParts {
		f.Add(uint8(i), part.xml)
	}
	sheet := smallParts[0].xml
	for _, change := range [][2]string{
		{`r="2"`, `r="1000000"`},
		{`r="2"`, `r="-1"`},
		{`r="A2"`, `r="ZZZZ99999999"`},
		{`<v>0</v>`, `<v>4294967297</v>`},
		{`<v>1000</v>`, `<f>A1</f><v>1</v>`},
		{`>ann<`, `>=cmd|x!A1<`},
		{`>ann<`, `>_x0061_dmin<`},
		{`<v>1000</v>`, `<v>NaN</v>`},
	} {
		f.Add(uint8(0), strings.ReplaceAll(sheet, change[0], change[1]))
	}
	f.Fuzz(func(t *testing.T, part uint8, xml string) {
		data := smallWorkbook(t, int(part)%len(smallParts), xml)
		c, err := read(limitsOf(0), data, nil) // not load, which recovers
		if err != nil {
			return
		}
		for _, e := range c.roster.all() {
			if !e.usable() {
				continue
			}
			if _, err := parsePHC(e.hash); err != nil || !validFolder(e.folder) {
				t.Fatalf("usable: %+v", e)
			}
			if name, err := canonicalName(e.name); err != nil || name != e.name {
				t.Fatalf("usable: %s", fmt.Sprintf("%+v", e))
			}
		}
	})
}
