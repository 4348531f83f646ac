package dialog

import "charm.land/bubbles/v2/key"

// KeyMap holds the keys that mean the same in every dialog. Letters belong to
// the buttons and to what is typed.
type KeyMap struct {
	Next, Previous   key.Binding
	Press            key.Binding
	Close            key.Binding
	Up, Down         key.Binding
	PageUp, PageDown key.Binding
	First, Last      key.Binding
}

// Keys is the key map in use.
var Keys = KeyMap{
	Next:     key.NewBinding(key.WithKeys("tab", "right"), key.WithHelp("tab", "keys.next")),
	Previous: key.NewBinding(key.WithKeys("shift+tab", "left"), key.WithHelp("shift+tab", "keys.previous")),
	Press:    key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "keys.press")),
	Close:    key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "keys.close")),
	Up:       key.NewBinding(key.WithKeys("up"), key.WithHelp("up", "keys.up")),
	Down:     key.NewBinding(key.WithKeys("down"), key.WithHelp("down", "keys.down")),
	PageUp:   key.NewBinding(key.WithKeys("pgup", "ctrl+u"), key.WithHelp("pgup", "keys.page_up")),
	PageDown: key.NewBinding(key.WithKeys("pgdown", "ctrl+d"), key.WithHelp("pgdn", "keys.page_down")),
	First:    key.NewBinding(key.WithKeys("home"), key.WithHelp("home", "keys.first")),
	Last:     key.NewBinding(key.WithKeys("end"), key.WithHelp("end", "keys.last")),
}
