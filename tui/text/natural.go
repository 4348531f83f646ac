package text

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Fold returns a name in the form in which names are sorted and found: composed,
// as what is typed is, and in lower case.
func Fold(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// NaturalKey is a folded name in a form whose bytes are in the natural order of names:
// before a number stands how many digits it has. Comparing two such keys is many
// times quicker than comparing two names, which a sort does again and again.
func NaturalKey(folded string) string {
	if !strings.ContainsAny(folded, "0123456789") {
		return folded
	}
	var b strings.Builder
	b.Grow(len(folded) + 4)
	for i := 0; i < len(folded); {
		if !isDigit(folded[i]) {
			b.WriteByte(folded[i])
			i++
			continue
		}
		end := i
		for end < len(folded) && isDigit(folded[end]) {
			end++
		}
		number := strings.TrimLeft(folded[i:end], "0")
		b.WriteByte('0') // where a digit stands among other characters
		b.WriteByte(byte(len(number)))
		b.WriteString(number)
		i = end
	}
	return b.String()
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
