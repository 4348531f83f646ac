// Package suspend runs a Bubble Tea model and gives the terminal to other
// programs in between: to an editor, or to the shell after ctrl+z.
//
// Bubble Tea's own way, tea.Exec, sometimes leaves a screen that is never
// painted again (https://github.com/charmbracelet/bubbletea/issues/1778; 2.0.10
// and 2.1.1 have the fault). It stops its painting goroutine without waiting for
// it, and starts another one with the same ticker. If the first goroutine is
// late, it stops the ticker of the second.
//
// [Terminal] therefore ends the tea.Program before it gives the terminal away
// and runs a new one with the same model afterwards. Two programs share no
// ticker. TestExecStillFreezes fails as soon as tea.Exec works: then this package
// can become a call of tea.Exec.
//
// A tea.Program drops the results of commands that outlive it. A Terminal
// delivers them to the program that runs next. The exception is tea.Sequence:
// if a suspension comes between its commands, their results are lost.
package suspend

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// Errors of a Terminal.
var (
	// ErrEnded means that the model has quit, so that it cannot be suspended.
	ErrEnded = errors.New("the screen has ended")

	// ErrNoJobControl means that no shell would continue a stopped process.
	ErrNoJobControl = errors.New("no job control")
)

// Terminal is a terminal that a model and other programs use in turn. Except for
// Run, its methods are safe for concurrent use. They block, so call them in a
// tea.Cmd.
type Terminal struct {
	// Input and Output are passed to other programs. Nil means the standard input
	// and output of this process.
	Input  io.Reader
	Output io.Writer

	one sync.Mutex // held during a suspension, so that only one runs at a time

	// gate is read-locked while a message is sent, and locked during a
	// suspension. It guards program.
	gate    sync.RWMutex
	program *tea.Program

	ended chan struct{} // closed when Run returns
}

// New returns a Terminal for one Run.
func New() *Terminal { return &Terminal{ended: make(chan struct{})} }

// Run shows a model until it quits and returns the error of the tea.Program. The
// options must contain tea.WithContext(ctx). When ctx ends during a suspension, Run
// returns its error after that suspension.
func (t *Terminal) Run(ctx context.Context, model tea.Model, options ...tea.ProgramOption) error {
	defer close(t.ended)
	s := &screen{model: model, terminal: t}
	t.gate.Lock()
	t.program = tea.NewProgram(s, options...)
	t.gate.Unlock()
	for {
		_, err := t.program.Run()
		if err != nil || s.suspension == nil {
			return err
		}
		current := s.suspension
		s.suspension, s.resumed = nil, true
		err = current.run()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t.program = tea.NewProgram(s, options...) // Suspend holds the gate
		current.done <- err
	}
}

// Suspend ends the tea.Program, calls run, which may use the terminal, and shows the
// model again in a new tea.Program. The model then receives a tea.ResumeMsg. Suspend
// blocks until run returns. The error is that of run, or ErrEnded.
func (t *Terminal) Suspend(run func() error) error {
	t.one.Lock()
	defer t.one.Unlock()
	t.gate.Lock()
	defer t.gate.Unlock()
	if t.program == nil {
		return ErrEnded
	}
	s := &suspension{run, make(chan error, 1)}
	t.program.Send(s)
	select {
	case err := <-s.done:
		t.program.Send(tea.ResumeMsg{})
		return err
	case <-t.ended:
		return ErrEnded
	}
}

// Exec runs another program on the terminal and blocks until it ends. It returns the
// error of program.Run, or ErrEnded.
func (t *Terminal) Exec(program *exec.Cmd) error {
	program.Stdin, program.Stdout, program.Stderr = os.Stdin, os.Stdout, os.Stderr
	if t.Input != nil {
		program.Stdin = t.Input
	}
	if t.Output != nil {
		program.Stdout = t.Output
	}
	return t.Suspend(func() error { return ignoringKeys(program.Run) })
}

// deliver wraps a command so that its result goes to the tea.Program that runs when
// the command ends, which may be a later one.
func (t *Terminal) deliver(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			batch = slices.Clone(batch)
			for i := range batch {
				batch[i] = t.deliver(batch[i])
			}
			msg = batch
		}
		t.gate.RLock()
		defer t.gate.RUnlock()
		t.program.Send(msg)
		return nil
	}
}

// suspension is the message that ends a tea.Program so that run can use the terminal.
type suspension struct {
	run  func() error
	done chan error
}

// screen is the model that all programs of a Terminal run.
type screen struct {
	model      tea.Model
	terminal   *Terminal
	suspension *suspension // the one that ended the tea.Program; nil: the model has quit
	resumed    bool        // a suspension has ended: the model is initialized already
}

// Init initializes the model in the first tea.Program only.
func (s *screen) Init() tea.Cmd {
	if s.resumed {
		return nil
	}
	return s.terminal.deliver(s.model.Init())
}

// Update passes the message to the model.
func (s *screen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if msg, ok := msg.(*suspension); ok {
		s.suspension = msg
		return s, tea.Quit
	}
	model, cmd := s.model.Update(msg)
	s.model = model
	return s, s.terminal.deliver(cmd)
}

// View returns the view of the model.
func (s *screen) View() tea.View { return s.model.View() }
