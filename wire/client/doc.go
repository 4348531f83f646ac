// Package client implements the client side of the wangpan protocol: it dials, checks
// the server's key, logs in, and has one method for each request. It uses neither a
// terminal nor local files: bodies come from an io.Reader and go to an io.Writer.
//
// Read client.go and call.go first: a Client, and a request from its start to its
// answer. Then reader.go handles all that arrives. The methods are in the files named
// after their requests. keepalive.go and stall.go detect a lost connection.
//
//	c, err := client.Dial(ctx, "drive.lab", client.Options{Name: "backup 1.0", Trust: pinned})
//	session, err := c.Login(ctx, "alice", password)
//	listing, err := c.List(ctx, wire.ListArgs{Path: "/photos"})
//
// # One connection, many callers
//
// The methods of a [Client] are safe for concurrent use. Their requests are sent on one
// connection without waiting for earlier answers, up to [wire.Limits].Ahead requests;
// further callers wait. The server answers in order, so a small request after a large
// one waits for it. To browse during transfers, make a second connection and call
// [Client.Join] on it.
//
// A Client owns three goroutines. The reader handles all frames that arrive. The keeper
// detects a lost connection. The speaker sends pings and pongs. They end with the
// connection; [Client.Close] waits for them.
//
// # Cancelling
//
// When the context of a request ends, the call returns at once. The reader drops the
// answer when it arrives, with its body if at most 1 MiB of that is left, and the
// connection stays usable. The protocol cannot cancel a longer body: if the context ends
// during the body of a [Client.Put], or with more than 1 MiB left of a [Client.Get] or
// [Client.Blocks], the Client closes the connection, and all other calls fail with
// [ErrClosed]. For many small files use [Client.Store], which can be cancelled at any
// time.
//
// # Errors
//
// A refusal by the server is a [*wire.Error]; errors.Is(err, wire.NotFound) and similar
// tests work on every error of this package. All other errors end the connection:
//
//   - [ErrLost], [ErrSilent] and [ErrStalled]: a new connection may help.
//   - [ErrNotWangpan]: the server violates the protocol. The Client returns none of the
//     invalid data. The error is also [wire.ErrProtocol].
//   - [ErrClosed]: this side closed the connection.
//
// [Client.Done] and [Client.Err] report the end of the connection.
//
// # Untrusted data
//
// The Client trusts no data from the server. It checks names, sizes, offsets, counts and
// the order of a listing against the request before it returns them. It allocates memory
// for bytes that have arrived, never for announced ones. It shortens the texts of errors
// and events, but does not change them otherwise: the caller must make them printable
// before it shows them.
package client
