// Package session stores the servers that the client uses and makes connections to
// them. It has no user interface: where it needs a decision of the user, it returns an
// error that states the question. Read dialer.go and session.go for connections, and
// keeper.go for stored data; each file of the state folder has a Go file.
//
// A [Keeper] stores data between runs: the pinned key of each server ([Keeper.Pin],
// like ssh's known_hosts), the last logins with their tokens, bookmarks and the
// settings. It never stores a password. It answers reads from memory, so that a
// screen may read for every frame. Changes block on the disk, and so does
// [Keeper.Reload], which reads the changes of other wangpan processes.
//
// A [Dialer] makes connections. It checks the server's key in the handshake, before
// it sends a byte of the protocol. A login turns a connection into a [Session]: one
// connection for browsing, and further ones on demand for transfers.
//
//	keeper, err := session.Open(session.DefaultDir())
//	dialer := &session.Dialer{Keeper: keeper, Name: "wangpan 1.0"}
//	s, err := dialer.Login(ctx, "drive.lab:7440", "alice", password)
//
// At first contact, Login returns a [*KeyError] with the fingerprint to show. If the
// user agrees, pin the key and log in again:
//
//	if unknown, ok := errors.AsType[*session.KeyError](err); ok && errors.Is(err, session.ErrUnknownKey) {
//		err = keeper.Pin(unknown.Server, unknown.Presented)
//	}
//
// If a server shows another key than the pinned one, the error is [ErrChangedKey].
// Only [Keeper.Forget] removes the pin; no method of this package does so implicitly.
//
// The server named [Embedded] is the private daemon of this computer. The Dialer's
// Embedded function starts or finds it.
package session
