package preview

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"wangpan/tui/text"
)

// decoded is the text of a file, in UTF-8.
type decoded struct {
	text string
	name string // of the encoding; blank for UTF-8 without a byte order mark
}

// strange is the largest share of control bytes or bad bytes in a text: one in
// so many.
const strange = 32

// decode converts text to UTF-8 and reports false for bytes that are not text. cut
// means that more bytes follow in the file, so that the last character may be
// incomplete.
//
// Text without a byte order mark is UTF-8 if it is valid. Otherwise it is GB18030
// (which includes GBK and GB2312) if most of its characters are common Chinese
// characters. Otherwise it is UTF-8 with a few bad bytes.
func decode(content []byte, cut bool) (decoded, bool) {
	for _, mark := range []struct {
		bom  string
		name string
		from encoding.Encoding
	}{
		{"\xef\xbb\xbf", "UTF-8", unicode.UTF8},
		{"\xff\xfe", "UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\xfe\xff", "UTF-16BE", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	} {
		rest, ok := bytes.CutPrefix(content, []byte(mark.bom))
		if !ok {
			continue
		}
		if mark.name != "UTF-8" {
			rest = rest[:len(rest)&^1]
		}
		converted, err := mark.from.NewDecoder().Bytes(rest)
		return decoded{string(converted), mark.name}, err == nil && !controls(converted)
	}
	if controls(content) {
		return decoded{}, false
	}
	whole := content
	if cut {
		whole = trimHalf(content)
	}
	if utf8.Valid(whole) {
		return decoded{text: string(whole)}, true
	}
	if chinese(content) {
		converted, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
		if cut {
			converted = bytes.TrimSuffix(converted, []byte("\ufffd"))
		}
		return decoded{string(converted), "GB18030"}, err == nil
	}
	bad := strings.Count(strings.ToValidUTF8(string(whole), "\x00\x00"), "\x00\x00")
	return decoded{text: string(whole)}, bad <= len(whole)/strange
}

// controls reports whether bytes contain a zero or too many other control
// characters to be text in an encoding that extends ASCII.
func controls(content []byte) bool {
	n := 0
	for _, b := range content {
		switch {
		case b == 0:
			return true
		case b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\x1b', b == 0x7f:
			n++
		}
	}
	return n > 2+len(content)/strange
}

// trimHalf removes an incomplete character at the end.
func trimHalf(content []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(content); n++ {
		if at := len(content) - n; utf8.RuneStart(content[at]) {
			if !utf8.FullRune(content[at:]) {
				return content[:at]
			}
			break
		}
	}
	return content
}

// chinese reports whether bytes are plausible GB18030: most characters are in the
// first level, which holds the common ones, and almost none are invalid.
func chinese(content []byte) bool {
	pairs, everyday, bad := 0, 0, 0
	for i := 0; i < len(content); i++ {
		if content[i] < 0x80 {
			continue
		}
		if i+1 == len(content) {
			break // perhaps an incomplete character
		}
		first, second := content[i], content[i+1]
		switch {
		case first < 0x81 || first == 0xff || second < 0x30 || second == 0x7f || second == 0xff:
			bad++
			continue
		case second <= 0x39: // of four bytes
			i += 3
			pairs++
			continue
		case first >= 0xb0 && first <= 0xd7 && second >= 0xa1, first >= 0xa1 && first <= 0xa3 && second >= 0xa1:
			everyday++ // a character of the first level, or its punctuation
		}
		pairs++
		i++
	}
	return pairs > 0 && bad <= pairs/strange && everyday*3 >= pairs*2
}

// tabWidth is the distance of tab stops, in cells.
const tabWidth = 4

// sanitize makes lines safe to print: it expands tabs, removes carriage returns at
// the end and makes all other control characters visible.
func sanitize(lines []string) []string {
	shown := make([]string, len(lines))
	for i, l := range lines {
		l = strings.TrimSuffix(l, "\r")
		if strings.Contains(l, "\t") {
			l = untab(l)
		}
		shown[i] = text.Visible(l)
	}
	return shown
}

// untab expands tabs to spaces.
func untab(l string) string {
	var out strings.Builder
	column := 0
	for i, part := range strings.Split(l, "\t") {
		if i > 0 {
			blanks := tabWidth - column%tabWidth
			out.WriteString(strings.Repeat(" ", blanks))
			column += blanks
		}
		out.WriteString(part)
		column += text.Width(part)
	}
	return out.String()
}
