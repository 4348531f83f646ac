package browse

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// maxRows bounds the memory for a folder, or for a server that never ends a listing:
// about 200 bytes per row.
const maxRows = 250_000

// ErrDisorder is the error of a page that does not continue after the last name of
// the page before. Such a listing might never end.
var ErrDisorder = errors.New("the listing is not in order")

// Request asks for a page of a folder: the entries after After in the byte order of
// names, as in wire.ListArgs.
type Request struct {
	Path       wire.Path
	After      wire.Name
	generation int
}

// Page answers a Request.
type Page struct {
	Request Request
	wire.Listing
	Err error
}

// loading is the state of a listing under way.
type loading struct {
	behind  bool  // the pane shows an earlier listing until this one is complete
	asking  bool  // a page is under way
	rows    []row // the entries so far, in the order sorted
	sorted  Order
	pending []wire.Entry // received, but not in rows yet
	listing wire.Listing // the last page
	cut     bool         // the folder has more than maxRows
	gone    []wire.Name  // removed before the listing began
}

// due reports whether the pending entries must be sorted in now. Sorting copies all
// rows, so the pending entries of a large folder first grow to half of the rows.
func (l *loading) due() bool {
	n := len(l.pending)
	return n > 0 && (n >= len(l.rows)/2 || !l.asking)
}

// Open goes to a folder and shows its cached rows at once.
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

// Refresh lists the folder again. The rows stay until the listing is complete.
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

// The shortest time between two refreshes of a folder that others change. A refresh
// lists the whole folder, maybe over a slow connection.
const (
	minRefreshPause = time.Second
	MaxRefreshPause = 5 * time.Second
	large           = 1000 // entries
)

// RefreshPause returns the shortest time between two refreshes of the folder.
func (p *Pane) RefreshPause() time.Duration {
	if p.Count() > large {
		return MaxRefreshPause
	}
	return minRefreshPause
}

// Loading reports whether a listing is under way.
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

// continues reports whether the names of a page are in order and come after those of
// the page before.
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

// arranged is the result of an arrange command.
type arranged struct {
	generation int
	order      Order
	rows       []row
	shown      bool // the rows of the pane, in a new order
}

// work starts the sorting that is due: of the rows of the pane after a change of the
// order, or of received entries. One command runs at a time; its result calls work
// again.
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

// finish ends the listing after its last page.
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

// Order returns the order of the rows.
func (p *Pane) Order() Order { return p.order }

// SetOrder changes the order of the rows.
func (p *Pane) SetOrder(o Order) tea.Cmd {
	p.order = o
	return p.work()
}
