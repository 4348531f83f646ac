package command

import "strings"

// part is a word of a line without its quotes, and its range in the line, in
// bytes.
type part struct {
	text     string
	from, to int
}

// parts splits a line at its blanks. Blanks between quotes, single or double,
// belong to a word. A quote within a word, as in Ann's, is a character. A quote
// that is not closed extends to the end of the line.
func parts(line string) []part {
	var found []part
	for at := 0; at < len(line); {
		if line[at] == ' ' {
			at++
			continue
		}
		one := part{from: at}
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

// rest returns a line from a word on as one argument: a single path may contain
// blanks without quotes.
func rest(line string, words []part, from int) string {
	switch {
	case from >= len(words):
		return ""
	case from == len(words)-1:
		return words[from].text
	}
	return strings.TrimSpace(line[words[from].from:])
}

// Quote writes a path so that a line contains it as one word. The quote of a
// folder stays open, because more may follow.
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
