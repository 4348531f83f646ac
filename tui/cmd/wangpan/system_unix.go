//go:build !windows

package main

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// terminalName is the terminal of the process, whatever its streams are.
const terminalName = "/dev/tty"

// mute makes a terminal in this state show nothing of what is typed.
func mute(state *term.State) { state.Lflag &^= unix.ECHO }

// readerGone reports whether err means that the reader of a pipe closed it.
func readerGone(err error) bool { return errors.Is(err, unix.EPIPE) && !gone(err) }

// detached returns the attributes of a process that outlives this one and its
// terminal: it runs in a new session, so that no signal of the terminal
// reaches it.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// ownFile reports whether a file belongs to the user of this process.
func ownFile(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
