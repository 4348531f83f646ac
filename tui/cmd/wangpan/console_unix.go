//go:build !windows

package main

import (
	"errors"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// terminalName is the terminal of the process, whatever its streams are.
const terminalName = "/dev/tty"

// mute makes a terminal in this state show nothing of what is typed.
func mute(state *term.State) { state.Lflag &^= unix.ECHO }

// readerGone reports whether err is that of writing to a pipe that nobody reads
// any more.
func readerGone(err error) bool { return errors.Is(err, unix.EPIPE) && !gone(err) }
