package remote

import (
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// fewSelected is how many selected entries a key lists at once. A command lists more.
const fewSelected = 1000

// Selection is the entries that a command is about. It is safe for concurrent use: a
// command may go through it while the screen draws it.
type Selection struct {
	of    browse.Selection
	once  sync.Once
	items []wire.Found
	size  int64 // of the files, in bytes
	known atomic.Bool
}

// Selection returns the marked entries or, if there are none, the one under the cursor.
func (r *Remote) Selection() *Selection {
	s := &Selection{of: r.Pane.Selection()}
	if s.of.Count() <= fewSelected {
		s.List()
	}
	return s
}

// hasSelection reports whether the selection has an entry.
func (r *Remote) hasSelection() bool { return r.Pane.HasSelection() }

// selected returns a selection of these entries.
func selected(items ...wire.Found) *Selection {
	s := new(Selection)
	s.once.Do(func() { s.take(items) })
	return s
}

// List returns the entries. An entry in a folder that is itself selected is left out.
// The first call takes long when there are many.
func (s *Selection) List() []wire.Found {
	s.once.Do(func() { s.take(s.of.Found()) })
	return s.items
}

func (s *Selection) take(items []wire.Found) {
	s.items = items
	for _, one := range items {
		s.size += one.Entry.Size
	}
	s.known.Store(true)
}

// Count returns the number of entries, and until the first List an upper bound.
func (s *Selection) Count() int {
	if s.known.Load() {
		return len(s.items)
	}
	return s.of.Count()
}

// about words the selection: one entry by its name, several by their number and,
// after the first List, the size of the files.
func (s *Selection) about(l *locale.Locale) string {
	switch {
	case !s.known.Load() || len(s.items) != 1 && s.size == 0:
		return l.N("act.items", s.Count())
	case len(s.items) == 1:
		return locale.Quote(string(s.items[0].Entry.Name))(l)
	}
	return l.N("act.items_size", len(s.items), "Size", l.Size(s.size))
}

// Paths returns the paths of the entries. The first call takes long when there are many.
func (s *Selection) Paths() []wire.Path { return pathsOf(s.List()) }

// selectedMsg says that a selection is listed, and what follows.
type selectedMsg struct {
	visit *visit
	of    *Selection
	do    func(*Selection) tea.Cmd // may be nil
}

func (msg selectedMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit || msg.do == nil {
		return nil
	}
	return msg.do(msg.of)
}

// List calls do with a selection after it is listed: now, or after a command has
// listed it.
func (r *Remote) List(s *Selection, do func(*Selection) tea.Cmd) tea.Cmd {
	msg := selectedMsg{r.visit, s, do}
	if s.known.Load() {
		return msg.apply(r)
	}
	return func() tea.Msg {
		s.List()
		return msg
	}
}
