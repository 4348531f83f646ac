package tui

import (
	"cmp"
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/suspend"
	"wangpan/tui/theme"
)

// Model is the screen. It belongs to the goroutine that runs Update and View;
// commands get copies of what they need.
type Model struct {
	Options
	background
	timing
	look
	layout
	features
	commands *command.Registry // of all features and the root
	dialogs  *dialog.Stack
	status   status
	drive    *drive // nil: the user is not signed in
	terminal *suspend.Terminal
}

// look is how the screen is drawn.
type look struct {
	theme  *theme.Theme
	locale *locale.Locale
}

// newModel returns a Model that has done nothing yet. close ends it.
func newModel(ctx context.Context, o Options) *Model {
	m := &Model{
		Options: o,
		look:    look{theme.New(o.terminalLook()), o.Locale},
		timing:  timing{clock: time.Now, frame: frame},
	}
	m.ctx, m.cancel = context.WithCancel(ctx)
	still := calm
	if m.env("SSH_TTY") != "" { // the terminal is reached over a network
		m.frame, still = frameSSH, calmSSH
	}
	m.now = m.clock()
	m.locale.UseASCII(m.theme.Options().Glyphs == theme.ASCII)
	m.split.share = min(max(cmp.Or(m.Keeper.Settings().PaneShare, halfShare), 1), whole-1)
	m.preview = newPreview(m)
	m.commands = command.NewRegistry()
	m.dialogs = dialog.NewStack(dialog.Look{Theme: m.theme, Locale: m.locale, Registry: m.commands})
	m.transfers = newTransfers(m, still)
	m.terminal = suspend.New()
	m.external = newExternal(m)
	m.remote, m.here = newRemote(m), newHere(m)
	showAs(m.remote.Pane, o.Keeper.Settings())
	showAs(m.here.Pane, o.Keeper.Settings())
	m.edit, m.changes, m.themes = newEdit(m), newChanges(m), newThemes(m)
	m.commands.Add(m.allCommands()...)
	m.remote.Pane.Registry, m.here.Pane.Registry, m.transfers.Pane.Registry = m.commands, m.commands, m.commands
	m.chooseKeys()
	m.themes.Load()
	m.signin = newSignIn(m)
	return m
}

// close ends everything that the model began and waits for it.
func (m *Model) close() {
	m.cancel()
	m.group.Go(m.preview.Leave())
	if m.drive != nil {
		m.transfers.Leave()()
		m.drive.end()
	}
	m.group.Wait()
	m.changes.Close()
	if err := m.external.Close(); err != nil && m.Log != nil {
		m.Log.Warn("remove files that were opened", "error", err)
	}
	m.here.Close()
	m.keepForNext()
	m.transfers.Close()
}

// keepForNext stores what the next run begins with; else that knows it later.
func (m *Model) keepForNext() {
	left := func(s *settings) {
		m.transfers.Keep(s)
		m.here.Keep(s)
		if m.split.share != halfShare || s.PaneShare != 0 {
			s.PaneShare = m.split.share
		}
	}
	before := m.Keeper.Settings()
	now := before
	if left(&now); now != before {
		_ = m.Keeper.Change(left)
	}
}

// Init asks for the background's colour and goes where the options say.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, fromSignIn(m.signin.Begin(m.ctx, m.Server, m.User)))
}

// Update changes the model by one message. It never waits.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.now = m.clock()
	cmd := m.handle(msg)
	return m, tea.Batch(cmd, fromPreview(m.preview.Look()), m.tick())
}

// handle sends a message to the part that it is for.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return m.resized(msg)
	case tea.ColorProfileMsg:
		look := m.theme.Options()
		if !m.theme.Colourless() {
			look.Profile = msg.Profile
		}
		m.theme.Use(look)
	case tea.BackgroundColorMsg:
		look := m.theme.Options()
		look.Light = !msg.IsDark()
		m.theme.Use(look)
	case tea.TerminalVersionMsg, tea.ResumeMsg:
		return m.toPreview(msg)
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		cmd, done := m.elsewhere(msg)
		if !done && m.typing() {
			return m.write(msg)
		}
		return cmd
	case tea.MouseClickMsg:
		return m.click(msg)
	case tea.MouseMotionMsg:
		m.drag(msg)
	case tea.MouseReleaseMsg:
		m.split.dragged = false
	case tea.MouseWheelMsg:
		return m.wheel(msg)
	case envelope:
		return m.deliver(msg)
	case tickMsg:
		return m.ticked(msg)
	default:
		return m.own(msg)
	}
	return nil
}

// own takes the messages of the root's commands and dialogs. Any other message goes to
// the open dialogs.
func (m *Model) own(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case nil:
		return nil
	case storedMsg:
		m.storeEnded(msg)
		return nil
	case redrawMsg:
		return m.redraw(msg)
	case quitMsg:
		return tea.Quit
	case logoutMsg:
		return m.logout(msg)
	case copyLogMsg:
		return m.copyLog()
	case textSavedMsg:
		return m.textSaved(msg)
	case choicesMsg:
		return msg.list
	case browse.Viewed:
		return m.saveView(msg)
	case dialog.PaletteChosen:
		if m.drive == nil {
			return nil
		}
		return m.chosenCommand(msg.Command)
	case dialog.PaletteTyped:
		return m.typedLine(msg)
	}
	answer, cmd := m.dialogs.Update(msg)
	return tea.Batch(cmd, m.handle(answer))
}

// keyPlace returns where the next key goes.
func (m *Model) keyPlace() command.Place {
	switch {
	case m.dialogs.Len() > 0:
		return m.dialogs.Top().Place()
	case m.drive == nil:
		return m.signin.Place()
	case m.typing():
		return command.Line
	}
	return m.focused()
}

// press takes a key: it runs the command that the key has here, or hands the key
// on to the dialog, the login card or the text field that acts on it.
func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	m.status.show(false, nil)
	c := m.commands.Find(m.keyPlace(), msg)
	var hurry tea.Cmd
	if m.needsServer(msg, c) {
		hurry = m.hurry()
	}
	switch {
	case c != nil && c.Run != nil:
		return tea.Batch(hurry, m.runKey(c))
	case m.dialogs.Len() > 0:
		return tea.Batch(hurry, m.dialog(msg))
	case m.drive == nil:
		return fromSignIn(m.signin.Press(m.ctx, msg))
	case m.typing():
		return m.write(msg)
	}
	return hurry
}

// dialog hands a key or a paste to the top dialog and carries out its answer.
func (m *Model) dialog(msg tea.Msg) tea.Cmd {
	answer, cmd := m.dialogs.Update(msg)
	cmd = tea.Batch(cmd, m.handle(answer))
	if m.dialogs.Len() == 0 && m.drive != nil {
		cmd = tea.Batch(cmd, fromTransfers(m.transfers.Ask()))
	}
	return cmd
}

// elsewhere hands what a person does beside the keys to the top dialog or the
// login screen; done is false where the drive is in front.
func (m *Model) elsewhere(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch {
	case m.dialogs.Len() > 0:
		return m.dialog(msg), true
	case m.drive == nil:
		return fromSignIn(m.signin.Press(m.ctx, msg)), true
	}
	return nil, false
}

// setFocus moves the keys to a pane, as long as it shows anything.
func (m *Model) setFocus(on focus) {
	if on == onTransfers && m.transfers.Pane.Empty() {
		on = m.facing()
	}
	if on == onLocal && !m.here.Shown() {
		on = onList
	}
	m.focus = on
	if on != onTransfers {
		m.split.front = on == onLocal
	}
	m.transfers.Pane.Focus(on == onTransfers)
	m.arrange()
}

// quitMsg is the answer of the question whether to quit.
type quitMsg struct{}

// farewell is that question.
type farewell struct{ *dialog.Question }

// quit asks first when work would stop; asked a second time, it asks no more.
func (m *Model) quit() tea.Cmd {
	var body []locale.Words
	if m.drive != nil {
		body = append(m.changes.Farewell(), m.transfers.Farewell()...)
	}
	if _, asked := m.dialogs.Top().(farewell); asked || len(body) == 0 {
		return tea.Quit
	}
	m.dialogs.Push(farewell{dialog.NewConfirm(
		locale.Say("screen.quit.title"), body,
		dialog.NewButton("q", "screen.quit.act", quitMsg{}),
	)})
	return nil
}

// switchLanguage takes effect with the next frame; that it is remembered may
// take longer.
func (m *Model) switchLanguage() tea.Cmd {
	m.locale.Next()
	m.transfers.Pane.Write()
	lang := m.locale.Lang()
	return m.save(func(s *settings) { s.Lang = lang })
}
