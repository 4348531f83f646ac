package dialog

import "strings"

// Matched renders a name, and in another style where the words of a search
// stand in it, whatever the case: each word at its first place.
func Matched(name string, words []string, plain, match func(...string) string) string {
	hit := make([]bool, len(name))
	some := false
	for _, word := range words {
		from, to := found(name, word)
		for i := from; i < to; i++ {
			hit[i], some = true, true
		}
	}
	if !some {
		return plain(name)
	}
	var b strings.Builder
	for from := 0; from < len(name); {
		to := from
		for to < len(name) && hit[to] == hit[from] {
			to++
		}
		if hit[from] {
			b.WriteString(match(name[from:to]))
		} else {
			b.WriteString(plain(name[from:to]))
		}
		from = to
	}
	return b.String()
}

// found returns where in a name a word stands first, whatever the case: from and
// to, in bytes, equal when it does not.
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
