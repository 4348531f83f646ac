package browse

import (
	"maps"
	"path"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/wire"
)

// marks are the marked entries of a folder, as they were last seen: they point
// into rows, which never change, since a key that marks 100,000 has no time to
// copy them.
type marks map[wire.Name]*wire.Entry

// grown returns a copy with room for so many more.
func (m marks) grown(by int) marks {
	grown := make(marks, len(m)+by)
	maps.Copy(grown, m)
	return grown
}

// Marked is a marked entry, wherever it is.
type Marked struct {
	Folder wire.Path
	Entry  wire.Entry
}

// Marked returns how many entries are marked, in all folders.
func (p *Pane) Marked() int {
	n := len(p.marks)
	for _, others := range p.elsewhere {
		n += len(others)
	}
	return n
}

// Selection returns what is marked: in the folder shown from top to bottom, and
// then in others; or what the cursor is on when nothing is.
func (p *Pane) Selection() []Marked {
	var all []Marked
	for _, e := range p.Selected() {
		all = append(all, Marked{p.path, e})
	}
	for _, folder := range slices.Sorted(maps.Keys(p.elsewhere)) {
		for _, name := range slices.Sorted(maps.Keys(p.elsewhere[folder])) {
			all = append(all, Marked{folder, *p.elsewhere[folder][name]})
		}
	}
	return all
}

// awaited are the marked entries, as they were, of which a folder that is listed
// anew has not told yet.
func (p *Pane) awaited() []wire.Entry {
	missing := maps.Clone(p.marks)
	for i := range p.all {
		delete(missing, p.all[i].Name)
	}
	var entries []wire.Entry
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		entries = append(entries, *missing[name])
	}
	return entries
}

// Unmark removes all marks, in all folders.
func (p *Pane) Unmark() {
	p.span = nil
	clear(p.marks)
	clear(p.elsewhere)
}

// Leave leaves what one is in: the marking of a range, a filter, the marks. It
// reports whether there was any of these.
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

// changePlace takes the marks of the folder that is left along, and shows those
// of the next.
func (p *Pane) changePlace(path wire.Path) {
	p.span, p.input = nil, nil
	if path != p.path {
		p.changeLeaving(path)
	}
	if len(p.marks) > 0 && p.path != "" {
		if len(p.marks) < len(p.all)/4 { // few, which would keep all rows in memory
			for name, entry := range p.marks {
				kept := *entry
				p.marks[name] = &kept
			}
		}
		p.elsewhere[p.path] = p.marks
	}
	p.path = path
	p.marks = p.elsewhere[path]
	delete(p.elsewhere, path)
	if p.marks == nil {
		p.marks = make(marks)
	}
}

// mark changes the mark of the entry under the cursor and moves on.
func (p *Pane) mark() {
	if p.cursor >= len(p.rows) {
		return
	}
	entry := &p.rows[p.cursor].Entry
	if _, marked := p.marks[entry.Name]; marked {
		delete(p.marks, entry.Name)
	} else {
		p.marks[entry.Name] = entry
	}
	p.span = nil
	p.move(1)
}

// markAll marks everything that is shown, or nothing of it when all is marked.
func (p *Pane) markAll() {
	p.span = nil
	if len(p.marks) >= len(p.rows) && !slices.ContainsFunc(p.rows, func(r row) bool { return p.marks[r.Name] == nil }) {
		p.marks = p.outOfSight(0)
		return
	}
	p.marks = p.outOfSight(len(p.rows))
	for i := range p.rows {
		p.marks[p.rows[i].Name] = &p.rows[i].Entry
	}
}

// outOfSight returns the marks here that what is shown leaves out, with room for
// so many more: a map that grows step by step takes several times as long.
func (p *Pane) outOfSight(room int) marks {
	if len(p.rows) == len(p.all) {
		return make(marks, room)
	}
	kept := maps.Clone(p.marks)
	for i := range p.rows {
		delete(kept, p.rows[i].Name)
	}
	return kept.grown(room)
}

// unseen returns how many are marked here and left out of what is shown.
func (p *Pane) unseen() int {
	if len(p.marks) == 0 || len(p.rows) == len(p.all) {
		return 0
	}
	unseen := len(p.marks)
	for i := range p.rows {
		if _, marked := p.marks[p.rows[i].Name]; marked {
			unseen--
		}
	}
	return unseen
}

// invert marks what is shown and is not marked, and nothing else of it.
func (p *Pane) invert() {
	p.span = nil
	inverted := p.outOfSight(max(0, len(p.rows)-len(p.marks)))
	for i := range p.rows {
		name := p.rows[i].Name
		if _, marked := p.marks[name]; !marked {
			inverted[name] = &p.rows[i].Entry
		}
	}
	p.marks = inverted
}

// span is a range that is being marked: from an entry to the cursor.
type span struct {
	from   wire.Name
	before marks // what was marked when it began
}

// markRange begins a range at the cursor, or ends one.
func (p *Pane) markRange() {
	entry, ok := p.Current()
	if p.span != nil || !ok {
		p.span = nil
		return
	}
	p.span = &span{entry.Name, maps.Clone(p.marks)}
	p.stretch()
}

// stretch marks the range up to the cursor.
func (p *Pane) stretch() {
	if p.span == nil {
		return
	}
	from := p.index(p.span.from)
	if from < 0 { // it is gone
		p.span = nil
		return
	}
	p.marks = p.span.before.grown(max(from, p.cursor) - min(from, p.cursor))
	for i := min(from, p.cursor); i <= max(from, p.cursor); i++ {
		p.marks[p.rows[i].Name] = &p.rows[i].Entry
	}
}

// markLike marks what is shown and has a name like this, or takes its mark away:
// a part of names or, with *, ? or [, a pattern for whole ones.
func (p *Pane) markLike(like string, on bool) {
	like = strings.ToLower(like)
	for i := range p.rows {
		r := &p.rows[i]
		if !isLike(r.folded, like) {
			continue
		}
		if on {
			p.marks[r.Name] = &r.Entry
		} else {
			delete(p.marks, r.Name)
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

// prune drops the marks of entries that are gone, and takes the others as they
// are now.
func (p *Pane) prune() {
	p.marks = p.known(p.marks)
	if p.span != nil {
		p.span.before = p.known(p.span.before)
	}
}

func (p *Pane) known(marked marks) marks {
	kept := make(marks, len(marked))
	if len(marked) == 0 {
		return kept
	}
	for i := range p.all {
		if _, on := marked[p.all[i].Name]; on {
			kept[p.all[i].Name] = &p.all[i].Entry
		}
	}
	return kept
}
