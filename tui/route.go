package tui

import (
	"errors"
	"reflect"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/backoff"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/preview"
	"wangpan/tui/remote"
	"wangpan/tui/session"
	"wangpan/tui/signin"
	"wangpan/tui/themes"
	"wangpan/tui/transfers"
	"wangpan/wire"
)

// A feature is a part of the screen in a package of its own. Its messages are
// unexported types of that package, so the root cannot tell them apart: it puts
// each message of a feature into an envelope that names the feature, and opens the
// envelope when the message arrives.
//
// The root wraps the command of every call into a feature (addressed), and a
// feature opens its dialogs by a dialog.Opener whose answers are addressed, too. A
// message that its feature does not take is one of the root's, for example the
// result of a Host method, and goes to handle.
type feature interface {
	// Update takes a message of the feature. It reports false for any other.
	Update(msg tea.Msg) (tea.Cmd, bool)
}

// featureName names a feature in an envelope.
type featureName int

// The features.
const (
	signInFeature featureName = iota
	previewFeature
	remoteFeature
	editFeature
	externalFeature
	themesFeature
	transfersFeature
	changesFeature
	hereFeature
)

// envelope is a message on its way to a feature.
type envelope struct {
	to  featureName
	msg tea.Msg
}

// feature returns the feature of a name.
func (m *Model) feature(name featureName) feature {
	features := map[featureName]feature{
		signInFeature: m.signin, previewFeature: m.preview, remoteFeature: m.remote, editFeature: m.edit, externalFeature: m.external, themesFeature: m.themes,
		transfersFeature: m.transfers, changesFeature: m.changes, hereFeature: m.here,
	}
	return features[name]
}

// deliver hands a message to its feature.
func (m *Model) deliver(e envelope) tea.Cmd {
	cmd, taken := m.feature(e.to).Update(e.msg)
	if !taken {
		return m.handle(e.msg)
	}
	return addressed(e.to, cmd)
}

// addressed returns a command whose messages go to a feature.
func addressed(to featureName, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg { return address(to, cmd()) }
}

// addressedCommands returns the commands of a feature, whose messages go to it.
func addressedCommands(of featureName, commands []command.Command) []command.Command {
	for i := range commands {
		run := commands[i].Run
		commands[i].Run = func(args []string) (tea.Cmd, locale.Words) {
			cmd, wrong := run(args)
			return addressed(of, cmd), wrong
		}
	}
	return commands
}

// runtimePath is the package path whose messages are requests to Bubble Tea itself, such as
// the one that quits.
const runtimePath = "charm.land/bubbletea/"

// address puts a message into an envelope.
func address(to featureName, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case nil:
		return nil
	case envelope:
		return msg
	case tea.BatchMsg:
		for i := range msg {
			msg[i] = addressed(to, msg[i])
		}
		return msg
	}
	if strings.HasPrefix(reflect.TypeOf(msg).PkgPath(), runtimePath) {
		return msg
	}
	return envelope{to, msg}
}

// opener opens the dialogs of a feature.
func (m *Model) opener(of featureName) dialog.Opener {
	return m.dialogs.For(func(msg tea.Msg) tea.Msg { return address(of, msg) })
}

// host is the root as the features see it: it satisfies the Host interface of each.
type host struct{ m *Model }

var (
	_ signin.Host    = host{}
	_ preview.Host   = host{}
	_ remote.Host    = host{}
	_ transfers.Host = host{}
	_ themes.Host    = host{}
)

// Enter shows the drive of a session.
func (h host) Enter(s *session.Session) tea.Cmd { return h.m.arrive(s) }

// Explain returns the sentence for an error.
func (h host) Explain(err error) string { return h.m.explain(err) }

// Store stores something outside of the event loop; see [Model.store].
func (h host) Store(do func() error) tea.Cmd { return h.m.store(do) }

// Say shows a sentence in the status bar and keeps it in the message log.
func (h host) Say(bad bool, words dialog.Words) { h.m.say(bad, words) }

// Note keeps a sentence in the message log only.
func (h host) Note(bad bool, words locale.Words) { h.m.note(bad, words) }

// Folder returns the folder of the drive that is shown.
func (h host) Folder() wire.Path { return h.m.remote.Pane.Path() }

// LocalFolder returns the folder of this computer that is shown, blank for none.
func (h host) LocalFolder() string { return h.m.here.Folder() }

// FocusTransfers moves the focus to the transfers, or from them back to the folders.
func (h host) FocusTransfers(on bool) {
	if on {
		h.m.setFocus(onTransfers)
		return
	}
	h.m.setFocus(h.m.facing())
}

// Sampled follows each change of what the transfers feature shows.
func (h host) Sampled(changed bool) tea.Cmd {
	m := h.m
	if m.transfers.Pane.Empty() && m.focus == onTransfers {
		m.setFocus(m.facing())
	}
	m.arrange()
	m.changes.Engine.CollectUploads()
	if changed {
		m.remote.UsageChanged() // an upload counts from its start
		if m.transfers.Uploaded(m.remote.Pane.Path(), m.remote.ListedAt()) {
			m.remote.Stale()
		}
	}
	return fromRemote(m.remote.Tick())
}

// ClearNotice removes the sentence in the status bar.
func (h host) ClearNotice() { h.m.status.show(false, nil) }

// Reconnect resumes what waits for the connection.
func (h host) Reconnect() tea.Cmd {
	h.m.transfers.Nudge()
	return fromPreview(h.m.preview.Retry())
}

// Show moves the focus to the drive.
func (h host) Show() { h.m.setFocus(onList) }

// Download adds entries of the drive to the transfers.
func (h host) Download(items func() []wire.Found) tea.Cmd {
	return fromTransfers(h.m.transfers.Download("", items))
}

// SessionEnded shows the login card, with the reason.
func (h host) SessionEnded(err error) tea.Cmd {
	h.m.leave()
	if wrong, ok := errors.AsType[*session.KeyError](err); ok {
		return fromSignIn(h.m.signin.Warn(wrong))
	}
	h.m.signin.Tell(func(*locale.Locale) string { return h.m.explain(err) })
	return nil
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

// hurry reconnects at once, because the user does something that needs the server.
func (m *Model) hurry() tea.Cmd { return fromRemote(m.remote.ReconnectNow()) }

// needsServer reports whether a key, with its command here, uses the connection.
// Others, such as those that move the cursor, leave the schedule alone. The key
// that refreshes works for the connection in all panes, as the header says.
func (m *Model) needsServer(msg tea.KeyPressMsg, c *command.Command) bool {
	switch {
	case m.drive == nil:
		return false
	case m.dialogs.Len() == 0 && !m.typing() && key.Matches(msg, m.commands.Get("list.refresh").Binding()):
		return true
	case c == nil, m.focus == onLocal && c.Group == command.ListGroup:
		return false
	}
	return c.Online
}

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

// Layout divides the screen between the panes again.
func (h host) Layout() { h.m.arrange() }

// Refresh lists the folder of the drive again.
func (h host) Refresh() tea.Cmd { return h.m.remote.Pane.Refresh() }

// Cursor returns the entry under the cursor of the pane in front.
func (h host) Cursor() (preview.Cursor, bool) {
	m, pane := h.m, h.m.remote.Pane
	onThisComputer := m.here.Shown() && m.split.front
	if onThisComputer {
		pane = m.here.Pane
	}
	entry, ok := pane.Current()
	if !ok {
		return preview.Cursor{}, !pane.Loading()
	}
	cursor := preview.Cursor{Entry: entry, Local: onThisComputer}
	if !m.beside() {
		cursor.At, cursor.Of = pane.Place()
	}
	switch path, err := pane.Path().Join(string(entry.Name)); {
	case !onThisComputer && err == nil:
		cursor.Path = path
	case onThisComputer && (entry.IsDir || entry.Size >= 0): // else the size is not read yet
		cursor.Path = local.Join(pane.Path(), entry.Name)
	}
	return cursor, true
}
