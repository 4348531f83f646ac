package dialog

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wangpan/tui/command"
)

// A dialog that opens unasked ignores keys during a grace period, so that the user
// does not answer it with text meant for something else. A key during the period
// starts it again, but it ends after maxGrace in any case.
const (
	gracePeriod = 500 * time.Millisecond
	maxGrace    = 2 * time.Second
)

// graceEndMsg ends the grace period with this number.
type graceEndMsg struct{ grace int }

// maxGraceMsg ends the grace period that began with this number.
type maxGraceMsg struct{ first int }

// Stack is the open dialogs. The root owns it.
type Stack struct {
	look   Look
	open   []layer // the top dialog is the last one
	graces int     // numbers the grace periods
	x, y   int     // the position of the top dialog when last drawn
}

type layer struct {
	dialog Dialog
	grace  int // the number of the current grace period, 0 when the dialog takes keys
	first  int // the number of the first one, 0 when there was none

	address func(tea.Msg) tea.Msg // of answers; nil: the root handles them
}

// addressed returns an answer of the layer's dialog in the form that the root routes.
func (l *layer) addressed(answer tea.Msg) tea.Msg {
	if answer == nil || l.address == nil {
		return answer
	}
	return l.address(answer)
}

// NewStack returns an empty stack.
func NewStack(look Look) *Stack { return &Stack{look: look} }

// Push opens a dialog that the user asked for.
func (s *Stack) Push(d Dialog) { s.open = append(s.open, layer{dialog: d}) }

// PushUnasked opens a dialog that the user did not ask for. Its buttons are drawn
// disabled until its grace period ends. The caller must run the command.
func (s *Stack) PushUnasked(d Dialog) tea.Cmd {
	s.Push(d)
	cmd := s.startGrace()
	first := s.graces
	s.open[len(s.open)-1].first = first
	return tea.Batch(cmd, tea.Tick(maxGrace, func(time.Time) tea.Msg { return maxGraceMsg{first} }))
}

func (s *Stack) startGrace() tea.Cmd {
	s.graces++
	grace := s.graces
	s.open[len(s.open)-1].grace = grace
	return tea.Tick(gracePeriod, func(time.Time) tea.Msg { return graceEndMsg{grace} })
}

// Pop closes the top dialog unanswered and returns it, nil when none is open.
func (s *Stack) Pop() Dialog {
	top := s.Top()
	if top != nil {
		s.open = s.open[:len(s.open)-1]
	}
	return top
}

// Top returns the dialog that has the focus, nil when none is open.
func (s *Stack) Top() Dialog {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1].dialog
}

// Close closes a dialog unanswered and reports whether it was open.
func (s *Stack) Close(d Dialog) bool {
	before := len(s.open)
	s.open = slices.DeleteFunc(s.open, func(l layer) bool { return l.dialog == d })
	return len(s.open) < before
}

// Holds reports whether a dialog is open.
func (s *Stack) Holds(d Dialog) bool {
	return slices.ContainsFunc(s.open, func(l layer) bool { return l.dialog == d })
}

// Len returns how many dialogs are open.
func (s *Stack) Len() int { return len(s.open) }

// Update passes input of the user to the top dialog and any other message to all
// dialogs. The root must handle the answer at once and run the command.
func (s *Stack) Update(msg tea.Msg) (answer tea.Msg, cmd tea.Cmd) {
	if len(s.open) == 0 {
		return nil, nil
	}
	switch msg := msg.(type) {
	case graceEndMsg:
		s.endGrace(func(l *layer) bool { return l.grace == msg.grace })
		return nil, nil
	case maxGraceMsg:
		s.endGrace(func(l *layer) bool { return l.first == msg.first })
		return nil, nil
	}
	if !byUser(msg) {
		for _, l := range s.open {
			// At most one dialog answers it.
			if outcome := l.dialog.Update(msg); outcome.Answer != nil {
				answer = l.addressed(outcome.Answer)
			}
		}
		return answer, nil
	}
	top := s.open[len(s.open)-1]
	if top.grace != 0 {
		return nil, s.startGrace()
	}
	if press, ok := msg.(tea.KeyPressMsg); ok {
		msg = s.look.Registry.Press(top.dialog.Place(), press)
	}
	if click, ok := msg.(tea.MouseClickMsg); ok { // dialogs count from their corner
		click.X -= s.x
		click.Y -= s.y
		msg = click
	}
	outcome := top.dialog.Update(msg)
	if outcome.Close {
		s.Pop()
	}
	return top.addressed(outcome.Answer), nil
}

// endGrace ends the grace periods of some dialogs.
func (s *Stack) endGrace(of func(*layer) bool) {
	for i := range s.open {
		if of(&s.open[i]) {
			s.open[i].grace = 0
		}
	}
}

// byUser reports whether a message is input of the user.
func byUser(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyPressMsg, command.Press, tea.PasteMsg, tea.MouseClickMsg, tea.MouseWheelMsg:
		return true
	}
	return false
}

// Over draws the top dialog in the middle of a screen, and returns the position of
// the cursor on the screen. Without a dialog it returns the screen unchanged.
func (s *Stack) Over(behind string, width, height int) (view string, cursor *tea.Cursor) {
	top := s.Top()
	if top == nil {
		return behind, nil
	}
	look := s.look
	look.Grace = s.open[len(s.open)-1].grace != 0
	box, cursor := top.View(look, width, height)
	s.x = max(0, (width-lipgloss.Width(box))/2)
	s.y = max(0, (height-lipgloss.Height(box))/2)
	if cursor != nil {
		moved := *cursor
		moved.X += s.x
		moved.Y += s.y
		cursor = &moved
	}
	canvas := lipgloss.NewCompositor(
		lipgloss.NewLayer(lipgloss.Place(width, height, lipgloss.Left, lipgloss.Top, behind)),
		lipgloss.NewLayer(box).X(s.x).Y(s.y).Z(1),
	)
	return canvas.Render(), cursor
}

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
