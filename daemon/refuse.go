package daemon

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"wangpan/wire"
)

// refuse answers r with err.
func (c *connection) refuse(r request, err error) error {
	return c.conn.WriteMessage(wire.KindMessage, wire.Reply{ID: r.ID, Error: c.refusalOf(r, err)})
}

// refusalOf returns what a client gets for err, which is logged when it is internal.
func (c *connection) refusalOf(r request, err error) *wire.Error {
	refusal := refusalOf(err)
	if outOfFiles(err) {
		c.d.filesLog.add(c.address, "request", string(r.Request.Request), "error", err)
	}
	if refusal.Code == wire.Internal && !errors.Is(err, wire.Internal) { // else it was logged before
		c.d.log.Error("request failed", "request", string(r.Request.Request), "account", c.account, "id", refusal.ID, "error", err)
	}
	return refusal
}

// refusalOf is the one function that maps causes to codes. A cause that is not
// meant for users becomes internal, with an id that finds it in the log.
func refusalOf(err error) *wire.Error {
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Code.Known() {
		return e
	}
	// What an account store says to users, see Accounts.
	if e, ok := errors.AsType[interface {
		error
		Code() string
	}](err); ok && wire.Code(e.Code()).Known() {
		refusal := wire.Errorf(wire.Code(e.Code()), "%s", e.Error())
		if why, ok := e.(interface{ Reason() string }); ok {
			refusal.Reason = wire.Reason(why.Reason())
		}
		return refusal
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return errGoingDown
	}
	if outOfFiles(err) {
		return errNoFiles
	}
	var id [6]byte
	_, _ = rand.Read(id[:]) // never fails, see crypto/rand
	return &wire.Error{
		Code: wire.Internal,
		Text: "something went wrong on the server: its administrator finds the reason in the log",
		ID:   hex.EncodeToString(id[:]),
	}
}

var errGoingDown = wire.Errorf(wire.Unavailable, "the server is going down: try again later")
