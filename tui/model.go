package tui

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/changes"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/edit"
	"wangpan/tui/external"
	"wangpan/tui/here"
	"wangpan/tui/locale"
	"wangpan/tui/preview"
	"wangpan/tui/remote"
	"wangpan/tui/signin"
	"wangpan/tui/suspend"
	"wangpan/tui/theme"
	"wangpan/tui/themes"
	"wangpan/tui/transfers"
)

// focus is the pane that the keys go to.
type focus int

const (
	onList focus = iota
	onTransfers
	onLocal
)

// Model is everything on the screen. It belongs to the goroutine that runs
// Update and View; commands get copies of what they need.
type Model struct {
	Options
	ctx    context.Context //nolint:containedctx // it is the life of the commands, which have no other caller
	cancel context.CancelFunc
	ending sync.WaitGroup  // of drives that are being left, and of what is being stored
	stored <-chan struct{} // closed when what was stored last is; nil before that

	theme  *theme.Theme
	locale *locale.Locale
	clock  func() time.Time

	commands *command.Registry // set once, by newModel

	width, height int       // of the screen, in cells
	listLines     int       // of them, the list's
	now           time.Time // of the message being handled

	signin    *signin.SignIn
	drive     *drive // nil while nobody is logged in
	remote    *remote.Remote
	list      *browse.Pane // of remote
	here      *here.Here
	split     split
	transfers *transfers.Transfers
	preview   *preview.Preview
	changes   *changes.Changes
	focus     focus
	dialogs   *dialog.Stack
	farewell  dialog.Dialog // the question whether to quit
	notice    notice
	notes     []note
	used      []string // commands asked for by name, the latest first
	edit      *edit.Edit
	themes    *themes.Themes
	external  *external.External
	terminal  *suspend.Terminal

	frame   time.Duration // between two ticks while bars move
	ticks   int           // the number of the latest tick
	pending time.Duration // how soon it comes; 0 when there is none
}

// notice is a sentence in the status bar, until the next key.
type notice struct {
	words dialog.Words
	bad   bool
}

// newModel returns a Model that has done nothing yet. close ends it.
func newModel(ctx context.Context, o Options) *Model {
	m := &Model{
		Options: o,
		theme:   theme.New(o.look()),
		locale:  o.Locale,
		clock:   time.Now,
		frame:   frame,
		used:    strings.Fields(o.Keeper.Settings().Palette),
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
	m.list = m.remote.Pane
	showAs(m.list, o.Keeper.Settings())
	showAs(m.here.Pane, o.Keeper.Settings())
	m.edit, m.changes, m.themes = newEdit(m), newChanges(m), newThemes(m)
	m.commands.Add(m.allCommands()...)
	m.list.Registry, m.here.Pane.Registry, m.transfers.Pane.Registry = m.commands, m.commands, m.commands
	m.chooseKeys()
	m.themes.Load()
	m.signin = newSignIn(m)
	return m
}

// close ends everything that the model began and waits for it.
func (m *Model) close() {
	m.cancel()
	m.ending.Go(m.preview.Leave())
	if m.drive != nil {
		m.transfers.Leave()()
		m.drive.end()
	}
	m.ending.Wait()
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
	case result:
		return msg.apply(m)
	default:
		return m.pass(msg)
	}
	return nil
}

// result is what a command or a dialog of the root's came to. It knows what
// follows from it.
type result interface{ apply(*Model) tea.Cmd }

// pass hands a message that is not the root's to whom it may concern.
func (m *Model) pass(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case nil:
		return nil
	case browse.Viewed:
		return m.showSo(msg)
	case dialog.PaletteChosen:
		if m.drive == nil {
			return nil
		}
		return m.chosenCommand(msg.Command)
	case dialog.PaletteTyped:
		return m.typedLine(msg)
	}
	if cmd, taken := m.remote.Update(msg); taken { // of a call into its pane
		return fromRemote(cmd)
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
	m.notice = notice{}
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
	m.layout()
}

// quitMsg is the answer of the question whether to quit.
type quitMsg struct{}

func (quitMsg) apply(*Model) tea.Cmd { return tea.Quit }

// quit asks first when work would stop; asked a second time, it asks no more.
func (m *Model) quit() tea.Cmd {
	var body []dialog.Words
	if m.drive != nil {
		body = append(m.changes.Farewell(), m.transfers.Farewell()...)
	}
	if len(body) == 0 || m.farewell != nil && m.dialogs.Top() == m.farewell {
		return tea.Quit
	}
	m.farewell = dialog.NewConfirm(
		dialog.Say("screen.quit.title"), body,
		dialog.NewButton("q", "screen.quit.act", quitMsg{}),
	)
	m.dialogs.Push(m.farewell)
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
