// Package dialog is everything that asks or tells in a box over the screen:
// messages, confirmations, prompts, the questions about a server's key and
// about a target that exists, the picker of local files, the help.
//
// A [Dialog] is a plain struct that answers with a message of its owner's
// choosing. The root keeps a [Stack] of them: keys go to the top one only, Esc
// closes it, everything else (a listing that arrives) goes to all.
//
//	stack.Push(dialog.NewConfirm(title, body, dialog.Button{Key: …, Answer: trashMsg{paths}}))
//	answer, cmd := stack.Update(msg)   // in the root's Update; answer is trashMsg
//	view, cursor := stack.Over(behind, width, height)
//
// Dialogs do no I/O and read no clock. What they show is worded while drawing,
// so they follow a change of language or theme while open.
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
