package preview

import (
	"fmt"
	"strings"
)

// hexBytes is how many bytes of a file the hex head shows.
const hexBytes = 512

// hex shows the first bytes as numbers and as the ASCII that is in them, in as
// many columns as there is room for: 0000 followed by 3 cells for a number and
// one for a character.
func (j *job) hex(content []byte) {
	content = content[:min(len(content), hexBytes)]
	columns := 16
	for columns > 4 && 4+2+4*columns > j.look.width {
		columns /= 2
	}
	for at := 0; at < len(content); at += columns {
		chunk := content[at:min(at+columns, len(content))]
		var numbers, letters strings.Builder
		for _, b := range chunk {
			fmt.Fprintf(&numbers, " %02x", b)
			if b < ' ' || b > '~' {
				b = '.'
			}
			letters.WriteByte(b)
		}
		fill := strings.Repeat("   ", columns-len(chunk))
		j.row(line{{fmt.Sprintf("%04x", at), muted}, {numbers.String() + fill + "  ", plain}, {letters.String(), literal}})
	}
}
