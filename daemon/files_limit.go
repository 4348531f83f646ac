package daemon

import (
	"errors"
	"net"
	"os"
	"syscall"

	"wangpan/wire"
)

var errNoFiles = wire.Errorf(wire.Busy, "the server has too many files open: try again soon")

// outOfFiles reports whether the process or the system has no file descriptor left.
func outOfFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// spareFile is a file descriptor that is kept for the time when there is no
// other: it lets a connection be accepted and told that the server is busy.
type spareFile struct{ file *os.File }

// open reports whether the file is open, and opens it if possible.
func (s *spareFile) open() bool {
	if s.file == nil {
		s.file, _ = os.Open(os.DevNull)
	}
	return s.file != nil
}

func (s *spareFile) close() {
	if s.file != nil {
		_ = s.file.Close()
		s.file = nil
	}
}

// acceptOnSpare accepts one connection on the spare file descriptor. It serves
// the connection if another has become free, and refuses it otherwise; then it
// returns when that is done. It reports whether it has accepted one.
func (d *Daemon) acceptOnSpare(l net.Listener, spare *spareFile) bool {
	if !spare.open() {
		return false
	}
	spare.close()
	raw, err := l.Accept()
	if err != nil {
		return false
	}
	if spare.open() {
		d.admit(raw, nil)
		return true
	}
	<-d.admit(raw, errNoFiles)
	return true
}
