package tui

import (
	"slices"
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// fewSelected is how many selected entries a key goes through; more are left to a
// command.
const fewSelected = 1000

// picked is something on the drive that an action is about.
type picked struct {
	path  wire.Path
	entry wire.Entry
}

// found are the same as the search has them.
func found(items []picked) []wire.Found {
	found := make([]wire.Found, len(items))
	for i, one := range items {
		found[i] = wire.Found{Path: one.path, Entry: one.entry}
	}
	return found
}

// selection is what an action is about. It is safe for concurrent use: a command
// may go through it while the status of it is drawn.
type selection struct {
	of    browse.Selection
	once  sync.Once
	items []picked
	size  int64 // of the files, in bytes
	known atomic.Bool
}

// selection returns what is marked, else what the cursor is on.
func (m *Model) selection() *selection {
	s := &selection{of: m.list.Selection()}
	if s.of.Count() <= fewSelected {
		s.list()
	}
	return s
}

// hasSelection reports whether an action has anything to be about.
func (m *Model) hasSelection() bool { return m.list.HasSelection() }

// selected returns a selection of what is known.
func selected(items ...picked) *selection {
	s := new(selection)
	s.once.Do(func() { s.take(items) })
	return s
}

// list returns all of it. What lies in a folder that is itself selected goes
// with that. Unless the selection is known, it takes long.
func (s *selection) list() []picked {
	s.once.Do(func() {
		all := make([]picked, 0, s.of.Count())
		folders := make(map[wire.Path]bool)
		for _, one := range s.of.All() {
			path, err := one.Folder.Join(string(one.Entry.Name))
			if err != nil {
				continue
			}
			all = append(all, picked{path, one.Entry})
			if one.Entry.IsDir {
				folders[path] = true
			}
		}
		s.take(outside(all, folders))
	})
	return s.items
}

// outside returns what lies in none of the folders.
func outside(all []picked, folders map[wire.Path]bool) []picked {
	if len(folders) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(one picked) bool {
		for above := one.path.Dir(); above != wire.Root; above = above.Dir() {
			if folders[above] {
				return true
			}
		}
		return false
	})
}

func (s *selection) take(items []picked) {
	s.items = items
	for _, one := range items {
		s.size += one.entry.Size
	}
	s.known.Store(true)
}

// count returns how many there are, and until it is known how many at most.
func (s *selection) count() int {
	if s.known.Load() {
		return len(s.items)
	}
	return s.of.Count()
}

// about words it: one thing by its name, several by their number and, once it is
// known, the size of the files among them.
func (s *selection) about(l *locale.Locale) string {
	switch {
	case !s.known.Load() || len(s.items) != 1 && s.size == 0:
		return l.N("act.items", s.count())
	case len(s.items) == 1:
		return dialog.Quote(string(s.items[0].entry.Name))(l)
	}
	return l.N("act.items_size", len(s.items), "Size", l.Size(s.size))
}

// selectedMsg says that a selection is known now, and what is done with it.
type selectedMsg struct {
	drive *drive
	of    *selection
	do    func(*selection) tea.Cmd // may be nil
}

func (msg selectedMsg) apply(m *Model) tea.Cmd {
	if msg.drive != m.drive || msg.do == nil {
		return nil
	}
	return msg.do(msg.of)
}

// know calls do with a selection once it is known: now, or after a command has
// gone through it.
func (m *Model) know(s *selection, do func(*selection) tea.Cmd) tea.Cmd {
	msg := selectedMsg{m.drive, s, do}
	if s.known.Load() {
		return msg.apply(m)
	}
	return func() tea.Msg {
		s.list()
		return msg
	}
}
