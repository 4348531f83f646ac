package daemon

import (
	"crypto/tls"
	"io"
	"time"
)

const (
	// refusalTime is how long a refused connection may take for TLS.
	refusalTime = time.Second
	// lingerTime is how long the peer may take to read the last message.
	lingerTime = time.Second
)

// linger ends this side of the connection and reads on until the peer ends its
// own, or lingerTime is over. A close with unread bytes would reset the
// connection, and the peer would lose the last message.
func (c *connection) linger() {
	_ = c.line.SetDeadline(time.Now().Add(lingerTime))
	if secure, ok := c.raw.(*tls.Conn); ok {
		_ = secure.CloseWrite()
	}
	half, ok := c.line.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.line.SetDeadline(time.Now().Add(lingerTime))
	_, _ = io.Copy(io.Discard, c.line.Conn)
}
