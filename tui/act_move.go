package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// bringMsg is the answer where things are to go, targetMsg what is there.
type (
	bringMsg struct {
		prompt *dialog.PathPrompt // nil where the target was typed as words
		what   *errandKind        // moving or copying
		items  *selection
		to     wire.Path
	}
	targetMsg struct {
		bringMsg
		drive  *drive
		steps  []step
		refuse dialog.Words // why it cannot go there; nil: it can
		err    error        // of the server
	}
)

func (m *Model) askMove() tea.Cmd { return m.askTarget(moving, "act.move.to", "act.move.act") }

func (m *Model) askCopy() tea.Cmd { return m.askTarget(copying, "act.copy.to", "act.copy.act") }

// askTarget asks where to move or copy what is selected.
func (m *Model) askTarget(what *errandKind, title, act string) tea.Cmd {
	s := m.selection()
	asked := m.askPath(pathQuestion{
		title: func(l *locale.Locale) string { return l.T(title, "Items", s.about(l)) },
		label: dialog.Say("act.target"), act: act,
		answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return bringMsg{p, what, s, path} },
	})
	return tea.Batch(asked, m.know(s, nil)) // while the user types
}

// apply looks what is at the target, and plans the steps.
func (msg bringMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	return func() tea.Msg {
		reply, err := d.session.Client().Stat(d.ctx, msg.to)
		steps, refuse, err := msg.plan(reply, err)
		return targetMsg{msg, d, steps, refuse, err}
	}
}

// plan makes the steps that move or copy into the folder at the target, by what
// Stat says of that. One thing can also be given a new path.
func (msg bringMsg) plan(at wire.StatReply, err error) (steps []step, refuse dialog.Words, failed error) {
	items := msg.items.list()
	missing := errors.Is(err, wire.NotFound)
	switch {
	case missing && len(items) > 1:
		return nil, dialog.Say("path.missing", "Path", msg.to), nil
	case err != nil && !missing:
		return nil, nil, err
	case err == nil && !at.Entry.IsDir && len(items) > 1:
		return nil, dialog.Say("act.no_folder", "Path", msg.to), nil
	}
	for _, one := range items {
		to := msg.to
		if err == nil && at.Entry.IsDir {
			var bad error
			if to, bad = msg.to.Join(string(one.path.Base())); bad != nil {
				return nil, nil, bad
			}
		}
		if to != one.path && to.Within(one.path) {
			return nil, dialog.Say("act.into_itself", "Name", one.path.Base()), nil
		}
		if s, some := bringStep(msg.what, one, to); some {
			steps = append(steps, s)
		}
	}
	if len(steps) == 0 {
		return nil, dialog.Say("act.there_already"), nil
	}
	return steps, nil, nil
}

// apply begins with the steps, unless they are refused.
func (msg targetMsg) apply(m *Model) tea.Cmd {
	switch {
	case msg.drive != m.drive:
		return nil
	case msg.err != nil:
		msg.refused(m, m.because(msg.err))
		return nil
	case msg.refuse != nil:
		msg.refused(m, msg.refuse)
		return nil
	}
	if msg.prompt != nil && !m.dialogs.Close(msg.prompt) || m.busy() {
		return nil
	}
	m.list.Unmark()
	return m.start(&errand{what: msg.what, steps: msg.steps, where: m.list.Path(), own: msg.what == copying})
}

// refused says why it cannot go there, beside where that was typed.
func (msg bringMsg) refused(m *Model, why dialog.Words) {
	if msg.prompt != nil {
		msg.prompt.Refuse(why)
		return
	}
	m.say(true, why)
}

// bringStep moves or copies one thing; some is false where nothing is to do. A
// copy of something beside itself gets another name.
func bringStep(what *errandKind, one picked, to wire.Path) (s step, some bool) {
	switch {
	case what == moving && to == one.path:
		return step{}, false
	case what == moving:
		return moveStep(one.path, to, one.entry.Version), true
	case to == one.path:
		return keepBoth(copyStep(one.path, to, one.entry.Version)), true
	}
	return copyStep(one.path, to, one.entry.Version), true
}
