package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/text"
)

// hints are the keys of where one is, the most useful first, as many as fit; the
// way to all others is always among them. What everybody tries without being
// told, Enter, gives way when the other basic ones fit without it.
func (m *Model) hints() string {
	if m.typing() { // every other key is a character
		keys := m.commands.Bindings("line.done", "line.drop")
		return " " + m.hint(keys[0]) + "  " + m.hint(keys[1])
	}
	if words := m.changes.Background(); words != nil {
		return " " + m.theme.Accent.Render(text.Cut(words(m.locale), m.width-2))
	}
	help := m.hint(m.commands.Get("drive.help").Binding())
	hints, basic := m.useful()
	all := make([]string, len(hints))
	for i, b := range hints {
		all[i] = m.hint(b)
	}
	room := m.width - 1 - text.Width(help)
	if n := howMany(all, room); n < basic && m.focus != onTransfers && !m.preview.Covers() && howMany(all[1:], room) >= basic-1 {
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

// brief are shorter words than those of the help, for the line of hints.
var brief = map[command.Name]string{
	"drive.mkdir": "screen.brief.folder", "drive.local_mkdir": "screen.brief.folder",
	"drive.remove": "screen.brief.trash", "drive.local_remove": "screen.brief.trash",
	"drive.copy_across": "screen.brief.to_computer", "drive.other_pane": "screen.brief.switch", "drive.back": "screen.brief.back",
}

// briefly returns the bindings of commands with the words of the hints.
func (m *Model) briefly(names ...command.Name) []key.Binding {
	bindings := m.commands.Bindings(names...)
	for i, name := range names {
		words, ok := brief[name]
		if name == "drive.copy_across" && m.focus == onLocal {
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
	return append(hints, slices.DeleteFunc(append(m.briefly("drive.quit"), m.further()...), unbound)...), basic
}

func unbound(b key.Binding) bool { return !b.Enabled() }

func (m *Model) basic() []key.Binding {
	switch {
	case m.preview.Covers() && m.focus != onTransfers:
		next := m.commands.Get("list.down").Binding()
		next.SetHelp(next.Help().Key, "screen.brief.next")
		return slices.Concat(m.briefly("drive.back"), []key.Binding{next}, m.briefly("drive.preview_down", "drive.preview_up", "drive.preview"))
	case m.focus == onTransfers:
		return m.briefly(m.transfers.Useful()...)
	case m.focus == onLocal:
		return m.briefly(append([]command.Name{"list.open", "drive.copy_across", "list.mark"}, localHints...)...)
	case m.here.Shown():
		return m.briefly("list.open", "drive.copy_across", "drive.other_pane", "list.mark", "list.filter", "drive.mkdir", "drive.rename", "drive.remove")
	}
	return m.briefly("list.open", "drive.download", "drive.upload", "list.mark", "list.filter", "drive.mkdir", "drive.rename", "drive.remove")
}

func (m *Model) further() []key.Binding {
	switch {
	case m.focus == onTransfers:
		return m.briefly("drive.staged", "drive.rate_limit")
	case m.focus == onLocal:
		return m.briefly("drive.local_undo", "drive.local_pane", "drive.local_go")
	case m.transfers.Pane.Empty():
		return m.briefly("drive.properties", "drive.preview", "drive.undo", "list.sort")
	}
	return m.briefly("drive.transfers", "drive.properties", "drive.preview", "drive.undo", "list.sort")
}
