package preview

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wangpan/tui/locale"
	"wangpan/tui/text"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// paneOptions are the dependencies of a pane. All of them are required.
type paneOptions struct {
	Theme   *theme.Theme
	Locale  *locale.Locale
	Explain func(error) string // the sentence for an error of a source, in the language in use
}

// pane shows one item. It is not safe for concurrent use.
type pane struct {
	paneOptions

	width, height int // in cells

	next       target // the item under the cursor
	generation int    // of the latest request; the pane drops answers to older ones
	cancel     context.CancelFunc

	shown   target // the item of the page
	page    *page
	err     error // why there is no page
	waiting bool  // for so long that the pane says so
	top     int   // the first line drawn
	aim     int   // the first line requested by scrolling; after top until it is ready
	want    int   // the number of lines requested
	growing bool  // a command makes more lines of the page
	at, of  int   // the place of the item in a covered list; 0 of 0 for a visible one

	graphics graphics // of the terminal; the zero value draws half blocks
	handed   bool     // the terminal has a picture of this pane

	kept cache
	gate chan struct{} // holds the token of the running command: pages may need much memory
}

// newPane returns a pane that shows nothing until Show.
func newPane(o paneOptions) *pane {
	return &pane{paneOptions: o, gate: make(chan struct{}, 1)}
}

// Times.
const (
	rest     = 120 * time.Millisecond // without a move of the cursor before a command starts
	patience = 400 * time.Millisecond // before the pane shows that it waits
	giveUp   = 60 * time.Second       // the most that a command takes
)

// outdated is the message that the entry of an item is out of date: the file was
// replaced or removed.
type outdated struct{ item target }

// Resize sets the size in cells.
func (p *pane) Resize(width, height int) {
	p.width, p.height = max(width, 0), max(height, 0)
	p.scroll(0)
}

// Show sets the item under the cursor. It does nothing if neither the item nor the
// look changed. The zero target clears the pane.
func (p *pane) Show(item target) tea.Cmd {
	if item == (target{}) {
		p.Stop()
		p.next, p.shown, p.page, p.err, p.waiting = target{}, target{}, nil, nil, false
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
	p.cancel = func() {} // a command is due, but none runs
	return tea.Tick(rest, func(time.Time) tea.Msg { return rested{generation} })
}

// Hides sets the place of the item in the list that the pane covers, 0 of 0 if it
// covers none.
func (p *pane) Hides(at, of int) {
	if of == 0 || p.waiting || sameItem(p.next, p.shown) { // else the pane still shows the name of another item
		p.at, p.of = at, of
	}
}

// sameItem reports whether two items have the same path and content.
func sameItem(a, b target) bool { return keyOf(a) == keyOf(b) }

// Again makes the page again if that failed.
func (p *pane) Again() tea.Cmd {
	if p.err == nil {
		return nil
	}
	item := p.next
	p.next, p.err = target{}, nil
	return p.Show(item)
}

// Stop cancels the running command. The page stays.
func (p *pane) Stop() {
	if p.cancel != nil {
		p.cancel()
	}
	p.cancel, p.growing = nil, false
	p.generation++
}

// Forget clears the pane and the cache.
func (p *pane) Forget() tea.Cmd {
	p.kept = cache{}
	return p.Show(target{})
}

// Update takes the messages of the pane.
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

// Scroll moves by so many lines and requests more when the end is near. If the
// line is not ready, the pane moves there later.
func (p *pane) Scroll(by int) tea.Cmd {
	p.scroll(by)
	return p.grow()
}

// grow requests more lines if scrolling will need them soon.
func (p *pane) grow() tea.Cmd {
	if p.page == nil || !p.page.more || p.cancel != nil || p.aim+2*p.room() < len(p.page.lines) {
		return nil
	}
	if len(p.page.lines) < p.page.want { // the file has no more, and requests would not end
		return nil
	}
	p.want = 2 * max(len(p.page.lines), p.room())
	p.growing = true
	return p.load()
}

// Page returns the number of lines of a screen.
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

// look returns the look of a page made now.
func (p *pane) look() look {
	return look{p.width, p.room(), p.Theme.Options(), p.Locale.Lang(), p.graphics}
}

// heading is the number of lines above the content: the name and the facts.
const heading = 2

// room returns the number of lines for the content.
func (p *pane) room() int { return max(p.height-heading, 0) }

// View draws the pane: as many lines as its height, none wider than the pane.
func (p *pane) View() string {
	lines := make([]string, 0, p.height)
	switch {
	case p.waiting:
		lines = append(lines, p.name(p.next), p.facts(nil), p.sentence(p.Locale.T("preview.loading")))
	case p.err != nil:
		lines = append(lines, p.name(p.shown), p.facts(nil))
		for _, l := range text.Wrap(p.problem(), p.width) {
			lines = append(lines, p.Theme.Warning.Render(l))
		}
	case p.page != nil:
		lines = append(lines, p.name(p.shown), p.facts(p.page))
		end := min(p.top+p.room(), len(p.page.lines))
		for _, l := range p.page.lines[min(p.top, end):end] {
			if p.page.look.width > p.width {
				l = ansi.Truncate(l, p.width, "") // until the page is made again
			}
			lines = append(lines, l)
		}
	}
	for len(lines) < p.height {
		lines = append(lines, "")
	}
	return strings.Join(lines[:p.height], "\n")
}

func (p *pane) sentence(s string) string { return p.Theme.Muted.Render(text.Cut(s, p.width)) }

func (p *pane) name(item target) string {
	name, style := text.Visible(string(item.Entry.Name)), p.Theme.Strong
	if item.Entry.IsDir {
		name, style = name+"/", p.Theme.Folder
	}
	if p.of == 0 {
		return style.Render(text.CutMiddle(name, p.width))
	}
	place := "  " + p.Locale.Count(int64(p.at)) + "/" + p.Locale.Count(int64(p.of))
	room := max(p.width-text.Width(place), 0)
	return style.Render(text.CutMiddle(name, room)) +
		p.sentence(strings.Repeat(" ", max(room-text.Width(name), 0))+place)
}

// facts draws the facts about the item, and whether more lines are above and below.
func (p *pane) facts(of *page) string {
	var facts []string
	if of != nil {
		facts = append(facts, of.facts...)
		if !p.shown.Entry.IsDir {
			facts = append(facts, p.Locale.Size(p.shown.Entry.Size))
		}
	}
	more := ""
	if of != nil && p.top > 0 {
		more += p.Theme.Glyph.Up
	}
	if of != nil && (of.more || p.top+p.room() < len(of.lines)) {
		more += p.Theme.Glyph.Down
	}
	separator := " " + p.Theme.Glyph.Separator + " "
	room := p.width - 3
	said := text.Pad(strings.Join(facts, separator), max(room, 0))
	return p.sentence(said + " " + text.PadLeft(more, 2))
}

// problem returns the sentence for the error.
func (p *pane) problem() string {
	switch {
	case errors.Is(p.err, wire.Conflict):
		return p.Locale.T("preview.changed")
	case errors.Is(p.err, wire.NotFound):
		return p.Locale.T("preview.gone")
	}
	return p.Explain(p.err)
}
