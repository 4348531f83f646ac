package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
)

// maxWord is how many characters a word can have that is one of several.
const maxWord = 100

// choicesMsg is the palette's question which words an argument can be.
type choicesMsg struct {
	asked  dialog.PlacesAsked
	config string
	read   func(config string) []string
}

func (msg choicesMsg) apply(*Model) tea.Cmd {
	return func() tea.Msg {
		var places []dialog.Place
		for _, name := range msg.read(msg.config) {
			places = append(places, dialog.Place{Name: name})
		}
		return dialog.NewPlacesListed(msg.asked, places, nil)
	}
}

// choices complete the words that can be one of several, by the name of the
// word before them. They are places without folders: no separator parts them.
func (m *Model) choices() map[string]*dialog.PathOptions {
	config, all := m.Config, make(map[string]*dialog.PathOptions)
	for _, w := range m.typedWords() {
		if w.choices == nil {
			continue
		}
		all[w.name] = &dialog.PathOptions{
			Limit: maxWord, Files: true, Separator: "\x00",
			Resolve: func(string, string) (string, dialog.Words) { return "", dialog.Say("path.none") },
			List:    func(asked dialog.PlacesAsked) tea.Msg { return choicesMsg{asked, config, w.choices} },
		}
	}
	return all
}

// always are choices that do not change.
func always(names ...string) func(config string) []string {
	return func(string) []string { return names }
}
