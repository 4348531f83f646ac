package changes

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
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/wire"
)

// namesBytes is the maximum number of bytes read from the edited file.
const namesBytes = 16 << 20

// namesMsg says that the file with the names is ready for the editor. editedMsg says that
// the editor has ended, and has the lines of the file.
type (
	namesMsg struct {
		session *session.Session // when the user asked; the message is dropped if the session has changed
		side    change.Side
		items   []wire.Found
		editor  draft.Editor
		folder  string // contains only the file
		file    string
		err     error

		remarked bool // the file begins with a remark
	}
	editedMsg struct {
		namesMsg
		lines []string
		above int // the number of remark lines before the names
		err   error
	}
)

// planWords are the message ids for the problems of a line of new names.
var planWords = map[change.Problem]string{
	change.BadName: "act.rename.invalid", change.Twice: "act.rename.twice", change.Taken: "act.rename.taken", change.Cycle: "act.rename.cycle",
}

// planNames returns the renames that give the items the names in lines. wrong describes
// the first line that is not possible; nil: none. above is the number of lines before the
// first name.
func (c *Changes) planNames(side change.Side, items []wire.Found, lines []string, above int) (renames []change.Rename, wrong locale.Words) {
	pane := c.Panes[side]
	renames, err := change.RenamePlanner{Side: side, Folder: pane.Path(), HasOneOf: pane.HasOneOf}.Plan(items, lines)
	refusal, refused := errors.AsType[*change.PlanError](err)
	switch {
	case !refused:
		return renames, nil
	case refusal.Problem == change.WrongCount:
		return nil, locale.SayN("act.rename.lines", len(lines), "Want", len(items))
	}
	id := planWords[refusal.Problem]
	if side == change.Here && refusal.Problem == change.BadName {
		id = "panes.rename.invalid"
	}
	return nil, locale.Say(id, "Line", above+refusal.Index+1, "Name", refusal.Name, "Old", refusal.Old)
}

// RenameMany opens the names of files, one per line, in the user's editor. No name may
// contain a line break. If the user edited the names of the same files before and did not
// apply them, the editor shows those.
func (c *Changes) RenameMany(side change.Side, items []wire.Found) tea.Cmd {
	lines := make([]string, len(items))
	for i, one := range items {
		lines[i] = string(one.Entry.Name)
	}
	if last := c.typed[side]; last != nil && slices.EqualFunc(items, last.items, samePath) {
		return c.editNames(side, items, last.lines, locale.Say("act.rename.as_typed"))
	}
	return c.editNames(side, items, lines, nil)
}

func samePath(a, b wire.Found) bool { return a.Path == b.Path }

// againMsg is the answer of a dialog that opens the edited names again.
type againMsg editedMsg

func (c *Changes) editAgain(msg againMsg) tea.Cmd {
	if msg.session != c.session {
		return nil
	}
	_, wrong := c.planNames(msg.side, msg.items, msg.lines, 1)
	return c.editNames(msg.side, msg.items, msg.lines, wrong)
}

// remark is the start of a line before the names that describes a problem.
const remark = "# wangpan: "

// editNames opens lines in the editor. said is the text of a remark; nil: none.
func (c *Changes) editNames(side change.Side, items []wire.Found, lines []string, said locale.Words) tea.Cmd {
	if len(items) > change.MaxRenames {
		c.Host.Say(true, locale.SayN("act.rename.too_many", change.MaxRenames))
		return nil
	}
	if said != nil {
		lines = slices.Concat([]string{remark + text.Visible(said(c.Locale))}, lines)
	}
	s, env := c.session, c.Env
	return func() tea.Msg {
		msg := namesMsg{session: s, side: side, items: items, remarked: said != nil}
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

// openEditor suspends the screen until the editor ends.
func (c *Changes) openEditor(msg namesMsg) tea.Cmd {
	if msg.session != c.session {
		return func() tea.Msg {
			_ = os.RemoveAll(msg.folder) // blank where there is none
			return nil
		}
	}
	if msg.err != nil {
		c.Host.Say(true, c.because(msg.err))
		return nil
	}
	program := msg.editor.Command(c.Env, msg.file)
	return func() tea.Msg {
		err := c.Terminal.Exec(program)
		lines, readErr := readNames(msg.file)
		err = errors.Join(err, readErr, os.RemoveAll(msg.folder))
		above := 0
		for msg.remarked && above < len(lines) && strings.HasPrefix(lines[above], remark) {
			above++
		}
		return editedMsg{msg, lines[above:], above, err}
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

// edited shows the renames and asks whether to make them.
func (c *Changes) edited(msg editedMsg) {
	if msg.session != c.session {
		return
	}
	if len(msg.lines) > 0 { // the next time continues with these names
		c.typed[msg.side] = &msg
	}
	if msg.err != nil {
		c.Host.Say(true, c.because(msg.err))
		return
	}
	renames, wrong := c.planNames(msg.side, msg.items, msg.lines, msg.above)
	again := dialog.NewButton("e", "act.rename.again", againMsg(msg))
	switch {
	case wrong != nil:
		c.Dialogs.Push(dialog.NewConfirm(
			locale.Say("act.rename.title"), []locale.Words{wrong, locale.Say("act.rename.nothing_done")}, again,
		))
		return
	case len(renames) == 0:
		c.typed[msg.side] = nil
		c.Host.Say(false, locale.Say("act.rename.unchanged"))
		return
	}
	to := make(map[wire.Path]wire.Name, len(renames))
	for _, one := range renames {
		to[one.From] = one.To.Base()
	}
	var body []locale.Words // in the order of the lines
	for _, one := range msg.items {
		if name, renamed := to[one.Path]; renamed {
			body = append(body, locale.Say("act.rename.pair", "From", one.Entry.Name, "To", name))
		}
	}
	batch := &change.Batch{Kind: change.Renaming, Side: msg.side, Marked: true, Steps: change.Steps(msg.side, renames), InOrder: true}
	c.Dialogs.Push(dialog.NewConfirm(
		locale.SayN("act.rename.sure", len(body)), body, dialog.NewButton("r", "act.rename.act", startMsg{batch}), again,
	))
}
