package tui

import (
	"path/filepath"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/backoff"
	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/changes"
	"wangpan/tui/command"
	"wangpan/tui/draft"
	"wangpan/tui/edit"
	"wangpan/tui/external"
	"wangpan/tui/here"
	"wangpan/tui/local"
	"wangpan/tui/preview"
	"wangpan/tui/remote"
	"wangpan/tui/signin"
	"wangpan/tui/themes"
	"wangpan/tui/transfers"
)

// features are the parts of the screen in separate packages.
type features struct {
	signin    *signin.SignIn
	remote    *remote.Remote
	here      *here.Here
	transfers *transfers.Transfers
	preview   *preview.Preview
	changes   *changes.Changes
	edit      *edit.Edit
	external  *external.External
	themes    *themes.Themes
}

// retry returns the waits between tries to reconnect. Only tests change it.
var retry backoff.Backoff

func newRemote(m *Model) *remote.Remote {
	return remote.New(remote.Options{
		Host: host{m}, Changes: host{m}, Clipboard: m.external, Theme: m.theme, Locale: m.locale, Keeper: m.Keeper,
		Dialogs: m.opener(remoteFeature), Backoff: retry, Now: func() time.Time { return m.now },
		Key: func(name string) string { return m.commands.Label(command.Name(name)) },
	})
}

// fromRemote addresses a command of the drive.
func fromRemote(cmd tea.Cmd) tea.Cmd { return addressed(remoteFeature, cmd) }

func newThemes(m *Model) *themes.Themes {
	return themes.New(themes.Options{Host: host{m}, Theme: m.theme, Keeper: m.Keeper, Dialogs: m.opener(themesFeature), Config: m.Config})
}

func newSignIn(m *Model) *signin.SignIn {
	return signin.New(signin.Options{
		Host: host{m}, Theme: m.theme, Locale: m.locale, Keeper: m.Keeper, Dialer: m.Dialer, Dialogs: m.opener(signInFeature),
		Registry: m.commands,
	})
}

func newTransfers(m *Model, calm time.Duration) *transfers.Transfers {
	return transfers.New(transfers.Options{
		Host: host{m}, Theme: m.theme, Locale: m.locale, Keeper: m.Keeper, Dialogs: m.opener(transfersFeature), Log: m.Log,
		Now: func() time.Time { return m.now }, Calm: calm,
	})
}

// fromTransfers addresses a command of the transfers feature.
func fromTransfers(cmd tea.Cmd) tea.Cmd { return addressed(transfersFeature, cmd) }

// fromSignIn addresses a command of the sign-in feature.
func fromSignIn(cmd tea.Cmd) tea.Cmd { return addressed(signInFeature, cmd) }

func newPreview(m *Model) *preview.Preview {
	return preview.New(preview.Options{Host: host{m}, Theme: m.theme, Locale: m.locale, Keeper: m.Keeper, Env: m.env})
}

// fromPreview addresses a command of the preview.
func fromPreview(cmd tea.Cmd) tea.Cmd { return addressed(previewFeature, cmd) }

// toPreview hands a message of Bubble Tea to the preview.
func (m *Model) toPreview(msg tea.Msg) tea.Cmd {
	cmd, _ := m.preview.Update(msg)
	return fromPreview(cmd)
}

func newChanges(m *Model) *changes.Changes {
	return changes.New(m.ctx, changes.Options{
		Host: host{m}, Locale: m.locale, Dialogs: m.opener(changesFeature), Panes: [2]*browse.Pane{change.Drive: m.remote.Pane, change.Here: m.here.Pane},
		Terminal: m.terminal, Env: m.Env, Label: func(name command.Name) string { return m.commands.Label(name) },
	})
}

// fromChanges addresses a command of the changes.
func fromChanges(cmd tea.Cmd) tea.Cmd { return addressed(changesFeature, cmd) }

func newHere(m *Model) *here.Here {
	return here.New(m.ctx, here.Options{Host: host{m}, Theme: m.theme, Locale: m.locale, Keeper: m.Keeper, Dialogs: m.opener(hereFeature)})
}

// fromHere addresses a command of this computer's folders.
func fromHere(cmd tea.Cmd) tea.Cmd { return addressed(hereFeature, cmd) }

func newEdit(m *Model) *edit.Edit {
	return edit.New(edit.Options{
		Host: host{m}, Dialogs: m.opener(editFeature), Store: draft.NewStore(filepath.Join(m.Keeper.Dir(), "drafts")),
		Terminal: m.terminal, Env: m.Env, Shorten: local.Shorten, Log: m.Log,
	})
}

func newExternal(m *Model) *external.External {
	return external.New(external.Options{
		Host: host{m}, Dialogs: m.opener(externalFeature), Terminal: m.terminal, Env: m.Env, Getenv: m.env,
	})
}

// toolCommands do something with single files, beside moving them.
func (m *Model) toolCommands() []command.Command {
	edit := addressedCommands(editFeature, m.edit.Commands())
	return slices.Insert(addressedCommands(externalFeature, m.external.Commands()), 1, edit...) // the order of the help
}
