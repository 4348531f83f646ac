package tui

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
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

// framesPerSecond is how often the renderer looks whether there is something to
// draw. It is the most that a key can wait for its paint: 8 ms; with the 60 of
// the library it is 17. Nothing is sent when nothing changed.
const framesPerSecond = 120

// Run shows the client until the person quits, and puts the terminal back as it
// was, whatever ends it. When ctx ends, by a signal for one, the error is that
// of ctx; everything that moved can be resumed.
func Run(ctx context.Context, o Options) error {
	m := newModel(ctx, o)
	defer m.close()
	if o.Journal != "" {
		var err error
		if m.journal, err = transfer.OpenJournal(o.Journal); err != nil {
			// Files can be moved all the same; who does so is told.
			m.dialogs.Push(dialog.NewMessage(dialog.Say("unfinished.title_broken"),
				dialog.Say("unfinished.broken", "Why", cause(err))))
		}
	}
	options := []tea.ProgramOption{
		tea.WithContext(ctx),
		tea.WithEnvironment(o.Env),
		tea.WithoutSignalHandler(), // signals are main's, and end ctx
		tea.WithFPS(framesPerSecond),
	}
	if o.Input != nil {
		options = append(options, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		options = append(options, tea.WithOutput(o.Output))
	}
	_, err := tea.NewProgram(m, options...).Run()
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

func (o Options) look() theme.Options { return theme.Detect(o.Env, runtime.GOOS) }
