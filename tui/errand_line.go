package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/wire"
)

// longestLine is how many errands may wait for the one under way. Nobody presses
// keys so far ahead of a line that still answers.
const longestLine = 64

// short reports whether an errand is over in a moment, so that others may be
// asked for meanwhile.
func (e *errand) short() bool { return !e.own && e.plan == nil && len(e.steps) <= sideBySide }

// full reports whether an errand can not even wait for its turn, and says so. A
// long one is watched by who asked for it. Behind an undoing that was asked for,
// nothing waits: it would undo that.
func (m *Model) full(e *errand) bool {
	d := m.drive
	if d == nil || d.errand == nil && d.undoAgain == 0 {
		return false
	}
	if d.errand != nil && e.short() && d.errand.short() && d.undoAgain == 0 && len(d.waiting) < longestLine {
		return false
	}
	m.sayBusy()
	return true
}

// busy reports whether anything is under way or about to be undone, and says so.
func (m *Model) busy() bool {
	if m.drive == nil || m.drive.errand == nil && m.drive.undoAgain == 0 {
		return false
	}
	m.sayBusy()
	return true
}

// sayBusy says why nothing else can be changed now, and how it can.
func (m *Model) sayBusy() {
	if key := m.commands.Label("drive.back"); m.drive.inBackground() && key != "" {
		m.say(true, dialog.Say("act.busy_stop", "Key", key))
		return
	}
	m.say(true, dialog.Say("act.busy"))
}

// line puts an errand behind those that wait.
func (m *Model) line(e *errand) tea.Cmd {
	if !m.full(e) {
		e.waited = true
		m.drive.waiting = append(m.drive.waiting, e)
	}
	return nil
}

// next begins what waits for the end of e, and when nothing more does, the
// undoing that was asked for meanwhile. When the connection was lost nothing goes
// on by itself: nobody knows by then what the keys were about.
func (m *Model) next(e *errand) tea.Cmd {
	d := m.drive
	if len(e.failed)+len(e.taken) > 0 || e.at < len(e.steps) {
		d.undoAgain = 0 // it was to undo what was not done
	}
	if len(e.broken) > 0 || e.at < len(e.steps) {
		m.drop()
		return m.sayAgain()
	}
	if len(d.waiting) > 0 {
		after := d.waiting[0]
		d.waiting = slices.Delete(d.waiting, 0, 1)
		return m.start(after)
	}
	if d.undoAgain == 0 {
		return m.sayAgain()
	}
	d.undoAgain--
	return m.undo()
}

// names are those of the entries of the folder shown that steps take away.
func (e *errand) names(steps []step) []wire.Name {
	var names []wire.Name
	for _, s := range steps {
		if e.what == removing && s.path.Dir() == e.where {
			names = append(names, s.path.Base())
		}
	}
	return names
}

// tookAway tells the list which of the entries that were taken off it are gone.
func (m *Model) tookAway(e *errand) {
	if e.what != removing || !e.hidden {
		return
	}
	stayed := make(map[wire.Path]bool)
	for _, f := range e.failed {
		stayed[f.path] = true
	}
	for _, s := range append(slices.Clone(e.broken), e.steps[e.at:]...) {
		stayed[s.path] = true
	}
	did := func(yes bool) []step {
		return slices.DeleteFunc(slices.Clone(e.steps), func(s step) bool { return stayed[s.path] == yes })
	}
	m.list.Gone(e.where, e.names(did(true))...)
	m.list.Stay(e.where, e.names(did(false))...)
}

// drop leaves undone what only waited, and says so.
func (m *Model) drop() {
	d := m.drive
	d.undoAgain = 0
	if len(d.waiting) == 0 {
		return
	}
	for _, e := range d.waiting {
		m.list.Stay(e.where, e.names(e.steps)...)
	}
	words := dialog.SayN("act.dropped", len(d.waiting))
	m.note(true, words)
	d.unsaid = append(d.unsaid, words)
	d.waiting = nil
}

// sayAgain says at the end what did not work on the way: what was said then is
// gone with the next key.
func (m *Model) sayAgain() tea.Cmd {
	unsaid := m.drive.unsaid
	m.drive.unsaid = nil
	switch len(unsaid) {
	case 0:
		return nil
	case 1:
		m.notice = notice{unsaid[0], true}
		return nil
	}
	return m.dialogs.PushUnasked(dialog.NewMessage(dialog.SayN("act.failed", len(unsaid)), unsaid...))
}

// follow tells the errands that wait where something is and which version it has,
// now that s has moved it: what they are about was seen where it was.
func (m *Model) follow(s, back step) {
	if !s.moves || back.path == "" {
		return
	}
	for _, e := range m.drive.waiting {
		for i, next := range e.steps {
			if next.path != s.path || next.only != s.only || next.again == nil {
				continue
			}
			e.steps[i] = next.again(back.path, back.only)
			if next.free == nil {
				e.steps[i].free = nil
			}
			if e.what == removing {
				m.list.Stay(next.path.Dir(), next.path.Base())
				m.list.Leaving(back.path.Dir(), back.path.Base())
			}
		}
	}
}

// notBegun returns the sentences about the changes that would not be made if the
// user left the drive now.
func (d *drive) notBegun() []dialog.Words {
	var body []dialog.Words
	if d.inBackground() {
		body = append(body, dialog.SayN("act.under_way", len(d.errand.steps)-d.errand.at))
	}
	if len(d.waiting) > 0 {
		body = append(body, dialog.SayN("act.not_begun", len(d.waiting)))
	}
	return body
}
