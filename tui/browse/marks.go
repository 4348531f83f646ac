package browse

import (
	"maps"
	"path"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// marks are the marked entries of a folder by name, as last listed.
type marks map[wire.Name]*wire.Entry

// marked are the marked entries of the folder in the pane. It uses the ids of rows:
// marking 100,000 entries by name would be too slow for a key.
type marked struct {
	at   []bool // by id; ids after its end are not marked
	n    int    // the number of marked ids
	rest marks  // by name, for entries whose rows were not listed yet
}

func (m *marked) count() int { return m.n + len(m.rest) }

func (m *marked) has(r *row) bool {
	if r.id < len(m.at) && m.at[r.id] {
		return true
	}
	return len(m.rest) > 0 && m.rest[r.Name] != nil
}

// set changes the mark of a row.
func (m *marked) set(r *row, on bool) {
	if len(m.rest) > 0 {
		delete(m.rest, r.Name)
	}
	if r.id >= len(m.at) {
		if !on {
			return
		}
		m.at = append(m.at, make([]bool, r.id+1-len(m.at))...)
	}
	if m.at[r.id] == on {
		return
	}
	m.at[r.id] = on
	if on {
		m.n++
	} else {
		m.n--
	}
}

func (m *marked) clone() marked { return marked{slices.Clone(m.at), m.n, maps.Clone(m.rest)} }

// named returns the marks by name. The result points into the rows, which never
// change.
func (m *marked) named(all []row) marks {
	named := make(marks, m.count())
	maps.Copy(named, m.rest)
	if m.n == 0 {
		return named
	}
	for i := range all {
		if m.has(&all[i]) {
			named[all[i].Name] = &all[i].Entry
		}
	}
	return named
}

// Marked returns the number of marked entries in all folders.
func (p *Pane) Marked() int {
	n := p.marks.count()
	for _, others := range p.elsewhere {
		n += len(others)
	}
	return n
}

// Unmark removes all marks in all folders.
func (p *Pane) Unmark() {
	p.span = nil
	p.marks = marked{}
	clear(p.elsewhere)
}

// Leave ends the marking of a range, or else removes the filter, or else the marks. It
// reports whether there was one of them.
func (p *Pane) Leave() (cmd tea.Cmd, left bool) {
	switch {
	case p.span != nil:
		p.span = nil
	case p.filter.on():
		return p.setFilter(""), true
	case p.Marked() > 0:
		p.Unmark()
	default:
		return nil, false
	}
	return nil, true
}

// changePlace stores the marks of the folder and restores those of the next one.
func (p *Pane) changePlace(path wire.Path) {
	p.span, p.input = nil, nil
	if path != p.path {
		p.changeLeaving(path)
	}
	if p.marks.count() > 0 && p.path != "" {
		named := p.marks.named(p.all)
		if len(named) < len(p.all)/4 { // a few marks must not keep all rows in memory
			for name, entry := range named {
				kept := *entry
				named[name] = &kept
			}
		}
		p.elsewhere[p.path] = named
	}
	p.path = path
	p.marks = marked{rest: p.elsewhere[path]}
	delete(p.elsewhere, path)
}

// mark toggles the mark of the entry under the cursor and moves to the next one.
func (p *Pane) mark() {
	if p.list.Cursor >= len(p.rows) {
		return
	}
	r := &p.rows[p.list.Cursor]
	p.marks.set(r, !p.marks.has(r))
	p.span = nil
	p.move(1)
}

// markAll marks all rows, or unmarks them when all are marked.
func (p *Pane) markAll() {
	p.span = nil
	on := false
	for i := range p.rows {
		if !p.marks.has(&p.rows[i]) {
			on = true
			break
		}
	}
	for i := range p.rows {
		p.marks.set(&p.rows[i], on)
	}
}

// unseen returns the number of marked entries of the folder that have no row.
func (p *Pane) unseen() int {
	unseen := p.marks.count()
	if unseen == 0 || len(p.rows) == len(p.all) {
		return 0
	}
	for i := range p.rows {
		if p.marks.has(&p.rows[i]) {
			unseen--
		}
	}
	return unseen
}

// invert toggles the marks of all rows.
func (p *Pane) invert() {
	p.span = nil
	for i := range p.rows {
		p.marks.set(&p.rows[i], !p.marks.has(&p.rows[i]))
	}
}

// span is a range to mark, from an entry to the cursor.
type span struct {
	from   wire.Name
	before marked // the marks when the range began
}

// markRange begins a range at the cursor, or ends one.
func (p *Pane) markRange() {
	entry, ok := p.Current()
	if p.span != nil || !ok {
		p.span = nil
		return
	}
	p.span = &span{entry.Name, p.marks.clone()}
	p.stretch()
}

// stretch marks the range up to the cursor.
func (p *Pane) stretch() {
	if p.span == nil {
		return
	}
	from := p.index(p.span.from)
	if from < 0 { // the entry was removed
		p.span = nil
		return
	}
	p.marks = p.span.before.clone()
	for i := min(from, p.list.Cursor); i <= max(from, p.list.Cursor); i++ {
		p.marks.set(&p.rows[i], true)
	}
}

// markLike marks or unmarks the rows whose names contain a text. A text with *, ? or
// [ is a pattern for the whole name.
func (p *Pane) markLike(like string, on bool) {
	like = strings.ToLower(like)
	for i := range p.rows {
		r := &p.rows[i]
		if isLike(r.folded, like) {
			p.marks.set(r, on)
		}
	}
}

func isLike(name, like string) bool {
	if !strings.ContainsAny(like, "*?[") {
		return strings.Contains(name, like)
	}
	ok, err := path.Match(like, name)
	return ok && err == nil
}

// nameMarks turns the marks into marks by name: the ids of the next listing differ.
func (p *Pane) nameMarks() {
	p.marks = marked{rest: p.marks.named(p.all)}
	if p.span != nil {
		p.span.before = marked{rest: p.span.before.named(p.all)}
	}
}

// prune drops the marks of removed entries and updates the others from the listing.
func (p *Pane) prune() {
	p.marks = p.known(p.marks.rest)
	if p.span != nil {
		p.span.before = p.known(p.span.before.rest)
	}
}

// known returns the marks of existing entries: by row or, while the rows of the pane
// are those of the listing before, by name.
func (p *Pane) known(named marks) marked {
	var kept marked
	if len(named) == 0 {
		return kept
	}
	if p.sifting {
		kept.rest = make(marks, len(named))
	}
	for i := range p.all {
		r := &p.all[i]
		if named[r.Name] == nil {
			continue
		}
		if p.sifting {
			kept.rest[r.Name] = &r.Entry
		} else {
			kept.set(r, true)
		}
	}
	return kept
}
