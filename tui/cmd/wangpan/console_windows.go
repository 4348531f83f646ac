package main

import (
	"errors"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/windows"
)

// terminalName is the console of the process, whatever its streams are.
const terminalName = "CONOUT$"

// mute makes a console in this state show nothing of what is typed.
func mute(state *term.State) { state.Mode &^= windows.ENABLE_ECHO_INPUT }

// readerGone reports whether err is that of writing to a pipe that nobody reads
// any more.
func readerGone(err error) bool {
	return (errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)) && !gone(err)
}
