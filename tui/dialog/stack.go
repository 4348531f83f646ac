package dialog

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// deafness is how long a dialog that opened by itself takes no keys. Each key
// that arrives meanwhile begins it anew: whoever is typing something else must
// pause before an answer counts.
const deafness = 500 * time.Millisecond

// listenMsg ends the deafness of the dialog that it was made for.
type listenMsg struct{ deaf int }

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
}

// NewStack returns an empty stack.
func NewStack(look Look) *Stack { return &Stack{look: look} }

// Push opens a dialog that the person asked for by a key.
func (s *Stack) Push(d Dialog) { s.open = append(s.open, layer{dialog: d}) }

// PushUnasked opens a dialog by itself, deaf for a moment, so that what is
// being typed does not answer it. The root must run the command.
func (s *Stack) PushUnasked(d Dialog) tea.Cmd {
	s.Push(d)
	return s.deafen()
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

// Len returns how many dialogs are open.
func (s *Stack) Len() int { return len(s.open) }

// Update hands a message on: what a person does to the top dialog, all else to
// every one. The answer is for the root to handle at once; the command is to be
// run.
func (s *Stack) Update(msg tea.Msg) (answer tea.Msg, cmd tea.Cmd) {
	if len(s.open) == 0 {
		return nil, nil
	}
	if msg, ok := msg.(listenMsg); ok {
		s.listen(msg)
		return nil, nil
	}
	if !byPerson(msg) {
		for _, l := range s.open {
			l.dialog.Update(msg)
		}
		return nil, nil
	}
	top := s.open[len(s.open)-1]
	if top.deaf != 0 {
		return nil, s.deafen()
	}
	outcome := top.dialog.Update(s.within(msg))
	if outcome.Close {
		s.Pop()
	}
	return outcome.Answer, nil
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

func (s *Stack) listen(msg listenMsg) {
	for i := range s.open {
		if s.open[i].deaf == msg.deaf {
			s.open[i].deaf = 0
		}
	}
}

func byPerson(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseClickMsg, tea.MouseWheelMsg:
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
	box, cursor := top.View(s.look, width, height)
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
