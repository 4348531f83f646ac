package preview

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// rested is the message that the cursor may have stood still long enough.
type rested struct{ generation int }

// slow is the message that a preview takes its time.
type slow struct{ generation int }

// made is the message that a page is ready, or why it is not.
type made struct {
	generation int
	file       *file
	page       *page
	err        error
}

// begin shows what the cursor rests on: at once, if it was shown before.
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

// show puts a page of the item under the cursor in place of what is shown.
func (p *pane) show(page *page) tea.Cmd {
	if p.shown.Source != p.next.Source || p.shown.Path != p.next.Path {
		p.top, p.aim = 0, 0 // else it was replaced while somebody reads it
	}
	p.shown, p.page, p.err, p.waiting, p.growing = p.next, page, nil, false, false
	p.scroll(0)
	return tea.Batch(p.grow(), p.hand(page))
}

// load makes the command that reads and draws. It gets copies of what it needs
// of the pane.
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

// take shows what has come. A file that is another one by now, or none, is told
// to whoever has the list; looking again is up to them.
func (p *pane) take(msg made) tea.Cmd {
	p.cancel = nil
	if msg.err == nil {
		p.kept.keep(keyOf(p.next), msg.page)
		return p.show(msg.page)
	}
	changed := errors.Is(msg.err, wire.Conflict) || errors.Is(msg.err, wire.NotFound)
	if p.growing && !changed { // what is there is still right, and scrolling on tries again
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
