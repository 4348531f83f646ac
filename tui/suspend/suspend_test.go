package suspend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sheet is an output that never blocks.
type sheet struct {
	mu      sync.Mutex
	written strings.Builder
}

func (s *sheet) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.Write(p)
}

func (s *sheet) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.String()
}

// shows waits until a text is painted.
func (s *sheet) shows(text string, patience time.Duration) bool {
	for begun := time.Now(); !strings.Contains(s.String(), text); time.Sleep(time.Millisecond) {
		if time.Since(begun) > patience {
			return false
		}
	}
	return true
}

func options(ctx context.Context, screen *sheet) []tea.ProgramOption {
	return []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithInput(nil), tea.WithOutput(screen), tea.WithWindowSize(80, 24), tea.WithoutSignalHandler(),
	}
}

// model runs a command at its beginning and shows the last string that it gets.
type model struct {
	begin   tea.Cmd
	said    string
	resumed int
	counted map[int]int
}

func (m *model) Init() tea.Cmd { return m.begin }

func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case string:
		m.said = msg
	case int:
		m.counted[msg]++
	case tea.ResumeMsg:
		m.resumed++
	}
	return m, nil
}

func (m *model) View() tea.View {
	v := tea.NewView(m.said)
	v.AltScreen = true
	return v
}

// The upstream fault: a program that needs no time leaves the painting goroutine
// none to end in. On one processor it has not even begun to.
func TestExecStillFreezes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range 10 {
		var screen sheet
		m := &model{begin: tea.Exec(nothing{}, func(error) tea.Msg { return "back again" })}
		program := tea.NewProgram(m, options(t.Context(), &screen)...)
		ended := make(chan error, 1)
		go func() {
			_, err := program.Run()
			ended <- err
		}()
		painted := screen.shows("back again", 2*time.Second)
		program.Quit()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if !painted {
			return
		}
	}
	t.Error("tea.Exec does not freeze the screen any more: replace Terminal by tea.Exec, see the package doc")
}

type nothing struct{ tea.ExecCommand }

func (nothing) Run() error          { return nil }
func (nothing) SetStdin(io.Reader)  {}
func (nothing) SetStdout(io.Writer) {}
func (nothing) SetStderr(io.Writer) {}

// run shows a model until a text is on its screen.
func run(t *testing.T, terminal *Terminal, m *model, until string) {
	t.Helper()
	var screen sheet
	ended := make(chan error, 1)
	go func() { ended <- terminal.Run(t.Context(), m, options(t.Context(), &screen)...) }()
	if !screen.shows(until, 20*time.Second) {
		t.Errorf("nothing was painted after the suspension: %q", screen.String())
	}
	terminal.deliver(tea.Quit)()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestSuspendForAMoment(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range 5 {
		terminal := New()
		m := &model{begin: func() tea.Msg {
			return fmt.Sprint("back again: ", terminal.Suspend(func() error { return nil }))
		}}
		if run(t, terminal, m, "back again: <nil>"); m.resumed != 1 {
			t.Errorf("the model was resumed %d times", m.resumed)
		}
	}
}

// A suspension loses no result of a command.
func TestSuspendLosesNothing(t *testing.T) {
	const last = 300
	terminal := New()
	var count func(n int) tea.Cmd
	counted := make(chan struct{})
	count = func(n int) tea.Cmd {
		return func() tea.Msg {
			time.Sleep(100 * time.Microsecond)
			one := func() tea.Msg { return n }
			if n == last {
				close(counted)
				return tea.BatchMsg{one}
			}
			return tea.BatchMsg{one, count(n + 1)}
		}
	}
	suspended := 0
	m := &model{counted: make(map[int]int)}
	m.begin = tea.Batch(count(1), func() tea.Msg {
		for {
			select {
			case <-counted:
				return "all counted"
			default:
				if err := terminal.Suspend(func() error { return nil }); err != nil {
					t.Error(err)
				}
				suspended++
			}
		}
	})
	run(t, terminal, m, "all counted")
	if suspended < 2 || m.resumed != suspended {
		t.Errorf("suspended %d times, resumed %d times", suspended, m.resumed)
	}
	for n := 1; n <= last; n++ {
		if m.counted[n] != 1 {
			t.Errorf("%d came %d times", n, m.counted[n])
		}
	}
}

func TestSuspendReturnsTheError(t *testing.T) {
	terminal := New()
	run(t, terminal, &model{begin: func() tea.Msg {
		return fmt.Sprint("back: ", terminal.Suspend(func() error { return errors.New("broken") }))
	}}, "back: broken")
	if err := terminal.Suspend(func() error { return nil }); !errors.Is(err, ErrEnded) {
		t.Errorf("after the end: %v", err)
	}
}

// A context that ends during a suspension ends the screen after it.
func TestSuspendAndEnd(t *testing.T) {
	var screen sheet
	ctx, cancel := context.WithCancel(t.Context())
	terminal := New()
	m := &model{begin: func() tea.Msg {
		return terminal.Suspend(func() error {
			cancel()
			return nil
		})
	}}
	if err := terminal.Run(ctx, m, options(ctx, &screen)...); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}
