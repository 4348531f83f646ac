package browse

import (
	"maps"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"
)

// inline is up to how many rows are gone through at once; more are left to a
// command, so that no key waits for them.
const inline = 20_000

// filter is what the names shown must hold: words, in any order and case.
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

// sieve says what of a folder is shown.
type sieve struct {
	filter  filter
	hidden  bool // names that begin with a dot, too
	leaving leaving
}

func (p *Pane) sieve() sieve { return sieve{p.filter, p.hidden, p.leaving} }

func (s sieve) fits(r *row) bool { return s.shows(r) && s.filter.fits(r.folded) }

// shows reports whether a row is there to see when nothing is filtered.
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

// rows returns those that are shown: all, as they are, where nothing is left out.
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

// sifted is the message that a command has gone through all rows.
type sifted struct {
	sieve     sieve
	all, rows []row
}

// sift shows what fits, after what fits was changed.
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

// siftedIn shows what a command has found, unless something else is to be shown
// by now.
func (p *Pane) siftedIn(msg sifted) {
	same := len(msg.all) == len(p.all) && (len(p.all) == 0 || &msg.all[0] == &p.all[0])
	if !same || msg.sieve.filter.typed != p.filter.typed || msg.sieve.hidden != p.hidden || !maps.Equal(msg.sieve.leaving, p.leaving) {
		return
	}
	p.showing(msg.all, msg.rows)
}

// catchUp shows at once what a command still looks for: a key is about what is
// to be shown, not about what was before.
func (p *Pane) catchUp() {
	if p.sifting {
		p.showing(p.all, p.sieve().rows(p.all))
	}
}

// take makes rows those of the folder shown.
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
