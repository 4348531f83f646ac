package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Matches returns, for each byte of s, whether it belongs to an occurrence of one of
// the words. It ignores case.
func Matches(s string, words []string) []bool {
	hit := make([]bool, len(s))
	for _, word := range words {
		for from := 0; from < len(s); {
			at, end := find(s[from:], word)
			if at == end {
				break
			}
			for i := from + at; i < from+end; i++ {
				hit[i] = true
			}
			from += end
		}
	}
	return hit
}

// find returns the first occurrence of a word, in bytes; at equals end when there is
// none. The word and its occurrence may differ in length: K also matches the Kelvin
// sign, which has three bytes.
func find(s, word string) (at, end int) {
	if word == "" {
		return 0, 0
	}
	for at = range s {
		rest := s[at:]
		for end := range rest {
			if end > 3*len(word) {
				break
			}
			if end > 0 && strings.EqualFold(rest[:end], word) {
				return at, at + end
			}
		}
		if len(rest) <= 3*len(word) && strings.EqualFold(rest, word) {
			return at, len(s)
		}
	}
	return 0, 0
}

// Highlight renders s with plain, and the grapheme clusters whose first byte is hit with
// match. It never splits a cluster, because an escape sequence within one breaks it. It
// renders each run at once, so that a line has few escape sequences.
func Highlight(s string, hit []bool, plain, match func(...string) string) string {
	var b strings.Builder
	from, on := 0, false
	flush := func(to int) {
		switch part := s[from:to]; {
		case part == "":
		case on:
			b.WriteString(match(part))
		default:
			b.WriteString(plain(part))
		}
		from = to
	}
	for at := 0; at < len(s); {
		if hit[at] != on {
			flush(at)
			on = !on
		}
		cluster, _ := ansi.FirstGraphemeCluster(s[at:], ansi.GraphemeWidth)
		at += len(cluster)
	}
	flush(len(s))
	return b.String()
}
