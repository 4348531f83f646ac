package transfers

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"

	"wangpan/daemon/daemontest"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/text/field"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	time.Local = time.UTC // recorded dialogs show dates
	goleak.VerifyTestMain(m)
}

// screen is a Host with nothing but the feature and its dialogs.
type screen struct {
	*Transfers
	server    *daemontest.Server
	dialogs   *dialog.Stack
	look      dialog.Look
	downloads string // the folder for downloads
	focused   bool
	said      string // the last sentence in the status bar
	log       []string
}

func (s *screen) Say(_ bool, words locale.Words)  { s.said = words(s.Locale) }
func (s *screen) Note(_ bool, words locale.Words) { s.log = append(s.log, words(s.Locale)) }
func (s *screen) Explain(err error) string        { return err.Error() }
func (s *screen) Store(do func() error) tea.Cmd   { _ = do(); return nil }
func (s *screen) Folder() wire.Path               { return wire.Root }
func (s *screen) LocalFolder() string             { return "" }
func (s *screen) FocusTransfers(on bool)          { s.focused = on }
func (s *screen) Sampled(bool) tea.Cmd            { return nil }

const testUser = "alice"

// newScreen starts a server and enters a session on it.
func newScreen(t *testing.T) *screen {
	t.Helper()
	s := &screen{server: daemontest.Start(t), downloads: t.TempDir()}
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.Change(func(o *session.Settings) { o.DownloadDir = s.downloads }); err != nil {
		t.Fatal(err)
	}
	th, l := theme.New(theme.Options{}), locale.New(locale.English)
	registry := command.NewRegistry(dialog.Commands(), field.Commands())
	s.look = dialog.Look{Theme: th, Locale: l, Registry: registry}
	s.dialogs = dialog.NewStack(s.look)
	s.Transfers = New(Options{
		Host: s, Theme: th, Locale: l, Keeper: keeper, Now: func() time.Time { return noon }, Calm: time.Second,
		Dialogs: s.dialogs.For(func(msg tea.Msg) tea.Msg { return msg }),
	})
	registry.Add(s.Commands())
	s.Pane.Registry = registry
	s.Pane.Resize(80, 10)
	dialer := &session.Dialer{Keeper: keeper, Name: "test", TrustNew: true}
	entered, err := dialer.Register(t.Context(), s.server.Addr, testUser, "correct horse 9", "")
	if err != nil {
		t.Fatal(err)
	}
	s.Enter(t.Context(), entered, nil)
	t.Cleanup(func() {
		s.Leave()()
		_ = entered.Close()
	})
	return s
}

// put writes a file of some bytes into the account's drive.
func (s *screen) put(t *testing.T, name, content string) {
	t.Helper()
	write(t, filepath.Join(s.server.Dir, "drives", testUser, name), content)
}

// update passes a message to the feature.
func (s *screen) update(t *testing.T, msg tea.Msg) tea.Cmd {
	t.Helper()
	cmd, taken := s.Update(msg)
	if !taken {
		t.Errorf("%#v is not taken", msg)
	}
	return cmd
}

// keys presses keys in the open dialog, else in the pane.
func (s *screen) keys(t *testing.T, names string) {
	t.Helper()
	for _, name := range names {
		press := tea.KeyPressMsg{Code: name, Text: string(name)}
		if s.dialogs.Len() > 0 {
			if answer, _ := s.dialogs.Update(press); answer != nil {
				s.update(t, answer)
			}
			continue
		}
		if c := s.Pane.Registry.Find(command.Transfers, press); c != nil && (c.Able == nil || c.Able()) {
			c.Run(nil)
		}
	}
}

// view returns the pane and the open dialog, without colours.
func (s *screen) view() string {
	drawn := s.Pane.View()
	if top := s.dialogs.Top(); top != nil {
		box, _ := top.View(s.look, 80, 24)
		drawn += "\n" + box
	}
	return ansi.Strip(drawn)
}

func (s *screen) want(t *testing.T, sentences ...string) {
	t.Helper()
	view := s.view() + "\n" + s.said
	for _, want := range sentences {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not shown:\n%s", want, view)
		}
	}
}

func (s *screen) wantNot(t *testing.T, sentences ...string) {
	t.Helper()
	view := s.view()
	for _, not := range sentences {
		if strings.Contains(view, not) {
			t.Errorf("%q is shown:\n%s", not, view)
		}
	}
}

// rows returns the transfers in the queue.
func (s *screen) rows() []transfer.Transfer { return s.drive.queue.Snapshot().Transfers }
