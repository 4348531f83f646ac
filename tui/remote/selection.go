package remote

import (
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// fewSelected is how many selected entries Update may list itself. A command lists more.
const fewSelected = 1000

// Selection is the set of entries that a command changes. The pane returns it unlisted;
// List lists it. It is safe for concurrent use: a tea.Cmd may list it while the screen
// draws it.
type Selection struct {
	of    browse.Selection
	once  sync.Once    // lists of
	items []wire.Found // the entries, when known is true
	size  int64        // of the files, in bytes, when known is true
	known atomic.Bool  // the selection is listed
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

// Count returns the number of entries. Before the first List it is an upper bound.
func (s *Selection) Count() int {
	if s.known.Load() {
		return len(s.items)
	}
	return s.of.Count()
}

// about returns the words for the selection: the name of a single entry, or the number of
// several ones and, after the first List, the size of the files.
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

// selectedMsg says that a selection is listed.
type selectedMsg struct {
	visit *visit
	of    *Selection
	do    func(*Selection) tea.Cmd // runs next; may be nil
}

func (msg selectedMsg) apply(r *Remote) tea.Cmd {
	if msg.visit != r.visit || msg.do == nil {
		return nil
	}
	return msg.do(msg.of)
}

// List lists a selection and then calls do with it. It calls do now if the selection is
// listed already, and otherwise after a command has listed it.
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
