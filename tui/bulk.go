package tui

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
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
		drive  *drive
		items  []picked
		editor string
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

// renameMany lets the names be edited, one a line, in the person's editor.
func (m *Model) renameMany(items []picked) tea.Cmd {
	lines := make([]string, len(items))
	for i, one := range items {
		lines[i] = string(one.entry.Name)
	}
	if last := m.drive.named; last != nil && slices.EqualFunc(items, last.items, samePath) {
		return m.editNames(items, last.lines, dialog.Say("act.rename.as_typed"))
	}
	return m.editNames(items, lines, nil)
}

func samePath(a, b picked) bool { return a.path == b.path }

// namesAgainMsg is the answer that what was written is to be edited further.
type namesAgainMsg namesEditedMsg

func (msg namesAgainMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive {
		return nil
	}
	_, wrong := m.plan(msg.items, msg.lines, 1)
	return m.editNames(msg.items, msg.lines, wrong)
}

// remark begins a line above the names, which says what is wrong with them.
const remark = "# wangpan: "

// editNames has lines edited below a remark, if there is any.
func (m *Model) editNames(items []picked, lines []string, said dialog.Words) tea.Cmd {
	if len(items) > mostNames {
		m.say(true, dialog.SayN("act.rename.too_many", mostNames))
		return nil
	}
	if said != nil {
		lines = slices.Concat([]string{remark + text.Visible(said(m.locale))}, lines)
	}
	d, options := m.drive, m.Options
	return func() tea.Msg {
		msg := namesMsg{drive: d, items: items, remarked: said != nil}
		if msg.editor, msg.err = options.findEditor(); msg.err == nil {
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
	return lend(m.editWith(msg.editor, msg.file), func(err error) tea.Msg {
		lines, readErr := readNames(msg.file)
		err = errors.Join(err, readErr, os.RemoveAll(msg.folder))
		above := 0
		for msg.remarked && above < len(lines) && strings.HasPrefix(lines[above], remark) {
			above++
		}
		return namesEditedMsg{msg, lines[above:], above, err}
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
	if len(msg.lines) > 0 { // whatever comes of it, the next time goes on from there
		m.drive.named = &msg
	}
	if msg.err != nil {
		m.sayError(msg.err)
		return nil
	}
	renames, wrong := m.plan(msg.items, msg.lines, msg.above)
	switch {
	case wrong != nil:
		m.dialogs.Push(dialog.NewConfirm(
			dialog.Say("act.rename.title"), []dialog.Words{wrong, dialog.Say("act.rename.nothing_done")},
			dialog.NewButton("e", "act.rename.again", namesAgainMsg(msg)),
		))
		return nil
	case len(renames) == 0:
		m.drive.named = nil
		m.say(false, dialog.Say("act.rename.unchanged"))
		return nil
	}
	var body []dialog.Words // as it was written, without the names in between
	for i, one := range msg.items {
		from, to := string(one.entry.Name), norm.NFC.String(msg.lines[i])
		if from == to {
			continue
		}
		body = append(body, func(l *locale.Locale) string {
			return l.T("act.rename.pair", "From", from, "To", to)
		})
	}
	m.dialogs.Push(dialog.NewConfirm(
		dialog.SayN("act.rename.sure", len(body)), body,
		dialog.NewButton("r", "act.rename.act", renameManyMsg{renames}),
		dialog.NewButton("e", "act.rename.again", namesAgainMsg(msg)),
	))
	return nil
}

// rename is a new name for something.
type rename struct {
	from, to wire.Path
	version  wire.Version
	aside    bool      // to is a name in between, and no one's choice
	called   wire.Path // where it was, when from is such a name; else blank
}

// plan makes renames of the lines, which have others above them, or says what is
// wrong with them. What is taken in another folder, the server knows.
func (m *Model) plan(items []picked, lines []string, above int) ([]rename, dialog.Words) {
	renames, wrong := planRenames(items, lines, above)
	if wrong != nil {
		return nil, wrong
	}
	free := make(map[wire.Path]bool, len(items))
	for _, one := range items {
		free[one.path] = true
	}
	wanted := make(map[wire.Name]int)
	for i, line := range lines {
		name := wire.Name(norm.NFC.String(line))
		if to, err := m.list.Path().Join(string(name)); err == nil && items[i].path.Dir() == m.list.Path() && !free[to] {
			wanted[name] = above + i + 1
		}
	}
	if name, taken := m.list.HasOneOf(wanted); taken {
		return nil, dialog.Say("act.rename.taken", "Line", wanted[name], "Name", name)
	}
	return renames, nil
}

// planRenames makes renames of the lines, or says what is wrong with them.
func planRenames(items []picked, lines []string, above int) ([]rename, dialog.Words) {
	if len(lines) != len(items) {
		return nil, dialog.SayN("act.rename.lines", len(lines), "Want", len(items))
	}
	var renames []rename
	seen := make(map[wire.Path]bool)
	for i, one := range items {
		to, err := one.path.Dir().Join(norm.NFC.String(lines[i]))
		if err != nil {
			return nil, dialog.Say("act.rename.invalid", "Line", above+i+1, "Name", lines[i])
		}
		if seen[to] {
			return nil, dialog.Say("act.rename.twice", "Line", above+i+1, "Name", to.Base())
		}
		seen[to] = true
		if to != one.path {
			renames = append(renames, rename{one.path, to, one.entry.Version, false, ""})
		}
	}
	return inOrder(renames), nil
}

// inOrder orders renames so that none goes where another still is. A circle, as
// of two names that are swapped, is broken by a name in between. No two go to
// one path.
func inOrder(renames []rename) []rename {
	at, known := make(map[wire.Path]int, len(renames)), make(map[wire.Path]bool, 2*len(renames))
	for i, one := range renames {
		at[one.from] = i
		known[one.from], known[one.to] = true, true
	}
	ordered, done := make([]rename, 0, len(renames)), make([]bool, len(renames))
	for i := range renames {
		if done[i] {
			continue
		}
		chain := []int{i} // each goes where the next one is
		next, some := at[renames[i].to]
		for some && !done[next] && next != i {
			chain = append(chain, next)
			next, some = at[renames[next].to]
		}
		if some && next == i {
			if between, fits := unused(renames[i].from.Dir(), known); fits {
				ordered = append(ordered, rename{renames[i].from, between, renames[i].version, true, ""})
				renames[i].called = renames[i].from
				renames[i].from, renames[i].version = between, "" // moved, it has another version
			}
		}
		for _, one := range slices.Backward(chain) {
			ordered, done[one] = append(ordered, renames[one]), true
		}
	}
	return ordered
}

// unused is a path in a folder for a name in between, and makes it known. Where
// it would be too long for a path, it does not fit: the server refuses the circle.
func unused(folder wire.Path, known map[wire.Path]bool) (path wire.Path, fits bool) {
	for n := 1; ; n++ {
		path, err := folder.Join(numbered("wangpan-rename", n))
		if err != nil {
			return "", false
		}
		if !known[path] {
			known[path] = true
			return path, true
		}
	}
}

// renameManyMsg is the answer that things get their new names.
type renameManyMsg struct{ renames []rename }

func (msg renameManyMsg) apply(m *Model) tea.Cmd {
	if m.drive == nil {
		return nil
	}
	steps := make([]step, len(msg.renames))
	for i, one := range msg.renames {
		steps[i] = moveStep(one.from, one.to, one.version)
		steps[i].aside, steps[i].called = one.aside, one.called
		steps[i].free = nil // what is in the way is said, and nothing is replaced
	}
	e := &errand{what: renaming, steps: steps, where: m.list.Path(), inOrder: true}
	if m.full(e) { // the names are kept for the next time
		return nil
	}
	m.drive.named = nil
	m.list.Unmark()
	return m.start(e)
}
