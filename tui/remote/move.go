package remote

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// bringMsg is the answer to the question for a target of files. targetMsg has the steps
// that move or copy them.
type (
	bringMsg struct {
		prompt *dialog.PathPrompt // nil: the user typed a command such as mv
		kind   change.Kind        // Moving or Copying
		items  *Selection
		to     wire.Path
	}
	targetMsg struct {
		bringMsg
		visit *visit
		steps []change.Step
		err   error
	}
)

func (r *Remote) askMove() tea.Cmd { return r.askTarget(change.Moving, "act.move.to", "act.move.act") }

// AskCopy asks where on the drive to copy the selection.
func (r *Remote) AskCopy() tea.Cmd { return r.askTarget(change.Copying, "act.copy.to", "act.copy.act") }

// askTarget asks for the target of moving or copying the selection.
func (r *Remote) askTarget(kind change.Kind, title, act string) tea.Cmd {
	s := r.Selection()
	asked := r.askPath(pathQuestion{
		Title: func(l *locale.Locale) string { return l.T(title, "Items", s.about(l)) },
		Label: locale.Say("act.target"), Act: act,
		Answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return bringMsg{p, kind, s, path} },
	})
	return tea.Batch(asked, r.List(s, nil)) // lists a long selection while the user types
}

// apply requests the entry of the target and plans the steps, in a command.
func (msg bringMsg) apply(r *Remote) tea.Cmd {
	v := r.visit
	if v == nil {
		return nil
	}
	return func() tea.Msg {
		reply, err := v.session.Client().Stat(v.ctx, msg.to)
		steps, err := change.PlanMoves(msg.kind, msg.items.List(), msg.to, reply, err)
		return targetMsg{msg, v, steps, err}
	}
}

// apply starts a batch of the steps, or shows why the target is not possible.
func (msg targetMsg) apply(r *Remote) tea.Cmd {
	switch {
	case msg.visit != r.visit:
		return nil
	case msg.err != nil && msg.prompt != nil:
		msg.prompt.Refuse(msg.why(r))
		return nil
	case msg.err != nil:
		r.Host.Say(true, msg.why(r))
		return nil
	}
	if msg.prompt != nil && !r.Dialogs.Close(msg.prompt) || r.Changes.Busy() {
		return nil
	}
	return r.Changes.Start(&change.Batch{Kind: msg.kind, Steps: msg.steps, Marked: true, Own: msg.kind == change.Copying})
}

// why returns the sentence for an error of PlanMoves.
func (msg targetMsg) why(r *Remote) locale.Words {
	itself, inside := errors.AsType[change.IntoItselfError](msg.err)
	switch {
	case inside:
		return locale.Say("act.into_itself", "Name", itself.Name)
	case errors.Is(msg.err, change.ErrNoTarget):
		return locale.Say("path.missing", "Path", msg.to)
	case errors.Is(msg.err, change.ErrNoFolder):
		return locale.Say("act.no_folder", "Path", msg.to)
	case errors.Is(msg.err, change.ErrUnchanged):
		return locale.Say("act.there_already")
	}
	return r.because(msg.err)
}
