// Package dialog draws the boxes over the screen: messages, confirmations, prompts,
// lists, the command palette, the search, the picker of local files, the help, and
// the questions about a server's key and about a target that exists.
//
// A [Dialog] is a plain struct. It answers with a message that its owner chose. The
// root keeps a [Stack] of dialogs: user input goes to the top one, Esc closes it, and
// any other message, such as a listing, goes to all.
//
//	stack.Push(dialog.NewConfirm(title, body, dialog.Button{Key: …, Answer: trashMsg{paths}}))
//	answer, cmd := stack.Update(msg)   // in the root's Update; answer is trashMsg
//	view, cursor := stack.Over(behind, width, height)
//
// Features open their dialogs with an [Opener], which adds the feature's name to the
// answers. Dialogs do no I/O and read no clock. They translate their texts while
// drawing, so an open dialog follows a change of language or theme. Rows and long
// texts scroll with a list.Window, which draws only the rows in view.
package dialog

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
	"wangpan/tui/theme"
)

// Look is what View draws with. All dialogs share one.
type Look struct {
	Theme  *theme.Theme
	Locale *locale.Locale

	Registry *command.Registry // with all commands of dialogs and text fields

	Grace bool // the grace period has not ended: buttons are drawn disabled
}

// Outcome is the result of a message.
type Outcome struct {
	Close  bool    // the stack removes the dialog
	Answer tea.Msg // for the owner to handle; nil for none
}

// Dialog is one box.
type Dialog interface {
	// Update handles a message. A key arrives as a command.Press, a click with
	// its position in the box.
	Update(msg tea.Msg) Outcome

	// Place returns the place of the next key.
	Place() command.Place

	// View draws the box in at most width by height cells. The cursor is relative
	// to the upper left corner of the box, nil without a text field in focus.
	View(look Look, width, height int) (view string, cursor *tea.Cursor)
}
