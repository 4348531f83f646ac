// Package client is the client's side of the wangpan protocol: it dials,
// checks the server's key, logs in, and has one method for each request. It
// knows no terminal and no local file; what it sends comes from an io.Reader
// and what it receives goes to an io.Writer.
//
//	c, err := client.Dial(ctx, "drive.lab", client.Options{Name: "backup 1.0", Trust: pinned})
//	session, err := c.Login(ctx, "alice", password)
//	listing, err := c.List(ctx, wire.ListArgs{Path: "/photos"})
//
// # One connection, many callers
//
// The methods of a [Client] may be called from any number of goroutines. Their
// requests travel on the one connection without waiting for one another, as
// many as the server allows ([wire.Limits].Ahead); further callers wait. The
// server answers in order, so a small request behind a big one waits for it:
// whoever wants to browse while files move takes a second connection and calls
// [Client.Join].
//
// A Client owns three goroutines: the reader hands out what arrives, the
// keeper notices a dead line, and the speaker sends pings and pongs. They end
// with the connection; [Client.Close] waits for them.
//
// # Cancelling
//
// When the context of a request ends, the call returns at once and the answer
// is dropped when it comes, with its body if that has at most 1 MiB left; the
// connection stays good. A long body is different: a [Client.Put] whose body is
// on its way, or a [Client.Get] or [Client.Blocks] with more to come, can not be
// taken back, so cancelling it closes the connection, and every other call on
// it fails with [ErrClosed]. Who has many small files uses [Client.Store], which
// can be left at any time.
//
// # When things go wrong
//
// A refusal is the server's [*wire.Error]; errors.Is(err, wire.NotFound) and
// the like work on every error that this package returns. Everything else ends
// the connection: [ErrLost], [ErrSilent] and [ErrStalled] (try again),
// [ErrNotWangpan] (the server violates the protocol; nothing that it sent is
// used, and trying again does not help; it is [wire.ErrProtocol] too),
// [ErrClosed] (by this side). [Client.Done] and [Client.Err] tell.
//
// # What is trusted
//
// Nothing. Names, sizes, offsets, counts and the order of a listing are
// checked against what was asked before a caller sees them, memory grows with
// the bytes that have arrived and never with a number that was announced, and
// the texts of errors and events are cut but otherwise left as they came: they
// must be made visible before a terminal sees them.
package client
