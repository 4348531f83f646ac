package browse

import (
	"maps"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"
)

// inline is the largest number of rows that a key filters at once. A command filters
// more rows, so that no key waits.
const inline = 20_000

// filter is the words that a name must contain, in any order and case.
type filter struct {
	typed string
	words []string
}

func newFilter(typed string) filter {
	return filter{typed, strings.Fields(strings.ToLower(norm.NFC.String(typed)))}
}

func (f filter) on() bool { return len(f.words) > 0 }

func (f filter) fits(folded string) bool {
	for _, word := range f.words {
		if !strings.Contains(folded, word) {
			return false
		}
	}
	return true
}

// sieve decides which entries of a folder have rows.
type sieve struct {
	filter  filter
	hidden  bool // names that begin with a dot have rows, too
	leaving leaving
}

func (p *Pane) sieve() sieve { return sieve{p.filter, p.hidden, p.leaving} }

func (s sieve) fits(r *row) bool { return s.shows(r) && s.filter.fits(r.folded) }

// shows reports whether a row is visible without a filter.
func (s sieve) shows(r *row) bool {
	if !s.hidden && r.Name[0] == '.' {
		return false
	}
	if len(s.leaving) == 0 {
		return true
	}
	_, leaving := s.leaving[r.Name]
	return !leaving
}

// rows returns the visible rows. It returns all itself when all are visible.
func (s sieve) rows(all []row) []row {
	for i := range all {
		if !s.fits(&all[i]) {
			return s.without(all, i)
		}
	}
	return all
}

func (s sieve) without(all []row, first int) []row {
	rows := append(make([]row, 0, len(all)/4+first), all[:first]...)
	for i := first + 1; i < len(all); i++ {
		if s.fits(&all[i]) {
			rows = append(rows, all[i])
		}
	}
	return rows
}

// sifted is the result of a command that filtered all rows.
type sifted struct {
	sieve     sieve
	all, rows []row
}

// sift filters the rows again.
func (p *Pane) sift() tea.Cmd {
	if len(p.all) <= inline {
		p.showing(p.all, p.sieve().rows(p.all))
		return nil
	}
	p.sifting = true
	msg := sifted{sieve: p.sieve(), all: p.all}
	return func() tea.Msg {
		msg.rows = msg.sieve.rows(msg.all)
		return msg
	}
}

// siftedIn shows the result of a command, unless the filter or the folder has changed.
func (p *Pane) siftedIn(msg sifted) {
	same := len(msg.all) == len(p.all) && (len(p.all) == 0 || &msg.all[0] == &p.all[0])
	if !same || msg.sieve.filter.typed != p.filter.typed || msg.sieve.hidden != p.hidden || !maps.Equal(msg.sieve.leaving, p.leaving) {
		return
	}
	p.showing(msg.all, msg.rows)
}

// catchUp filters the rows at once when a command is doing it: a key acts on the
// filtered rows.
func (p *Pane) catchUp() {
	if p.sifting {
		p.showing(p.all, p.sieve().rows(p.all))
	}
}

// take replaces the entries of the folder.
func (p *Pane) take(all []row) {
	p.all = all
	p.setRows(p.sieve().rows(all))
}

func (p *Pane) setRows(rows []row) {
	p.rows, p.size, p.sifting = rows, 0, false
	p.list.SetRows(len(rows))
	for i := range rows {
		p.size += rows[i].Size
	}
	p.there, p.dotted = len(rows), 0
	if p.hidden && !p.filter.on() {
		return
	}
	p.there = 0
	for s, i := p.sieve(), 0; i < len(p.all); i++ {
		if s.shows(&p.all[i]) {
			p.there++
		} else if _, leaving := p.leaving[p.all[i].Name]; !leaving {
			p.dotted++
		}
	}
}

func (p *Pane) setFilter(typed string) tea.Cmd {
	p.filter = newFilter(typed)
	return p.sift()
}
