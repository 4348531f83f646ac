package main

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/windows"
)

// terminalName is the console of the process, whatever its streams are.
const terminalName = "CONOUT$"

// mute makes a console in this state show nothing of what is typed.
func mute(state *term.State) { state.Mode &^= windows.ENABLE_ECHO_INPUT }

// readerGone reports whether err means that the reader of a pipe closed it.
func readerGone(err error) bool {
	return (errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)) && !gone(err)
}

// detached returns the attributes of a process that outlives this one and its
// console.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}

// ownFile reports whether a file belongs to the user of this process. The access
// list of the user's profile folder ensures it.
func ownFile(fs.FileInfo) bool { return true }
