package tui

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/draft"
	"wangpan/tui/text"
	"wangpan/wire"
)

// mostNames is how many files can be renamed in an editor at once, and namesBytes
// how much of the edited file is read.
const (
	mostNames  = 10_000
	namesBytes = 16 << 20
)

// namesMsg says that the names are in a file for the editor; namesEditedMsg that the
// editor has ended, and what the file holds now.
type (
	namesMsg struct {
		drive  *drive // that was shown; messages of another one are dropped
		side   change.Side
		items  []picked
		editor draft.Editor
		folder string // holds the file alone
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

// planWords are the message ids of what is wrong with a line of new names.
var planWords = map[change.Problem]string{
	change.BadName: "act.rename.invalid", change.Twice: "act.rename.twice", change.Taken: "act.rename.taken", change.Cycle: "act.rename.cycle",
}

// planNames returns the renames that give the items the names in lines, or says what
// is wrong with a line. The file has above other lines before the first name.
func (m *Model) planNames(side change.Side, items []picked, lines []string, above int) ([]change.Rename, dialog.Words) {
	pane := m.paneOf(side)
	renames, err := change.RenamePlanner{Side: side, Folder: pane.Path(), HasOneOf: pane.HasOneOf}.Plan(found(items), lines)
	wrong, refused := errors.AsType[*change.PlanError](err)
	switch {
	case !refused:
		return renames, nil
	case wrong.Problem == change.WrongCount:
		return nil, dialog.SayN("act.rename.lines", len(lines), "Want", len(items))
	}
	id := planWords[wrong.Problem]
	if side == change.Here && wrong.Problem == change.BadName {
		id = "panes.rename.invalid"
	}
	return nil, dialog.Say(id, "Line", above+wrong.Index+1, "Name", wrong.Name, "Old", wrong.Old)
}

// renameMany opens the names, one per line, in the user's editor.
func (m *Model) renameMany(side change.Side, items []picked) tea.Cmd {
	lines := make([]string, len(items))
	for i, one := range items {
		lines[i] = string(one.entry.Name)
	}
	if last := m.changes.typed[side]; last != nil && slices.EqualFunc(items, last.items, samePath) {
		return m.editNames(side, items, last.lines, dialog.Say("act.rename.as_typed"))
	}
	return m.editNames(side, items, lines, nil)
}

func samePath(a, b picked) bool { return a.path == b.path }

// namesAgainMsg is the answer to edit the typed names further.
type namesAgainMsg namesEditedMsg

func (msg namesAgainMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	_, wrong := m.planNames(msg.side, msg.items, msg.lines, 1)
	return m.editNames(msg.side, msg.items, msg.lines, wrong)
}

// remark begins the line above the names that says what is wrong with them.
const remark = "# wangpan: "

// editNames opens lines in the editor, below a remark if there is one.
func (m *Model) editNames(side change.Side, items []picked, lines []string, said dialog.Words) tea.Cmd {
	if len(items) > mostNames {
		m.say(true, dialog.SayN("act.rename.too_many", mostNames))
		return nil
	}
	if said != nil {
		lines = slices.Concat([]string{remark + text.Visible(said(m.locale))}, lines)
	}
	d, env := m.drive, m.Env
	return func() tea.Msg {
		msg := namesMsg{drive: d, side: side, items: items, remarked: said != nil}
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

// apply suspends the screen until the editor ends.
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

// apply shows the renames and asks whether to make them.
func (msg namesEditedMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	if len(msg.lines) > 0 { // the next time continues with these names
		m.changes.typed[msg.side] = &msg
	}
	if msg.err != nil {
		m.sayError(msg.err)
		return nil
	}
	renames, wrong := m.planNames(msg.side, msg.items, msg.lines, msg.above)
	switch {
	case wrong != nil:
		m.dialogs.Push(dialog.NewConfirm(
			dialog.Say("act.rename.title"), []dialog.Words{wrong, dialog.Say("act.rename.nothing_done")},
			dialog.NewButton("e", "act.rename.again", namesAgainMsg(msg)),
		))
		return nil
	case len(renames) == 0:
		m.changes.typed[msg.side] = nil
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
		dialog.NewButton("r", "act.rename.act", startMsg{unmark: true, batch: &change.Batch{
			Kind: change.Renaming, Side: msg.side, Steps: change.Steps(msg.side, renames), InOrder: true,
		}}),
		dialog.NewButton("e", "act.rename.again", namesAgainMsg(msg)),
	))
	return nil
}
