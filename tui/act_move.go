package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/remote"
	"wangpan/wire"
)

// bringMsg is the answer where files are to go, targetMsg the steps that bring them
// there.
type (
	bringMsg struct {
		prompt *dialog.PathPrompt // nil where the target was typed as words
		kind   change.Kind        // Moving or Copying
		items  *selection
		to     wire.Path
	}
	targetMsg struct {
		bringMsg
		drive *drive
		steps []change.Step
		err   error
	}
)

func (m *Model) askMove() tea.Cmd { return m.askTarget(change.Moving, "act.move.to", "act.move.act") }

func (m *Model) askCopy() tea.Cmd { return m.askTarget(change.Copying, "act.copy.to", "act.copy.act") }

// askTarget asks where to move or copy what is selected.
func (m *Model) askTarget(kind change.Kind, title, act string) tea.Cmd {
	s := m.selection()
	asked := m.remote.AskPath(remote.PathQuestion{
		Title: func(l *locale.Locale) string { return l.T(title, "Items", s.about(l)) },
		Label: dialog.Say("act.target"), Act: act,
		Answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return bringMsg{p, kind, s, path} },
	})
	return tea.Batch(asked, m.know(s, nil)) // while the user types
}

// apply asks the server what is at the target, and plans the steps.
func (msg bringMsg) apply(m *Model) tea.Cmd {
	d := m.drive
	if d == nil {
		return nil
	}
	return func() tea.Msg {
		reply, err := d.session.Client().Stat(d.ctx, msg.to)
		steps, err := change.PlanMoves(msg.kind, found(msg.items.list()), msg.to, reply, err)
		return targetMsg{msg, d, steps, err}
	}
}

// apply starts the steps, or says beside the field why the target is refused.
func (msg targetMsg) apply(m *Model) tea.Cmd {
	switch {
	case msg.drive != m.drive:
		return nil
	case msg.err != nil && msg.prompt != nil:
		msg.prompt.Refuse(msg.why(m))
		return nil
	case msg.err != nil:
		m.say(true, msg.why(m))
		return nil
	}
	if msg.prompt != nil && !m.dialogs.Close(msg.prompt) || m.changes.Busy() {
		return nil
	}
	return fromChanges(m.changes.Start(&change.Batch{Kind: msg.kind, Steps: msg.steps, Marked: true, Own: msg.kind == change.Copying}))
}

// why says why the files cannot go to the target.
func (msg targetMsg) why(m *Model) dialog.Words {
	itself, inside := errors.AsType[change.IntoItselfError](msg.err)
	switch {
	case inside:
		return dialog.Say("act.into_itself", "Name", itself.Name)
	case errors.Is(msg.err, change.ErrNoTarget):
		return dialog.Say("path.missing", "Path", msg.to)
	case errors.Is(msg.err, change.ErrNoFolder):
		return dialog.Say("act.no_folder", "Path", msg.to)
	case errors.Is(msg.err, change.ErrUnchanged):
		return dialog.Say("act.there_already")
	}
	return m.because(msg.err)
}
