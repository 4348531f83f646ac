// Package session is what the client knows about servers, and how it gets onto
// one. It has no screen and asks nobody anything: what needs a person's answer
// comes back as an error that carries the question.
//
// A [Keeper] remembers between runs: which key each server showed ([Keeper.Pin],
// as ssh's known_hosts does), who logged in where and with which token, and the
// settings. It never sees a password. What it is asked it answers from memory, so
// that a screen may ask; what changes something waits for the disk, and so does
// [Keeper.Reload], which brings in what another wangpan has changed.
//
// A [Dialer] makes connections whose server's key is checked in the handshake,
// before a byte of the protocol is sent, and turns them into a [Session]: one
// connection for browsing, and more on demand for transfers.
//
//	keeper, err := session.Open(session.DefaultDir())
//	dialer := &session.Dialer{Keeper: keeper, Name: "wangpan 1.0"}
//	s, err := dialer.Login(ctx, "drive.lab:7440", "alice", password)
//
// At first contact that is a [*KeyError] with the fingerprint to show. When the
// person agrees, Pin it and try again:
//
//	if unknown, ok := errors.AsType[*session.KeyError](err); ok && errors.Is(err, session.ErrUnknownKey) {
//		err = keeper.Pin(unknown.Server, unknown.Presented)
//	}
//
// A server that shows another key than the pinned one is [ErrChangedKey], and
// nothing here goes on from that: the pin has to be dropped first, by
// [Keeper.Forget], on purpose.
//
// The server named [Embedded] is the private daemon of this computer; the
// Dialer's Embedded function starts or finds it.
package session
