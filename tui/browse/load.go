package browse

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// maxRows bounds what a folder, or a server that never stops listing, may take
// of our memory: about 200 bytes a row.
const maxRows = 250_000

// ErrDisorder is the error of a listing whose pages do not go on where the
// last one ended: followed on, it might never end.
var ErrDisorder = errors.New("the listing is not in order")

// Request asks for a page of a folder: the entries behind After in the byte
// order of names, as in wire.ListArgs.
type Request struct {
	Path       wire.Path
	After      wire.Name
	generation int
}

// Page answers a Request, which it carries.
type Page struct {
	Request Request
	wire.Listing
	Err error
}

// loading is a folder on its way.
type loading struct {
	behind  bool  // what is shown is from before, and is replaced only by the whole
	asking  bool  // a page is under way
	rows    []row // what has arrived, as sorted says
	sorted  Order
	pending []wire.Entry // arrived, and not yet in rows
	listing wire.Listing // of the last page: what is known beside the entries
	cut     bool
	gone    []wire.Name // before it began
}

// due reports whether what has arrived is to be sorted in now. Each time copies
// all rows, so a large folder waits until half as many have come again.
func (l *loading) due() bool {
	n := len(l.pending)
	return n > 0 && (n >= len(l.rows)/2 || !l.asking)
}

// Open goes to a folder: what is remembered of it is shown at once.
func (p *Pane) Open(path wire.Path) tea.Cmd {
	if p.path != "" && path != p.path {
		p.back = pushed(p.back, p.path)
		p.forward = nil
	}
	return p.open(path)
}

func (p *Pane) open(path wire.Path) tea.Cmd {
	if p.path != "" {
		p.remember()
	}
	p.changePlace(path)
	p.recall()
	return p.Refresh()
}

// Refresh lists the folder again. What is shown stays until all of it is known.
func (p *Pane) Refresh() tea.Cmd {
	if p.path == "" {
		return nil
	}
	p.generation++
	p.err = nil
	p.sorting = false
	p.loading = &loading{behind: len(p.all) > 0, asking: true, sorted: p.order, gone: p.leaving.gone()}
	return p.Source(Request{Path: p.path, generation: p.generation})
}

// The least time between two refreshes of a folder that others change. A refresh
// lists the whole folder, which may be long, over a line that may be slow.
const (
	minRefreshPause = time.Second
	MaxRefreshPause = 5 * time.Second
	large           = 1000 // entries
)

// RefreshPause returns the least time between two refreshes of the folder shown.
func (p *Pane) RefreshPause() time.Duration {
	if p.Count() > large {
		return MaxRefreshPause
	}
	return minRefreshPause
}

// Loading reports whether entries are still on their way.
func (p *Pane) Loading() bool { return p.loading != nil }

func (p *Pane) page(page Page) tea.Cmd {
	load := p.loading
	if page.Request.generation != p.generation || load == nil {
		return nil
	}
	load.asking = false
	if page.Err == nil && !continues(page) {
		page.Err = ErrDisorder
	}
	if page.Err != nil {
		p.err = page.Err
		load.listing.More = false
		return p.work()
	}
	load.listing = page.Listing
	load.pending = append(load.pending, page.Entries...)
	var next tea.Cmd
	if have := len(load.rows) + len(load.pending); have >= maxRows {
		load.cut, load.listing.More = page.More, false
	} else if page.More {
		load.asking = true
		last := page.Entries[len(page.Entries)-1].Name
		next = p.Source(Request{Path: p.path, After: last, generation: p.generation})
	}
	return tea.Batch(next, p.work())
}

// continues reports whether a page holds names behind those of the one before,
// each behind the other.
func continues(page Page) bool {
	last := page.Request.After
	for _, e := range page.Entries {
		if e.Name <= last {
			return false
		}
		last = e.Name
	}
	return len(page.Entries) > 0 || !page.More
}

// arranged is the message that an arrange command is done.
type arranged struct {
	generation int
	order      Order
	rows       []row
	shown      bool // the rows are those shown, sorted anew
}

// work starts the sorting that is due: of what is shown, after the order was
// changed, or of what has arrived. One command runs at a time, and the end of
// it calls work again.
func (p *Pane) work() tea.Cmd {
	load := p.loading
	switch {
	case p.sorting:
		return nil
	case p.sorted != p.order && len(p.all) > 0 && (load == nil || load.behind):
		return p.arrange(p.all, nil, p.sorted, true)
	case load == nil:
		return nil
	case load.due() || load.sorted != p.order && len(load.rows) > 0:
		add := load.pending
		load.pending = nil
		return p.arrange(load.rows, add, load.sorted, false)
	}
	return p.finish()
}

func (p *Pane) arrange(rows []row, add []wire.Entry, sorted Order, shown bool) tea.Cmd {
	p.sorting = true
	order, generation := p.order, p.generation
	return func() tea.Msg {
		return arranged{generation, order, order.arrange(rows, add, sorted == order), shown}
	}
}

func (p *Pane) arranged(msg arranged) tea.Cmd {
	if msg.generation != p.generation {
		return nil
	}
	p.sorting = false
	load := p.loading
	if load != nil && !msg.shown {
		load.rows, load.sorted = msg.rows, msg.order
	}
	if msg.shown || load != nil && !load.behind {
		return tea.Batch(p.show(msg.rows, msg.order), p.work())
	}
	return p.work()
}

// finish ends the loading when nothing is to come.
func (p *Pane) finish() tea.Cmd {
	load := p.loading
	if load.asking || load.listing.More {
		return nil
	}
	p.loading = nil
	if p.err != nil {
		p.want = ""
		return nil
	}
	p.whole, p.cut, p.unlisted = true, load.cut, load.listing.Unlisted
	p.leaving = p.leaving.forgotten(load.gone)
	p.nameMarks()
	var cmd tea.Cmd
	if load.behind {
		cmd = p.show(load.rows, load.sorted)
	}
	p.want = ""
	p.prune()
	return cmd
}

// Order returns what the rows are sorted by.
func (p *Pane) Order() Order { return p.order }

// SetOrder sorts the rows by something else.
func (p *Pane) SetOrder(o Order) tea.Cmd {
	p.order = o
	return p.work()
}
