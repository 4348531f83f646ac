package tui

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/wire"
)

// longestBookmark bounds the name of a bookmark, in characters.
const longestBookmark = 100

// bookmarkDo is what can be done with a bookmark in the list.
type bookmarkDo int

const (
	goBookmark bookmarkDo = iota
	renameBookmark
	dropBookmark
)

// bookmarkMsg is the answer that a folder is to have a bookmark of that name;
// bookmarkedMsg says how storing a change ended.
type (
	bookmarkMsg struct {
		list *dialog.List // to show it in, or nil
		set  session.Bookmark
	}
	bookmarkedMsg struct {
		drive *drive
		list  *dialog.List
		said  dialog.Words
		err   error
	}
)

// followMsg says what is at the place of a bookmark.
type followMsg struct {
	drive *drive
	list  *dialog.List
	path  wire.Path
	reply wire.StatReply
	err   error
}

// askBookmarks opens the list of the bookmarks on this drive.
func (m *Model) askBookmarks() {
	drop := dialog.NewButton("x", "bookmarks.drop", dropBookmark)
	drop.Danger = true
	list := dialog.NewList(
		dialog.Say("bookmarks.title"), dialog.Say("bookmarks.none"),
		dialog.ListButton{Button: dialog.NewButton("g", "bookmarks.go", goBookmark)},
		dialog.ListButton{Button: dialog.NewButton("e", "bookmarks.rename", renameBookmark)},
		dialog.ListButton{Button: drop},
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
	)
	list.Number()
	list.SetRows(m.bookmarkRows())
	m.dialogs.Push(list)
}

func (m *Model) bookmarks() []session.Bookmark {
	s := m.drive.session
	return m.Keeper.Bookmarks(s.Server, s.User)
}

func (m *Model) bookmarkRows() []dialog.Row {
	var rows []dialog.Row
	for _, b := range m.bookmarks() {
		rows = append(rows, dialog.Row{Item: b, Name: b.Name, Facts: []dialog.Words{dialog.Quote(string(b.Path))}})
	}
	return rows
}

// chosen goes to a bookmark's folder, or changes the bookmark.
func (do bookmarkDo) chosen(m *Model, chosen dialog.ListChosen) tea.Cmd {
	b, ok := chosen.Item.(session.Bookmark)
	if !ok {
		return nil
	}
	d := m.drive
	switch do {
	case goBookmark:
		return func() tea.Msg {
			reply, err := d.session.Client().Stat(d.ctx, b.Path)
			return followMsg{d, chosen.List, b.Path, reply, err}
		}
	case renameBookmark:
		m.nameBookmark(chosen.List, b)
		return nil
	case dropBookmark:
		return m.changeBookmarks(chosen.List, nil, func(k *session.Keeper) error {
			return k.DropBookmark(d.session.Server, d.session.User, b.Path)
		})
	}
	return nil
}

// apply goes to the folder when it is there, and says so when it is gone.
func (msg followMsg) apply(m *Model) tea.Cmd {
	switch {
	case msg.drive != m.drive:
		return nil
	case errors.Is(msg.err, wire.NotFound):
		msg.list.SetNote(dialog.Say("bookmarks.gone", "Path", msg.path))
		return nil
	case msg.err != nil:
		msg.list.SetNote(m.because(msg.err))
		return nil
	case !m.dialogs.Close(msg.list):
		return nil
	}
	return m.goTo(msg.path, msg.reply.Entry.IsDir)
}

// addBookmark makes a bookmark of the folder shown, unless it has one.
func (m *Model) addBookmark() tea.Cmd {
	path := m.list.Path()
	has := func(b session.Bookmark) bool { return b.Path == path }
	if i := slices.IndexFunc(m.bookmarks(), has); i >= 0 {
		m.say(false, dialog.Say("bookmarks.there", "Name", m.bookmarks()[i].Name))
		return nil
	}
	name := string(path.Base())
	if path == wire.Root {
		name = string(wire.Root)
	}
	return bookmarkMsg{nil, session.Bookmark{Name: name, Path: path}}.apply(m)
}

// nameBookmark asks for another name of a bookmark.
func (m *Model) nameBookmark(list *dialog.List, b session.Bookmark) {
	m.dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: dialog.Say("bookmarks.rename_title"),
		Label: dialog.Say("bookmarks.rename_label", "Path", b.Path),
		Value: b.Name,
		Limit: longestBookmark,
		Act:   "bookmarks.rename",
		Check: func(name string) dialog.Words {
			if strings.TrimSpace(name) == "" {
				return dialog.Say("bookmarks.nameless")
			}
			return nil
		},
		Answer: func(name string) tea.Msg {
			return bookmarkMsg{list, session.Bookmark{Name: strings.TrimSpace(name), Path: b.Path}}
		},
	}))
}

func (msg bookmarkMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	said := dialog.Say("bookmarks.added", "Name", msg.set.Name, "Path", msg.set.Path)
	return m.changeBookmarks(msg.list, said, func(k *session.Keeper) error {
		return k.SetBookmark(d.session.Server, d.session.User, msg.set)
	})
}

// changeBookmarks stores a change, and says so where no list shows it.
func (m *Model) changeBookmarks(list *dialog.List, said dialog.Words, change func(*session.Keeper) error) tea.Cmd {
	d, keeper := m.drive, m.Keeper
	return func() tea.Msg { return bookmarkedMsg{d, list, said, change(keeper)} }
}

func (msg bookmarkedMsg) apply(m *Model) tea.Cmd {
	switch {
	case msg.drive != m.drive:
	case msg.list != nil && msg.err != nil:
		msg.list.SetNote(func(*locale.Locale) string { return m.explain(msg.err) })
	case msg.list != nil:
		msg.list.SetNote(nil)
		msg.list.SetRows(m.bookmarkRows())
	case msg.err != nil:
		m.sayError(msg.err)
	default:
		m.say(false, msg.said)
	}
	return nil
}
