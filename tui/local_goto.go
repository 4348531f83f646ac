package tui

import (
	"os"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
)

// askLocalWhere asks for a path of this computer to go to.
func (m *Model) askLocalWhere() tea.Cmd {
	var recent []string
	for _, folder := range []string{m.transfers.DownloadFolder(), local.Expand("~")} {
		if folder != local.Host(m.local.pane.Path()) {
			recent = append(recent, folder)
		}
	}
	o := *m.localPlaces()
	o.Title, o.Label, o.Act = dialog.Say("panes.go.title"), dialog.Say("panes.go.label"), "path.go.act"
	o.Base, o.Recent = local.Host(m.local.pane.Path()), recent
	o.Answer = func(p *dialog.PathPrompt, path string) tea.Msg { return localGoMsg{p, path} }
	p, first := dialog.NewPathPrompt(o)
	m.dialogs.Push(p)
	return m.handle(first)
}

// localGoMsg is the answer of the question where to go, localFoundMsg what is
// there.
type (
	localGoMsg struct {
		prompt *dialog.PathPrompt
		path   string
	}
	localFoundMsg struct {
		localGoMsg
		folder bool
		err    error
	}
)

func (msg localGoMsg) apply(*Model) tea.Cmd {
	return func() tea.Msg {
		info, err := os.Stat(msg.path)
		return localFoundMsg{msg, err == nil && info.IsDir(), err}
	}
}

// apply goes there, unless the prompt was closed meanwhile.
func (msg localFoundMsg) apply(m *Model) tea.Cmd {
	if msg.err != nil {
		msg.prompt.Refuse(m.because(msg.err))
		return nil
	}
	if !m.dialogs.Close(msg.prompt) {
		return nil
	}
	m.setFocus(onLocal)
	pane, path := m.local.pane, local.Path(msg.path)
	if msg.folder {
		return asLocal(pane.Open(path))
	}
	cmd := asLocal(pane.Open(local.Dir(path)))
	pane.Seek(path.Base())
	return cmd
}
