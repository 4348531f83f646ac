package accounts

// failure is an error that a person caused or has to act upon: a code of the protocol, and one
// sentence that may cross the wire. It never holds a host path.
type failure struct {
	code, text string
	kind       *failure // the sentinel that this is a case of; nil for the sentinel itself
	reason     string   // the protocol's reason, where an account cannot be used
}

func (f *failure) Error() string { return f.text }

// Code returns the protocol's code for this error.
func (f *failure) Code() string { return f.code }

// Reason returns the protocol's reason why the account cannot be used, or "".
func (f *failure) Reason() string { return f.reason }

func (f *failure) Unwrap() error {
	if f.kind == nil {
		return nil
	}
	return f.kind
}

// because returns the same kind of failure with a sentence of its own.
func (f *failure) because(text string) error { return &failure{code: f.code, text: text, kind: f} }

// What the methods of a Book answer; test with errors.Is. All have a method Code() string.
var (
	ErrTaken       error = errTaken
	ErrName        error = errName
	ErrPassword    error = errPassword
	ErrCredentials error = errCredentials
	ErrGone        error = errGone
	ErrNotOpen     error = errNotOpen
	ErrInvitation  error = errInvitation
	ErrFull        error = errFull
	ErrQuota       error = errQuota
	ErrEntryLimit  error = errEntryLimit
	ErrBusy        error = errBusy
	ErrJournal     error = errJournal
	ErrClosed      error = errClosed
	ErrInUse       error = errInUse
)

var (
	errTaken       = &failure{code: "exists", text: "this user name is taken; choose another one"}
	errName        = &failure{code: "invalid", text: "choose a user name of 2 to 32 letters, digits, dots, dashes or underscores that begins with a letter or a digit"}
	errPassword    = &failure{code: "invalid", text: "choose a password of 8 to 256 bytes"}
	errCredentials = &failure{code: "unauthenticated", text: "user name or password is wrong; type both again"}
	errGone        = &failure{code: "denied", text: "this account cannot be used; ask the administrator of this drive"}
	errDisabled    = &failure{code: "denied", text: "this account is disabled; ask the administrator of this drive", kind: errGone, reason: "disabled"}
	errUnusable    = &failure{code: "denied", text: "this account cannot be used; ask the administrator of this drive", kind: errGone, reason: "disabled"}
	errRemoved     = &failure{code: "denied", text: "this account was removed; ask the administrator of this drive", kind: errGone, reason: "removed"}
	errNotOpen     = &failure{code: "denied", text: "this drive takes no registrations; ask its administrator for an account"}
	errInvitation  = &failure{code: "denied", text: "this invitation code is not valid; ask the administrator of this drive for one"}
	errFull        = &failure{code: "unavailable", text: "this drive has no room for another account; ask its administrator"}
	errQuota       = &failure{code: "invalid", text: "give the quota as a size such as 10 GB, or unlimited, or leave it blank for the default"}
	errEntryLimit  = &failure{code: "invalid", text: "give the entry limit as a whole number such as 50,000, or unlimited, or leave it blank for the default"}
	errBusy        = &failure{code: "busy", text: "too many people are logging in at once; try again in a few seconds"}
	errJournal     = &failure{code: "unavailable", text: "the accounts can not be written at the moment; try again later or tell the administrator"}
	errClosed      = &failure{code: "unavailable", text: "the server is going down; try again in a moment"}
	errInUse       = &failure{code: "unavailable", text: "these accounts are in use by another daemon; stop it first"}
)
