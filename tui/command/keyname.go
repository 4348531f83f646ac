package command

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// modifiers in the order in which the terminal library writes them.
var modifiers = []string{"ctrl", "alt", "shift", "meta", "hyper", "super"}

// named maps the names that users write for keys that enter no character to the names
// of the terminal library.
var named = map[string]string{
	"enter": "enter", "return": "enter", "tab": "tab", "backspace": "backspace", "esc": "esc", "escape": "esc",
	"space": "space", "up": "up", "down": "down", "left": "left", "right": "right",
	"insert": "insert", "ins": "insert", "delete": "delete", "del": "delete", "home": "home", "end": "end",
	"pgup": "pgup", "pageup": "pgup", "pgdown": "pgdown", "pgdn": "pgdown", "pagedown": "pgdown",
}

// synonyms are other names of modifiers.
var synonyms = map[string]string{"control": "ctrl", "option": "alt", "cmd": "super", "command": "super"}

// functionKeys is the largest number of function keys on a keyboard.
const functionKeys = 24

// parseKey returns the terminal library's name of a key that a user wrote, such
// as "Ctrl+R", "PgDn", "F2", "G", "shift+tab". ok is false when written names no key,
// or a key that terminals do not report.
func parseKey(written string) (name string, ok bool) {
	written = strings.TrimSpace(written)
	if written == "+" {
		return "+", true
	}
	if written == "" {
		return "", false
	}
	parts := strings.Split(written, "+")
	last := parts[len(parts)-1]
	if last == "" && len(parts) > 2 { // ctrl++
		last, parts = "+", parts[:len(parts)-1]
	}
	held := make(map[string]bool)
	for _, part := range parts[:len(parts)-1] {
		part = strings.ToLower(strings.TrimSpace(part))
		if other, ok := synonyms[part]; ok {
			part = other
		}
		held[part] = true
	}
	var prefix strings.Builder
	for _, modifier := range modifiers {
		if held[modifier] {
			prefix.WriteString(modifier + "+")
			delete(held, modifier)
		}
	}
	if len(held) > 0 {
		return "", false
	}
	return plain(prefix.String(), strings.TrimSpace(last))
}

// plain appends the name of a key to the prefix of its modifiers.
func plain(prefix, key string) (string, bool) {
	lower := strings.ToLower(key)
	if name, ok := named[lower]; ok {
		return prefix + name, true
	}
	if number, err := strconv.Atoi(strings.TrimPrefix(lower, "f")); err == nil && lower[0] == 'f' && number >= 1 && number <= functionKeys {
		return prefix + "f" + strconv.Itoa(number), true
	}
	r, size := utf8.DecodeRuneInString(key)
	switch {
	case size != len(key) || !unicode.IsPrint(r) || r == ' ' || r == utf8.RuneError:
		return "", false
	case prefix == "":
		return key, true
	case prefix == "shift+" && unicode.IsLetter(r): // terminals send the capital
		return strings.ToUpper(key), true
	case strings.HasPrefix(prefix, "shift+"): // the character depends on the keyboard layout
		return "", false
	}
	return prefix + lower, true
}

// Types reports whether a key, by the library's name, enters a character into a
// text field.
func Types(name string) bool {
	return utf8.RuneCountInString(name) == 1 || name == "space"
}
