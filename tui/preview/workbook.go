package preview

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"wangpan/tui/text"
)

// Bounds of workbooks. A hostile workbook within them costs excelize less than
// 150 MiB and a few seconds (TestHostileWorkbooks).
const (
	workbookBudget = 6 << 20         // bytes fetched
	partBudget     = 8 << 20         // bytes unpacked per part
	partElements   = 200_000         // XML elements per part; a format takes about 400 bytes
	partDepth      = 64              // nested XML elements
	workbookRows   = 500             // rows shown
	sharedText     = 128 << 10       // bytes per shared string; a cell holds 32,767 characters
	formatBytes    = 255             // bytes per number format, as in Excel
	workbookTime   = 2 * time.Second // for the values of the rows
)

// workbook shows the first rows of the first sheet of an xlsx file.
//
// excelize needs the whole file in memory, and a hostile file makes it allocate
// gigabytes. So workbook fetches only the beginning of the parts that the rows
// need, and passes excelize a small workbook that it makes of them. This works
// for a workbook of any size.
func (j *job) workbook() error {
	z, err := zip.NewReader(j.file.reader(j.ctx, workbookBudget), j.file.item.Entry.Size)
	if z == nil || err != nil && !errors.Is(err, zip.ErrInsecurePath) { // the names are not used as local paths
		return j.broken(err)
	}
	b := &workbook{job: j, limit: min(j.want+1, workbookRows), lastString: -1, parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		b.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	name, small, err := b.excerpt()
	if err != nil {
		return j.broken(err)
	}
	rows, err := b.rows(small)
	if err != nil {
		return j.broken(err)
	}
	j.fact(name)
	if len(rows) == 0 {
		j.say(muted, j.locale.T("preview.no_rows"))
		return nil
	}
	j.table(rows)
	if b.cut || b.rowCount > workbookRows {
		j.row(line{{text.Ellipsis, muted}})
	}
	return nil
}

// workbook reads one xlsx file.
type workbook struct {
	job        *job
	parts      map[string]*zip.File
	limit      int  // rows wanted
	rowCount   int  // rows found, at most limit+1
	cut        bool // rows are missing since they took too long
	lastString int  // the highest index of a shared string in these rows
}

// rows reads the cells of a small workbook as a spreadsheet shows them. Empty
// rows are left out.
func (b *workbook) rows(content []byte) ([][]string, error) {
	size := int64(4 * partBudget) // more than content, so that excelize writes no temporary files
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		UnzipSizeLimit: size, UnzipXMLSizeLimit: size,
		ShortDatePattern: "yyyy-mm-dd", CultureInfo: excelize.CultureNameZhCN,
	})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	iterator, err := f.Rows(excerptSheet)
	if err != nil {
		return nil, err
	}
	defer iterator.Close()
	var rows [][]string
	for deadline := time.Now().Add(workbookTime); iterator.Next() && b.job.ctx.Err() == nil; {
		if time.Now().After(deadline) {
			b.cut = true
			break
		}
		cells, err := iterator.Columns()
		if err != nil {
			return nil, err
		}
		if len(cells) == 0 {
			continue
		}
		row := make([]string, min(len(cells), tableColumns))
		for i := range row {
			row[i] = strings.Clone(short(cells[i])) // so that the whole text can be freed
		}
		rows = append(rows, row)
	}
	return rows, errors.Join(iterator.Error(), b.job.ctx.Err())
}

// The parts of the small workbook that are the same for all.
const (
	excerptSheet = "Sheet1"
	excerptTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	excerptRoot  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
		`Type="` + excelize.SourceRelationshipOfficeDocument + `" Target="xl/workbook.xml"/></Relationships>`
	excerptParts = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
		`Type="` + excelize.SourceRelationshipWorkSheet + `" Target="worksheets/sheet1.xml"/></Relationships>`
	excerptBook = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
		`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="%t"/>` +
		`<sheets><sheet name="` + excerptSheet + `" sheetId="1" r:id="rId1"/></sheets></workbook>`
)

// excerpt returns the name of the first sheet and a small workbook with its
// first rows, and with the strings and formats of these.
func (b *workbook) excerpt() (name string, content []byte, err error) {
	name, part, epoch1904, err := b.firstSheet()
	if err != nil {
		return "", nil, err
	}
	parts := map[string][]byte{
		"[Content_Types].xml":        []byte(excerptTypes),
		"_rels/.rels":                []byte(excerptRoot),
		"xl/workbook.xml":            fmt.Appendf(nil, excerptBook, epoch1904),
		"xl/_rels/workbook.xml.rels": []byte(excerptParts),
	}
	for _, copied := range []struct {
		to, from string
		filter   filter
	}{
		{"xl/worksheets/sheet1.xml", part, b.firstRows()},
		{"xl/sharedStrings.xml", "xl/sharedStrings.xml", b.firstStrings()},
		{"xl/styles.xml", "xl/styles.xml", shortFormats},
	} {
		if b.parts[copied.from] == nil && copied.from != part {
			continue // a workbook needs neither strings nor styles
		}
		if parts[copied.to], err = b.copy(copied.from, copied.filter); err != nil {
			return "", nil, err
		}
	}
	content, err = stored(parts)
	return name, content, err
}

// stored returns an uncompressed zip file.
func stored(files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range files {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// firstSheet returns the name of the first sheet, the part that holds it, and
// whether the dates of the workbook count from 1904.
func (b *workbook) firstSheet() (name, part string, epoch1904 bool, err error) {
	var book struct {
		Properties struct {
			Date1904 bool `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	content, err := b.copy("xl/workbook.xml", whole)
	if err == nil {
		err = xml.Unmarshal(content, &book)
	}
	if err == nil && len(book.Sheets) == 0 {
		err = errUnreadable
	}
	if err == nil {
		content, err = b.copy("xl/_rels/workbook.xml.rels", whole)
	}
	if err == nil {
		err = xml.Unmarshal(content, &relations)
	}
	if err != nil {
		return "", "", false, err
	}
	part = "xl/worksheets/sheet1.xml"
	for _, r := range relations.All {
		if r.ID != book.Sheets[0].ID {
			continue
		}
		if part = path.Join("xl", r.Target); strings.HasPrefix(r.Target, "/") {
			part = strings.TrimPrefix(path.Clean(r.Target), "/")
		}
	}
	return book.Sheets[0].Name, part, book.Properties.Date1904, nil
}

// A filter reports for each token of a part whether the copy keeps the element
// that starts there, and whether the part is read any further.
type filter func(xml.Token) (keep, more bool)

func whole(xml.Token) (keep, more bool) { return true, true }

// firstRows keeps the first rows of a sheet, and of each the first cells. It
// notes which shared strings they need.
func (b *workbook) firstRows() filter {
	cells, shared := 0, false
	return func(token xml.Token) (keep, more bool) {
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				b.rowCount++
				cells = 0
			case "c":
				cells++
				shared = attribute(t, "t") == "s"
			}
		case xml.CharData:
			if i, err := strconv.Atoi(string(t)); shared && err == nil && cells <= tableColumns {
				b.lastString = max(b.lastString, i)
			}
		}
		return cells <= tableColumns, b.rowCount <= b.limit
	}
}

// firstStrings keeps the shared strings up to the last one that the rows need.
func (b *workbook) firstStrings() filter {
	index, size := -1, 0
	return func(token xml.Token) (keep, more bool) {
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "si" {
				index, size = index+1, 0
			}
		case xml.CharData:
			size += len(t)
		}
		return true, index <= b.lastString && size <= sharedText
	}
}

// shortFormats keeps the styles up to a number format that is too long.
func shortFormats(token xml.Token) (keep, more bool) {
	t, ok := token.(xml.StartElement)
	return true, !ok || len(attribute(t, "formatCode")) <= formatBytes
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// copy returns the beginning of a part as well-formed XML: up to the end, a
// bound, or the token at which the filter stops.
func (b *workbook) copy(name string, filter filter) ([]byte, error) {
	f := b.parts[name]
	if f == nil {
		return nil, errUnreadable
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var read, out bytes.Buffer
	var open []string
	skipped := 0 // the innermost open elements that the copy leaves out
	d := xml.NewDecoder(io.TeeReader(&bounded{ctx: b.job.ctx, from: r, left: partBudget}, &read))
	for elements, offset := 0, int64(0); ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) || errors.Is(err, errUnpacked) || errors.Is(err, errTooMuch) {
			break
		}
		if err != nil {
			return nil, err
		}
		raw := read.Next(int(d.InputOffset() - offset))
		offset = d.InputOffset()
		keep, more := filter(token)
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
		if !more || elements > partElements || len(open) > partDepth {
			break
		}
		if t, ok := token.(xml.StartElement); ok {
			open = append(open, qualified(t.Name))
			if !keep || skipped > 0 {
				skipped++
			}
		}
		if skipped == 0 {
			out.Write(raw)
		}
		if t, ok := token.(xml.EndElement); ok {
			if len(open) == 0 || open[len(open)-1] != qualified(t.Name) {
				return nil, errUnreadable
			}
			open, skipped = open[:len(open)-1], max(skipped-1, 0)
		}
	}
	for _, name := range slices.Backward(open[:len(open)-skipped]) {
		out.WriteString("</" + name + ">")
	}
	return out.Bytes(), nil
}

func qualified(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}
