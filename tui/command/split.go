package command

import "strings"

// word is a word of a line without its quotes. from and to are its range of bytes in
// the line, with the quotes.
type word struct {
	text     string
	from, to int
}

// splitWords splits a line at its blanks. Blanks between quotes, single or double,
// belong to a word. A quote within a word, as in Ann's, is a character. A quote
// that is not closed extends to the end of the line.
func splitWords(line string) []word {
	var found []word
	for at := 0; at < len(line); {
		if line[at] == ' ' {
			at++
			continue
		}
		one := word{from: at}
		if quote := line[at]; quote == '"' || quote == '\'' {
			rest := line[at+1:]
			end := strings.IndexByte(rest, quote)
			if end < 0 {
				one.text, one.to = rest, len(line)
			} else {
				one.text, one.to = rest[:end], at+1+end+1
			}
		} else {
			end := strings.IndexByte(line[at:], ' ')
			if end < 0 {
				end = len(line) - at
			}
			one.text, one.to = line[at:at+end], at+end
		}
		found = append(found, one)
		at = one.to
	}
	return found
}

// rest returns the part of a line that begins at words[from], as one argument: a path
// in the last argument may contain blanks without quotes.
func rest(line string, words []word, from int) string {
	switch {
	case from >= len(words):
		return ""
	case from == len(words)-1:
		return words[from].text
	}
	return strings.TrimSpace(line[words[from].from:])
}

// Quote returns path as one word of a line, in quotes if it needs them. It does not
// close the quote of a folder (a path that ends in a slash), because the user may type
// a name after it.
func Quote(path string) string {
	quote := `"`
	switch {
	case path != "" && !strings.Contains(path, " ") && path[0] != '"' && path[0] != '\'':
		return path
	case strings.Contains(path, quote):
		quote = "'"
	}
	if strings.HasSuffix(path, "/") {
		return quote + path
	}
	return quote + path + quote
}
