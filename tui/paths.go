package tui

import (
	"path"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
)

// completable bounds the names that are asked for to complete a path: who types
// one letter more would not read more of them.
const completable = 25_000

// pathQuestion asks for a path on the drive.
type pathQuestion struct {
	title, label dialog.Words
	act          string // the message id of what Enter does
	files        bool   // files will do as well as folders
	answer       func(p *dialog.PathPrompt, path wire.Path) tea.Msg
}

// askPath opens a prompt for a path, with completion from the server. It stays
// open until its owner closes it or refuses the path.
func (m *Model) askPath(q pathQuestion) tea.Cmd {
	d, here := m.drive, m.list.Path()
	var recent []string
	for _, folder := range m.remote.Recent() {
		if folder != here {
			recent = append(recent, string(folder))
		}
	}
	p, first := dialog.NewPathPrompt(dialog.PathOptions{
		Title: q.title, Label: q.label, Act: q.act, Base: string(here), Limit: wire.MaxPath, Files: q.files, Recent: recent,
		Resolve: resolve,
		List:    func(asked dialog.PlacesAsked) tea.Msg { return placesMsg{d, asked} },
		Answer:  func(p *dialog.PathPrompt, path string) tea.Msg { return q.answer(p, wire.Path(path)) },
	})
	m.dialogs.Push(p)
	return m.handle(first)
}

// resolve makes a path of what a person typed, or pasted: whole, from the top
// with ~, or from the folder shown on.
func resolve(base, typed string) (string, dialog.Words) {
	typed = unquoted(strings.TrimSpace(typed))
	rest, home := strings.CutPrefix(typed, "~")
	switch {
	case typed == "":
		return "", dialog.Say("path.nowhere")
	case home && (rest == "" || rest[0] == '/'):
		typed = "/" + rest
	case typed[0] != '/':
		typed = base + "/" + typed
	}
	p, err := wire.ParsePath(path.Clean(norm.NFC.String(typed)))
	if err != nil {
		return "", dialog.Say("path.invalid", "Why", err)
	}
	return string(p), nil
}

// unquoted takes the quotes off a path that was copied from a command.
func unquoted(typed string) string {
	if n := len(typed); n > 2 && typed[0] == typed[n-1] && strings.ContainsRune(`'"`, rune(typed[0])) && strings.ContainsRune("/~", rune(typed[1])) {
		return typed[1 : n-1]
	}
	return typed
}

// placesMsg is a prompt's question for the names in a folder.
type placesMsg struct {
	drive *drive
	asked dialog.PlacesAsked
}

// apply lists a folder for a prompt, page after page.
func (msg placesMsg) apply(m *Model) tea.Cmd {
	d := msg.drive
	if d != m.drive {
		return nil
	}
	return func() tea.Msg {
		var places []dialog.Place
		args := wire.ListArgs{Path: wire.Path(msg.asked.Folder)}
		for {
			listing, err := d.session.Client().List(d.ctx, args)
			for _, e := range listing.Entries {
				places = append(places, dialog.Place{Name: string(e.Name), Folder: e.IsDir})
			}
			if err != nil || !listing.More || len(listing.Entries) == 0 || len(places) >= completable {
				return dialog.NewPlacesListed(msg.asked, places, err)
			}
			args.After = listing.Entries[len(listing.Entries)-1].Name
		}
	}
}

// because is the sentence for an error, beside the field that it is about.
func (m *Model) because(err error) dialog.Words {
	return func(*locale.Locale) string { return m.explain(err) }
}
