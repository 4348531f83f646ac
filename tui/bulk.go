package tui

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// mostNames is how many things are renamed in an editor at once, and namesBytes
// how long the file may be that comes back from it.
const (
	mostNames  = 10_000
	namesBytes = 16 << 20
)

// namesMsg says that the names are in a file for the editor; renamedMsg that the
// editor has ended, and what is in the file now.
type (
	namesMsg struct {
		drive  *drive
		items  []picked
		editor string
		folder string // private, holds the file alone
		file   string
		err    error
	}
	namesEditedMsg struct {
		namesMsg
		lines []string
		err   error
	}
)

// renameMany lets the names be edited, one a line, in the person's editor.
func (m *Model) renameMany(items []picked) tea.Cmd {
	if len(items) > mostNames {
		m.say(true, dialog.SayN("act.rename.too_many", mostNames))
		return nil
	}
	d, options := m.drive, m.Options
	return func() tea.Msg {
		msg := namesMsg{drive: d, items: items}
		if msg.editor, msg.err = options.findEditor(); msg.err == nil {
			msg.folder, msg.file, msg.err = writeNames(items)
		}
		return msg
	}
}

func writeNames(items []picked) (folder, file string, err error) {
	folder, err = os.MkdirTemp("", "wangpan-rename-*")
	if err != nil {
		return "", "", err
	}
	var names bytes.Buffer
	for _, one := range items {
		names.WriteString(string(one.entry.Name) + "\n")
	}
	file = filepath.Join(folder, "names.txt")
	if err := os.WriteFile(file, names.Bytes(), 0o600); err != nil {
		return "", "", errors.Join(err, os.RemoveAll(folder))
	}
	return folder, file, nil
}

// apply gives the terminal to the editor until it ends.
func (msg namesMsg) apply(m *Model) tea.Cmd {
	if msg.err != nil {
		m.sayError(msg.err)
		return nil
	}
	return tea.ExecProcess(m.editWith(msg.editor, msg.file), func(err error) tea.Msg {
		lines, readErr := readNames(msg.file)
		err = errors.Join(err, readErr, os.RemoveAll(msg.folder))
		return namesEditedMsg{msg, lines, err}
	})
}

func readNames(file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, namesBytes))
	if err != nil {
		return nil, err
	}
	text := strings.TrimSuffix(string(content), "\n")
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines, nil
}

// apply shows what would be renamed, and asks.
func (msg namesEditedMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	if msg.err != nil {
		m.sayError(msg.err)
		return nil
	}
	renames, wrong := planRenames(msg.items, msg.lines)
	switch {
	case wrong != nil:
		m.tell(dialog.Say("act.rename.title"), wrong, dialog.Say("act.rename.nothing_done"))
		return nil
	case len(renames) == 0:
		m.say(false, dialog.Say("act.rename.unchanged"))
		return nil
	}
	var body []dialog.Words
	for _, one := range renames {
		body = append(body, func(l *locale.Locale) string {
			return l.T("act.rename.pair", "From", one.from.Base(), "To", one.to.Base())
		})
	}
	m.dialogs.Push(dialog.NewConfirm(
		dialog.SayN("act.rename.sure", len(renames)), body,
		dialog.NewButton("r", "act.rename.act", renameManyMsg{renames}),
	))
	return nil
}

// rename is a new name for something.
type rename struct {
	from, to wire.Path
	version  wire.Version
}

// planRenames makes renames of the lines, or says what is wrong with them.
func planRenames(items []picked, lines []string) ([]rename, dialog.Words) {
	if len(lines) != len(items) {
		return nil, dialog.SayN("act.rename.lines", len(lines), "Want", len(items))
	}
	var renames []rename
	seen := make(map[wire.Path]bool)
	for i, one := range items {
		to, err := one.path.Dir().Join(norm.NFC.String(lines[i]))
		if err != nil {
			return nil, dialog.Say("act.rename.invalid", "Line", i+1, "Name", lines[i])
		}
		if seen[to] {
			return nil, dialog.Say("act.rename.twice", "Line", i+1, "Name", to.Base())
		}
		seen[to] = true
		if to != one.path {
			renames = append(renames, rename{one.path, to, one.entry.Version})
		}
	}
	return inOrder(renames), nil
}

// inOrder orders renames so that none goes where another still is. A circle, as
// of two names that are swapped, is broken by a name in between.
func inOrder(renames []rename) []rename {
	var ordered []rename
	for pending := renames; len(pending) > 0; {
		still := make(map[wire.Path]bool, len(pending))
		for _, one := range pending {
			still[one.from] = true
		}
		var rest []rename
		for _, one := range pending {
			if still[one.to] {
				rest = append(rest, one)
			} else {
				ordered = append(ordered, one)
			}
		}
		if len(rest) == len(pending) {
			first := &rest[0]
			between := first.from.Dir()
			for n := 1; ; n++ {
				name, err := between.Join(numbered("wangpan-rename", n))
				if err == nil && !still[name] {
					ordered = append(ordered, rename{first.from, name, first.version})
					first.from, first.version = name, "" // moved, it has another version
					break
				}
			}
		}
		pending = rest
	}
	return ordered
}

// renameManyMsg is the answer that things get their new names.
type renameManyMsg struct{ renames []rename }

func (msg renameManyMsg) apply(m *Model) tea.Cmd {
	steps := make([]step, len(msg.renames))
	for i, one := range msg.renames {
		steps[i] = moveStep(one.from, one.to, one.version)
		steps[i].free = nil // what is in the way is said, and nothing is replaced
	}
	m.list.Unmark()
	return m.start(&errand{what: renaming, steps: steps, where: m.list.Path(), inOrder: true})
}
