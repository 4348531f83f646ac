package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"wangpan/tui/browse"
	"wangpan/tui/dialog"
	"wangpan/tui/text"
)

// hints are the keys of where one is, the most useful first, as many as fit; the
// way to all others is always among them. What everybody tries without being
// told, Enter, gives way when the other basic ones fit without it.
func (m *Model) hints() string {
	if m.typing() { // every other key is a character
		keys := browse.TypingKeys()
		return " " + m.hint(keys[0]) + "  " + m.hint(keys[1])
	}
	if words := m.background(); words != nil {
		return " " + m.theme.Accent.Render(text.Cut(words(m.locale), m.width-2))
	}
	help := m.hint(m.actions.keys["help"])
	hints, basic := m.useful()
	all := make([]string, len(hints))
	for i, b := range hints {
		all[i] = m.hint(b)
	}
	room := m.width - 1 - text.Width(help)
	if n := howMany(all, room); n < basic && m.focus != onTransfers && !m.preview.over && howMany(all[1:], room) >= basic-1 {
		all = all[1:]
	}
	return " " + strings.Join(append(all[:howMany(all, room)], help), "  ")
}

// howMany returns how many hints fit, each with the gap behind it.
func howMany(hints []string, room int) int {
	for i, hint := range hints {
		if room -= text.Width(hint) + 2; room < 0 {
			return i
		}
	}
	return len(hints)
}

func (m *Model) hint(b key.Binding) string {
	label := dialog.KeyNames(b)[0]
	if label == "enter" {
		label = m.theme.Glyph.Enter
	}
	return m.theme.HelpKey.Render(label) + " " + m.theme.HelpText.Render(m.locale.T(b.Help().Desc))
}

// brief are shorter words than the help's, for the line of hints: actions and
// message ids.
var brief = map[string]string{
	"mkdir": "screen.brief.folder", "local_mkdir": "screen.brief.folder",
	"remove": "screen.brief.trash", "local_remove": "screen.brief.trash",
	"copy_across": "screen.brief.to_computer", "other_pane": "screen.brief.switch", "back": "screen.brief.back",
}

// briefly returns the bindings of actions as hints have them.
func (m *Model) briefly(ids ...string) []key.Binding {
	bindings := m.actions.of(ids...)
	for i, id := range ids {
		words, ok := brief[id]
		if id == "copy_across" && m.focus == onLocal {
			words = "screen.brief.to_drive"
		}
		if ok {
			bindings[i].SetHelp(bindings[i].Help().Key, words)
		}
	}
	return bindings
}

// useful are the keys worth a hint where one is, the most useful first, and how
// many of them are basic. Those that are bound to no key are left out.
func (m *Model) useful() (hints []key.Binding, basic int) {
	hints = slices.DeleteFunc(m.basic(), unbound)
	basic = len(hints)
	return append(hints, slices.DeleteFunc(append(m.briefly("quit"), m.further()...), unbound)...), basic
}

func unbound(b key.Binding) bool { return !b.Enabled() }

func (m *Model) basic() []key.Binding {
	list, local := m.list.Keys, m.local.pane.Keys
	switch {
	case m.preview.over && m.focus != onTransfers:
		next := list.Down
		if m.focus == onLocal {
			next = local.Down
		}
		next.SetHelp(next.Help().Key, "screen.brief.next")
		return slices.Concat(m.briefly("back"), []key.Binding{next}, m.briefly("preview_down", "preview_up", "preview"))
	case m.focus == onTransfers && len(m.drive.earlier.left) > 0:
		return append(m.briefly("list", "unfinished"), m.transfers.Useful()...)
	case m.focus == onTransfers:
		return append(m.briefly("list"), m.transfers.Useful()...)
	case m.focus == onLocal:
		return slices.Concat([]key.Binding{local.Open}, m.briefly("copy_across"), []key.Binding{local.Mark}, m.briefly(localHints...))
	}
	first := m.briefly("download", "upload")
	if m.local.shown {
		first = m.briefly("copy_across", "other_pane")
	}
	return slices.Concat([]key.Binding{list.Open}, first, []key.Binding{list.Mark, list.Filter}, m.briefly("mkdir", "rename", "remove"))
}

func (m *Model) further() []key.Binding {
	switch {
	case m.focus == onTransfers:
		return m.briefly("staged", "rate_limit")
	case m.focus == onLocal:
		return m.briefly("local_undo", "local_pane", "local_go")
	case m.transfers.Empty():
		return append(m.briefly("properties", "preview", "undo"), m.list.Keys.Sort)
	}
	return append(m.briefly("transfers", "properties", "preview", "undo"), m.list.Keys.Sort)
}

// invite says how to fill a folder that is empty.
func (m *Model) invite() string {
	upload, folder := m.actions.keys["upload"], m.actions.keys["mkdir"]
	return m.locale.T("screen.invite", "Upload", upload.Help().Key, "Folder", folder.Help().Key)
}
