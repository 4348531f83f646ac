package wire

import (
	"errors"
	"fmt"
)

// Code is why a request was refused, named by what the caller may do next. The
// set is closed and append-only. A Code is an error so that errors.Is(err,
// wire.NotFound) works on either side of the wire.
type Code string

// The codes.
const (
	NotFound        Code = "not_found"       // ask for something else
	Exists          Code = "exists"          // choose another name, or replace
	Conflict        Code = "conflict"        // read it again: it has changed since
	Denied          Code = "denied"          // not allowed, now or ever
	Unauthenticated Code = "unauthenticated" // log in first, or with other credentials
	QuotaExceeded   Code = "quota_exceeded"  // make room in the account
	NoSpace         Code = "no_space"        // the server's disk is full
	Invalid         Code = "invalid"         // the request breaks a rule: change it
	TooLarge        Code = "too_large"       // send less
	Busy            Code = "busy"            // another request uses it: try again soon
	RateLimited     Code = "rate_limited"    // too many tries: wait
	Unavailable     Code = "unavailable"     // not now: try again later
	Damaged         Code = "damaged"         // content is not what it should be
	Internal        Code = "internal"        // an error of the server; its log has the cause
)

var codes = map[Code]bool{
	NotFound: true, Exists: true, Conflict: true, Denied: true, Unauthenticated: true,
	QuotaExceeded: true, NoSpace: true, Invalid: true, TooLarge: true, Busy: true,
	RateLimited: true, Unavailable: true, Damaged: true, Internal: true,
}

// Known reports whether c is one of the codes above.
func (c Code) Known() bool { return codes[c] }

// Error makes a Code usable as a target of errors.Is.
func (c Code) Error() string { return string(c) }

// Error is a refusal as it crosses the wire.
type Error struct {
	Code Code   `json:"code"`
	Text string `json:"text"`         // one sentence for a person
	ID   string `json:"id,omitempty"` // finds an internal error in the server's log

	// Reason says why an account cannot be used or a session ended. It is optional.
	Reason Reason `json:"reason,omitempty"`

	// Details says what a quota_exceeded or no_space is about. It is optional.
	Details *Details `json:"details,omitempty"`
}

// Details are the amounts behind a quota_exceeded or no_space.
type Details struct {
	Unit      Unit  `json:"unit"`
	Needed    int64 `json:"needed"`          // by the request, in addition to the present usage
	Available int64 `json:"available"`       // at the time of the request
	Limit     int64 `json:"limit,omitempty"` // of the account; 0: the limit is the server's disk
}

// Unit is what the amounts in Details count. Clients ignore Details with an
// unknown unit.
type Unit string

// The units.
const (
	UnitBytes   Unit = "bytes"
	UnitEntries Unit = "entries" // files, folders, items of the trash and their contents, staged uploads
	UnitUploads Unit = "uploads" // staged uploads
)

// Errorf makes an Error. The text must hold no host path, address or stack.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Text: fmt.Sprintf(format, args...)}
}

// WithDetails returns a copy of e that carries d.
func (e *Error) WithDetails(d Details) *Error {
	detailed := *e
	detailed.Details = &d
	return &detailed
}

func (e *Error) Error() string {
	if e.ID != "" {
		return fmt.Sprintf("%s (%s)", e.Text, e.ID)
	}
	return e.Text
}

// Is makes errors.Is(err, wire.NotFound) true for an Error of that code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// CodeOf returns the code that err carries, or Internal when it has none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok && e.Code.Known() {
		return e.Code
	}
	if code, ok := errors.AsType[Code](err); ok && code.Known() {
		return code
	}
	return Internal
}
