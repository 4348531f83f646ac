package text

import (
	"strings"
	"sync/atomic"
	"unicode"
)

const (
	zeroWidthJoiner = '\u200d'
	textVariation   = '\ufe0e'
	emojiVariation  = '\ufe0f'
	keycap          = '\u20e3'
	regionalA       = '\U0001f1e6' // the first of the 26 letters that make flags
)

// whole is the setting of TrustClusters. It is global because a program has one
// terminal.
var whole atomic.Bool

// TrustClusters sets whether the terminal draws an emoji of several characters as
// one, which it reports with mode 2027 (Unicode core). By default Visible spells
// such emoji in a form that has the same width on all terminals and in both measures of
// the renderer: a family as its members, a flag as ⟨CN⟩, a coloured heart as a plain one.
// With a wrong width, the rest of the row would be shifted.
func TrustClusters(yes bool) { whole.Store(yes) }

// flag spells the letters of consecutive flags.
func (v *visibleWriter) flag() {
	var letters []rune
	for ; regional(v.peek(0)); v.at++ {
		letters = append(letters, 'A'+v.peek(0)-regionalA)
	}
	v.at--
	v.escape(string(letters))
}

func skinTone(r rune) bool { return r >= '\U0001f3fb' && r <= '\U0001f3ff' }

func regional(r rune) bool { return r >= regionalA && r < regionalA+26 }

// joinsEmoji reports whether the current rune is a joiner between two emoji, or a
// variation selector or skin tone of one.
func (v *visibleWriter) joinsEmoji() bool {
	switch v.runes[v.at].r {
	case zeroWidthJoiner:
		before := v.peek(-1)
		if before == emojiVariation || skinTone(before) {
			before = v.peek(-2)
		}
		return v.based && pictographic(before) && pictographic(v.peek(1))
	case textVariation, emojiVariation:
		before := v.peek(-1)
		if strings.ContainsRune("0123456789#*", before) {
			return v.based && v.peek(1) == keycap
		}
		return v.based && pictographic(before)
	}
	return skinTone(v.peek(0)) && v.based && pictographic(v.peek(-1))
}

// pictographic approximates Extended_Pictographic of UTS #51, which the standard
// library lacks: symbols, and the few emoji that Unicode counts as punctuation or
// letters.
func pictographic(r rune) bool {
	if r == '‼' || r == '⁉' || r == 'ℹ' || r == '〰' || r == '〽' {
		return true
	}
	return r >= 0xa9 && unicode.In(r, unicode.So, unicode.Sm)
}
