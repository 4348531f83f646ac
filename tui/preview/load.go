package preview

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// rested is the message that the cursor has rested.
type rested struct{ generation int }

// slow is the message that a command takes long.
type slow struct{ generation int }

// made is the result of a command.
type made struct {
	generation int
	file       *file
	page       *page
	err        error
}

// begin shows the next item: from the cache, else by a command.
func (p *pane) begin() tea.Cmd {
	p.want = 3 * max(p.room(), 8)
	if known := p.kept.page(keyOf(p.next)); known != nil && known.look == p.look() {
		p.cancel = nil
		return p.show(known)
	}
	cmd := p.load()
	generation := p.generation
	return tea.Batch(cmd, tea.Tick(patience, func(time.Time) tea.Msg { return slow{generation} }))
}

// show shows a page of the next item.
func (p *pane) show(page *page) tea.Cmd {
	if p.shown.Source != p.next.Source || p.shown.Path != p.next.Path {
		p.top, p.aim = 0, 0 // else the user is reading an older content of the same file
	}
	p.shown, p.page, p.err, p.waiting, p.growing = p.next, page, nil, false, false
	p.scroll(0)
	return tea.Batch(p.grow(), p.hand(page))
}

// load returns the command that makes a page of the next item. The command has
// copies of everything that it needs.
func (p *pane) load() tea.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), giveUp)
	p.cancel = cancel
	theme := *p.Theme
	j := &job{
		ctx: ctx, file: p.kept.file(p.next), theme: theme, locale: p.Locale, brush: newBrush(&theme),
		page: page{look: p.look(), want: p.want},
	}
	generation, gate := p.generation, p.gate
	return func() tea.Msg {
		defer cancel()
		select {
		case gate <- struct{}{}:
			defer func() { <-gate }()
		case <-ctx.Done():
			return made{generation, j.file, nil, ctx.Err()}
		}
		err := j.make()
		return made{generation, j.file, &j.page, err}
	}
}

// take shows the result of a command. If the file was replaced or removed, take
// returns an outdated message.
func (p *pane) take(msg made) tea.Cmd {
	p.cancel = nil
	if msg.err == nil {
		p.kept.keep(keyOf(p.next), msg.page)
		return p.show(msg.page)
	}
	changed := errors.Is(msg.err, wire.Conflict) || errors.Is(msg.err, wire.NotFound)
	if p.growing && !changed { // the lines shown are still right, and scrolling tries again
		p.growing, p.aim = false, p.top
		return nil
	}
	p.kept.drop(keyOf(p.next))
	p.shown, p.page, p.err, p.waiting, p.growing, p.top, p.aim = p.next, nil, msg.err, false, false, 0, 0
	taken := p.hand(nil)
	if !changed {
		return taken
	}
	item := p.next
	return tea.Batch(taken, func() tea.Msg { return outdated{item} })
}
