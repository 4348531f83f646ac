package tui

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"wangpan/tui/browse"
	"wangpan/tui/dialog"
	"wangpan/tui/keymap"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
)

// keysName is the file with the keys that a person has chosen.
const keysName = "keys.toml"

// maxKeys bounds that file, in bytes. With every command in it, it takes 5 KB.
const maxKeys = 1 << 20

// readBounded reads a file of the configuration that may not be there.
func readBounded(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("longer than %d bytes", most)
	}
	return content, err
}

// chosenKeys reads the keys file of a configuration folder for commands.
func chosenKeys(config string, commands []command) (map[keymap.Name][]string, []keymap.Problem) {
	if config == "" {
		return nil, nil
	}
	content, err := readBounded(filepath.Join(config, keysName), maxKeys)
	if err != nil {
		return nil, []keymap.Problem{{Fault: keymap.Unreadable, Err: err}}
	}
	return keymap.Read(content, keysOf(commands))
}

// chooseKeys takes the keys of the keys file into use. It runs before there is a
// screen. What is wrong with the file is said on it, and logged.
func (m *Model) chooseKeys() {
	commands := m.commands()
	chosen, problems := chosenKeys(m.Config, commands)
	use(commands, chosen)
	if len(problems) == 0 {
		return
	}
	path := shorten(filepath.Join(m.Config, keysName))
	m.dialogs.Push(dialog.NewReport(dialog.Say("keys_file.title"), func(l *locale.Locale) []dialog.Paragraph {
		told := []dialog.Paragraph{{Text: l.T("keys_file.about", "Path", path)}}
		for i, p := range problems {
			told = append(told, dialog.Paragraph{Text: keyProblem(l, p), Tone: dialog.Bad, Tight: i > 0})
		}
		return told
	}))
	for _, p := range problems {
		m.note(true, func(l *locale.Locale) string { return keyProblem(l, p) })
	}
}

// keyFaults are the messages for faults that are about one entry.
var keyFaults = map[keymap.Fault]string{
	keymap.UnknownSection: "keys_file.section",
	keymap.UnknownCommand: "keys_file.command",
	keymap.NoKeys:         "keys_file.no_keys",
	keymap.UnknownKey:     "keys_file.key",
	keymap.Taken:          "keys_file.taken",
	keymap.Lost:           "keys_file.lost",
	keymap.Typed:          "keys_file.typed",
}

// keyProblem is the sentence for an entry that was left out.
func keyProblem(l *locale.Locale, p keymap.Problem) string {
	if p.Fault == keymap.Unreadable {
		why := p.Err.Error()
		if failed, ok := errors.AsType[*fs.PathError](p.Err); ok {
			why = failed.Err.Error()
		}
		return l.T("keys_file.unreadable", "Why", why)
	}
	name := p.Name.String()
	if p.Name.ID == "" {
		name = p.Name.Section
	}
	return l.T(keyFaults[p.Fault], "Name", name, "Key", p.Key, "Other", p.Other)
}

// WriteKeys writes a keys file with every command in it, as the one in a
// configuration folder has it, or by default where that says nothing. The
// sentences are about the entries there that will not do.
func WriteKeys(w io.Writer, l *locale.Locale, config string) (problems []string, err error) {
	m := &Model{keys: defaultKeys(), actions: newActions(allActions())}
	m.list, m.transfers = browse.New(browse.Options{}), queue.New(queue.Options{})
	commands := m.commands()
	chosen, wrong := chosenKeys(config, commands)
	use(commands, chosen)
	for _, p := range wrong {
		problems = append(problems, keyProblem(l, p))
	}
	var lines []keymap.Line
	for _, c := range m.commands() {
		line := keymap.Line{Does: l.T(c.binding.Help().Desc)}
		line.Name, line.Keys = c.Name, c.binding.Keys()
		lines = append(lines, line)
	}
	return problems, keymap.Write(w, lines)
}
