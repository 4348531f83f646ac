package dialog

import tea "charm.land/bubbletea/v2"

// Opener opens dialogs on a stack for one feature of the screen. The answers of
// these dialogs go through address, which adds the feature's name.
type Opener struct {
	stack   *Stack
	address func(tea.Msg) tea.Msg
}

// For returns an Opener. The stack passes each answer of its dialogs through
// address before it returns the answer to the root.
func (s *Stack) For(address func(tea.Msg) tea.Msg) Opener { return Opener{s, address} }

// Push opens a dialog that the user asked for.
func (o Opener) Push(d Dialog) {
	o.stack.Push(d)
	o.stack.open[len(o.stack.open)-1].address = o.address
}

// PushUnasked opens a dialog that the user did not ask for; see [Stack.PushUnasked].
func (o Opener) PushUnasked(d Dialog) tea.Cmd {
	cmd := o.stack.PushUnasked(d)
	o.stack.open[len(o.stack.open)-1].address = o.address
	return cmd
}

// Close closes a dialog unanswered and reports whether it was open.
func (o Opener) Close(d Dialog) bool { return o.stack.Close(d) }

// Holds reports whether a dialog is open.
func (o Opener) Holds(d Dialog) bool { return o.stack.Holds(d) }

// Empty reports whether no dialog is open, of this feature or of another one.
func (o Opener) Empty() bool { return o.stack.Len() == 0 }
