package daemon

import (
	"net"
	"syscall"
	"testing"
)

// TestVanishedPeersAreGivenUp asks the kernel how long it waits for a peer.
func TestVanishedPeersAreGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = accepted.Close() }()
	watchPeer(accepted)
	socket, err := accepted.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		option int
		want   int
	}{
		{"seconds to the first probe", syscall.TCP_KEEPIDLE, 15},
		{"seconds between probes", syscall.TCP_KEEPINTVL, 10},
		{"probes", syscall.TCP_KEEPCNT, 4},
		{"milliseconds without an acknowledgement", userTimeout, 55_000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := 0
			controlErr := socket.Control(func(fd uintptr) {
				got, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tt.option)
			})
			if controlErr != nil || err != nil || got != tt.want {
				t.Errorf("%d (%v, %v), want %d", got, controlErr, err, tt.want)
			}
		})
	}
}
