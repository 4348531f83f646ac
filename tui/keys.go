package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/keymap"
)

// keyMap is what works everywhere, also while typing and before a login. All
// else is an [action]. The help texts are message ids.
type keyMap struct{ Interrupt, Suspend, Language, Back key.Binding }

func defaultKeys() *keyMap {
	bind := func(id string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(keys[0], id))
	}
	return &keyMap{
		Interrupt: bind("screen.keys.quit", "ctrl+c"),
		Suspend:   bind("screen.keys.suspend", "ctrl+z"),
		Language:  bind("screen.keys.language", "f2", "ctrl+l"),
		Back:      bind("screen.keys.back", "esc"),
	}
}

// everywhere are the bindings for the help of any place.
func (k *keyMap) everywhere() []key.Binding { return []key.Binding{k.Language, k.Suspend} }

// commands are the keys as commands. Esc is none of them: it always leads back.
func (k *keyMap) commands() []command {
	named := func(id string, binding *key.Binding, run func(*Model) tea.Cmd) command {
		return command{
			Name: keymap.Name{Section: sectionEverywhere, ID: id}, binding: *binding,
			rebind: func(b key.Binding) { *binding = b }, in: keymap.Everywhere, run: run,
		}
	}
	return []command{
		named("interrupt", &k.Interrupt, (*Model).quit),
		named("suspend", &k.Suspend, (*Model).suspend),
		named("language", &k.Language, (*Model).switchLanguage),
	}
}
