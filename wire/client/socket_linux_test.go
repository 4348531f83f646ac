package client

import (
	"net"
	"syscall"
	"testing"
)

// TestUnsentIsLimited asks the kernel: with megabytes of an upload before it, a
// ping on a slow line would come too late and the line would look dead.
func TestUnsentIsLimited(t *testing.T) {
	c := dial(t, serve(t, func(p *peer) { p.greet(); p.hangUp() }), trusting())
	raw, err := c.line.socket.Conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	if controlErr := raw.Control(func(fd uintptr) {
		got, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, notSentLowAt)
	}); controlErr != nil || err != nil {
		t.Fatal(controlErr, err)
	}
	if got != maxUnsent {
		t.Errorf("the kernel may hold %d bytes, want %d", got, maxUnsent)
	}
}
