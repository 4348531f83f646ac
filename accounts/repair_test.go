package accounts

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Excel offers to repair a workbook for causes that no reader here minds. These are the usual ones, from
// ECMA-376 part 1 and what Excel is known to stumble over.

// node is any element.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Nodes   []node     `xml:",any"`
	Text    string     `xml:",chardata"`
}

func (n *node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// number returns an attribute that counts something; missing is 0.
func (n *node) number(name string) int {
	i, _ := strconv.Atoi(n.attr(name))
	return i
}

// all returns the elements at a path below n.
func (n *node) all(names ...string) (found []*node) {
	if len(names) == 0 {
		return []*node{n}
	}
	for i := range n.Nodes {
		if n.Nodes[i].XMLName.Local == names[0] {
			found = append(found, n.Nodes[i].all(names[1:]...)...)
		}
	}
	return found
}

// pack is an unpacked workbook, and what was found in it.
type pack struct {
	parts  map[string][]byte
	causes []string
}

func (p *pack) say(format string, args ...any) {
	p.causes = append(p.causes, fmt.Sprintf(format, args...))
}

// xml returns a part, nil and a cause when it is not there.
func (p *pack) xml(name string) *node {
	n := &node{}
	if data, there := p.parts[name]; !there {
		p.say("%s is not there", name)
	} else if err := xml.Unmarshal(data, n); err != nil {
		p.say("%s: %v", name, err)
	}
	return n
}

// repairCauses returns why Excel would offer to repair a workbook.
func repairCauses(tb testing.TB, data []byte) []string {
	tb.Helper()
	p := &pack{parts: map[string][]byte{}}
	z := must(zip.NewReader(bytes.NewReader(data), int64(len(data))))
	for _, f := range z.File {
		if _, twice := p.parts[f.Name]; twice {
			p.say("%s is there twice", f.Name)
		}
		p.parts[f.Name] = must(io.ReadAll(must(f.Open())))
	}
	p.contentTypes()
	relations := map[string]map[string]string{}
	for name := range p.parts {
		if path.Ext(name) == ".rels" {
			base := path.Dir(path.Dir(name))
			relations[path.Join(base, strings.TrimSuffix(path.Base(name), ".rels"))] = p.relations(name, base)
		}
	}
	styles := p.styles()
	table := p.xml("xl/sharedStrings.xml").all("si")
	book := p.xml("xl/workbook.xml")
	sheets := p.sheets(book, relations["xl/workbook.xml"])
	filters := map[string]string{} // ranges by the names of sheets
	for name, part := range sheets {
		s := p.xml(part)
		p.sheet(name, s, relations[part], styles, len(table))
		for _, f := range s.all("autoFilter") {
			filters[name] = strings.ReplaceAll(f.attr("ref"), "$", "")
		}
	}
	p.filtered(book, filters)
	p.definedNames(book, len(sheets))
	return p.causes
}

// contentTypes: every part has one, and what has one is there.
func (p *pack) contentTypes() {
	types := p.xml("[Content_Types].xml")
	known := map[string]bool{}
	for _, d := range types.all("Default") {
		known["."+strings.ToLower(d.attr("Extension"))] = true
	}
	for _, o := range types.all("Override") {
		name := strings.TrimPrefix(o.attr("PartName"), "/")
		if _, there := p.parts[name]; !there || known[name] {
			p.say("the content type of %s: part there %t, twice %t", name, there, known[name])
		}
		known[name] = true
	}
	for name := range p.parts {
		if !known[name] && (!known[strings.ToLower(path.Ext(name))] || path.Ext(name) == ".xml") && name != "[Content_Types].xml" {
			p.say("%s has no content type of its own", name)
		}
	}
}

// relations returns the parts of one file of relations by their ids.
func (p *pack) relations(name, base string) map[string]string {
	targets := map[string]string{}
	for _, r := range p.xml(name).all("Relationship") {
		id, target := r.attr("Id"), r.attr("Target")
		if targets[id] != "" {
			p.say("%s has the id %s twice", name, id)
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Join(base, target)
		}
		targets[id] = strings.TrimPrefix(target, "/")
		if _, there := p.parts[targets[id]]; !there && r.attr("TargetMode") != "External" {
			p.say("%s leads to %s, which is not there", name, targets[id])
		}
	}
	return targets
}

// styleCounts are how many formats cells and conditions may choose from.
type styleCounts struct{ cells, conditions int }

func (p *pack) styles() styleCounts {
	s := p.xml("xl/styles.xml")
	formats := map[int]bool{}
	for _, f := range s.all("numFmts", "numFmt") {
		if formats[f.number("numFmtId")] {
			p.say("number format %s is there twice", f.attr("numFmtId"))
		}
		formats[f.number("numFmtId")] = true
	}
	for _, list := range [][]string{{"cellStyleXfs", "xf"}, {"cellXfs", "xf"}} {
		for i, xf := range s.all(list...) {
			id := xf.number("numFmtId")
			if id >= 164 && !formats[id] || xf.number("fontId") >= len(s.all("fonts", "font")) || xf.number("fillId") >= len(s.all("fills", "fill")) ||
				xf.number("borderId") >= len(s.all("borders", "border")) || list[0] == "cellXfs" && xf.number("xfId") >= len(s.all("cellStyleXfs", "xf")) {
				p.say("%s %d refers to what is not there", list[0], i)
			}
		}
	}
	for _, list := range []string{"numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"} {
		for _, l := range s.all(list) {
			if l.attr("count") != "" && l.number("count") != len(l.Nodes) {
				p.say("%s counts %s and has %d", list, l.attr("count"), len(l.Nodes))
			}
		}
	}
	return styleCounts{len(s.all("cellXfs", "xf")), len(s.all("dxfs", "dxf"))}
}

// sheets returns the parts of the sheets by their names.
func (p *pack) sheets(book *node, relations map[string]string) map[string]string {
	sheets, ids := map[string]string{}, map[string]bool{}
	for _, s := range book.all("sheets", "sheet") {
		name := s.attr("name")
		rid := s.attr("id")
		if sheets[strings.ToLower(name)] != "" || ids[s.attr("sheetId")] || ids[rid] || relations[rid] == "" || len([]rune(name)) > 31 || strings.ContainsAny(name, `:\/?*[]`) {
			p.say("sheet %q: its name, id or relation is twice or wrong", name)
		}
		ids[s.attr("sheetId")], ids[rid], sheets[strings.ToLower(name)] = true, true, relations[rid]
	}
	for _, v := range book.all("bookViews", "workbookView") {
		if v.number("activeTab") >= len(sheets) {
			p.say("the sheet in front is number %s of %d", v.attr("activeTab"), len(sheets))
		}
	}
	return sheets
}

func (p *pack) definedNames(book *node, sheets int) {
	seen := map[string]bool{}
	for _, n := range book.all("definedNames", "definedName") {
		key := strings.ToLower(n.attr("name")) + " " + n.attr("localSheetId")
		if seen[key] || n.number("localSheetId") >= sheets || strings.Contains(n.Text, "#REF!") || n.Text == "" {
			p.say("the name %s means %q, twice or nothing", key, n.Text)
		}
		seen[key] = true
	}
}

// filtered: Excel keeps the range of a filter in a hidden name, too.
func (p *pack) filtered(book *node, filters map[string]string) {
	list := book.all("sheets", "sheet")
	for _, n := range book.all("definedNames", "definedName") {
		if n.attr("name") != "_xlnm._FilterDatabase" || n.number("localSheetId") >= len(list) {
			continue
		}
		sheet := list[n.number("localSheetId")].attr("name")
		filter := filters[strings.ToLower(sheet)]
		if _, area, _ := strings.Cut(strings.ReplaceAll(n.Text, "$", ""), "!"); area != filter {
			p.say("the filter of %s is %q, and its name says %q", sheet, filter, area)
		}
	}
}

// sheetParts is the order in which the schema wants the elements of a sheet.
var sheetParts = strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
	autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions
	pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing
	legacyDrawingHF picture oleObjects controls webPublishItems tableParts extLst`)

func (p *pack) sheet(name string, s *node, relations map[string]string, styles styleCounts, table int) {
	last := 0
	for i := range s.Nodes {
		n := &s.Nodes[i]
		at := slices.Index(sheetParts, n.XMLName.Local)
		if at < last && n.XMLName.Local != "AlternateContent" || at == last && at > 0 && n.XMLName.Local != "conditionalFormatting" {
			p.say("%s: %s is out of order", name, n.XMLName.Local)
		}
		last = max(at, last)
		if slices.Contains([]string{"drawing", "legacyDrawing", "picture"}, n.XMLName.Local) && relations[n.attr("id")] == "" {
			p.say("%s: %s leads nowhere", name, n.XMLName.Local)
		}
	}
	column := 0
	for _, c := range s.all("cols", "col") {
		if c.number("min") <= column || c.number("max") < c.number("min") || c.number("max") > excelize.MaxColumns || c.number("style") >= styles.cells {
			p.say("%s: columns %s to %s overlap, or have no style", name, c.attr("min"), c.attr("max"))
		}
		column = c.number("max")
	}
	p.cells(name, s, styles, table)
	for _, v := range s.all("dataValidations") {
		if v.number("count") != len(v.Nodes) {
			p.say("%s: %s choices, and %d are there", name, v.attr("count"), len(v.Nodes))
		}
	}
	for _, ref := range slices.Concat(s.all("dimension"), s.all("autoFilter"), s.all("mergeCells", "mergeCell")) {
		for corner := range strings.SplitSeq(ref.attr("ref"), ":") {
			if _, _, ok := splitCell(strings.ReplaceAll(corner, "$", "")); !ok {
				p.say("%s: %s of %q", name, ref.XMLName.Local, ref.attr("ref"))
			}
		}
	}
	for _, rule := range s.all("conditionalFormatting", "cfRule") {
		if rule.attr("dxfId") != "" && rule.number("dxfId") >= styles.conditions {
			p.say("%s: a condition has no format %s", name, rule.attr("dxfId"))
		}
	}
}

func (p *pack) cells(name string, s *node, styles styleCounts, table int) {
	row := 0
	for _, r := range s.all("sheetData", "row") {
		if r.number("r") <= row || r.number("s") >= styles.cells || r.attr("spans") != "" && !strings.Contains(r.attr("spans"), ":") {
			p.say("%s: row %s follows %d, or has no style", name, r.attr("r"), row)
		}
		row = r.number("r")
		before := 0
		for _, c := range r.all("c") {
			column, at, ok := splitCell(c.attr("r"))
			if !ok || at != row || column <= before || c.number("s") >= styles.cells {
				p.say("%s: cell %s is out of order, or has no style", name, c.attr("r"))
			}
			before = column
			for _, v := range c.all("v") {
				index, err := strconv.Atoi(v.Text)
				if c.attr("t") == "s" && (err != nil || index < 0 || index >= table) {
					p.say("%s: cell %s shows string %q of %d", name, c.attr("r"), v.Text, table)
				}
				if _, err := strconv.ParseFloat(v.Text, 64); (c.attr("t") == "" || c.attr("t") == "n") && err != nil {
					p.say("%s: cell %s is the number %q", name, c.attr("r"), v.Text)
				}
			}
		}
	}
}
