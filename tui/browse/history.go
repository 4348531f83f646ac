package browse

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// mostHistory is how many folders back one can go.
const mostHistory = 100

func pushed(stack []wire.Path, path wire.Path) []wire.Path {
	stack = append(stack, path)
	return stack[max(0, len(stack)-mostHistory):]
}

// goBack goes to the folder where one was before.
func (p *Pane) goBack() tea.Cmd {
	n := len(p.back)
	if n == 0 {
		return nil
	}
	to := p.back[n-1]
	p.back, p.forward = p.back[:n-1], pushed(p.forward, p.path)
	return p.open(to)
}

// goForward takes the last step back.
func (p *Pane) goForward() tea.Cmd {
	n := len(p.forward)
	if n == 0 {
		return nil
	}
	to := p.forward[n-1]
	p.back, p.forward = pushed(p.back, p.path), p.forward[:n-1]
	return p.open(to)
}
