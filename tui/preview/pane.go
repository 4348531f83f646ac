package preview

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/locale"
	"wangpan/tui/theme"
)

// paneOptions are the dependencies of a pane. All of them are required.
type paneOptions struct {
	Theme   *theme.Theme
	Locale  *locale.Locale
	Explain func(error) string // the sentence for an error of a source, in the language in use
}

// pane shows one item. It belongs to the goroutine that runs Update and View.
type pane struct {
	paneOptions

	width, height int // in cells, as Resize said

	next       Item // what the cursor stands on
	generation int  // of what was asked for; answers to another are late
	cancel     context.CancelFunc

	shown   Item // what the page is of
	page    *page
	err     error // why there is no page
	waiting bool  // for so long that it is said
	top     int   // the first line drawn
	aim     int   // the one that scrolling asked for; further down than top until it has come
	want    int   // how many lines are asked for
	growing bool  // further lines are on their way
	at, of  int   // which of how many it is, where the list cannot be seen; of is 0 where it can

	graphics Graphics
	handed   bool // the terminal has a picture of ours

	kept cache
	gate chan struct{} // holds one token: one page is made at a time, since some take much memory
}

// newPane returns a pane that shows nothing until Show.
func newPane(o paneOptions) *pane {
	return &pane{paneOptions: o, gate: make(chan struct{}, 1)}
}

// How long things take.
const (
	rest     = 120 * time.Millisecond // the cursor has to stand still before anything is fetched
	patience = 400 * time.Millisecond // until it is said that a preview is on its way
	giveUp   = 60 * time.Second       // on making one
)

// outdated is the message that the entry of an item is out of date: the file was
// replaced or removed.
type outdated struct{ item Item }

// Resize tells the pane how many cells it may fill.
func (p *pane) Resize(width, height int) {
	p.width, p.height = max(width, 0), max(height, 0)
	p.scroll(0)
}

// Show tells what the cursor stands on. It is called whenever that may have
// changed, or the look of things; when nothing has, it does nothing. The zero
// Item clears the pane.
func (p *pane) Show(item Item) tea.Cmd {
	if item == (Item{}) {
		p.Stop()
		p.next, p.shown, p.page, p.err, p.waiting = Item{}, Item{}, nil, nil, false
		return p.hand(nil)
	}
	same := sameItem(item, p.next)
	if same && (p.cancel != nil || p.err != nil || p.page != nil && p.page.look == p.look() && sameItem(p.shown, item)) {
		return nil
	}
	p.Stop()
	p.next = item
	p.generation++
	generation := p.generation
	p.cancel = func() {} // nothing is under way, but something is due
	return tea.Tick(rest, func(time.Time) tea.Msg { return rested{generation} })
}

// Hides tells which of how many entries the cursor stands on in the list that
// the pane hides: nobody sees it there. Where it hides none, that is 0 of 0.
func (p *pane) Hides(at, of int) {
	if of == 0 || p.waiting || sameItem(p.next, p.shown) { // else another name stands beside it still
		p.at, p.of = at, of
	}
}

// sameItem reports whether two items are the same content at the same place.
func sameItem(a, b Item) bool { return keyOf(a) == keyOf(b) }

// Again tries once more what has failed.
func (p *pane) Again() tea.Cmd {
	if p.err == nil {
		return nil
	}
	item := p.next
	p.next, p.err = Item{}, nil
	return p.Show(item)
}

// Stop cancels what is under way. What is shown stays; Show begins anew.
func (p *pane) Stop() {
	if p.cancel != nil {
		p.cancel()
	}
	p.cancel, p.growing = nil, false
	p.generation++
}

// Forget drops everything that was ever shown: another person's drive comes.
func (p *pane) Forget() tea.Cmd {
	p.kept = cache{}
	return p.Show(Item{})
}

// Update takes the pane's own messages.
func (p *pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case rested:
		if msg.generation == p.generation {
			return p.begin()
		}
	case slow:
		if msg.generation == p.generation && p.cancel != nil && !p.growing {
			p.waiting = true
		}
	case made:
		if msg.generation == p.generation {
			return p.take(msg)
		}
	}
	return nil
}

// Scroll moves the lines by so many, and asks for further ones when the last of
// those there are come near. What it can not reach yet is reached when they have
// come.
func (p *pane) Scroll(by int) tea.Cmd {
	p.scroll(by)
	return p.grow()
}

// grow asks for further lines, if scrolling will soon need them.
func (p *pane) grow() tea.Cmd {
	if p.page == nil || !p.page.more || p.cancel != nil || p.aim+2*p.room() < len(p.page.lines) {
		return nil
	}
	if len(p.page.lines) < p.page.want { // asking for more would bring no more, and never end
		return nil
	}
	p.want = 2 * max(len(p.page.lines), p.room())
	p.growing = true
	return p.load()
}

// Page is how many lines a page has, for keys that scroll by one.
func (p *pane) Page() int { return max(p.room(), 1) }

func (p *pane) scroll(by int) {
	if by < 0 {
		p.aim = p.top
	}
	p.aim = max(p.aim+by, 0)
	p.top = p.aim
	if p.page == nil {
		return
	}
	p.top = min(p.aim, max(len(p.page.lines)-p.room(), 0))
	if !p.page.more {
		p.aim = p.top
	}
}

// look returns what a page drawn now depends on.
func (p *pane) look() look {
	return look{p.width, p.room(), p.Theme.Options(), p.Locale.Lang(), p.graphics}
}
