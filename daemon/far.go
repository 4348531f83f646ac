package daemon

import (
	"errors"
	"time"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// farPause is how long a client is left alone after it was told how far its
// request is.
const farPause = 200 * time.Millisecond

// far tells the client how far the request id is. Nobody but the request itself
// waits for a client that reads slowly.
func (c *connection) far(id uint64) storage.Far {
	var told time.Time
	return func(done, size int64) {
		if time.Since(told) < farPause {
			return
		}
		err := c.conn.WriteMessage(wire.KindEvent, wire.ProgressEvent{Event: wire.Progress, ID: id, Done: done, Size: size})
		if err = errors.Join(err, c.conn.Flush()); err != nil {
			c.cancel() // nobody is there who wants it
		}
		told = time.Now()
	}
}
