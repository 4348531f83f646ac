//go:build !linux

package daemon

import "syscall"

// limitUnacknowledged does nothing where the system has no such bound.
func limitUnacknowledged(syscall.RawConn) {}
