package signin

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/nbutton23/zxcvbn-go/data"
)

// strength is the resistance of a password against guessing.
type strength int

const (
	unrated strength = iota // empty, or too short to be accepted
	veryWeak
	weak
	fair
	strong
	veryStrong
)

// ratedRunes is the number of characters of a password that rate reads. The time
// grows with the square of the length, and longer passwords are beyond guessing
// or repeat themselves.
const ratedRunes = 32

// rate estimates how hard a password is to guess for an attacker who knows the
// user's name and the server's. It takes less than a millisecond, except the
// first call, which parses the lists of common words.
//
// The method is that of zxcvbn (Wheeler, USENIX Security 2016): split the
// password into the parts that are cheapest to guess (common words, repeats,
// sequences, years, single characters) and multiply the guesses of the parts.
// The zxcvbn library supplies the lists of words only: its estimate parses them when
// the program starts, whether a password is typed or not.
func rate(password string, known ...string) strength {
	if len(password) < minPassword {
		return unrated
	}
	runes := []rune(password)
	strength := strengthOf(guesses(runes[:min(len(runes), ratedRunes)], known))
	if len(runes) < minPassword {
		// The estimate has no words of scripts whose characters take several
		// bytes, and takes each character for a random one.
		return min(strength, weak)
	}
	return strength
}

// strengthOf maps the decimal logarithm of the guesses to a strength. The limits
// are those of zxcvbn: online attacks with and without throttling, and offline
// attacks on slow hashes.
func strengthOf(guesses float64) strength {
	switch {
	case guesses < 3:
		return veryWeak
	case guesses < 6:
		return weak
	case guesses < 8:
		return fair
	case guesses < 10:
		return strong
	}
	return veryStrong
}

// guesses returns the decimal logarithm of the guesses that the cheapest split
// of the password needs. best[i] is that of the first i characters.
func guesses(password []rune, known []string) float64 {
	lower := []rune(strings.ToLower(string(password)))
	if len(lower) != len(password) { // a few letters change their length
		lower = password
	}
	best := make([]float64, len(lower)+1)
	for end := 1; end <= len(lower); end++ {
		best[end] = best[end-1] + 1 // a character that no pattern explains
		for start := range end {
			if cost, ok := pattern(lower[start:end], known); ok {
				best[end] = min(best[end], best[start]+cost+capitals(password[start:end]))
			}
		}
	}
	return best[len(lower)]
}

// pattern returns the logarithm of the guesses for a part that follows a pattern.
func pattern(part []rune, known []string) (cost float64, ok bool) {
	if len(part) < 3 {
		return 0, false
	}
	word := string(part)
	if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, word) }) {
		return 1, true
	}
	if rank, ok := wordRank(part); ok {
		return max(1, math.Log10(float64(rank))), true
	}
	if unit := period(part); unit < len(part) {
		inner := float64(unit)
		if cost, ok := pattern(part[:unit], known); ok {
			inner = cost
		}
		return inner + math.Log10(float64(len(part)/unit)), true
	}
	switch {
	case isSequence(part):
		return 1 + math.Log10(float64(len(part))), true
	case len(part) == 4 && (strings.HasPrefix(word, "19") || strings.HasPrefix(word, "20")) && isDigit(part[2]) && isDigit(part[3]):
		return 2, true
	}
	return 0, false
}

// commonWords is the number of words that are read of each list, the most frequent
// first. Rarer words are hardly cheaper to guess than their characters.
const commonWords = 8_000

// common returns the rank, from 1, of each common password and English word. The
// lists are data of the zxcvbn library, which does not parse them by itself. They are
// parsed when the first password is rated.
var common = sync.OnceValue(func() map[string]int {
	ranks := make(map[string]int, 2*commonWords)
	for _, name := range []string{"data/Passwords.json", "data/English.json"} {
		for i, word := range frequencyList(name) {
			if rank, known := ranks[word]; !known || i+1 < rank {
				ranks[word] = i + 1
			}
		}
	}
	return ranks
})

// frequencyList returns the first words of a list. The lists are part of the program,
// so a list that cannot be read is a mistake in it, which a test would find.
func frequencyList(name string) (words []string) {
	content, err := data.Asset(name)
	if err != nil {
		panic(err)
	}
	list := json.NewDecoder(bytes.NewReader(content))
	for token := json.Token(nil); token != json.Delim('['); {
		if token, err = list.Token(); err != nil {
			panic(err)
		}
	}
	for list.More() && len(words) < commonWords {
		var word string
		if err := list.Decode(&word); err != nil {
			panic(err)
		}
		words = append(words, word)
	}
	return words
}

// look maps signs that are typed in place of letters to these.
var look = strings.NewReplacer("4", "a", "@", "a", "3", "e", "1", "l", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t", "+", "t")

// wordRank returns the rank of a common word, also when it is written backwards
// or with signs for letters.
func wordRank(part []rune) (rank int, ok bool) {
	backwards := slices.Clone(part)
	slices.Reverse(backwards)
	rank = math.MaxInt
	for _, spelling := range []struct {
		word  string
		times int // the guesses for the spelling
	}{{string(part), 1}, {look.Replace(string(part)), 2}, {string(backwards), 2}} {
		if found, listed := common()[spelling.word]; listed {
			rank, ok = min(rank, spelling.times*found), true
		}
	}
	return rank, ok
}

// period returns the length of the shortest unit that part repeats; the length
// of part when it repeats nothing.
func period(part []rune) int {
	for unit := 1; unit <= len(part)/2; unit++ {
		if len(part)%unit == 0 && slices.Equal(part[unit:], part[:len(part)-unit]) {
			return unit
		}
	}
	return len(part)
}

// keyRows are the rows of a keyboard, forwards and backwards.
const keyRows = "1234567890 qwertyuiop asdfghjkl zxcvbnm 0987654321 poiuytrewq lkjhgfdsa mnbvcxz"

// isSequence reports whether the characters follow one another in their script,
// up or down, or on the keyboard.
func isSequence(part []rune) bool {
	if strings.Contains(keyRows, string(part)) {
		return true
	}
	step := part[1] - part[0]
	for i := range len(part) - 1 {
		if part[i+1]-part[i] != step || step != 1 && step != -1 {
			return false
		}
	}
	return true
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// capitals returns the logarithm of the guesses for the capital letters of a
// word: one bit for the usual ways to write it, one per letter else.
func capitals(part []rune) float64 {
	upper := 0
	for _, r := range part {
		if unicode.IsUpper(r) {
			upper++
		}
	}
	switch {
	case upper == 0:
		return 0
	case upper == len(part), upper == 1 && (unicode.IsUpper(part[0]) || unicode.IsUpper(part[len(part)-1])):
		return math.Log10(2)
	}
	return float64(upper) * math.Log10(2)
}

// updateStrength rates the password after a change of the password or the user.
func (l *card) updateStrength() {
	l.strength = rate(l.inputs[passwordField].Value(), l.inputs[userField].Value(), l.inputs[serverField].Value())
}

// strengths are the message ids of the strengths.
var strengths = map[strength]string{
	unrated:    "login.password_short",
	veryWeak:   "login.very_weak",
	weak:       "login.weak",
	fair:       "login.fair",
	strong:     "login.strong",
	veryStrong: "login.very_strong",
}
