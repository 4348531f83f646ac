// Package external is the feature that uses programs outside of the screen. It opens a
// file with the system's program (open.go), which gets a private copy (copies.go). It
// copies text to the terminal's clipboard (clipboard.go). It suspends wangpan and returns
// to the shell (ctrl+z). Read this file first, then open.go.
package external

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/suspend"
	"wangpan/wire"
)

// Host is what the feature needs from the rest of the screen.
type Host interface {
	// Session returns the session of the drive on the screen, nil for none.
	Session() *session.Session
	// Context returns a context that ends with that session.
	Context() context.Context
	// Current returns the file under the cursor, false for a folder or nothing.
	Current() (wire.Found, bool)
	// Selected calls do with the paths of the selection. When there are more than
	// limit, it calls do with limit+1 of them.
	Selected(limit int, do func([]wire.Path) tea.Cmd) tea.Cmd
	// Explain returns the sentence for an error.
	Explain(err error) string
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
}

// Options are the dependencies of an External.
type Options struct {
	Host     Host
	Dialogs  dialog.Opener
	Terminal *suspend.Terminal
	Env      []string                 // the environment of programs
	Getenv   func(name string) string // reads Env
}

// External is the feature. It is not safe for concurrent use.
type External struct {
	Options
	copies   *copies
	fetching int // the number of files that are being fetched
}

// New returns an External. The caller must close it.
func New(o Options) *External { return &External{Options: o, copies: new(copies)} }

// Close removes the copies of files that were opened.
func (f *External) Close() error { return f.copies.close() }

// Fetching reports whether a file is being fetched, so that the screen must show progress.
func (f *External) Fetching() bool { return f.fetching > 0 }

// stayedMsg says that the process was not stopped; see suspend.ErrNoJobControl.
type stayedMsg struct{}

// suspend returns the command that returns the terminal to the shell until the user
// continues wangpan.
func (f *External) suspend() tea.Cmd {
	return func() tea.Msg {
		if err := f.Terminal.Stop(); err != nil {
			return stayedMsg{}
		}
		return nil
	}
}

// Commands returns the commands of the feature.
func (f *External) Commands() []command.Command {
	return []command.Command{
		{
			Name: "drive.open", Help: "open.key", Keys: []string{"o"}, In: command.List, Group: command.FilesGroup, Online: true,
			Run: command.Do(f.openCurrent),
		},
		{
			Name: "drive.copy_path", Help: "clipboard.key", Keys: []string{"y"}, In: command.List, Group: command.FilesGroup,
			Run: command.Do(f.copySelected),
		},
		{
			Name: "everywhere.suspend", Help: "screen.keys.suspend", Keys: []string{"ctrl+z"}, In: command.Everywhere,
			Run: command.Do(f.suspend),
		},
	}
}

// Update handles the results of the feature's commands and the answers of its dialogs. It
// reports false for any other message.
func (f *External) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case openMsg:
		return f.open(msg), true
	case giveUpMsg:
		msg.cancel()
	case openedMsg:
		f.opened(msg)
	case stayedMsg:
		f.Host.Say(true, locale.Say("screen.suspend_not"))
	default:
		return nil, false
	}
	return nil, true
}
