package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
)

// errNoTerminal means that stdin is not a terminal, so no question can be asked.
var errNoTerminal = errors.New("there is no terminal to ask at")

// console asks the user at the terminal. It exists only when stdin is a terminal: a
// program that another program started must not wait for an answer.
type console struct {
	in    *os.File // nil: there is no terminal
	lines *bufio.Reader
	out   io.Writer
}

// openConsole finds the terminal behind stdin. Questions go to stderr, or past
// it to the terminal when stderr goes elsewhere.
func openConsole(stdin io.Reader, stderr io.Writer) console {
	if !isTerminal(stdin) {
		return console{}
	}
	in, _ := stdin.(*os.File)
	out := stderr
	if !isTerminal(stderr) {
		tty, err := os.OpenFile(terminalName, os.O_WRONLY, 0)
		if err != nil {
			return console{}
		}
		out = tty
	}
	return console{in: in, lines: bufio.NewReader(in), out: out}
}

// present reports whether there is a terminal to ask at.
func (c console) present() bool { return c.in != nil }

// ask writes a question and returns the line typed, without outer blanks.
// The end of the input is io.EOF.
func (c console) ask(ctx context.Context, question string) (string, error) {
	if !c.present() {
		return "", errNoTerminal
	}
	fmt.Fprint(c.out, question)
	line, err := await(ctx, func() (string, error) { return c.lines.ReadString('\n') })
	if err != nil {
		fmt.Fprintln(c.out)
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// askSecretly is ask without echo and without removing blanks. It restores the
// echo before it returns, also after ctrl+c.
func (c console) askSecretly(ctx context.Context, question string) (string, error) {
	if !c.present() {
		return "", errNoTerminal
	}
	before, err := term.GetState(c.in.Fd())
	if err != nil {
		return "", err
	}
	muted := *before
	mute(&muted)
	// Before the question: the user may start to type at once.
	if err := term.SetState(c.in.Fd(), &muted); err != nil {
		return "", err
	}
	defer func() {
		_ = term.Restore(c.in.Fd(), before) // it is gone when that fails
		fmt.Fprintln(c.out)
	}()
	fmt.Fprint(c.out, question)
	line, err := await(ctx, func() (string, error) { return c.lines.ReadString('\n') })
	return strings.TrimRight(line, "\r\n"), err
}

// await runs a read of the terminal, which nothing can interrupt, and gives it
// up when ctx ends: the program ends then, and the read with it.
func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := read()
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
