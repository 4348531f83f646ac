package main

import (
	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/windows"
)

// terminalName is the console of the process, whatever its streams are.
const terminalName = "CONOUT$"

// mute makes a console in this state show nothing of what is typed.
func mute(state *term.State) { state.Mode &^= windows.ENABLE_ECHO_INPUT }
