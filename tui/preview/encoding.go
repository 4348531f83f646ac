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
	name string // of the encoding, blank for UTF-8 without a mark
}

// strange is the share of control bytes that no text has: one in so many.
const strange = 32

// decode tells text from other bytes and turns it into UTF-8. cut says that the
// file goes on behind them, so that half a character at the end is none of its
// faults.
//
// Without a mark at the beginning a text is UTF-8 if it can be, else GB18030 (of
// which GBK and GB2312 are parts) if most of it are the Chinese characters that
// people write, else UTF-8 with a few bad bytes.
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

// controls reports whether bytes are no text in any encoding that is a superset
// of ASCII: they hold a zero, or too many other controls.
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

// trimHalf drops the beginning of a character at the end.
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

// chinese reports whether bytes read as GB18030 are mostly the characters of
// everyday use, which lie together in its first level, and next to none is
// impossible.
func chinese(content []byte) bool {
	pairs, everyday, bad := 0, 0, 0
	for i := 0; i < len(content); i++ {
		if content[i] < 0x80 {
			continue
		}
		if i+1 == len(content) {
			break // perhaps a half
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

// tabWidth is how many cells a tab fills at most.
const tabWidth = 4

// sanitize makes the lines of a text fit to be shown, whoever wrote it: tabs
// become blanks, line ends vanish, everything else that a terminal would obey is
// written out.
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

// untab replaces tabs by the blanks up to the next column that tabs go to.
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
