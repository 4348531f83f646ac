package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/adrg/xdg"

	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/durable"
)

// The embedded drive is a daemon in a separate process that any number of
// clients share. A client finds it through the data folder:
//
//	embedded.lock  locked by the process as long as it lives, also when it is killed
//	embedded.json  the driveRecord; valid only while embedded.lock is locked
//	embedded.log   its log, and the reason of a crash
//
// A client that finds the lock free starts a process; of several that start at
// once, one gets the lock. The process ends when nothing has used it for a minute,
// and when its record is removed.
const (
	driveLock       = "embedded.lock"
	driveRecordName = "embedded.json"
	driveLog        = "embedded.log"
	longestLog      = 4 << 20               // bytes; a longer log becomes embedded.log.old
	driveWait       = 15 * time.Second      // longer than a process takes to start or to end
	driveRetry      = 50 * time.Millisecond // between two looks at the folder
)

var (
	// errDriveBusy means that another program has the data folder of the embedded
	// drive open, or that its process is starting or ending.
	errDriveBusy = errors.New("the embedded drive is in use")
	// errNoDrive means that no process serves the embedded drive.
	errNoDrive = errors.New("the embedded drive is not running")
)

// driveRecord is the content of embedded.json.
type driveRecord struct {
	session.EmbeddedDrive
	Protocol int `json:"protocol"` // wire.Version1; a client replaces a process with another one
	PID      int `json:"pid"`      // for the user
}

// driveReply is what a new process writes to its stdout, in one line.
type driveReply struct {
	Record driveRecord `json:"record"`
	Error  string      `json:"error,omitempty"`
	Busy   bool        `json:"busy,omitempty"`  // the error is errDriveBusy
	Errno  uintptr     `json:"errno,omitempty"` // the error of the system in it; 0 for none
}

// driveError is an error of the new process.
type driveError struct {
	text  string
	errno syscall.Errno
}

func (e *driveError) Error() string { return e.text }

// Unwrap returns the error of the system, for errors.Is.
func (e *driveError) Unwrap() error {
	if e.errno == 0 {
		return nil
	}
	return e.errno
}

// embedded is the drive of this computer with its data in dir.
type embedded struct {
	dir      string
	program  string        // the binary that serves it; blank for this one
	patience time.Duration // for another process to start or to end

	mu sync.Mutex // held by dial, so that this client starts one process at a time
}

// newEmbedded returns the drive with its data in dir, which is created when the
// drive starts. Blank is the user's data folder.
func newEmbedded(dir string) *embedded {
	if dir == "" {
		dir = filepath.Join(xdg.DataHome, "wangpan")
	}
	return &embedded{dir: absolute(dir), patience: driveWait}
}

// dial returns the address of the drive, and starts it if it is not running.
func (e *embedded) dial(ctx context.Context) (session.EmbeddedDrive, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	end := time.NewTimer(e.patience)
	defer end.Stop()
	for {
		drive, err := e.find()
		if errors.Is(err, errNoDrive) {
			drive, err = e.start(ctx)
		}
		switch {
		case err == nil:
			return drive, nil
		case ctx.Err() != nil:
			return drive, ctx.Err()
		case !errors.Is(err, errDriveBusy):
			return drive, fmt.Errorf("start the embedded drive: %w", err)
		}
		select {
		case <-ctx.Done():
			return drive, ctx.Err()
		case <-end.C:
			return drive, errDriveBusy
		case <-time.After(driveRetry):
		}
	}
}

// find returns the drive that a process serves. The error is errNoDrive when none
// does, and errDriveBusy while a process starts or ends.
func (e *embedded) find() (none session.EmbeddedDrive, err error) {
	lock, err := os.OpenFile(filepath.Join(e.dir, driveLock), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return none, errNoDrive
	}
	if err != nil {
		return none, err
	}
	defer lock.Close()
	if free, err := durable.TryLock(lock); err != nil {
		return none, err
	} else if free {
		return none, errNoDrive // a record is left from a crash
	}
	name := filepath.Join(e.dir, driveRecordName)
	info, err := os.Lstat(name)
	if err != nil {
		return none, errDriveBusy
	}
	if !ownFile(info) {
		return none, &fs.PathError{Op: "read", Path: name, Err: fs.ErrPermission}
	}
	var r driveRecord
	content, err := os.ReadFile(name)
	if err != nil {
		return none, errDriveBusy
	}
	host, _, broken := net.SplitHostPort(r.parse(content))
	if broken != nil || !net.ParseIP(host).IsLoopback() || r.Protocol != wire.Version1 {
		// A process that this client cannot use ends when its record is removed.
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return none, err
		}
		return none, errDriveBusy
	}
	return r.EmbeddedDrive, nil
}

// parse reads a record and returns its address; blank when it is none.
func (r *driveRecord) parse(content []byte) (addr string) {
	if err := json.Unmarshal(content, r); err != nil {
		return ""
	}
	return r.Addr
}

// start starts a process that serves the drive and outlives this one.
func (e *embedded) start(ctx context.Context) (none session.EmbeddedDrive, err error) {
	if err := os.MkdirAll(e.dir, 0o700); err != nil {
		return none, err
	}
	log, err := openLog(e.dir)
	if err != nil {
		return none, err
	}
	defer log.Close()
	program := e.program
	if program == "" {
		if program, err = os.Executable(); err != nil {
			return none, err
		}
	}
	// The process must not end with the client.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, driveCommandName, "--data", e.dir) //nolint:gosec // the program itself
	cmd.Dir, cmd.Stderr, cmd.SysProcAttr = e.dir, log, detached()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return none, err
	}
	if err := cmd.Start(); err != nil {
		return none, err
	}
	reply, err := await(ctx, func() (driveReply, error) {
		var r driveReply
		err := json.NewDecoder(out).Decode(&r)
		return r, err
	})
	switch {
	case ctx.Err() != nil:
		return none, errors.Join(ctx.Err(), cmd.Process.Release())
	case err != nil: // it crashed; the log has the reason
		return none, errors.Join(fmt.Errorf("see %s", log.Name()), cmd.Wait())
	case reply.Busy:
		return none, errors.Join(errDriveBusy, cmd.Wait())
	case reply.Error != "":
		return none, errors.Join(&driveError{reply.Error, syscall.Errno(reply.Errno)}, cmd.Wait())
	}
	return reply.Record.EmbeddedDrive, errors.Join(out.Close(), cmd.Process.Release())
}

// openLog opens the log of the drive for appending, and renames a long one.
func openLog(dir string) (*os.File, error) {
	name := filepath.Join(dir, driveLog)
	if info, err := os.Stat(name); err == nil && info.Size() > longestLog {
		_ = os.Rename(name, name+".old") // another client may have renamed it
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}
