package remote

import (
	"path"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// pathQuestion is a question for a path on the drive.
type pathQuestion struct {
	Title, Label locale.Words
	Act          string // the message id of what Enter does
	Files        bool   // files are accepted, too
	Answer       func(p *dialog.PathPrompt, path wire.Path) tea.Msg
}

// askPath opens a prompt for a path, with completion from the server. It stays
// open until its owner closes it or refuses the path.
func (r *Remote) askPath(q pathQuestion) tea.Cmd {
	v, here := r.visit, r.Pane.Path()
	var recent []string
	for _, folder := range r.visit.recent {
		if folder != here {
			recent = append(recent, string(folder))
		}
	}
	p, first := dialog.NewPathPrompt(dialog.PathOptions{
		Title: q.Title, Label: q.Label, Act: q.Act, Base: string(here), Limit: wire.MaxPath, Files: q.Files, Recent: recent,
		Resolve: resolve,
		List:    func(asked dialog.PlacesAsked) tea.Msg { return placesMsg{v, asked} },
		Answer:  func(p *dialog.PathPrompt, path string) tea.Msg { return q.Answer(p, wire.Path(path)) },
	})
	r.Dialogs.Push(p)
	cmd, _ := r.Update(first)
	return cmd
}

// resolve returns the path for the text that a user typed or pasted. A text that begins
// with / or ~ starts at the root of the drive, any other at base. wrong says why the text
// is not a path.
func resolve(base, typed string) (resolved string, wrong locale.Words) {
	typed = unquoted(strings.TrimSpace(typed))
	rest, home := strings.CutPrefix(typed, "~")
	switch {
	case typed == "":
		return "", locale.Say("path.nowhere")
	case home && (rest == "" || rest[0] == '/'):
		typed = "/" + rest
	case typed[0] != '/':
		typed = base + "/" + typed
	}
	p, err := wire.ParsePath(path.Clean(norm.NFC.String(typed)))
	if err != nil {
		return "", locale.Say("path.invalid", "Why", err)
	}
	return string(p), nil
}

// unquoted removes the quotes of a path that was copied from a command line.
func unquoted(typed string) string {
	if n := len(typed); n > 2 && typed[0] == typed[n-1] && strings.ContainsRune(`'"`, rune(typed[0])) && strings.ContainsRune("/~", rune(typed[1])) {
		return typed[1 : n-1]
	}
	return typed
}

// Places returns the options with which another dialog completes paths on the drive.
func (r *Remote) Places() *dialog.PathOptions {
	v := r.visit
	return &dialog.PathOptions{
		Base: string(r.Pane.Path()), Limit: wire.MaxPath, Files: true, Resolve: resolve,
		List: func(asked dialog.PlacesAsked) tea.Msg { return placesMsg{v, asked} },
	}
}

// placesMsg is a request of a prompt for the names in a folder.
type placesMsg struct {
	visit *visit
	asked dialog.PlacesAsked
}

// apply lists the folder for the prompt, at most dialog.MaxPlaces names.
func (msg placesMsg) apply(r *Remote) tea.Cmd {
	v := msg.visit
	if v != r.visit {
		return nil
	}
	return func() tea.Msg {
		var places []dialog.Place
		args := wire.ListArgs{Path: wire.Path(msg.asked.Folder)}
		for {
			listing, err := v.session.Client().List(v.ctx, args)
			for _, e := range listing.Entries {
				places = append(places, dialog.Place{Name: string(e.Name), Folder: e.IsDir})
			}
			if err != nil || !listing.More || len(listing.Entries) == 0 || len(places) >= dialog.MaxPlaces {
				return dialog.NewPlacesListed(msg.asked, places, err)
			}
			args.After = listing.Entries[len(listing.Entries)-1].Name
		}
	}
}
