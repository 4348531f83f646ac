//go:build !windows

package control

import "golang.org/x/sys/unix"

// errRefused is what dialling a socket that nobody listens on answers.
const errRefused = unix.ECONNREFUSED
