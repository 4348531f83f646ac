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
		items  []picked
		to     wire.Path
	}
	targetMsg struct {
		bringMsg
		drive *drive
		reply wire.StatReply
		err   error
	}
)

func (m *Model) askMove() tea.Cmd { return m.askTarget(moving, "act.move.to", "act.move.act") }

func (m *Model) askCopy() tea.Cmd { return m.askTarget(copying, "act.copy.to", "act.copy.act") }

// askTarget asks where to move or copy what is selected.
func (m *Model) askTarget(what *errandKind, title, act string) tea.Cmd {
	items := m.selection()
	about := aboutItems(items)
	return m.askPath(pathQuestion{
		title: func(l *locale.Locale) string { return l.T(title, "Items", about(l)) },
		label: dialog.Say("act.target"), act: act,
		answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return bringMsg{p, what, items, path} },
	})
}

// apply looks what is at the target.
func (msg bringMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	return func() tea.Msg {
		reply, err := d.session.Client().Stat(d.ctx, msg.to)
		return targetMsg{msg, d, reply, err}
	}
}

// apply moves or copies into the folder that is there. One thing can also be
// given a new path.
func (msg targetMsg) apply(m *Model) tea.Cmd {
	missing := errors.Is(msg.err, wire.NotFound)
	switch {
	case msg.drive != m.drive:
		return nil
	case missing && len(msg.items) > 1:
		msg.refuse(m, dialog.Say("path.missing", "Path", msg.to))
		return nil
	case msg.err != nil && !missing:
		msg.refuse(m, m.because(msg.err))
		return nil
	case msg.err == nil && !msg.reply.Entry.IsDir && len(msg.items) > 1:
		msg.refuse(m, dialog.Say("act.no_folder", "Path", msg.to))
		return nil
	}
	steps := make([]step, 0, len(msg.items))
	for _, one := range msg.items {
		to := msg.to
		if msg.err == nil && msg.reply.Entry.IsDir {
			var err error
			if to, err = msg.to.Join(string(one.path.Base())); err != nil {
				msg.refuse(m, m.because(err))
				return nil
			}
		}
		if to != one.path && to.Within(one.path) {
			msg.refuse(m, dialog.Say("act.into_itself", "Name", one.path.Base()))
			return nil
		}
		if s, some := bringStep(msg.what, one, to); some {
			steps = append(steps, s)
		}
	}
	if len(steps) == 0 {
		msg.refuse(m, dialog.Say("act.there_already"))
		return nil
	}
	if msg.prompt != nil && !m.dialogs.Close(msg.prompt) || m.busy() {
		return nil
	}
	m.list.Unmark()
	return m.start(&errand{what: msg.what, steps: steps, where: m.list.Path(), own: msg.what == copying})
}

// refuse says why it can not go there, beside where that was typed.
func (msg bringMsg) refuse(m *Model, why dialog.Words) {
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
