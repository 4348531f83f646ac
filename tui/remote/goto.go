package remote

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// goMsg is the answer to the question for a path. foundMsg is the server's answer about
// that path.
type (
	goMsg struct {
		prompt *dialog.PathPrompt
		path   wire.Path
	}
	foundMsg struct {
		visit  *visit
		prompt *dialog.PathPrompt
		path   wire.Path
		reply  wire.StatReply
		err    error
	}
)

// askWhere asks for a path to go to.
func (r *Remote) askWhere() tea.Cmd {
	return r.askPath(pathQuestion{
		Title: locale.Say("path.go.title"), Label: locale.Say("path.go.label"), Act: "path.go.act", Files: true,
		Answer: func(p *dialog.PathPrompt, path wire.Path) tea.Msg { return goMsg{p, path} },
	})
}

// apply requests the entry of the path. The pane stays in its folder until the answer.
func (msg goMsg) apply(r *Remote) tea.Cmd {
	v := r.visit
	if v == nil {
		return nil
	}
	return func() tea.Msg {
		reply, err := v.session.Client().Stat(v.ctx, msg.path)
		return foundMsg{v, msg.prompt, msg.path, reply, err}
	}
}

// apply goes to the path, unless the user has closed the prompt.
func (msg foundMsg) apply(r *Remote) tea.Cmd {
	switch {
	case msg.visit != r.visit:
		return nil
	case errors.Is(msg.err, wire.NotFound):
		msg.prompt.Refuse(locale.Say("path.missing", "Path", msg.path))
		return nil
	case msg.err != nil:
		msg.prompt.Refuse(r.because(msg.err))
		return nil
	case !r.Dialogs.Close(msg.prompt):
		return nil
	}
	return r.goTo(msg.path, msg.reply.Entry.IsDir)
}

// goTo shows a folder, or the folder of a file with the cursor on it.
func (r *Remote) goTo(path wire.Path, folder bool) tea.Cmd {
	r.Host.Show()
	if folder {
		return r.Pane.Open(path)
	}
	cmd := r.Pane.Open(path.Dir())
	r.Pane.Seek(path.Base())
	return cmd
}
