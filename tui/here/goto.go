package here

import (
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
)

// maxPath is the maximum length of a path that the user types, in characters.
const maxPath = 4096

// The messages of going to a path, in order.
type (
	// goMsg is the answer to the question for a path.
	goMsg struct {
		prompt *dialog.PathPrompt
		path   string
	}
	// foundMsg says whether the path exists, and whether it is a folder.
	foundMsg struct {
		goMsg
		folder bool
		err    error
	}
)

// askWhere asks for a path of this computer to go to.
func (h *Here) askWhere() tea.Cmd {
	shown := local.Host(h.Pane.Path())
	o := h.Places(shown)
	for _, folder := range []string{h.Host.DownloadFolder(), local.Expand("~")} {
		if folder != shown {
			o.Recent = append(o.Recent, folder)
		}
	}
	o.Title, o.Label, o.Act = locale.Say("panes.go.title"), locale.Say("panes.go.label"), "path.go.act"
	o.Answer = func(p *dialog.PathPrompt, path string) tea.Msg { return goMsg{p, path} }
	p, first := dialog.NewPathPrompt(*o)
	h.Dialogs.Push(p)
	cmd, _ := h.Update(first)
	return cmd
}

func (msg goMsg) examine() tea.Msg {
	info, err := os.Stat(msg.path)
	return foundMsg{msg, err == nil && info.IsDir(), err}
}

// found goes to the path, unless the user has closed the prompt.
func (h *Here) found(msg foundMsg) tea.Cmd {
	if msg.err != nil {
		msg.prompt.Refuse(h.because(msg.err))
		return nil
	}
	if !h.Dialogs.Close(msg.prompt) {
		return nil
	}
	h.Host.FocusHere()
	path := local.Path(msg.path)
	if msg.folder {
		return h.Pane.Open(path)
	}
	cmd := h.Pane.Open(local.Dir(path))
	h.Pane.Seek(path.Base())
	return cmd
}

// Places returns the options with which a dialog completes paths of this computer.
// Relative paths start at base.
func (h *Here) Places(base string) *dialog.PathOptions {
	return &dialog.PathOptions{
		Base: base, Limit: maxPath, Files: true, Separator: string(filepath.Separator),
		Resolve: func(base, typed string) (string, locale.Words) {
			if path := local.Resolve(base, typed); path != "" {
				return path, nil
			}
			return "", locale.Say("path.nowhere")
		},
		List: func(asked dialog.PlacesAsked) tea.Msg { return placesMsg{asked} },
	}
}

// placesMsg is a request of a dialog for the names in a folder.
type placesMsg struct{ asked dialog.PlacesAsked }

func (msg placesMsg) list() tea.Msg {
	found, err := os.ReadDir(msg.asked.Folder)
	places := make([]dialog.Place, min(len(found), dialog.MaxPlaces))
	for i := range places {
		name, folder := found[i].Name(), found[i].IsDir()
		if found[i].Type()&os.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(msg.asked.Folder, name))
			folder = err == nil && info.IsDir()
		}
		places[i] = dialog.Place{Name: name, Folder: folder}
	}
	return dialog.NewPlacesListed(msg.asked, places, err)
}
