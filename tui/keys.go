package tui

import "charm.land/bubbles/v2/key"

// keyMap is what the keys do that belong to no pane. The help texts are message
// ids.
type keyMap struct {
	Interrupt, Suspend, Language key.Binding // everywhere, also while typing

	Upload, Download, Folder, Details key.Binding
	Pane, List, Into                  key.Binding // Pane and List are one key, as it is called in either pane
	Earlier, Staged, Limit            key.Binding
	Help, Password, Logout, Quit      key.Binding
	Back                              key.Binding
}

func defaultKeys() keyMap {
	bind := func(keys []string, label, id string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, id))
	}
	return keyMap{
		Interrupt: bind([]string{"ctrl+c"}, "ctrl+c", "screen.keys.quit"),
		Suspend:   bind([]string{"ctrl+z"}, "ctrl+z", "screen.keys.suspend"),
		Language:  bind([]string{"f2", "ctrl+l"}, "f2", "screen.keys.language"),

		Upload:   bind([]string{"u"}, "u", "screen.keys.upload"),
		Download: bind([]string{"d"}, "d", "screen.keys.download"),
		Folder:   bind([]string{"n"}, "n", "screen.keys.folder"),
		Details:  bind([]string{"i"}, "i", "screen.keys.details"),
		Pane:     bind([]string{"tab"}, "tab", "screen.keys.pane"),
		List:     bind([]string{"tab"}, "tab", "screen.keys.list"),
		Into:     bind([]string{"D"}, "D", "screen.keys.into"),
		Earlier:  bind([]string{"O"}, "O", "screen.keys.earlier"),
		Staged:   bind([]string{"U"}, "U", "screen.keys.staged"),
		Limit:    bind([]string{"R"}, "R", "screen.keys.limit"),
		Help:     bind([]string{"?", "f1"}, "?", "screen.keys.help"),
		Password: bind([]string{"P"}, "P", "screen.keys.password"),
		Logout:   bind([]string{"L"}, "L", "screen.keys.logout"),
		Quit:     bind([]string{"q"}, "q", "screen.keys.quit"),
		Back:     bind([]string{"esc"}, "esc", "screen.keys.back"),
	}
}

// everywhere are the bindings for the help of any place.
func (k keyMap) everywhere() []key.Binding {
	return []key.Binding{k.Help, k.Language, k.Suspend, k.Quit}
}

// moving are the bindings about all transfers, for help.
func (k keyMap) moving() []key.Binding { return []key.Binding{k.Earlier, k.Staged, k.Limit} }

// drive are the bindings that act on the folder shown, for help.
func (k keyMap) drive() []key.Binding {
	return []key.Binding{k.Download, k.Upload, k.Folder, k.Details, k.Into, k.Pane, k.Back, k.Password, k.Logout}
}
