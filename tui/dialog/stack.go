package dialog

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wangpan/tui/command"
)

// A dialog that opened by itself takes no keys for a moment. Each key that
// arrives meanwhile begins the moment anew: whoever is typing something else
// must pause before an answer counts. But it ends in any case, so that nobody
// who presses the answer again and again is left without one.
const (
	deafness      = 500 * time.Millisecond
	deafAtTheMost = 2 * time.Second
)

// listenMsg ends the deafness of the dialog that it was made for.
type listenMsg struct{ deaf int }

// listenAtLastMsg ends it whatever was pressed meanwhile.
type listenAtLastMsg struct{ opened int }

// Stack is the open dialogs, the top one last. It belongs to the root.
type Stack struct {
	look  Look
	open  []layer
	timer int // counts deafnesses, so that an overtaken timer ends none
	x, y  int // where the top dialog was last drawn
}

type layer struct {
	dialog Dialog
	deaf   int // the timer that will end its deafness, 0 when it listens
	opened int // the first such timer, 0 when it always listened

	address func(tea.Msg) tea.Msg // of answers; nil: they are the root's
}

// addressed returns an answer of the layer's dialog as the root routes it.
func (l *layer) addressed(answer tea.Msg) tea.Msg {
	if answer == nil || l.address == nil {
		return answer
	}
	return l.address(answer)
}

// NewStack returns an empty stack.
func NewStack(look Look) *Stack { return &Stack{look: look} }

// Push opens a dialog that the person asked for by a key.
func (s *Stack) Push(d Dialog) { s.open = append(s.open, layer{dialog: d}) }

// PushUnasked opens a dialog by itself, deaf for a moment, so that what is
// being typed does not answer it: its buttons light up when it listens. The root
// must run the command.
func (s *Stack) PushUnasked(d Dialog) tea.Cmd {
	s.Push(d)
	moment := s.deafen()
	opened := s.timer
	s.open[len(s.open)-1].opened = opened
	atLast := tea.Tick(deafAtTheMost, func(time.Time) tea.Msg { return listenAtLastMsg{opened} })
	return tea.Batch(moment, atLast)
}

func (s *Stack) deafen() tea.Cmd {
	s.timer++
	timer := s.timer
	s.open[len(s.open)-1].deaf = timer
	return tea.Tick(deafness, func(time.Time) tea.Msg { return listenMsg{timer} })
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

// Close closes a dialog unanswered, wherever it stands, and reports whether it
// was open.
func (s *Stack) Close(d Dialog) bool {
	for i, l := range s.open {
		if l.dialog == d {
			s.open = slices.Delete(s.open, i, i+1)
			return true
		}
	}
	return false
}

// Holds reports whether a dialog is open, wherever it stands.
func (s *Stack) Holds(d Dialog) bool {
	return slices.ContainsFunc(s.open, func(l layer) bool { return l.dialog == d })
}

// Len returns how many dialogs are open.
func (s *Stack) Len() int { return len(s.open) }

// Update hands a message on: what a person does to the top dialog, all else to
// every one. The answer is for the root to handle at once; the command is to be
// run.
func (s *Stack) Update(msg tea.Msg) (answer tea.Msg, cmd tea.Cmd) {
	if len(s.open) == 0 {
		return nil, nil
	}
	switch msg := msg.(type) {
	case listenMsg:
		s.listen(func(l *layer) bool { return l.deaf == msg.deaf })
		return nil, nil
	case listenAtLastMsg:
		s.listen(func(l *layer) bool { return l.opened == msg.opened })
		return nil, nil
	}
	if !byPerson(msg) {
		for _, l := range s.open {
			// It is for one of them at the most.
			if outcome := l.dialog.Update(msg); outcome.Answer != nil {
				answer = l.addressed(outcome.Answer)
			}
		}
		return answer, nil
	}
	top := s.open[len(s.open)-1]
	if top.deaf != 0 {
		return nil, s.deafen()
	}
	if press, ok := msg.(tea.KeyPressMsg); ok {
		msg = s.look.Registry.Press(top.dialog.Place(), press)
	}
	outcome := top.dialog.Update(s.within(msg))
	if outcome.Close {
		s.Pop()
	}
	return top.addressed(outcome.Answer), nil
}

// within counts the place of the mouse from the corner of the dialog.
func (s *Stack) within(msg tea.Msg) tea.Msg {
	switch mouse := msg.(type) {
	case tea.MouseClickMsg:
		mouse.X -= s.x
		mouse.Y -= s.y
		return mouse
	case tea.MouseWheelMsg:
		mouse.X -= s.x
		mouse.Y -= s.y
		return mouse
	}
	return msg
}

// listen ends the deafness of the dialogs that the timer is for.
func (s *Stack) listen(isFor func(*layer) bool) {
	for i := range s.open {
		if isFor(&s.open[i]) {
			s.open[i].deaf = 0
		}
	}
}

func byPerson(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyPressMsg, command.Press, tea.PasteMsg, tea.MouseClickMsg, tea.MouseWheelMsg:
		return true
	}
	return false
}

// Over draws the top dialog in the middle of what is behind it, and says where
// on the screen the cursor belongs. Without a dialog it changes nothing.
func (s *Stack) Over(behind string, width, height int) (view string, cursor *tea.Cursor) {
	top := s.Top()
	if top == nil {
		return behind, nil
	}
	look := s.look
	look.Deaf = s.open[len(s.open)-1].deaf != 0
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
