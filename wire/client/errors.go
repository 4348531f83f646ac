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

// Why a connection could not be made or has ended. Refusals of single requests
// are *wire.Error instead.
var (
	// ErrUnreachable: no connection, for the reason that it wraps.
	ErrUnreachable = errors.New("cannot be reached")
	// ErrNotWangpan: the peer breaks the rules of this protocol. Such an error
	// is wire.ErrProtocol too.
	ErrNotWangpan error = notWangpanError("does not speak wangpan")
	// ErrLost: the connection was there and broke, or the server ended it; in
	// that case a *wire.Error says why.
	ErrLost = errors.New("the connection is lost")
	// ErrSilent: the line is dead without saying so. Such an error is ErrLost too.
	ErrSilent = errors.New("the server is silent")
	// ErrStalled: the server is connected, but a request made no progress for
	// longer than Timeouts.Answer allows. Such an error is ErrLost too.
	ErrStalled = errors.New("the server does not answer the request")
	// ErrClosed: this side ended the connection.
	ErrClosed = errors.New("the connection is closed")
)

// notWangpanError is the type of ErrNotWangpan.
type notWangpanError string

func (e notWangpanError) Error() string { return string(e) }

// Is reports whether target is wire.ErrProtocol, by which callers that know
// only package wire recognise a violation.
func (notWangpanError) Is(target error) bool { return target == wire.ErrProtocol }

// errGaveUp is what other calls see when one of them left a body unfinished.
var errGaveUp = fmt.Errorf("%w: a body was given up", ErrClosed)

// violation is a breach of the protocol. It is turned into ErrNotWangpan where
// the address is known; that it stands for itself keeps it from looking like a
// refusal by the server.
type violation string

func (v violation) Error() string { return string(v) }

func violationf(format string, args ...any) error {
	return violation(fmt.Sprintf(format, args...))
}

// ended says why reading or writing came to its end.
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

// reason takes away what package net adds around a cause: which call it was,
// and addresses that the reader of the sentence knows.
func reason(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	return err
}

// longestText bounds the sentence of a refusal, in bytes.
const longestText = 500

// refusal is e as a caller may rely on it: a code that is known and a sentence
// of bounded length.
func refusal(e *wire.Error) *wire.Error {
	code := e.Code
	if !code.Known() {
		code = wire.Internal
	}
	return &wire.Error{Code: code, Text: shorten(e.Text), ID: shorten(e.ID), Details: valid(e.Details), Reason: wire.Reason(shorten(string(e.Reason)))}
}

// valid returns details that a caller can use, or nil.
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

func shorten(s string) string {
	if len(s) <= longestText {
		return s
	}
	end := longestText
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.Clone(s[:end]) + "…"
}
