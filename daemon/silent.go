package daemon

import (
	"errors"
	"net"
	"sync/atomic"
	"time"

	"wangpan/wire"
)

// hearing notes when a client was last heard, beneath TLS, where single bytes
// are seen.
type hearing struct {
	net.Conn
	last  atomic.Int64 // nanoseconds since 1970
	held  atomic.Bool  // this side does not listen just now
	first func()       // called when the first bytes arrive, by who reads; nil after that
}

func newHearing(raw net.Conn) *hearing {
	h := &hearing{Conn: raw}
	h.last.Store(time.Now().UnixNano())
	return h
}

func (h *hearing) Read(b []byte) (int, error) {
	n, err := h.Conn.Read(b)
	if n > 0 {
		h.last.Store(time.Now().UnixNano())
		if h.first != nil {
			h.first()
			h.first = nil
		}
	}
	return n, err
}

// hold runs f, during which nobody listens: that is no silence of the client.
func (h *hearing) hold(f func()) {
	h.held.Store(true)
	defer func() {
		h.last.Store(time.Now().UnixNano())
		h.held.Store(false)
	}()
	f()
}

// silent reports whether nothing was heard for d.
func (h *hearing) silent(d time.Duration) bool {
	return !h.held.Load() && time.Since(time.Unix(0, h.last.Load())) >= d
}

// wanted passes on the error of a request for an upload. When another
// connection is at it, that is ended if it is dead.
func (c *connection) wanted(upload wire.UploadID, err error) error {
	if errors.Is(err, wire.Busy) {
		c.d.release(c.account, upload)
	}
	return err
}

// release ends the connections that write an upload of account and have gone
// silent: their client has lost the line, and asks for the upload on another.
// It finds it busy once more at most.
func (d *Daemon) release(account string, upload wire.UploadID) {
	for _, c := range d.registry.ofAccount(account) {
		if writes := c.writes.Load(); writes == nil || *writes != upload || !c.line.silent(d.limits.Silence) {
			continue
		}
		d.log.Debug("ended a silent connection whose upload is wanted", "account", account, "address", c.address)
		_ = c.line.Close()
	}
}
