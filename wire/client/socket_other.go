//go:build !linux && !darwin

package client

import "syscall"

// limitUnsent does nothing where the system has no such bound.
func limitUnsent(syscall.RawConn) error { return nil }
