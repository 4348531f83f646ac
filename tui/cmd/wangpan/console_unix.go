//go:build !windows

package main

import (
	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// terminalName is the terminal of the process, whatever its streams are.
const terminalName = "/dev/tty"

// mute makes a terminal in this state show nothing of what is typed.
func mute(state *term.State) { state.Lflag &^= unix.ECHO }
