package tui

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/changes"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/here"
	"wangpan/tui/locale"
	"wangpan/wire"
)

var (
	_ changes.Host = host{}
	_ here.Host    = host{}
)

func newChanges(m *Model) *changes.Changes {
	return changes.New(m.ctx, changes.Options{
		Host: host{m}, Locale: m.locale, Dialogs: m.opener(changesFeature), Panes: [2]*browse.Pane{change.Drive: m.remote.Pane, change.Here: m.here.Pane},
		Terminal: m.terminal, Env: m.Env, Label: func(name command.Name) string { return m.commands.Label(name) },
	})
}

// fromChanges addresses a command of the changes.
func fromChanges(cmd tea.Cmd) tea.Cmd { return addressed(changesFeature, cmd) }

// ShowError shows an error in the status bar that the message log has.
func (h host) ShowError(words locale.Words) { h.m.status.show(true, words) }

// ShowsError reports whether the status bar shows an error.
func (h host) ShowsError() bool { return h.m.status.failure }

// RefreshSide lists the folder shown on a side again.
func (h host) RefreshSide(side change.Side) tea.Cmd {
	if side == change.Here {
		return fromHere(h.m.here.Pane.Refresh())
	}
	return h.m.remote.Pane.Refresh()
}

// DriveChanged refreshes the usage of the drive and its trash.
func (h host) DriveChanged() tea.Cmd {
	h.m.remote.UsageChanged()
	return fromRemote(tea.Batch(h.m.remote.RefreshTrash(), h.m.remote.Tick()))
}

func newHere(m *Model) *here.Here {
	return here.New(m.ctx, here.Options{Host: host{m}, Theme: m.theme, Locale: m.locale, Keeper: m.Keeper, Dialogs: m.opener(hereFeature)})
}

// fromHere addresses a command of this computer's folders.
func fromHere(cmd tea.Cmd) tea.Cmd { return addressed(hereFeature, cmd) }

// FocusHere moves the focus to this computer.
func (h host) FocusHere() { h.m.setFocus(onLocal) }

// Start runs a batch, or says why it cannot.
func (h host) Start(b *change.Batch) tea.Cmd { return fromChanges(h.m.changes.Start(b)) }

// RenameMany asks for the new names of several files in the user's editor.
func (h host) RenameMany(side change.Side, items []wire.Found) tea.Cmd {
	return fromChanges(h.m.changes.RenameMany(side, items))
}

// Record makes a finished change undoable.
func (h host) Record(side change.Side, steps ...change.Step) {
	h.m.changes.Engine.Record(side, steps...)
}

// Busy reports whether a batch of the drive runs, and says so.
func (h host) Busy() bool { return h.m.changes.Busy() }

// Upload adds files to the transfers.
func (h host) Upload(picks []dialog.Pick) (cmd tea.Cmd, added int) {
	cmd, added = h.m.transfers.Upload(picks)
	return fromTransfers(cmd), added
}

// Copy puts a text on the clipboard and shows a sentence.
func (h host) Copy(text string, said locale.Words) tea.Cmd {
	return addressed(externalFeature, h.m.external.Copy(text, said))
}

// DownloadFolder returns the folder that downloads go to.
func (h host) DownloadFolder() string { return h.m.transfers.DownloadFolder() }
