package tui

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/text"
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
		drive  *drive // that is shown; what was asked for beside another is dropped
		side   side
		items  []picked
		editor draft.Editor
		folder string // private, holds the file alone
		file   string
		err    error

		remarked bool // a remark stands above the names
	}
	namesEditedMsg struct {
		namesMsg
		lines []string
		above int // lines that stood above the names
		err   error
	}
)

// side is one side of the screen for the renames of many files.
type side struct {
	side  change.Side
	pane  *browse.Pane
	typed **namesEditedMsg // the names that were typed last and are not given yet
}

// onDrive returns the drive's side; there must be a drive.
func (m *Model) onDrive() side { return side{change.Drive, m.list, &m.drive.named} }

// onComputer returns this computer's side.
func (m *Model) onComputer() side { return side{change.Here, m.local.pane, &m.local.typed} }

// plan returns the renames that give the items the names in lines, or says what is
// wrong with a line. The file has above other lines before the first name.
func (s side) plan(items []picked, lines []string, above int) ([]change.Rename, dialog.Words) {
	planner := change.RenamePlanner{Side: s.side, Folder: s.pane.Path(), HasOneOf: s.pane.HasOneOf}
	renames, err := planner.Plan(found(items), lines)
	wrong, refused := errors.AsType[*change.PlanError](err)
	if !refused {
		return renames, nil
	}
	line := above + wrong.Index + 1
	switch wrong.Problem {
	case change.WrongCount:
		return nil, dialog.SayN("act.rename.lines", len(lines), "Want", len(items))
	case change.BadName:
		id := "act.rename.invalid"
		if s.side == change.Here {
			id = "panes.rename.invalid"
		}
		return nil, dialog.Say(id, "Line", line, "Name", wrong.Name)
	case change.Twice:
		return nil, dialog.Say("act.rename.twice", "Line", line, "Name", wrong.Name)
	case change.Taken:
		return nil, dialog.Say("act.rename.taken", "Line", line, "Name", wrong.Name)
	case change.Cycle:
	}
	return nil, dialog.Say("act.rename.cycle", "Line", line, "Old", wrong.Old, "Name", wrong.Name)
}

// renameMany lets the names be edited, one a line, in the person's editor.
func (m *Model) renameMany(s side, items []picked) tea.Cmd {
	lines := make([]string, len(items))
	for i, one := range items {
		lines[i] = string(one.entry.Name)
	}
	if last := *s.typed; last != nil && slices.EqualFunc(items, last.items, samePath) {
		return m.editNames(s, items, last.lines, dialog.Say("act.rename.as_typed"))
	}
	return m.editNames(s, items, lines, nil)
}

func samePath(a, b picked) bool { return a.path == b.path }

// namesAgainMsg is the answer that what was written is to be edited further.
type namesAgainMsg namesEditedMsg

func (msg namesAgainMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	_, wrong := msg.side.plan(msg.items, msg.lines, 1)
	return m.editNames(msg.side, msg.items, msg.lines, wrong)
}

// remark begins a line above the names, which says what is wrong with them.
const remark = "# wangpan: "

// editNames has lines edited below a remark, if there is any.
func (m *Model) editNames(s side, items []picked, lines []string, said dialog.Words) tea.Cmd {
	if len(items) > mostNames {
		m.say(true, dialog.SayN("act.rename.too_many", mostNames))
		return nil
	}
	if said != nil {
		lines = slices.Concat([]string{remark + text.Visible(said(m.locale))}, lines)
	}
	d, env := m.drive, m.Env
	return func() tea.Msg {
		msg := namesMsg{drive: d, side: s, items: items, remarked: said != nil}
		if msg.editor, msg.err = draft.FindEditor(env); msg.err == nil {
			msg.folder, msg.file, msg.err = writeNames(lines)
		}
		return msg
	}
}

func writeNames(lines []string) (folder, file string, err error) {
	folder, err = os.MkdirTemp("", "wangpan-rename-*")
	if err != nil {
		return "", "", err
	}
	file = filepath.Join(folder, "names.txt")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return "", "", errors.Join(err, os.RemoveAll(folder))
	}
	return folder, file, nil
}

// apply gives the terminal to the editor until it ends.
func (msg namesMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return func() tea.Msg {
			_ = os.RemoveAll(msg.folder) // blank where there is none
			return nil
		}
	}
	if msg.err != nil {
		m.sayError(msg.err)
		return nil
	}
	program := msg.editor.Command(m.Env, msg.file)
	return func() tea.Msg {
		err := m.terminal.Exec(program)
		lines, readErr := readNames(msg.file)
		err = errors.Join(err, readErr, os.RemoveAll(msg.folder))
		above := 0
		for msg.remarked && above < len(lines) && strings.HasPrefix(lines[above], remark) {
			above++
		}
		return namesEditedMsg{msg, lines[above:], above, err}
	}
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
	if len(msg.lines) > 0 { // whatever comes of it, the next time goes on from there
		*msg.side.typed = &msg
	}
	if msg.err != nil {
		m.sayError(msg.err)
		return nil
	}
	renames, wrong := msg.side.plan(msg.items, msg.lines, msg.above)
	switch {
	case wrong != nil:
		m.dialogs.Push(dialog.NewConfirm(
			dialog.Say("act.rename.title"), []dialog.Words{wrong, dialog.Say("act.rename.nothing_done")},
			dialog.NewButton("e", "act.rename.again", namesAgainMsg(msg)),
		))
		return nil
	case len(renames) == 0:
		*msg.side.typed = nil
		m.say(false, dialog.Say("act.rename.unchanged"))
		return nil
	}
	to := make(map[wire.Path]wire.Name, len(renames))
	for _, one := range renames {
		to[one.From] = one.To.Base()
	}
	var body []dialog.Words // in the order of the lines
	for _, one := range msg.items {
		if name, renamed := to[one.path]; renamed {
			body = append(body, dialog.Say("act.rename.pair", "From", one.entry.Name, "To", name))
		}
	}
	m.dialogs.Push(dialog.NewConfirm(
		dialog.SayN("act.rename.sure", len(body)), body,
		dialog.NewButton("r", "act.rename.act", msg.side.rename(renames)),
		dialog.NewButton("e", "act.rename.again", namesAgainMsg(msg)),
	))
	return nil
}

// rename is the answer that files get their new names. The names that were typed are
// kept until that starts.
func (s side) rename(renames []change.Rename) startMsg {
	b := &change.Batch{Kind: change.Renaming, Side: s.side, Steps: change.Steps(s.side, renames), InOrder: true}
	return startMsg{batch: b, unmark: true, typed: s.typed}
}
