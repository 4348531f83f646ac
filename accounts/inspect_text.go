package accounts

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// stringsReader takes the shared strings: sst > si > t, r > t. What a phonetic run says is no text.
type stringsReader struct {
	in    *inspection
	reads bool
	said  []byte
}

func (s *stringsReader) begin(open []xml.Name, t xml.StartElement) error {
	s.reads = false
	switch depth := len(open); {
	case depth == 2 && t.Name.Local == "si":
		s.said = s.said[:0]
	case depth == 3 && t.Name.Local == "t", depth == 4 && t.Name.Local == "t" && open[2].Local == "r":
		s.reads = true
	}
	return nil
}

func (s *stringsReader) text(data []byte) {
	if s.reads {
		s.said = append(s.said, data...)
	}
}

func (s *stringsReader) end(open []xml.Name) error {
	s.reads = false
	if len(open) == 2 && open[1].Local == "si" {
		s.in.strings = append(s.in.strings, unescape(string(s.said)))
		s.in.shown = append(s.in.shown, 0)
	}
	return nil
}

// programReader takes the name of the program that saved the workbook last: editors put their own there.
type programReader struct {
	in    *inspection
	reads bool
}

func (p *programReader) begin(open []xml.Name, t xml.StartElement) error {
	p.reads = len(open) == 2 && t.Name.Local == "Application"
	return nil
}

func (p *programReader) text(data []byte) {
	if p.reads {
		p.in.program = append(p.in.program, data...)
	}
}

func (p *programReader) end([]xml.Name) error {
	p.reads = false
	return nil
}

// escaped is how OOXML writes a character that XML does not take, ECMA-376 part 1, 22.4.2.4.
var escaped = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)

// unescape returns a text as programs show it. What is half of a pair of surrogates is nothing.
func unescape(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(e string) string {
		r, err := strconv.ParseInt(e[2:6], 16, 32)
		if err != nil || !utf8.ValidRune(rune(r)) {
			return ""
		}
		return string(rune(r))
	})
}
