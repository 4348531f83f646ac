package dialog

import (
	"charm.land/bubbles/v2/key"

	"wangpan/tui/command"
)

// Lettered is a dialog with buttons that have letters as keys.
type Lettered interface{ Letters() []key.Binding }

// Acting is a dialog with its own label for Enter.
type Acting interface {
	// Act returns the message id of the label.
	Act() string
}

var (
	_ Acting   = (*Prompt)(nil)
	_ Acting   = (*PathPrompt)(nil)
	_ Acting   = (*Form)(nil)
	_ Lettered = (*Question)(nil)
	_ Lettered = (*List)(nil)
)

// The places of several commands.
const (
	fields   = command.Prompt | command.PathPrompt | command.Form | command.Palette | command.SearchField
	filters  = command.PickerFilter | command.HelpFilter
	pages    = command.Question | command.Exists | command.Rows | command.Picker | command.HelpText
	rows     = command.Rows | command.Picker | command.SearchHits | command.HelpText
	closable = command.Buttons | fields | filters | command.SearchHits | command.Picker | command.HelpText
)

// Commands returns the commands of all dialogs. The stack looks up the command of a
// key in the place of the top dialog, which acts on the name. The window of the rows handles
// the names that end in up, down, page_up, page_down, first and last.
func Commands() []command.Command {
	return []command.Command{
		{Name: "dialog.press", Help: "keys.press", Keys: []string{"enter"}, In: command.Buttons | fields | filters | command.SearchHits, Needed: true, Online: true},
		{Name: "dialog.close", Help: "keys.close", Keys: []string{"esc"}, In: closable, Needed: true},
		{Name: "dialog.next", Help: "keys.next", Keys: []string{"tab", "right"}, In: command.Buttons},
		{Name: "dialog.previous", Help: "keys.previous", Keys: []string{"shift+tab", "left"}, In: command.Buttons},
		{Name: "dialog.up", Help: "keys.up", Keys: []string{"up"}, In: command.Question | command.Exists | command.PathPrompt | filters},
		{Name: "dialog.down", Help: "keys.down", Keys: []string{"down"}, In: command.Question | command.Exists | command.PathPrompt | filters},
		{Name: "dialog.page_up", Help: "keys.page_up", Keys: []string{"pgup", "ctrl+u"}, In: pages},
		{Name: "dialog.page_down", Help: "keys.page_down", Keys: []string{"pgdown", "ctrl+d"}, Label: "pgdn", In: pages},
		{Name: "dialog.all_others", Help: "exists.rest_key", Keys: []string{"a", "A", "space"}, Label: "A", In: command.Exists},

		{Name: "rows.up", Help: "keys.up", Keys: []string{"up", "k"}, In: rows | command.SearchField},
		{Name: "rows.down", Help: "keys.down", Keys: []string{"down", "j"}, In: rows},
		{Name: "rows.first", Help: "keys.first", Keys: []string{"home", "g"}, In: rows},
		{Name: "rows.last", Help: "keys.last", Keys: []string{"end", "G"}, In: rows},

		{Name: "form.next", Help: "keys.next", Keys: []string{"tab", "down"}, In: command.Form},
		{Name: "form.previous", Help: "keys.previous", Keys: []string{"shift+tab", "up"}, In: command.Form},

		{Name: "path.complete", Help: "path.complete", Keys: []string{"tab"}, In: command.PathPrompt | command.Palette},
		{Name: "path.page_up", Help: "keys.page_up", Keys: []string{"pgup"}, In: command.PathPrompt | command.Palette | command.SearchField | command.SearchHits | command.HelpFilter},
		{Name: "path.page_down", Help: "keys.page_down", Keys: []string{"pgdown"}, Label: "pgdn", In: command.PathPrompt | command.Palette | command.SearchField | command.SearchHits | command.HelpFilter},

		{Name: "palette.up", Help: "keys.up", Keys: []string{"up", "ctrl+p", "shift+tab"}, In: command.Palette},
		{Name: "palette.down", Help: "keys.down", Keys: []string{"down", "ctrl+n"}, In: command.Palette},

		{Name: "search.hits", Help: "search.hits", Keys: []string{"tab", "down"}, In: command.SearchField},
		{Name: "search.field", Help: "search.field", Keys: []string{"tab", "/", "shift+tab"}, In: command.SearchHits},
		{Name: "search.download", Help: "screen.keys.download", Keys: []string{"d"}, In: command.SearchHits},
		{Name: "search.copy", Help: "clipboard.key", Keys: []string{"y"}, In: command.SearchHits},
		{Name: "search.mark", Help: "picker.mark", Keys: []string{"space"}, In: command.SearchHits},

		{Name: "picker.open", Help: "picker.open", Keys: []string{"enter", "right", "l"}, In: command.Picker},
		{Name: "picker.parent", Help: "picker.parent", Keys: []string{"backspace", "left", "h"}, Label: "left", In: command.Picker},
		{Name: "picker.mark", Help: "picker.mark", Keys: []string{"space"}, In: command.Picker},
		{Name: "picker.mark_all", Help: "picker.mark_all", Keys: []string{"*"}, In: command.Picker},
		{Name: "picker.upload", Help: "picker.upload", Keys: []string{"u"}, In: command.Picker},
		{Name: "picker.filter", Help: "picker.filter", Keys: []string{"/"}, In: command.Picker},
		{Name: "picker.hidden", Help: "picker.hidden", Keys: []string{"."}, In: command.Picker},

		{Name: "help.close", Help: "keys.close", Keys: []string{"?", "f1", "q", "o", "enter"}, In: command.HelpText},
		{Name: "help.filter", Help: "help.filter", Keys: []string{"/"}, In: command.HelpText},
	}
}
