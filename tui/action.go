package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// scope is where on the screen an action is offered: a set of places.
type scope int

// The places. Each is that of the pane which has the focus.
const (
	inList scope = 1 << iota
	inTransfers
	inLocal // this computer's folders

	inFolders = inList | inLocal        // wherever a folder is listed
	inDrive   = inFolders | inTransfers // wherever one is on a drive
)

// group is the section of the help that an action stands in.
type group int

// The groups, in the order of the help.
const (
	aboutFiles group = iota
	aboutLocal
	aboutTransfers
	aboutAll
)

// action is something that a person can ask for by a key. The table of all of
// them is what the keys, the hints and the help are made from, so that none of
// these can forget one.
type action struct {
	id     string   // its name for the program, such as "download"
	words  string   // the message that says what it does
	keys   []string // by default; the first is the one that is shown; none: it is found by its name only
	in     scope
	group  group
	online bool              // it takes a connection: asked for, it hurries a lost one
	able   func(*Model) bool // whether it means anything now; nil: always
	run    func(*Model) tea.Cmd
}

// quietly makes an action's run of what needs no command.
func quietly(do func(*Model)) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		do(m)
		return nil
	}
}

// allActions is the table. Each part stands beside what it does.
func allActions() []action {
	return slices.Concat(
		fileActions(),
		changeActions(),
		toolActions(),
		goActions(),
		previewActions(),
		panesActions(),
		acrossActions(),
		localActions(),
		transferActions(),
		driveActions(),
		logActions(),
		paletteActions(),
		themeActions(),
	)
}

// actions are the actions of a screen and the keys that they have on it.
type actions struct {
	all  []action
	keys map[string]key.Binding // by id
}

func newActions(all []action) actions {
	a := actions{all: all, keys: make(map[string]key.Binding, len(all))}
	for _, one := range all {
		b := key.NewBinding(key.WithKeys(one.keys...), key.WithHelp("", one.words))
		if len(one.keys) > 0 {
			b.SetHelp(one.keys[0], one.words)
		}
		b.SetEnabled(len(one.keys) > 0) // without one, it is found by its name
		a.keys[one.id] = b
	}
	return a
}

// of returns the bindings of actions by their ids, in that order.
func (a actions) of(ids ...string) []key.Binding {
	bindings := make([]key.Binding, len(ids))
	for i, id := range ids {
		bindings[i] = a.keys[id]
	}
	return bindings
}

// group returns the bindings of a group, for help.
func (a actions) group(g group) []key.Binding {
	var bindings []key.Binding
	for _, one := range a.all {
		if one.group == g {
			bindings = append(bindings, a.keys[one.id])
		}
	}
	return bindings
}

// pressed returns the action that a key means where one is, nil for none. Where
// it means several, it is the first that means anything now.
func (m *Model) pressed(msg tea.KeyPressMsg) *action {
	var unable *action
	for i := range m.actions.all {
		one := &m.actions.all[i]
		if one.in&m.scope() == 0 || !key.Matches(msg, m.actions.keys[one.id]) {
			continue
		}
		if one.able == nil || one.able(m) {
			return one
		}
		if unable == nil {
			unable = one
		}
	}
	return unable
}

// place is the scope of the pane that has the focus.
func (m *Model) scope() scope {
	switch m.focus {
	case onTransfers:
		return inTransfers
	case onLocal:
		return inLocal
	case onList:
	}
	return inList
}

// do runs an action, where it means anything now.
func (m *Model) do(a *action) tea.Cmd {
	if a.able != nil && !a.able(m) {
		return nil
	}
	return a.run(m)
}

// fileActions act on the folder shown and what is selected in it.
func fileActions() []action {
	return []action{
		{
			id: "download", words: "screen.keys.download", keys: []string{"d"}, in: inList, online: true,
			run: (*Model).downloadSelected,
		},
		{id: "upload", words: "screen.keys.upload", keys: []string{"u"}, in: inList, online: true, run: (*Model).pick},
		{id: "mkdir", words: "screen.keys.folder", keys: []string{"n"}, in: inList, online: true, run: quietly((*Model).askFolder)},
		{id: "properties", words: "screen.keys.details", keys: []string{"i"}, in: inList, online: true, run: (*Model).detailsHere},
		{id: "downloads_folder", words: "screen.keys.into", keys: []string{"D"}, in: inFolders, run: quietly((*Model).askInto)},
	}
}

// transferActions are about all transfers.
func transferActions() []action {
	return []action{
		{
			id: "transfers", words: "screen.keys.pane", keys: []string{"t"}, in: inFolders, group: aboutTransfers,
			able: func(m *Model) bool { return !m.transfers.Empty() },
			run:  quietly(func(m *Model) { m.setFocus(onTransfers) }),
		},
		{
			id: "list", words: "screen.keys.list", keys: []string{"t", "tab"}, in: inTransfers, group: aboutTransfers,
			run: quietly(func(m *Model) { m.setFocus(m.facing()) }),
		},
		{id: "unfinished", words: "screen.keys.earlier", keys: []string{"O"}, in: inDrive, group: aboutTransfers, run: (*Model).askEarlier},
		{id: "staged", words: "screen.keys.staged", keys: []string{"U"}, in: inDrive, group: aboutTransfers, run: (*Model).askStaged},
		{id: "rate_limit", words: "screen.keys.limit", keys: []string{"R"}, in: inDrive, group: aboutTransfers, run: quietly((*Model).askLimit)},
	}
}

// driveActions are about the screen as a whole.
func driveActions() []action {
	return []action{
		{id: "back", words: "screen.keys.back", keys: []string{"esc"}, in: inDrive, group: aboutAll, run: (*Model).back},
		{id: "password", words: "screen.keys.password", keys: []string{"P"}, in: inDrive, group: aboutAll, run: quietly(func(m *Model) { m.signin.AskPassword(m.drive.ctx, m.drive.session) })},
		{id: "logout", words: "screen.keys.logout", keys: []string{"L"}, in: inDrive, group: aboutAll, run: quietly((*Model).askLogout)},
		{id: "help", words: "screen.keys.help", keys: []string{"?", "f1"}, in: inDrive, group: aboutAll, run: quietly((*Model).help)},
		{id: "quit", words: "screen.keys.quit", keys: []string{"q"}, in: inDrive, group: aboutAll, run: (*Model).quit},
	}
}

// back stops the errand in the background, as the status bar says; else it leaves
// what one is in: a range, a filter, the marks, or the pane.
func (m *Model) back() tea.Cmd {
	var cmd tea.Cmd
	switch {
	case m.drive.inBackground() && !m.drive.errand.stopped:
		m.drive.errand.stopped = true // after the steps under way; undo continues an undoing
		return nil
	case m.preview.over && m.focus != onTransfers:
		m.preview.over = false
		m.layout()
		return nil
	case m.focus == onList:
		cmd, _ = m.list.Leave()
	case m.focus == onLocal:
		if cmd, left := m.local.pane.Leave(); left {
			return asLocal(cmd)
		}
	}
	m.setFocus(onList)
	return cmd
}
