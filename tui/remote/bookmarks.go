package remote

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

// maxBookmark is the maximum length of the name of a bookmark, in characters.
const maxBookmark = 100

// bookmarkDo is the action of a button of the list of bookmarks.
type bookmarkDo int

const (
	goBookmark bookmarkDo = iota
	renameBookmark
	dropBookmark
)

// bookmarkMsg adds a bookmark or changes its name. bookmarkedMsg is the result of storing
// a change.
type (
	bookmarkMsg struct {
		list *dialog.List // the open list of bookmarks; nil: none
		set  session.Bookmark
	}
	bookmarkedMsg struct {
		visit *visit
		list  *dialog.List
		said  locale.Words
		err   error
	}
)

// followMsg has the server's answer about the path of a bookmark.
type followMsg struct {
	visit *visit
	list  *dialog.List
	path  wire.Path
	reply wire.StatReply
	err   error
}

// askBookmarks opens the list of the bookmarks on this drive.
func (r *Remote) askBookmarks() {
	list := dialog.NewList(
		locale.Say("bookmarks.title"), locale.Say("bookmarks.none"),
		dialog.ListButton{Button: dialog.NewButton("g", "bookmarks.go", goBookmark)},
		dialog.ListButton{Button: dialog.NewButton("e", "bookmarks.rename", renameBookmark)},
		dialog.ListButton{Button: dialog.NewDanger("x", "bookmarks.drop", dropBookmark)},
		dialog.ListButton{Button: dialog.NewButton("c", "staged.close", nil), Close: true},
	)
	list.Number()
	list.SetRows(r.bookmarkRows())
	r.Dialogs.Push(list)
}

func (r *Remote) bookmarks() []session.Bookmark {
	s := r.visit.session
	return r.Keeper.Bookmarks(s.Server, s.User)
}

func (r *Remote) bookmarkRows() []dialog.Row {
	var rows []dialog.Row
	for _, b := range r.bookmarks() {
		rows = append(rows, dialog.Row{Item: b, Name: b.Name, Facts: []locale.Words{locale.Quote(string(b.Path))}})
	}
	return rows
}

// bookmarkChosen goes to a bookmark's folder, or changes the bookmark.
func (r *Remote) bookmarkChosen(do bookmarkDo, chosen dialog.ListChosen) tea.Cmd {
	b, ok := chosen.Item.(session.Bookmark)
	if !ok {
		return nil
	}
	v := r.visit
	switch do {
	case goBookmark:
		return func() tea.Msg {
			reply, err := v.session.Client().Stat(v.ctx, b.Path)
			return followMsg{v, chosen.List, b.Path, reply, err}
		}
	case renameBookmark:
		r.nameBookmark(chosen.List, b)
		return nil
	case dropBookmark:
		return r.changeBookmarks(chosen.List, nil, func(k *session.Keeper) error {
			return k.DropBookmark(v.session.Server, v.session.User, b.Path)
		})
	}
	return nil
}

// apply goes to the folder, or shows in the list why that is not possible.
func (msg followMsg) apply(r *Remote) tea.Cmd {
	switch {
	case msg.visit != r.visit:
		return nil
	case errors.Is(msg.err, wire.NotFound):
		msg.list.SetNote(locale.Say("bookmarks.gone", "Path", msg.path))
		return nil
	case msg.err != nil:
		msg.list.SetNote(r.because(msg.err))
		return nil
	case !r.Dialogs.Close(msg.list):
		return nil
	}
	return r.goTo(msg.path, msg.reply.Entry.IsDir)
}

// addBookmark adds a bookmark of the folder on the screen, unless there is one.
func (r *Remote) addBookmark() tea.Cmd {
	path := r.Pane.Path()
	has := func(b session.Bookmark) bool { return b.Path == path }
	if i := slices.IndexFunc(r.bookmarks(), has); i >= 0 {
		r.Host.Say(false, locale.Say("bookmarks.there", "Name", r.bookmarks()[i].Name))
		return nil
	}
	name := string(path.Base())
	if path == wire.Root {
		name = string(wire.Root)
	}
	return bookmarkMsg{nil, session.Bookmark{Name: name, Path: path}}.apply(r)
}

// nameBookmark asks for another name of a bookmark.
func (r *Remote) nameBookmark(list *dialog.List, b session.Bookmark) {
	r.Dialogs.Push(dialog.NewPrompt(dialog.PromptOptions{
		Title: locale.Say("bookmarks.rename_title"),
		Label: locale.Say("bookmarks.rename_label", "Path", b.Path),
		Value: b.Name,
		Limit: maxBookmark,
		Act:   "bookmarks.rename",
		Check: func(name string) locale.Words {
			if strings.TrimSpace(name) == "" {
				return locale.Say("bookmarks.nameless")
			}
			return nil
		},
		Answer: func(name string) tea.Msg {
			return bookmarkMsg{list, session.Bookmark{Name: strings.TrimSpace(name), Path: b.Path}}
		},
	}))
}

func (msg bookmarkMsg) apply(r *Remote) tea.Cmd {
	v := r.visit
	if v == nil {
		return nil
	}
	said := locale.Say("bookmarks.added", "Name", msg.set.Name, "Path", msg.set.Path)
	return r.changeBookmarks(msg.list, said, func(k *session.Keeper) error {
		return k.SetBookmark(v.session.Server, v.session.User, msg.set)
	})
}

// changeBookmarks stores a change. If list is nil, the status bar shows said afterwards.
func (r *Remote) changeBookmarks(list *dialog.List, said locale.Words, change func(*session.Keeper) error) tea.Cmd {
	v, keeper := r.visit, r.Keeper
	return func() tea.Msg { return bookmarkedMsg{v, list, said, change(keeper)} }
}

func (msg bookmarkedMsg) apply(r *Remote) tea.Cmd {
	switch {
	case msg.visit != r.visit:
	case msg.list != nil && msg.err != nil:
		msg.list.SetNote(r.because(msg.err))
	case msg.list != nil:
		msg.list.SetNote(nil)
		msg.list.SetRows(r.bookmarkRows())
	case msg.err != nil:
		r.sayError(msg.err)
	default:
		r.Host.Say(false, msg.said)
	}
	return nil
}
