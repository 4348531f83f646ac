package daemon

import (
	"net"
	"time"
)

// goneAfter is after how long a peer that has vanished without a word is given
// up: its host answers no keep-alive probe and acknowledges no data.
const goneAfter = 55 * time.Second

// keepAlive sends the last of five probes goneAfter the peer was last heard.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 10 * time.Second, Count: 4}

// watchPeer makes the kernel close raw when its peer has vanished. A socket that
// takes no such option is used as it is: Limits.Idle ends it in any case.
func watchPeer(raw net.Conn) {
	tcp, ok := raw.(*net.TCPConn)
	if !ok {
		return
	}
	_ = tcp.SetKeepAliveConfig(keepAlive)
	if socket, err := tcp.SyscallConn(); err == nil {
		limitUnacknowledged(socket)
	}
}
