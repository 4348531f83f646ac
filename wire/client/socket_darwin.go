package client

import "syscall"

// notSentLowAt is TCP_NOTSENT_LOWAT of netinet/tcp.h on darwin, which package syscall does not name.
const notSentLowAt = 0x201

// limitUnsent sets maxUnsent as the number of bytes that the kernel buffers.
func limitUnsent(socket syscall.RawConn) error {
	return socket.Control(func(fd uintptr) {
		// Old kernels do not support the option; ignore the error.
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, notSentLowAt, maxUnsent)
	})
}
