package dialog

import "strings"

// matched renders a name and highlights the first occurrence of each word in it. It
// ignores case.
func matched(name string, words []string, plain, match func(...string) string) string {
	hit := make([]bool, len(name))
	for _, word := range words {
		from, to := found(name, word)
		for i := from; i < to; i++ {
			hit[i] = true
		}
	}
	return highlight(name, func(i int) bool { return hit[i] }, plain, match)
}

// highlight renders s and the characters at some positions, in bytes, in another
// style. It renders runs as a whole, so that a line stays short.
func highlight(s string, hit func(i int) bool, plain, match func(...string) string) string {
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
	for i := range s {
		if hit(i) != on {
			flush(i)
			on = !on
		}
	}
	flush(len(s))
	return b.String()
}

// found returns the first occurrence of a word in a name, in bytes; from equals to
// when there is none. It ignores case.
func found(name, word string) (from, to int) {
	if word == "" {
		return 0, 0
	}
	for from = range name {
		rest := name[from:]
		for to := range rest {
			if to > 0 && strings.EqualFold(rest[:to], word) {
				return from, from + to
			}
			if to > 2*len(word) {
				break
			}
		}
		if strings.EqualFold(rest, word) {
			return from, len(name)
		}
	}
	return 0, 0
}
