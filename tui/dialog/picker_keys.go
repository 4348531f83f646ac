package dialog

import (
	"path/filepath"
	"slices"
	"strings"

	"wangpan/tui/command"
	"wangpan/wire"
)

func (p *Picker) press(press command.Press) Outcome {
	switch press.Name {
	case "dialog.close":
		if p.filter.Value() != "" {
			p.unfilter()
			return Outcome{}
		}
		return Outcome{Close: true, Answer: PickerClosed{}}
	case "picker.open":
		return p.enter()
	case "picker.parent":
		if parent := filepath.Dir(p.folder); parent != p.folder {
			return Outcome{Answer: p.list(parent, filepath.Base(p.folder))}
		}
	case "picker.upload":
		return p.upload()
	case "picker.mark":
		p.mark()
	case "picker.mark_all":
		p.markAll()
	case "picker.filter":
		p.typing = true
	case "picker.hidden":
		p.hidden = !p.hidden
		p.narrow(p.name())
	default:
		p.move(press.Name)
	}
	return Outcome{}
}

func (p *Picker) move(name command.Name) {
	switch name {
	case "picker.up", "dialog.up":
		p.cursor--
	case "picker.down", "dialog.down":
		p.cursor++
	case "dialog.page_up":
		p.cursor -= p.page
	case "dialog.page_down":
		p.cursor += p.page
	case "picker.first":
		p.cursor = 0
	case "picker.last":
		p.cursor = len(p.rows) - 1
	}
	p.cursor = max(0, min(p.cursor, len(p.rows)-1))
}

// click puts the cursor on the row at a line of the box, and on the second time
// enters it.
func (p *Picker) click(line int) Outcome {
	i := p.top + line - 2 // below the border and the folder
	switch {
	case line < 2 || line >= 2+p.page || i >= len(p.rows):
		return Outcome{}
	case i == p.cursor:
		return p.enter()
	}
	p.cursor = i
	return Outcome{}
}

// typed is what keys do while the filter is being typed: the arrows still move,
// Enter keeps the filter, Esc drops it.
func (p *Picker) typed(press command.Press) Outcome {
	switch press.Name {
	case "dialog.close":
		p.unfilter()
	case "dialog.press":
		p.typing = false
	case "dialog.up", "dialog.down":
		p.move(press.Name)
	default:
		p.filter.Update(press)
		p.narrow("")
	}
	return Outcome{}
}

func (p *Picker) unfilter() {
	name := p.name()
	p.filter.SetValue("")
	p.typing = false
	p.narrow(name)
}

// narrow works out the rows again and puts the cursor on a name, or on the
// first row.
func (p *Picker) narrow(name string) {
	wanted := strings.ToLower(p.filter.Value())
	p.rows = p.rows[:0]
	p.cursor, p.top = 0, 0
	for i, e := range p.entries {
		has := string(e.Name)
		if !p.hidden && strings.HasPrefix(has, ".") || !strings.Contains(strings.ToLower(has), wanted) {
			continue
		}
		if name != "" && has == name {
			p.cursor = len(p.rows)
		}
		p.rows = append(p.rows, i)
	}
}

// under returns the entry under the cursor.
func (p *Picker) under() (e wire.Entry, ok bool) {
	if p.cursor >= len(p.rows) {
		return wire.Entry{}, false
	}
	return p.entries[p.rows[p.cursor]], true
}

func (p *Picker) name() string {
	e, _ := p.under()
	return string(e.Name)
}

func (p *Picker) path(e wire.Entry) string { return filepath.Join(p.folder, string(e.Name)) }

func (p *Picker) pick(e wire.Entry) Pick { return Pick{p.path(e), e.IsDir} }

// enter opens a folder; on a file it uploads.
func (p *Picker) enter() Outcome {
	e, ok := p.under()
	switch {
	case !ok:
		return Outcome{}
	case e.IsDir:
		return Outcome{Answer: p.list(p.path(e), "")}
	}
	return p.upload()
}

// upload answers with what is marked, or with what is under the cursor.
func (p *Picker) upload() Outcome {
	picks := p.marks
	if len(picks) == 0 {
		e, ok := p.under()
		if !ok {
			return Outcome{}
		}
		picks = []Pick{p.pick(e)}
	}
	return Outcome{Close: true, Answer: Picked{picks}}
}

func (p *Picker) mark() {
	e, ok := p.under()
	if !ok {
		return
	}
	path := p.path(e)
	if p.marked[path] {
		delete(p.marked, path)
		p.marks = slices.DeleteFunc(p.marks, func(other Pick) bool { return other.Path == path })
	} else {
		p.marked[path] = true
		p.marks = append(p.marks, p.pick(e))
	}
	p.cursor = min(p.cursor+1, len(p.rows)-1)
}

// markAll marks every row, or none when all are marked already.
func (p *Picker) markAll() {
	all := !slices.ContainsFunc(p.rows, func(i int) bool { return !p.marked[p.path(p.entries[i])] })
	rows := make(map[string]bool, len(p.rows))
	for _, i := range p.rows {
		rows[p.path(p.entries[i])] = true
	}
	p.marks = slices.DeleteFunc(p.marks, func(mark Pick) bool { return all && rows[mark.Path] })
	for _, i := range p.rows {
		path := p.path(p.entries[i])
		if all {
			delete(p.marked, path)
		} else if !p.marked[path] {
			p.marked[path] = true
			p.marks = append(p.marks, p.pick(p.entries[i]))
		}
	}
}
