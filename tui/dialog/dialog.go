// Package dialog contains the boxes over the screen: messages, confirmations,
// prompts, the questions about a server's key and about an existing target, the
// picker of local files, and the help.
//
// A [Dialog] is a plain struct. It returns the message that its owner chose as
// the answer. The root keeps a [Stack] of dialogs: only the top one receives
// keys, Esc closes it, and all of them receive other messages, such as a listing.
//
//	stack.Push(dialog.NewConfirm(title, body, dialog.Button{Key: …, Answer: trashMsg{paths}}))
//	answer, cmd := stack.Update(msg)   // in the root's Update; answer is trashMsg
//	view, cursor := stack.Over(behind, width, height)
//
// Dialogs do no I/O and read no clock. They look up their text while they draw,
// so an open dialog follows a change of language or theme.
package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/theme"
)

// Look is what a dialog is drawn with. The whole screen shares all of it.
type Look struct {
	Theme  *theme.Theme
	Locale *locale.Locale

	Registry *command.Registry // with all commands of dialogs and text fields

	Deaf bool // it takes no keys yet: no button is lit
}

// Outcome is what a message led to.
type Outcome struct {
	Close  bool    // the dialog is done and leaves the stack
	Answer tea.Msg // for the root to handle; nil for nothing
}

// Dialog is one box.
type Dialog interface {
	// Update takes a message. A key arrives as a command.Press.
	Update(msg tea.Msg) Outcome

	// Place returns where the next key goes.
	Place() command.Place

	// View draws the box in at most width by height cells. The cursor is
	// counted from the upper left corner of the box, nil where nothing is
	// typed.
	View(look Look, width, height int) (view string, cursor *tea.Cursor)
}

// Words is a text that is worded while drawing; see [locale.Words].
type Words = locale.Words

// Say is [locale.Say].
func Say(id string, args ...any) Words { return locale.Say(id, args...) }

// SayN is [locale.SayN].
func SayN(id string, count int, args ...any) Words { return locale.SayN(id, count, args...) }

// Quote is [locale.Quote].
func Quote(s string) Words { return locale.Quote(s) }
