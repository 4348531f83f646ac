package client

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"unicode/utf8"

	"wangpan/wire"
)

// The reasons why a connection could not be made or has ended. The refusal of a single
// request is a *wire.Error instead.
var (
	// ErrUnreachable means that no connection could be made. It wraps the cause.
	ErrUnreachable = errors.New("cannot be reached")
	// ErrNotWangpan means that the peer violates the protocol. The error is also
	// wire.ErrProtocol.
	ErrNotWangpan error = notWangpanError("does not speak wangpan")
	// ErrLost means that the connection broke or that the server ended it. In the
	// second case the error also wraps a *wire.Error with the reason.
	ErrLost = errors.New("the connection is lost")
	// ErrSilent means that no byte arrived for Timeouts.Silence although the server
	// owed an answer. The error is also ErrLost.
	ErrSilent = errors.New("the server is silent")
	// ErrStalled means that the server responds to pings, but a request made no
	// progress for longer than Timeouts.Answer allows. The error is also ErrLost.
	ErrStalled = errors.New("the server does not answer the request")
	// ErrClosed means that this side closed the connection.
	ErrClosed = errors.New("the connection is closed")
)

// notWangpanError is the type of ErrNotWangpan.
type notWangpanError string

func (e notWangpanError) Error() string { return string(e) }

// Is reports whether target is wire.ErrProtocol, by which callers that know
// only package wire recognise a violation.
func (notWangpanError) Is(target error) bool { return target == wire.ErrProtocol }

// errGaveUp is the error of all other calls when the client closes the connection
// because a call with a long body was cancelled.
var errGaveUp = fmt.Errorf("%w: a transfer was cancelled", ErrClosed)

// violation is a violation of the protocol by the server. Client.ended wraps it with
// ErrNotWangpan and the address. It is a separate type so that errors.Is does not take
// it for a refusal (*wire.Error).
type violation string

func (v violation) Error() string { return string(v) }

func violationf(format string, args ...any) error {
	return violation(fmt.Sprintf(format, args...))
}

// ended returns err, with which reading or writing ended, as an error for Err.
func (c *Client) ended(err error) error {
	_, broken := errors.AsType[violation](err)
	switch {
	case errors.Is(err, ErrClosed), errors.Is(err, ErrLost):
		return err
	case broken, errors.Is(err, wire.ErrFrameLength), errors.Is(err, wire.ErrFrameKind):
		return fmt.Errorf("%s %w: %w", c.address, ErrNotWangpan, err)
	case wire.TimedOut(err):
		return fmt.Errorf("%w: %w: a frame took too long", ErrLost, ErrStalled)
	}
	return fmt.Errorf("%w: %w", ErrLost, reason(err))
}

// reason returns the cause of a network error, without the system call and the addresses
// that package net adds.
func reason(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	return err
}

// maxText is the maximum length of a text from the server, in bytes.
const maxText = 500

// refusal returns a copy of e with a known code and texts of at most maxText bytes.
func refusal(e *wire.Error) *wire.Error {
	code := e.Code
	if !code.Known() {
		code = wire.Internal
	}
	return &wire.Error{Code: code, Text: shorten(e.Text), ID: shorten(e.ID), Details: valid(e.Details), Reason: wire.Reason(shorten(string(e.Reason)))}
}

// valid returns d if its numbers and its unit are valid, and nil otherwise.
func valid(d *wire.Details) *wire.Details {
	if d == nil || d.Needed < 0 || d.Available < 0 || d.Limit < 0 {
		return nil
	}
	switch d.Unit {
	case wire.UnitBytes, wire.UnitEntries, wire.UnitUploads:
		return d
	default:
		return nil
	}
}

// shorten cuts s to at most maxText bytes, at the start of a rune.
func shorten(s string) string {
	if len(s) <= maxText {
		return s
	}
	end := maxText
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.Clone(s[:end]) + "…"
}
