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

	"wangpan/daemon/control"
	"wangpan/wire"
)

// longestSecret bounds what is read of a file with a password or an invitation,
// in bytes. The book takes passwords of no more than 256.
const longestSecret = 4 << 10

// newPassword returns the password in a file, or asks for it at the terminal:
// twice, since nobody sees what is typed, and not before it is sure that the
// command can have an effect.
func (p *program) newPassword(ctx context.Context, file, name string, command control.Command) (string, error) {
	if file != "" {
		return p.secretIn(file, "password")
	}
	in, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(in.Fd()) {
		return "", usagef("there is no terminal to ask for the password at: name a --password-file, or - for stdin")
	}
	_, err := p.ask(ctx, control.Request{Command: control.List, Name: name})
	switch {
	case command == control.Add && err == nil:
		return "", wire.Errorf(wire.Exists, "there is an account %q already", name)
	case command == control.Add && errors.Is(err, wire.NotFound):
	case err != nil:
		return "", err
	}
	for {
		password, err := p.askSecretly(ctx, in, fmt.Sprintf("New password for %s: ", visible(name)))
		if err != nil {
			return "", err
		}
		again, err := p.askSecretly(ctx, in, "Once more: ")
		if err != nil || password == again {
			return password, err
		}
		fmt.Fprintln(p.stderr, "The two differ.")
	}
}

// secretIn reads the first line of a file, or of stdin for "-", without its line
// break. what it is stands in errors.
func (p *program) secretIn(file, what string) (string, error) {
	source := p.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", usagef("the %s can not be read from %s: %v", what, file, err)
		}
		defer f.Close()
		source = f
	}
	// Line by line: who writes to a pipe may keep it open.
	line, err := bufio.NewReader(io.LimitReader(source, longestSecret+1)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", usagef("the %s can not be read from %s: %v", what, file, err)
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if line == "" || len(line) > longestSecret {
		return "", usagef("the first line of %s is no %s", file, what)
	}
	return line, nil
}

// askSecretly asks for what must not be seen. Echo is back when it returns, also
// after ctrl+c; the read, which nothing can interrupt, then ends with the program.
func (p *program) askSecretly(ctx context.Context, in *os.File, question string) (string, error) {
	terminal := in.Fd()
	before, err := term.GetState(terminal)
	if err != nil {
		return "", err
	}
	fmt.Fprint(p.stderr, question)
	defer fmt.Fprintln(p.stderr)
	type answer struct {
		line []byte
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(terminal)
		answers <- answer{line, err}
	}()
	select {
	case a := <-answers:
		if errors.Is(a.err, io.EOF) {
			a.err = context.Canceled // ctrl+d
		}
		return string(a.line), a.err
	case <-ctx.Done():
		_ = term.Restore(terminal, before) // it is gone when that fails
		return "", ctx.Err()
	}
}
