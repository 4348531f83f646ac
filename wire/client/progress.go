package client

import (
	"context"

	"wangpan/wire"
)

// Copy makes a copy of a file, or of a folder with its content, on the server. It fails
// with wire.Exists when the target exists. It may take long, and later answers on the
// connection wait for it. Closing the connection cancels it.
//
// progress is the ProgressFunc of the copy; it may be nil. It receives the bytes copied
// so far and the total. The goroutine that reads the connection calls it, so it must
// return soon and must not call methods of the Client. Copy does not call it after it
// has returned. Older servers report no progress.
func (c *Client) Copy(ctx context.Context, args wire.CopyArgs, progress func(done, total int64)) (wire.Entry, error) {
	args.Progress = progress != nil
	call, reply := newCall(wire.Copy, string(args.From), func(r *wire.StatReply) error {
		return checkEntryOf(r.Entry, args.To)
	})
	call.progress = progress
	err := c.do(ctx, call, args, nil)
	return result(call, reply).Entry, err
}

// reportProgress passes a progress event to the call that it is about.
func (c *Client) reportProgress(event wire.Event) error {
	if event.Done < 0 || event.Done > event.Size || event.Size > wire.MaxSize {
		return violation("an event: the progress is out of bounds")
	}
	call := c.head()
	if call == nil || call.id != event.ID || call.progress == nil {
		return nil // the call may have been answered or cancelled
	}
	if event.Done > call.reached {
		call.reached = event.Done
		c.advance()
	}
	call.use.Lock()
	defer call.use.Unlock()
	c.mu.Lock()
	wanted := !call.abandoned
	c.mu.Unlock()
	if wanted {
		c.line.socket.block(func() { call.progress(event.Done, event.Size) })
	}
	return nil
}
