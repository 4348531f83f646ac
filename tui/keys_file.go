package tui

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"wangpan/tui/browse"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/here"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/remote"
	"wangpan/tui/transfers"
)

// keysName is the key file.
const keysName = "keys.toml"

// maxKeys bounds that file, in bytes. With every command in it, it takes 5 KB.
const maxKeys = 1 << 20

// loadKeys gives commands the keys that the key file of a configuration folder
// chooses.
func loadKeys(config string, commands *command.Registry) []command.Problem {
	if config == "" {
		return nil
	}
	content, err := local.ReadFile(filepath.Join(config, keysName), maxKeys)
	if err != nil {
		return []command.Problem{{Fault: command.Unreadable, Err: err}}
	}
	return commands.Load(content)
}

// chooseKeys loads the key file before there is a screen. The screen and the
// message log show what is wrong with the file.
func (m *Model) chooseKeys() {
	problems := loadKeys(m.Config, m.commands)
	if len(problems) == 0 {
		return
	}
	path := local.Shorten(filepath.Join(m.Config, keysName))
	m.dialogs.Push(dialog.NewReport(locale.Say("keys_file.title"), func(l *locale.Locale) []dialog.Paragraph {
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

// keyFaults are the messages for faults of one entry.
var keyFaults = map[command.Fault]string{
	command.UnknownSection: "keys_file.section",
	command.UnknownCommand: "keys_file.command",
	command.NoKeys:         "keys_file.no_keys",
	command.UnknownKey:     "keys_file.key",
	command.Taken:          "keys_file.taken",
	command.Lost:           "keys_file.lost",
	command.Typed:          "keys_file.typed",
	command.Letter:         "keys_file.letter",
}

// keyProblem returns the sentence for an entry that was left out.
func keyProblem(l *locale.Locale, p command.Problem) string {
	if p.Fault == command.Unreadable {
		why := p.Err.Error()
		if failed, ok := errors.AsType[*fs.PathError](p.Err); ok {
			why = failed.Err.Error()
		}
		return l.T("keys_file.unreadable", "Why", why)
	}
	return l.T(keyFaults[p.Fault], "Name", string(p.Name), "Key", p.Key, "Other", string(p.Other))
}

// WriteKeys writes a key file with every command and the keys that the file of a
// configuration folder chooses, or the default ones. It returns a sentence for
// each entry of that file that is wrong.
func WriteKeys(w io.Writer, l *locale.Locale, config string) (problems []string, err error) {
	m := new(Model)
	m.remote, m.transfers = &remote.Remote{Pane: browse.New(browse.Options{})}, new(transfers.Transfers)
	m.here = &here.Here{Pane: m.remote.Pane}
	commands := command.NewRegistry(m.allCommands()...)
	for _, p := range loadKeys(config, commands) {
		problems = append(problems, keyProblem(l, p))
	}
	return problems, commands.Write(w, l)
}
