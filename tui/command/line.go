package command

import (
	"strings"

	"wangpan/tui/locale"
)

// typed returns the command whose word a line begins with, and nil for none. A line
// that begins with one of Command.Other must not have arguments.
func (r *Registry) typed(line string) *Command {
	word, more, _ := strings.Cut(strings.TrimSpace(line), " ")
	c := r.Word(word)
	if c != nil && more != "" && !strings.EqualFold(c.Word(), word) {
		return nil
	}
	return c
}

// IsTyped reports whether a line begins with the word of a command.
func (r *Registry) IsTyped(line string) bool { return r.typed(line) != nil }

// Usage returns the usage of the command that a line begins with. It returns nil for no
// command and for one without arguments.
func (r *Registry) Usage(line string) locale.Words {
	c := r.typed(line)
	if c == nil || c.Usage == "" {
		return nil
	}
	return locale.Say("typed.usage", "Usage", c.Usage)
}

// Parse returns the command of a line, with its arguments. c is nil when the line does
// not begin with a command. wrong says why the arguments are invalid; nil: they are
// valid.
func (r *Registry) Parse(line string) (c *Command, args []string, wrong locale.Words) {
	line = strings.TrimSpace(line)
	if c = r.typed(line); c == nil {
		return nil, nil, nil
	}
	words := splitWords(line)
	for i := 1; i < len(words) && i <= len(c.Args); i++ {
		if i == len(c.Args) {
			args = append(args, rest(line, words, i))
			break
		}
		args = append(args, words[i].text)
	}
	if len(args) < c.Least || len(args) == 0 && len(words) > 1 {
		return c, nil, r.Usage(line)
	}
	return c, args, nil
}

// Typing returns the kind of the argument at the end of a line that the user is still
// typing. from is the byte at which the argument begins; text is the argument without
// quotes. c is nil when the line does not end in an argument.
func (r *Registry) Typing(line string) (c *Command, kind Argument, from int, text string) {
	c = r.typed(line)
	if c == nil || len(c.Args) == 0 {
		return nil, Text, 0, ""
	}
	words := splitWords(line)
	last := len(words) - 1
	at := last // the number of the argument; 0 is the command's word
	if words[last].to == len(line) {
		from, text = words[last].from, words[last].text
	} else {
		from, at = len(line), last+1
	}
	if at == 0 {
		return nil, Text, 0, ""
	}
	if at > len(c.Args) {
		at = len(c.Args)
		from, text = words[at].from, strings.TrimLeft(line[words[at].from:], " ")
	}
	return c, c.Args[at-1], from, text
}
