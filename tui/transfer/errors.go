package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"wangpan/wire"
)

// Reasons for a transfer to fail on this computer. Refusals by the server are
// *wire.Error. Test for them with errors.Is. [Error] contains the file.
var (
	ErrTargetFolder  = errors.New("download folder unusable")
	ErrUnreadable    = errors.New("local file unreadable")
	ErrVanished      = errors.New("local file not found")
	ErrIsFolder      = errors.New("is a folder")
	ErrNotFolder     = errors.New("not a folder")
	ErrTooMany       = errors.New("too many entries in the folder")
	ErrNotRegular    = errors.New("not a regular file")
	ErrLocalChanged  = errors.New("local file changed during the transfer")
	ErrRemoteChanged = errors.New("remote file keeps changing")
	ErrDiskFull      = errors.New("local disk full")
	ErrDisk          = errors.New("local disk error")
	ErrExists        = errors.New("target exists")
	ErrInUse         = errors.New("in use by another transfer")
	ErrDamaged       = errors.New("data damaged in transit")
	ErrServer        = errors.New("invalid reply from the server")
	ErrUnreachable   = errors.New("server unreachable")
	ErrClosed        = errors.New("queue closed")
	ErrSomeFailed    = errors.New("some files of the folder failed")
	ErrInternal      = errors.New("internal error")
)

// Reasons not to move an entry of a folder; see [Omitted].
var (
	ErrLink       = errors.New("is a link")
	ErrLocalName  = errors.New("name not allowed on this computer")
	ErrRemoteName = errors.New("name not allowed on the server")
	ErrTooDeep    = errors.New("path too deep")
)

// TreeError is the error of a folder of which some files failed. It wraps
// ErrSomeFailed and the error of the first file that failed.
type TreeError struct {
	Failed int64
	First  error
}

func (e *TreeError) Error() string {
	return fmt.Sprintf("%d failed, the first: %v", e.Failed, e.First)
}

// Unwrap returns ErrSomeFailed and the first failure.
func (e *TreeError) Unwrap() []error { return []error{ErrSomeFailed, e.First} }

// Error is a failure of one file.
type Error struct {
	Kind error  // one of the variables above
	Path string // local or remote, as the job named it; may be blank
	Why  Reason // of ErrExists under the policy Resume: why it was not resumed
	Err  error  // the cause; may be nil

	Needed, Free int64 // bytes, of an ErrDiskFull before the first byte; else 0
}

func (e *Error) Error() string {
	s := e.Kind.Error()
	if e.Path != "" {
		s = e.Path + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Reasons to end an attempt, but not its transfer.
var (
	errPaused    = errors.New("paused")
	errCancelled = errors.New("cancelled")
	errLookAgain = errors.New("state changed: inspect again")
	errDiscarded = errors.New("discarded")
)

// lostError means that a connection was lost, or could not be made.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// isLost reports whether err means a lost connection, so that waiting helps.
func isLost(err error) bool {
	_, ok := errors.AsType[*lostError](err)
	return ok
}

// isRefusal reports whether err is an error that the server replied with.
func isRefusal(err error) bool {
	if isLost(err) {
		return false // it may contain the server's reason for closing the connection
	}
	if _, ok := errors.AsType[*wire.Error](err); ok {
		return true
	}
	_, ok := errors.AsType[wire.Code](err)
	return ok
}

// isTemporary reports whether err is a temporary refusal.
func isTemporary(err error) bool {
	return isRefusal(err) && (errors.Is(err, wire.Busy) || errors.Is(err, wire.RateLimited) || errors.Is(err, wire.Unavailable))
}

// fromServer classifies the error of a request. It returns the cause of ctx if ctx
// has ended, a refusal unchanged, ErrServer for a violation of the protocol, and a
// lost connection for any other error.
func fromServer(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isRefusal(err):
		return err
	case errors.Is(err, wire.ErrProtocol):
		return &Error{Kind: ErrServer, Err: err}
	default:
		return &lostError{err}
	}
}

// fromDisk classifies an error of writing at path. It returns ErrDiskFull for a
// full disk and the kind otherwise for any other error.
func fromDisk(otherwise error, path string, err error) error {
	switch {
	case err == nil:
		return nil
	case isDiskFull(err):
		return &Error{Kind: ErrDiskFull, Path: path, Err: cause(err)}
	default:
		return &Error{Kind: otherwise, Path: path, Err: cause(err)}
	}
}

// cause returns the system's error without the path, which the caller adds.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
