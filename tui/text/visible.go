package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxMarks bounds the combining marks per letter. Scripts need four or five; dozens
// draw over the lines above and below.
const maxMarks = 8

// invisible lists the characters that Go counts as graphic and terminals do not
// draw: fillers, joiners, selectors, the Braille blank.
var invisible = []*unicode.RangeTable{
	unicode.Other_Default_Ignorable_Code_Point,
	unicode.Variation_Selector,
	{R16: []unicode.Range16{{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, {Lo: 0x2800, Hi: 0x2800, Stride: 1}}},
}

// Visible returns s with all characters spelled out that a terminal would obey,
// hide or reorder: controls as control pictures (␛), bytes that are not UTF-8 as
// ⟨\xff⟩, and bidi, zero-width, separator, tag, private and unassigned characters
// as ⟨U+202E⟩. It keeps joiners and variation selectors within an emoji, see
// [TrustClusters]. The result is one line and safe to print. Every grapheme
// cluster in it takes at least one cell and does not merge with text around it.
func Visible(s string) string {
	if plain(s) {
		return s
	}
	v := visibleWriter{runes: decode(s), whole: whole.Load()}
	v.out.Grow(len(s) + 16)
	for v.at < len(v.runes) {
		v.next()
	}
	return separate(v.out.String())
}

// plain reports whether s is printable ASCII, the common case.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// source is one rune of the input; bad marks a byte that is not UTF-8.
type source struct {
	r   rune
	bad bool
}

func decode(s string) []source {
	runes := make([]source, 0, len(s))
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			runes = append(runes, source{rune(s[0]), true})
		} else {
			runes = append(runes, source{r, false})
		}
		s = s[size:]
	}
	return runes
}

type visibleWriter struct {
	runes []source
	at    int
	whole bool // see TrustClusters
	out   strings.Builder
	based bool // the last rune written can carry a mark
	marks int  // marks written on it so far
}

func (v *visibleWriter) next() {
	c := v.runes[v.at]
	switch {
	case c.bad:
		v.escape(fmt.Sprintf(`\x%02x`, c.r))
	case c.r < ' ':
		v.control(0x2400 + c.r)
	case c.r == 0x7f:
		v.control('\u2421')
	case v.joinsEmoji():
		if v.whole {
			v.out.WriteRune(c.r)
		}
	case !v.whole && regional(c.r):
		v.flag()
	case !unicode.IsGraphic(c.r), unicode.In(c.r, invisible...), skinTone(c.r):
		v.escape(fmt.Sprintf("U+%04X", c.r))
	case unicode.Is(unicode.M, c.r):
		v.mark(c.r)
	default:
		v.out.WriteRune(c.r)
		v.based, v.marks = true, 0
	}
	v.at++
}

// mark writes a combining mark. It spells it out if it has no base in s or exceeds
// maxMarks.
func (v *visibleWriter) mark(r rune) {
	if !v.based || v.marks == maxMarks {
		v.escape(fmt.Sprintf("U+%04X", r))
		return
	}
	v.marks++
	v.out.WriteRune(r)
}

func (v *visibleWriter) control(picture rune) {
	v.out.WriteRune(picture)
	v.based = false
}

func (v *visibleWriter) escape(what string) {
	v.out.WriteString("⟨" + what + "⟩")
	v.based = false
}

// peek returns the rune at a distance from the current one. Outside the text and
// for a byte that is not UTF-8 it returns NUL, which is in no class.
func (v *visibleWriter) peek(distance int) rune {
	i := v.at + distance
	if i < 0 || i >= len(v.runes) || v.runes[i].bad {
		return 0
	}
	return v.runes[i].r
}

// separate spells out the clusters without a width, such as half a Hangul syllable,
// and those at either end that would merge with text around s: a skin tone at the
// start, a prefix letter at the end.
func separate(s string) string {
	var out strings.Builder
	for rest := s; rest != ""; {
		cluster, width := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		first := len(rest) == len(s)
		rest = rest[len(cluster):]
		merges := first && !breaks(" ", cluster) || rest == "" && !breaks(cluster, " ")
		if width > 0 && !merges {
			out.WriteString(cluster)
			continue
		}
		for _, r := range cluster {
			fmt.Fprintf(&out, "⟨U+%04X⟩", r)
		}
	}
	return out.String()
}

// breaks reports whether a and b stay two clusters when they meet.
func breaks(a, b string) bool {
	first, _ := ansi.FirstGraphemeCluster(a+b, ansi.GraphemeWidth)
	return first == a
}
