package accounts

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"strings"
)

// Limits on a workbook before excelize sees it. Its own default is 16 GB unpacked.
const (
	maxWorkbook = 64 << 20 // bytes, packed and unpacked alike
	maxParts    = 2_000
	maxDepth    = 256 // nested XML elements
)

const (
	partWorkbook  = "xl/workbook.xml"
	partRelations = "xl/_rels/workbook.xml.rels"
)

// notWorkbook are the first bytes of an encrypted or an old .xls workbook.
var notWorkbook = []byte{0xD0, 0xCF, 0x11, 0xE0}

// inspection is what reading a whole workbook byte by byte found.
type inspection struct {
	// formulas are the cells that hold a formula, by part and then by reference (A1).
	formulas map[string]map[string]bool
	parts    map[string]bool
	wanted   map[string]string           // part that a relation names, and who names it
	sheets   map[string]string           // name of a sheet to the id of its relation
	targets  map[string]string           // id of a relation of the workbook to its part
	shared   map[string]map[position]int // index of the shared string that a cell shows, by part and cell
}

// shown counts the cells that show a shared string, by its index.
func (in *inspection) shown() map[int]int {
	count := map[int]int{}
	for _, cells := range in.shared {
		for _, index := range cells {
			count[index]++
		}
	}
	return count
}

// sheetPart returns the part in which a sheet is.
func (in *inspection) sheetPart(sheet string) string { return in.targets[in.sheets[sheet]] }

// inspect reads every part of the workbook through and compares its checksum, parses every XML part
// to its end, and looks for what relations promise. excelize does none of this: of 800 workbooks of
// 1,000 users with one bit flipped, it opened 591 with fewer or wrong rows and no error.
func inspect(data []byte) (*inspection, error) {
	if bytes.HasPrefix(data, notWorkbook) {
		return nil, errors.New("it is encrypted or in the old .xls format; save it as .xlsx without a password")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("it is not a workbook: %w", err)
	}
	if len(z.File) > maxParts {
		return nil, fmt.Errorf("it has %d parts; %d are the limit", len(z.File), maxParts)
	}
	found := &inspection{
		formulas: map[string]map[string]bool{}, parts: map[string]bool{}, wanted: map[string]string{},
		sheets: map[string]string{}, targets: map[string]string{}, shared: map[string]map[position]int{},
	}
	room := int64(maxWorkbook)
	for _, f := range z.File {
		body, err := readPart(f, room)
		if err != nil {
			return nil, fmt.Errorf("its part %q is damaged: %w", f.Name, err)
		}
		room -= int64(len(body))
		if err := found.part(f.Name, body); err != nil {
			return nil, fmt.Errorf("its part %q is damaged: %w", f.Name, err)
		}
	}
	if err := found.complete(); err != nil {
		return nil, err
	}
	return found, nil
}

// readPart unpacks one part, at most room bytes of it whatever its header says.
func readPart(f *zip.File, room int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, room+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > room {
		return nil, fmt.Errorf("the workbook unpacks to more than %d MiB", maxWorkbook>>20)
	}
	// archive/zip does not compare a checksum of 0.
	if crc32.ChecksumIEEE(body) != f.CRC32 {
		return nil, zip.ErrChecksum
	}
	return body, nil
}

// part checks one part and remembers what is needed of it.
func (in *inspection) part(name string, body []byte) error {
	if strings.HasSuffix(name, "/") {
		return nil // a folder, as some programs write them
	}
	if in.parts[name] {
		return errors.New("it is there twice")
	}
	in.parts[name] = true
	switch path.Ext(name) {
	case ".xml":
		if strings.HasPrefix(name, "xl/worksheets/") {
			in.formulas[name] = map[string]bool{}
			in.shared[name] = map[position]int{}
		}
	case ".rels":
	default:
		return nil // pictures, and drawings of comments that Excel itself writes as broken XML
	}
	return in.parse(name, body)
}

// complete checks that the parts without which excelize finds an empty workbook are there, and every
// part that another one names: a name may be damaged as well as a content.
func (in *inspection) complete() error {
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", partWorkbook, partRelations, "xl/styles.xml"} {
		if !in.parts[name] {
			return fmt.Errorf("its part %q is missing", name)
		}
	}
	for target, by := range in.wanted {
		if !in.parts[target] {
			return fmt.Errorf("its part %q is missing, which %q names", target, by)
		}
	}
	return nil
}

// parse reads XML to its end and checks that every element is closed by its own end tag.
func (in *inspection) parse(name string, body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	var open []xml.Name
	sheet := &sheetOrder{formulas: in.formulas[name], strings: in.shared[name]}
	for {
		token, err := d.RawToken() // half the time of Token, which also resolves namespaces
		if errors.Is(err, io.EOF) && len(open) == 0 && d.InputOffset() > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if open = append(open, t.Name); len(open) > maxDepth {
				return errors.New("its elements are nested too deep")
			}
			if err := in.element(name, t, sheet); err != nil {
				return err
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != t.Name {
				return fmt.Errorf("its element %q ends where it did not begin", t.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1].Local == "v" {
				sheet.value(t)
			}
		case xml.Directive:
			return errors.New("it declares a document type")
		}
	}
}

// element looks at one start tag.
func (in *inspection) element(part string, t xml.StartElement, sheet *sheetOrder) error {
	if path.Ext(part) == ".rels" {
		if t.Name.Local == "Relationship" {
			in.relation(part, t)
		}
		return nil
	}
	if part == partWorkbook && t.Name.Local == "sheet" {
		in.sheets[attribute(t, "name")] = relationID(t)
	}
	if sheet.formulas == nil {
		return nil
	}
	switch t.Name.Local {
	case "row":
		return sheet.beginRow(attribute(t, "r"))
	case "c":
		sheet.shared = attribute(t, "t") == "s"
		return sheet.beginCell(attribute(t, "r"))
	case "f":
		sheet.formulas[cellName(sheet.column, sheet.row)] = true
	}
	return nil
}

// relation remembers the part that a relation leads to.
func (in *inspection) relation(part string, t xml.StartElement) {
	target := attribute(t, "Target")
	if attribute(t, "TargetMode") == "External" || target == "" {
		return
	}
	target, _, _ = strings.Cut(target, "#")
	if target == "" {
		return
	}
	if !strings.HasPrefix(target, "/") {
		// xl/_rels/workbook.xml.rels speaks of the folder xl.
		target = path.Join(path.Dir(path.Dir(part)), target)
	}
	target = strings.TrimPrefix(path.Clean(target), "/")
	in.wanted[target] = part
	if part == partRelations {
		in.targets[attribute(t, "Id")] = target
	}
}

// relationID returns the r:id of an element, whatever prefix the namespace has.
func relationID(t xml.StartElement) string {
	for _, a := range t.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
