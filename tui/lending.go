package tui

import (
	"bytes"
	"io"
	"os/exec"
	"runtime/pprof"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
)

// lend gives the terminal to a program until it ends.
func lend(program *exec.Cmd, ended tea.ExecCallback) tea.Cmd {
	return tea.Exec(loan{program.Run, program}, ended)
}

// loan is the time for which somebody else has the terminal: that of run.
//
// Its end waits for the goroutine that paints. Bubble Tea (2.1.1 too) tells it
// to end and does not wait: a goroutine that is late then stops the clock that
// has been started for its successor, and nothing is painted any more
// (https://github.com/charmbracelet/bubbletea/issues/1778). A program that ends
// at once, or one on a busy machine, leaves it too little time.
type loan struct {
	run     func() error
	program *exec.Cmd // nil: this process itself does without the terminal
}

// SetStdin lends the program what the screen reads.
func (l loan) SetStdin(in io.Reader) {
	if l.program != nil {
		l.program.Stdin = in
	}
}

// SetStdout lends the program what the screen writes to.
func (l loan) SetStdout(out io.Writer) {
	if l.program != nil {
		l.program.Stdout = out
	}
}

// SetStderr lends the program what takes errors.
func (l loan) SetStderr(out io.Writer) {
	if l.program != nil {
		l.program.Stderr = out
	}
}

// painter is what the goroutine that paints is called in a list of all.
const painter = "bubbletea/v2.(*Program).startRenderer.func"

// painterPatience is how long the end of a loan waits for it: forever would be
// wrong where it is called something else, or another one paints elsewhere.
const painterPatience = 2 * time.Second

// Run returns when the program has ended and nothing paints any more.
func (l loan) Run() error {
	err := l.run()
	for begun := time.Now(); paints() && time.Since(begun) < painterPatience; {
		time.Sleep(time.Millisecond)
	}
	return err
}

// paints reports whether a goroutine that paints is still there.
func paints() bool {
	var all bytes.Buffer
	return pprof.Lookup("goroutine").WriteTo(&all, 1) == nil && bytes.Contains(all.Bytes(), []byte(painter))
}

// notSuspendedMsg says that the program goes on, since nobody would wake it.
type notSuspendedMsg struct{}

func (notSuspendedMsg) apply(m *Model) tea.Cmd {
	m.say(true, dialog.Say("screen.suspend_not"))
	return m.preview.pane.Resume()
}
