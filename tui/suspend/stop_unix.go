//go:build !windows

package suspend

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stopTimeout is how long the signal may take to stop the process.
const stopTimeout = time.Second / 4

// Stop returns the terminal to the shell until the user continues the process
// (fg). It fails with ErrNoJobControl where no shell would continue it, such as
// in the command of an `ssh -t`.
func (t *Terminal) Stop() error { return t.Suspend(stop) }

// stop stops the process group, as the shell's own ctrl+z does. POSIX (2.4.3)
// ignores the signal in an orphaned process group.
func stop() error {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return err
	}
	for range 2 { // one timer may expire while the process is stopped
		select {
		case <-continued:
			return nil
		case <-time.After(stopTimeout):
		}
	}
	return ErrNoJobControl
}
