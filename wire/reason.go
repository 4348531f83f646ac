package wire

import (
	"errors"
	"slices"
)

// Reason says why an account cannot be used or a session ended, so that a
// client can say it in its user's language. The set is append-only; a client
// treats an unknown reason like none.
type Reason string

// The reasons.
const (
	ReasonDisabled            Reason = "disabled"              // the administrator disabled the account
	ReasonRemoved             Reason = "removed"               // the administrator removed the account
	ReasonPasswordChanged     Reason = "password_changed"      // by another session or the administrator
	ReasonLoggedOut           Reason = "logged_out"            // by another connection of the session
	ReasonLoggedOutEverywhere Reason = "logged_out_everywhere" // by another session
	ReasonExpired             Reason = "expired"               // the session reached its age limit
	ReasonReplaced            Reason = "replaced"              // too many later logins
)

// Reasons are all of them.
var Reasons = []Reason{
	ReasonDisabled, ReasonRemoved, ReasonPasswordChanged, ReasonLoggedOut,
	ReasonLoggedOutEverywhere, ReasonExpired, ReasonReplaced,
}

// ReasonOf returns the reason that err carries, or "" when it has none of
// [Reasons].
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok && slices.Contains(Reasons, e.Reason) {
		return e.Reason
	}
	return ""
}
