package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/wire"
)

// mostUndone is how many errands can be undone, the last one first.
const mostUndone = 50

// undone is the way back from one errand or upload.
type undone struct {
	steps   []step
	inOrder bool    // each step needs the one before
	upload  *upload // its steps are found out when it is undone; nil: steps has them
}

// canUndo remembers the way back from what was done. The steps belong to it then.
func (m *Model) canUndo(back undone) {
	back.steps = slices.DeleteFunc(back.steps, func(s step) bool { return s.do == nil })
	slices.Reverse(back.steps)
	if len(back.steps) > 0 || back.upload != nil {
		m.drive.keepUndone(back)
	}
}

// keepUndone puts a way back on top of the others.
func (d *drive) keepUndone(back undone) {
	d.undone = append(d.undone, back)
	d.undone = d.undone[max(0, len(d.undone)-mostUndone):]
	d.byPath = nil
}

// undo takes the last errand back.
func (m *Model) undo() tea.Cmd {
	d := m.drive
	switch {
	case d.errand != nil && !d.errand.short():
		m.sayBusy()
		return nil
	case len(d.waiting) > 0 && d.undoAgain == 0:
		m.takeBack()
		return nil
	case d.errand != nil:
		d.undoAgain++ // when that has ended; who presses the key again means the one before
		return nil
	}
	m.uploadsEnded()
	if len(d.undone) == 0 {
		m.say(false, dialog.Say("act.undo.nothing"))
		return nil
	}
	last := d.undone[len(d.undone)-1]
	d.undone = d.undone[:len(d.undone)-1]
	d.byPath = nil
	e := &errand{what: undoing, steps: last.steps, where: m.list.Path(), quiet: true, inOrder: last.inOrder, upload: last.upload}
	if last.upload != nil {
		if last.upload.tooMany {
			m.say(true, dialog.Say("act.undo.too_many", "Key", m.commands.Label("drive.trash")))
			return nil
		}
		e.plan = func() ([]step, error) { return last.upload.steps(d.ctx, d.session.Client()) }
		return m.start(e)
	}
	if to := last.steps[0].to; to != "" && to.Dir() == e.where {
		e.seek = to.Base() // it is there again
	}
	return m.start(e)
}

// takeBack undoes the last that waits: nothing of it is done yet.
func (m *Model) takeBack() {
	d := m.drive
	last := len(d.waiting) - 1
	e := d.waiting[last]
	d.waiting = d.waiting[:last]
	names := e.names(e.steps)
	m.list.Stay(e.where, names...)
	if len(names) > 0 && e.where == m.list.Path() {
		m.list.Seek(names[0])
	}
	m.say(false, dialog.SayN("act.undo.done", len(e.steps), "Name", e.steps[0].path.Base()))
}

// undoLater keeps what an undoing did not come to, since the connection was lost
// or the user stopped it.
func (m *Model) undoLater(e *errand) {
	rest := undone{steps: slices.Concat(e.broken, e.steps[e.at:]), inOrder: e.inOrder}
	if e.plan != nil {
		rest.upload = e.upload
	}
	if len(rest.steps) > 0 || rest.upload != nil {
		m.drive.keepUndone(rest)
	}
}

// stepIndex finds steps by the path that they are about. An errand may have
// 100,000 of them, and each answer may concern a few.
type stepIndex map[wire.Path][]*step

func (index stepIndex) add(steps []step) {
	for i := range steps {
		index[steps[i].path] = append(index[steps[i].path], &steps[i])
	}
}

// renew tells the steps about a path which version is there now, in place of
// was: each change of its path gives a thing another one.
func (index stepIndex) renew(path wire.Path, was, now wire.Version) {
	for _, s := range index[path] {
		if s.only == was {
			s.only = now
		}
	}
}

// index returns the steps of everything that can be undone by their paths.
func (d *drive) index() stepIndex {
	if d.byPath == nil {
		d.byPath = make(stepIndex)
		for _, one := range d.undone {
			d.byPath.add(one.steps)
		}
	}
	return d.byPath
}

// renew tells the steps that are still to be undone which version something has
// now that s has brought it back.
func (m *Model) renew(s, back step) {
	if s.was == "" {
		return
	}
	m.drive.index().renew(s.to, s.was, back.only)
}
