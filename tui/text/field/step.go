package field

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"
)

// firstCluster returns the length of the first cluster of s in bytes.
func firstCluster(s string) int {
	first, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(first)
}

// lastCluster returns the start of the last cluster of s.
func lastCluster(s string) int {
	at := 0
	for next := 0; next < len(s); {
		at = next
		next += firstCluster(s[at:])
	}
	return at
}

// wordBefore returns the start of the word before the cursor.
func (f *Field) wordBefore() int {
	start := 0
	if f.mask {
		return start
	}
	for at, rest, state := 0, f.before, -1; rest != ""; {
		var word string
		word, rest, state = uniseg.FirstWordInString(rest, state)
		if strings.TrimSpace(word) != "" {
			start = at
		}
		at += len(word)
	}
	return start
}

// wordAfter returns the distance from the cursor to the end of the next word, in
// bytes.
func (f *Field) wordAfter() int {
	if f.mask {
		return len(f.after)
	}
	end := 0
	for rest, state := f.after, -1; rest != ""; {
		var word string
		word, rest, state = uniseg.FirstWordInString(rest, state)
		end += len(word)
		if strings.TrimSpace(word) != "" {
			break
		}
	}
	return end
}
