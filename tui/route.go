package tui

import (
	"reflect"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
)

// A feature is a part of the screen in a separate package. Its messages are
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
	return [...]feature{
		signInFeature: m.signin, previewFeature: m.preview, remoteFeature: m.remote, editFeature: m.edit, externalFeature: m.external,
		themesFeature: m.themes, transfersFeature: m.transfers, changesFeature: m.changes, hereFeature: m.here,
	}[name]
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
