package preview

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// Bounds of workbooks.
const (
	workbookBudget = 6 << 20 // bytes fetched
	partBudget     = 8 << 20 // bytes unpacked of a part
	workbookRows   = 500     // rows shown
	sharedBytes    = 4 << 20 // bytes of shared strings kept
)

// workbook shows the first rows of the first sheet of an xlsx. It reads parts
// as streams and stops as soon as it has what is shown.
func (j *job) workbook() error {
	z, err := zip.NewReader(j.file.reader(j.ctx, workbookBudget), j.file.item.Entry.Size)
	if z == nil || err != nil && !errors.Is(err, zip.ErrInsecurePath) { // no name is used as a path of a disk
		return j.broken(err)
	}
	b := &workbook{job: j, parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		b.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	name, part, err := b.firstSheet()
	if err != nil {
		return j.broken(err)
	}
	rows, err := b.rows(part, min(j.want+1, workbookRows))
	if err == nil {
		err = b.share(rows)
	}
	if err == nil {
		err = b.numbers(rows)
	}
	if err != nil {
		return j.broken(err)
	}
	j.fact(name)
	if len(rows) == 0 {
		j.say(muted, j.locale.T("preview.no_rows"))
		return nil
	}
	table := make([][]string, len(rows))
	for i, row := range rows {
		for _, c := range row {
			table[i] = append(table[i], c.text)
		}
	}
	j.table(table)
	return nil
}

// workbook is an xlsx being read.
type workbook struct {
	job   *job
	parts map[string]*zip.File
}

// cell is one value. A shared one is the index of its text until share has
// looked it up.
type cell struct {
	text   string
	shared bool
	number bool
	style  int // of a number; 0 if it has none of its own
}

// part opens a part as a bounded stream of XML.
func (b *workbook) part(name string) (*xml.Decoder, io.Closer, error) {
	f := b.parts[name]
	if f == nil {
		return nil, nil, errUnreadable
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, err
	}
	return xml.NewDecoder(&bounded{ctx: b.job.ctx, from: r, left: partBudget}), r, nil
}

// each calls do with every element of a part that starts, until do returns
// false or an error.
func (b *workbook) each(name string, do func(*xml.Decoder, xml.StartElement) (bool, error)) error {
	d, closer, err := b.part(name)
	if err != nil {
		return err
	}
	defer closer.Close()
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if more, err := do(d, start); err != nil || !more {
				return err
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// firstSheet returns the name of the first sheet and of the part that it is in.
func (b *workbook) firstSheet() (name, part string, err error) {
	id := ""
	err = b.each("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) (bool, error) {
		if e.Name.Local != "sheet" {
			return true, nil
		}
		name = attribute(e, "name")
		for _, a := range e.Attr {
			if a.Name.Local == "id" && a.Name.Space != "" {
				id = a.Value
			}
		}
		return false, nil
	})
	if err != nil {
		return "", "", err
	}
	part = "xl/worksheets/sheet1.xml"
	err = b.each("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) (bool, error) {
		if e.Name.Local != "Relationship" || attribute(e, "Id") != id {
			return true, nil
		}
		target := attribute(e, "Target")
		if strings.HasPrefix(target, "/") {
			part = strings.TrimPrefix(path.Clean(target), "/")
		} else {
			part = path.Join("xl", target)
		}
		return false, nil
	})
	return name, part, err
}

// rows reads the first rows of a sheet, with the gaps that it leaves between
// cells but not those between rows.
func (b *workbook) rows(part string, limit int) ([][]cell, error) {
	var rows [][]cell
	kind := ""
	err := b.each(part, func(d *xml.Decoder, e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "row":
			if len(rows) == limit {
				return false, nil
			}
			rows = append(rows, nil)
		case "c":
			if len(rows) == 0 {
				return false, errUnreadable
			}
			kind = attribute(e, "t")
			last := &rows[len(rows)-1]
			column := columnOf(attribute(e, "r"), len(*last))
			for len(*last) < min(column, tableColumns-1) {
				*last = append(*last, cell{})
			}
			if len(*last) < tableColumns {
				number := kind == "" || kind == "n"
				*last = append(*last, cell{number: number, style: styleOf(e, number)})
			}
		case "v", "t":
			if len(rows) == 0 || len(rows[len(rows)-1]) == 0 {
				return true, nil
			}
			value, err := characters(d)
			last := rows[len(rows)-1]
			now := &last[len(last)-1]
			now.text, now.shared = now.text+short(value), kind == "s"
			return true, err
		}
		return true, nil
	})
	return rows, err
}

// styleOf reads the style of a cell that holds a number; others are no dates.
func styleOf(e xml.StartElement, number bool) int {
	style, err := strconv.Atoi(attribute(e, "s"))
	if err != nil || style < 0 || !number {
		return 0
	}
	return style
}

// columnOf reads the column of a reference such as AB12, from 0; next if there
// is none, or if it does not go forward.
func columnOf(reference string, next int) int {
	column := 0
	for _, r := range reference {
		if r < 'A' || r > 'Z' || column > tableColumns {
			break
		}
		column = column*26 + int(r-'A') + 1
	}
	return max(column-1, next)
}

// characters reads the text up to the next tag.
func characters(d *xml.Decoder) (string, error) {
	var text strings.Builder
	for {
		token, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.CharData:
			if text.Len() < cellBytes {
				text.Write(token)
			}
		case xml.EndElement:
			return text.String(), nil
		}
	}
}

// share puts the texts of shared cells into their places.
func (b *workbook) share(rows [][]cell) error {
	wanted := make(map[int]string)
	last := -1
	for _, row := range rows {
		for _, c := range row {
			if i, err := strconv.Atoi(c.text); err == nil && c.shared && i >= 0 {
				wanted[i] = ""
				last = max(last, i)
			}
		}
	}
	if last < 0 {
		return nil
	}
	index, kept := -1, 0
	err := b.each("xl/sharedStrings.xml", func(d *xml.Decoder, e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "si":
			index++
			return index <= last && kept < sharedBytes, nil
		case "t":
			value, err := characters(d)
			if known, ok := wanted[index]; ok {
				wanted[index] = known + short(value)
				kept += len(value)
			}
			return true, err
		}
		return true, nil
	})
	for _, row := range rows {
		for i, c := range row {
			if at, err := strconv.Atoi(c.text); err == nil && c.shared {
				row[i].text = wanted[at]
			}
		}
	}
	return err
}
