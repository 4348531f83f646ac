//go:build !windows

package tui

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

// errNoShell means that nobody could bring a suspended program back. POSIX says
// that the signal does nothing then (2.4.3, orphaned process group): so it is for
// the command of an `ssh -t`.
var errNoShell = errors.New("no shell would bring the program back")

// stopPatience is how long the signal may take to stop the process.
const stopPatience = time.Second / 4

// suspend gives the terminal back to the shell until the person returns (fg).
func suspend() tea.Msg {
	return tea.Exec(loan{run: stop}, func(err error) tea.Msg {
		if err != nil {
			return notSuspendedMsg{}
		}
		return tea.ResumeMsg{}
	})()
}

// stop stops the program as the shell's own ctrl+z would: with all that runs in
// its group.
func stop() error {
	back := make(chan os.Signal, 1)
	signal.Notify(back, syscall.SIGCONT)
	defer signal.Stop(back)
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return err
	}
	for range 2 { // time that passes while it is stopped counts only once
		select {
		case <-back:
			return nil
		case <-time.After(stopPatience):
		}
	}
	return errNoShell
}
