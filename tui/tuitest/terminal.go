//go:build !windows

// Package tuitest runs a real program on a real pty with an emulated screen
// behind it, so that a test presses keys and reads what a person would see.
//
//	term := tuitest.Start(t, exec.Command("wangpan"), 80, 24)
//	term.Wait("Log in")
//	term.Type("alice\t")
//
// Waiting is for something to appear, never for time to pass.
package tuitest

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// patience is how long a Wait may take before the test fails. It is no
// measure of speed: a healthy program needs a fraction of it.
const patience = 60 * time.Second

// Terminal is a program on a pty.
type Terminal struct {
	tb      testing.TB
	cmd     *exec.Cmd
	pty     *os.File
	screen  *vt.SafeEmulator
	written atomic.Int64  // bytes that the program has sent
	mu      sync.Mutex    // guards raw
	raw     []byte        // the last of them
	changed chan struct{} // capacity 1
	ended   chan struct{} // closed when the program has ended and all of its output is shown
	err     error         // of the program; read after ended
	pumps   sync.WaitGroup
}

// Start runs cmd on a pty of the given size. The end of the test kills it if
// it has not ended. TERM is xterm-256color unless cmd.Env says otherwise.
func Start(tb testing.TB, cmd *exec.Cmd, columns, rows int) *Terminal {
	tb.Helper()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append([]string{"TERM=xterm-256color"}, cmd.Env...)
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}) //nolint:gosec // sizes of the tests' own
	if err != nil {
		tb.Fatal(err)
	}
	term := &Terminal{
		tb: tb, cmd: cmd, pty: file,
		screen:  vt.NewSafeEmulator(columns, rows),
		changed: make(chan struct{}, 1),
		ended:   make(chan struct{}),
	}
	term.pumps.Go(func() { _, _ = io.Copy(file, term.screen) }) // answers to what the program asks its terminal
	go term.show()
	tb.Cleanup(term.close)
	return term
}

// show feeds the screen until the program ends.
func (term *Terminal) show() {
	buf := make([]byte, 32<<10)
	for {
		n, err := term.pty.Read(buf)
		if n > 0 {
			term.keep(buf[:n]) // first: who sees the screen may look for what drew it
			term.written.Add(int64(n))
			_, _ = term.screen.Write(buf[:n])
			select {
			case term.changed <- struct{}{}:
			default:
			}
		}
		if err != nil {
			break
		}
	}
	term.err = term.cmd.Wait()
	close(term.ended)
}

func (term *Terminal) close() {
	_ = term.kill()
	<-term.ended
	// The emulator's own Close races with its Read; the end of its pipe does not.
	if answers, ok := term.screen.InputPipe().(io.Closer); ok {
		_ = answers.Close()
	}
	term.pumps.Wait()
	_ = term.pty.Close()
}

// Screen is what a person sees now: a line a row, without colours, blanks at
// the end of a line cut.
func (term *Terminal) Screen() string {
	lines := strings.Split(ansi.Strip(term.screen.Render()), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \r")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Styled is the screen with its colours, as escape codes.
func (term *Terminal) Styled() string { return term.screen.Render() }

// Wait returns the screen as soon as all texts stand on it.
func (term *Terminal) Wait(texts ...string) string {
	term.tb.Helper()
	return term.WaitFor(strings.Join(texts, ", "), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// WaitGone returns the screen as soon as text does not stand on it any more.
func (term *Terminal) WaitGone(text string) string {
	term.tb.Helper()
	return term.WaitFor("no "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// WaitFor returns the screen as soon as it is right; what says what that means.
func (term *Terminal) WaitFor(what string, right func(screen string) bool) string {
	term.tb.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		screen := term.Screen()
		if right(screen) {
			return screen
		}
		select {
		case <-term.changed:
		case <-look.C: // right may ask for more than the screen
		case <-term.ended:
			if screen = term.Screen(); right(screen) {
				return screen
			}
			term.tb.Fatalf("the program ended (%v) before the screen showed %q:\n%s", term.err, what, screen)
		case <-deadline.C:
			term.tb.Fatalf("the screen does not show %q:\n%s", what, screen)
		}
	}
}

// Type presses keys: plain text, or control characters and escape sequences.
func (term *Terminal) Type(keys string) {
	term.tb.Helper()
	if _, err := io.WriteString(term.pty, keys); err != nil {
		term.tb.Fatal(err)
	}
}

// lit is a button that Enter would press.
var lit = regexp.MustCompile(`▌[A-Z] `)

// Answer presses a key in the dialog of that title, which may have opened by
// itself: it is deaf until its buttons light up. Then it waits for it to go.
func (term *Terminal) Answer(key, title string) {
	term.tb.Helper()
	term.WaitFor(title+", with a button lit", func(screen string) bool {
		return strings.Contains(screen, title) && lit.MatchString(screen)
	})
	term.Type(key)
	term.WaitGone(title)
}

// Keys that are no characters, as a terminal sends them.
const (
	Enter     = "\r"
	Escape    = "\x1b"
	Tab       = "\t"
	Backspace = "\x7f"
	Up        = "\x1b[A"
	Down      = "\x1b[B"
	CtrlC     = "\x03"
	CtrlU     = "\x15"
)

// Resize changes the size of the terminal.
func (term *Terminal) Resize(columns, rows int) {
	term.tb.Helper()
	term.screen.Resize(columns, rows)
	if err := pty.Setsize(term.pty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil { //nolint:gosec // sizes of the tests' own
		term.tb.Fatal(err)
	}
}

// rawKept is how many bytes Raw looks back.
const rawKept = 1 << 20

func (term *Terminal) keep(sent []byte) {
	term.mu.Lock()
	defer term.mu.Unlock()
	term.raw = append(term.raw, sent...)
	term.raw = term.raw[max(0, len(term.raw)-rawKept):]
}

// Raw is the last of what the program has sent, as it sent it: sequences that
// show nothing are in it.
func (term *Terminal) Raw() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return string(term.raw)
}

// Written is how many bytes the program has sent so far: what a slow link
// would have had to carry.
func (term *Terminal) Written() int64 { return term.written.Load() }

// Kill ends the program as a power cut would.
func (term *Terminal) Kill() {
	term.tb.Helper()
	if err := term.kill(); err != nil {
		term.tb.Fatal(err)
	}
	<-term.ended
}

// kill ends the program and all that it started: a child that lived on would
// keep the terminal open. The program leads a session, and so a group.
func (term *Terminal) kill() error {
	return syscall.Kill(-term.cmd.Process.Pid, syscall.SIGKILL)
}

// Ended waits for the program to end by itself and returns its exit code.
func (term *Terminal) Ended() int {
	term.tb.Helper()
	select {
	case <-term.ended:
	case <-time.After(patience):
		term.tb.Fatalf("the program goes on:\n%s", term.Screen())
	}
	if exit, ok := errors.AsType[*exec.ExitError](term.err); ok {
		return exit.ExitCode()
	}
	if term.err != nil {
		term.tb.Fatal(term.err)
	}
	return 0
}
