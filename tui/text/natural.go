package text

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of a name for sorting and searching: NFC and lower case.
func Fold(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// NaturalKey returns a key of a folded name. Keys compare bytewise in the natural
// order of names, because each number follows its count of digits. Comparing keys
// is much faster than comparing names.
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
		b.WriteByte('0') // sorts a number where a digit sorts
		b.WriteByte(byte(len(number)))
		b.WriteString(number)
		i = end
	}
	return b.String()
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
