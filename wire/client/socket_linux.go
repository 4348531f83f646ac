package client

import "syscall"

// notSentLowAt is TCP_NOTSENT_LOWAT of linux/tcp.h, which package syscall does not name.
const notSentLowAt = 25

// limitUnsent bounds what the kernel takes from us before it is sent.
func limitUnsent(socket syscall.RawConn) error {
	return socket.Control(func(fd uintptr) {
		// An old kernel refuses, and is used as it is.
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, notSentLowAt, maxUnsent)
	})
}
