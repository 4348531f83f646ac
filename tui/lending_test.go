package tui

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// borrower lends the terminal and says when it is back.
type borrower struct {
	run  func() error
	said string
}

func (b borrower) Init() tea.Cmd {
	return tea.Exec(loan{run: b.run}, func(error) tea.Msg { return "back again" })
}

func (b borrower) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if said, ok := msg.(string); ok {
		b.said = said
	}
	return b, nil
}

func (b borrower) View() tea.View { return tea.NewView(b.said) }

// sheet is a terminal that never makes its writer wait.
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

// What has the terminal for no time at all leaves the goroutine that paints
// none to end in: on one processor it has not even begun to.
func TestLendForAMoment(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var screen sheet
	program := tea.NewProgram(borrower{run: func() error { return nil }},
		tea.WithContext(t.Context()), tea.WithInput(nil), tea.WithOutput(&screen), tea.WithWindowSize(80, 24))
	ended := make(chan error, 1)
	go func() {
		_, err := program.Run()
		ended <- err
	}()
	for begun := time.Now(); !strings.Contains(screen.String(), "back again"); time.Sleep(time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Errorf("nothing was painted after it: %q", screen.String())
			break
		}
	}
	program.Quit()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
