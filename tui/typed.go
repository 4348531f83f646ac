package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
)

// argument is what stands at a place behind a word.
type argument int

// The kinds of arguments.
const (
	plainText argument = iota
	oneOf              // one of typedWord.choices
	remotePath
	localPath
)

// typedWord is a word that can be typed in the palette, with what it is about
// behind it: cd PATH. The last argument takes the rest of the line, with its
// blanks.
type typedWord struct {
	name   string
	does   string // the message that says what it does
	usage  string // as it is written: mv FROM TO
	args   []argument
	least  int    // how many of them it takes at least
	action string // the action that it is without any; blank: none
	run    func(m *Model, args []string) (cmd tea.Cmd, wrong dialog.Words)

	// choices are what an argument can be that is oneOf. They may wait for the
	// disk, where the configuration is.
	choices func(config string) []string
}

// typedWords are all of them.
func (m *Model) typedWords() []typedWord {
	return slices.Concat(fileWords(), toolWords(), choiceWords(), listWords(), themeWords())
}

// otherNames are words for actions that people know from elsewhere.
var otherNames = map[string]string{"q": "quit", "exit": "quit", "h": "help"}

// choiceWords choose how the screen is.
func choiceWords() []typedWord {
	return []typedWord{
		{
			name: "lang", does: "typed.lang", usage: "lang en|zh", args: []argument{oneOf}, least: 1, run: (*Model).typedLang,
			choices: always(locale.English, locale.Chinese),
		},
		{name: "limit", does: "screen.keys.limit", usage: "limit 2MB", args: []argument{plainText}, action: "rate_limit", run: (*Model).typedLimit},
	}
}

func (m *Model) typedLang(args []string) (tea.Cmd, dialog.Words) {
	if args[0] != locale.English && args[0] != locale.Chinese {
		return nil, dialog.Say("typed.no_lang", "Lang", args[0])
	}
	if args[0] == m.locale.Lang() {
		return nil, nil
	}
	return m.switchLanguage(), nil
}

func (m *Model) typedLimit(args []string) (tea.Cmd, dialog.Words) {
	bytes, ok := parseLimit(args[0])
	switch {
	case !ok:
		return nil, dialog.Say("screen.limit.wrong")
	case bytes > 0 && bytes < leastLimit:
		return nil, func(l *locale.Locale) string { return l.T("screen.limit.least", "Rate", l.Rate(leastLimit)) }
	}
	return limitMsg{bytes}.apply(m), nil
}

// wordOf returns the word that a line begins with.
func (m *Model) wordOf(line string) (typedWord, bool) {
	name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	words := m.typedWords()
	at := slices.IndexFunc(words, func(w typedWord) bool { return strings.EqualFold(w.name, name) })
	if at < 0 {
		return typedWord{}, false
	}
	return words[at], true
}

// isTyped reports whether a line is meant as words: it begins with one of them.
func (m *Model) isTyped(line string) bool {
	_, word := m.wordOf(line)
	return word || otherNames[strings.ToLower(line)] != ""
}

// usageOf is how the word that a line begins with is written; nil for none.
func (m *Model) usageOf(line string) dialog.Words {
	word, known := m.wordOf(line)
	if !known {
		return nil
	}
	return dialog.Say("typed.usage", "Usage", word.usage)
}

// typedLine carries a line of words out, or says in the palette why not.
func (m *Model) typedLine(msg dialog.PaletteTyped) tea.Cmd {
	if m.drive == nil {
		return nil
	}
	line := strings.TrimSpace(msg.Line)
	word, known := m.wordOf(line)
	words := parts(line)
	action := otherNames[strings.ToLower(line)]
	if known && len(words) == 1 && word.action != "" {
		action = word.action
	}
	if action != "" {
		return m.typedAction(msg.Palette, action)
	}
	var args []string
	for i := 1; i < len(words) && i <= len(word.args); i++ {
		if i == len(word.args) {
			args = append(args, rest(line, words, i))
			break
		}
		args = append(args, words[i].text)
	}
	if len(args) < word.least || len(words) > 1 && len(word.args) == 0 {
		msg.Palette.Refuse(dialog.Say("typed.usage", "Usage", word.usage))
		return nil
	}
	cmd, wrong := word.run(m, args)
	if wrong != nil {
		msg.Palette.Refuse(wrong)
		return nil
	}
	m.dialogs.Close(msg.Palette)
	return tea.Batch(m.hurry(), cmd, m.usedNow(word.name))
}

// typedAction runs an action, or a command of a pane, that was typed by name.
func (m *Model) typedAction(p *dialog.Palette, id string) tea.Cmd {
	for _, c := range m.commands() {
		if c.ID != id {
			continue
		}
		if c.able != nil {
			if why := c.able(m); why != nil {
				p.Refuse(why)
				return nil
			}
		}
		m.dialogs.Close(p)
		return m.chosenCommand(c)
	}
	return nil
}

// argument returns what completes the path, or the word that is one of several,
// that is being typed in a line.
func (m *Model) argument() func(line string) (from int, typed string, o *dialog.PathOptions) {
	remote, local, choices := m.remotePlaces(), m.localPlaces(), m.choices()
	return func(line string) (int, string, *dialog.PathOptions) {
		word, known := m.wordOf(line)
		if !known || len(word.args) == 0 {
			return 0, "", nil
		}
		from, typed, which := word.typing(line)
		switch which {
		case remotePath:
			return from, typed, remote
		case localPath:
			return from, typed, local
		case oneOf:
			return from, typed, choices[word.name]
		case plainText:
		}
		return 0, "", nil
	}
}

// typing returns which argument the end of a line belongs to, where that begins,
// and what of it was typed.
func (w typedWord) typing(line string) (from int, typed string, which argument) {
	words := parts(line)
	last := len(words) - 1
	at := last // the argument, from 1; 0 is the word itself
	if words[last].to == len(line) {
		from, typed = words[last].from, words[last].text
	} else {
		from, at = len(line), last+1
	}
	if at == 0 {
		return 0, "", plainText
	}
	if at > len(w.args) {
		at = len(w.args)
		from, typed = words[at].from, strings.TrimLeft(line[words[at].from:], " ")
	}
	return from, typed, w.args[at-1]
}
