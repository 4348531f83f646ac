package tui

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wangpan/tui/dialog"
	"wangpan/tui/explain"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
)

// Options say where to begin and with what. Dialer, Keeper and Locale are
// needed.
type Options struct {
	Dialer *session.Dialer
	Keeper *session.Keeper
	Locale *locale.Locale

	// Server and User are where to go first, with the session stored for them
	// or to the login screen. A blank User means the last one on the server; a
	// blank Server, that the login screen asks for it.
	Server, User string

	// Journal is the folder in which the transfers that have not ended are kept;
	// several wangpans may share it. Blank: they are not kept.
	Journal string

	// Config is the folder of what a person writes for wangpan: keys.toml, themes. Blank:
	// there is none.
	Config string

	Env    []string  // in the form of os.Environ
	Input  io.Reader // nil: standard input
	Output io.Writer // nil: standard output
	Log    *slog.Logger
}

// ErrNotSaved says that the disk did not answer when the client was left. What
// was set last may be lost; transfers go on from what had reached the disk.
var ErrNotSaved = errors.New("the disk does not answer: what was set last may not be stored")

// leaving is how long the client waits for a disk when it is left. What moved can
// be resumed after a crash, too, so that little depends on it.
const leaving = 5 * time.Second

// closeSoon closes the model, or gives the disk up.
func (m *Model) closeSoon() error {
	closed := make(chan struct{})
	go func() { // ends with the process at the latest
		defer close(closed)
		m.close()
	}()
	timer := time.NewTimer(leaving)
	defer timer.Stop()
	select {
	case <-closed:
		return nil
	case <-timer.C:
		return ErrNotSaved
	}
}

// framesPerSecond is how often the renderer looks whether there is something to
// draw. It is the most that a key can wait for its paint: 8 ms; with the 60 of
// the library it is 17. Nothing is sent when nothing changed.
const framesPerSecond = 120

// Run shows the client until the person quits, and puts the terminal back as it
// was, whatever ends it. When ctx ends, by a signal for one, the error is that
// of ctx; everything that moved can be resumed.
//
// A disk that hangs does not hold up who leaves: after a few seconds the error is
// [ErrNotSaved].
func Run(ctx context.Context, o Options) (err error) {
	m := newModel(ctx, o)
	defer func() {
		if closed := m.closeSoon(); err == nil {
			err = closed
		}
	}()
	if o.Journal != "" {
		if err := m.transfers.OpenJournal(o.Journal); err != nil {
			// Transfers work without it, and the user reads that they are not recorded.
			m.dialogs.Push(dialog.NewMessage(locale.Say("unfinished.title_broken"),
				locale.Say("unfinished.broken", "Why", explain.Cause(o.Locale, err))))
		}
	}
	options := []tea.ProgramOption{
		tea.WithContext(ctx),
		tea.WithEnvironment(o.Env),
		tea.WithoutSignalHandler(), // signals are main's, and end ctx
		tea.WithFPS(framesPerSecond),
	}
	if look := o.terminalLook(); look.Profile <= colorprofile.ASCII {
		options = append(options, tea.WithColorProfile(look.Profile))
	}
	if o.Input != nil {
		options = append(options, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		options = append(options, tea.WithOutput(o.Output))
	}
	m.terminal.Input, m.terminal.Output = o.Input, o.Output
	err = m.terminal.Run(ctx, m, options...)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if errors.Is(err, tea.ErrProgramPanic) {
		return errors.New("the screen broke down, which is a mistake in this program")
	}
	return err
}

// env returns a variable of the environment, blank when it is not set.
func (o Options) env(name string) string {
	for _, pair := range slices.Backward(o.Env) { // the last one counts, as for exec
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

func (o Options) terminalLook() theme.Options { return theme.Detect(o.Env, runtime.GOOS) }
