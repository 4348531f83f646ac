package tui

import (
	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/draft"
	"wangpan/tui/explain"
	"wangpan/tui/external"
	"wangpan/wire"
)

// problems are the errors that only the screen has. All others are in
// explain.Table.
var problems = []explain.Row{
	{Is: browse.ErrDisorder, Exit: explain.ExitError, ID: "server"},
	{Is: change.ErrMovedAway, Exit: explain.ExitError, ID: "no_undo"},
	{Is: change.ErrNotEmpty, Exit: explain.ExitError, ID: "not_empty"},
	{Is: change.ErrNotInTrash, Exit: explain.ExitError, ID: "not_in_trash"},
	{Is: draft.ErrNoEditor, Exit: explain.ExitError, ID: "no_editor"},
	{Is: external.ErrNoDesktop, Exit: explain.ExitError, ID: "no_screen"},
	{Is: external.ErrNoOpener, Exit: explain.ExitError, ID: "no_opener"},
}

// explain returns a sentence for an error, in the language in use.
func (m *Model) explain(err error) string { return m.explainer(m.remote.Usage()).Explain(err) }

// explainer explains errors to the user of an account with this usage.
func (m *Model) explainer(used wire.UsageReply) explain.Screen {
	return explain.Screen{
		Locale: m.locale, Own: problems, Used: used,
		Key: func(name string) string { return m.commands.Label(command.Name(name)) },
	}
}
