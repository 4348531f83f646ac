package daemon

import "syscall"

// userTimeout is TCP_USER_TIMEOUT of linux/tcp.h, which package syscall does not name.
const userTimeout = 18

// limitUnacknowledged bounds how long sent data may stay unacknowledged. The
// kernel sends no keep-alive probes in that time, and tries for 15 minutes
// otherwise.
func limitUnacknowledged(socket syscall.RawConn) {
	_ = socket.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, userTimeout, int(goneAfter.Milliseconds()))
	})
}
