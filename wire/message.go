package wire

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// RequestName names a request.
type RequestName string

// The requests. The package documentation says what each takes and answers.
const (
	Hello    RequestName = "hello"    // HelloArgs → Welcome
	Register RequestName = "register" // RegisterArgs → RegisterReply
	Login    RequestName = "login"    // LoginArgs → SessionReply
	Join     RequestName = "join"     // JoinArgs → SessionReply
	Logout   RequestName = "logout"   // LogoutArgs → Empty
	Password RequestName = "password" // PasswordArgs → Empty
	Stat     RequestName = "stat"     // StatArgs → StatReply
	List     RequestName = "list"     // ListArgs → Listing
	Get      RequestName = "get"      // GetArgs → GetReply, body
	Blocks   RequestName = "blocks"   // BlocksArgs → BlocksReply, body
	Put      RequestName = "put"      // PutArgs, body → PutReply
	Commit   RequestName = "commit"   // CommitArgs → StatReply
	Uploads  RequestName = "uploads"  // UploadsArgs → UploadsReply
	Discard  RequestName = "discard"  // DiscardArgs → Empty
	Mkdir    RequestName = "mkdir"    // MkdirArgs → StatReply
	Usage    RequestName = "usage"    // Empty → UsageReply
	Move     RequestName = "move"     // MoveArgs → StatReply
	Remove   RequestName = "remove"   // RemoveArgs → RemoveReply
	Trash    RequestName = "trash"    // TrashArgs → TrashReply
	Restore  RequestName = "restore"  // RestoreArgs → RestoreReply
	Purge    RequestName = "purge"    // PurgeArgs → PurgeReply
	Copy     RequestName = "copy"     // CopyArgs → StatReply
	Search   RequestName = "search"   // SearchArgs → SearchReply
	Count    RequestName = "count"    // CountArgs → CountReply
	Watch    RequestName = "watch"    // WatchArgs → Empty
)

// FeatureKeys is the feature of servers that take keys.
const FeatureKeys = "keys"

// HasBody reports whether data frames follow a request of this name.
func (n RequestName) HasBody() bool { return n == Put }

// Request is a message from the client.
type Request struct {
	ID      uint64          `json:"id"`
	Request RequestName     `json:"request"`
	Key     Key             `json:"key,omitempty"` // only of requests that take one
	Args    json.RawMessage `json:"args,omitempty"`
}

// Reply is a message from the server: exactly one of Reply and Error is there.
type Reply struct {
	ID    uint64          `json:"id"`
	Reply json.RawMessage `json:"reply,omitempty"`
	Error *Error          `json:"error,omitempty"`
}

// Event is an unsolicited message from the server.
type Event struct {
	Event EventName `json:"event"`
	Text  string    `json:"text,omitempty"` // of GoingDown: one sentence for a person
	Path  Path      `json:"path,omitempty"` // of Changed: the folder

	// Of Progress, see ProgressEvent.
	ID   uint64 `json:"id,omitempty"`
	Done int64  `json:"done,omitempty"`
	Size int64  `json:"size,omitempty"`
}

// ProgressEvent is an Event of the kind Progress as the server sends it, with
// all fields.
type ProgressEvent struct {
	Event EventName `json:"event"`
	ID    uint64    `json:"id"`   // of the request
	Done  int64     `json:"done"` // bytes
	Size  int64     `json:"size"` // bytes in total
}

// EventName names an event.
type EventName string

// The events. A client passes over those that it does not know.
const (
	GoingDown EventName = "going_down" // the server stops: it is worth trying again later
	Changed   EventName = "changed"    // a watched folder, or an entry of it, has changed
	Progress  EventName = "progress"   // the progress of the running request
)

// Empty is the arguments or the reply of a request that has none.
type Empty struct{}

// Unmarshal decodes JSON that this program has stored. Bytes that are not UTF-8
// are refused instead of replaced. The error is an *Error of code Invalid and
// does not repeat the data. DecodeMessage decodes what a peer sent.
func Unmarshal(data []byte, into any) error {
	if !utf8.Valid(data) {
		return errNotUTF8()
	}
	return decodeChecked(data, into)
}

// Checker is implemented by messages that have rules beyond their types, such
// as a field that must be there.
type Checker interface{ Check() error }

// Marshal encodes a message. Unlike json.Marshal it does not write <, > and & as
// escapes: a path takes at most twice its bytes.
func Marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// UnmarshalArgs decodes the arguments of a request and checks them. Absent
// arguments are those of an empty object.
func UnmarshalArgs(data json.RawMessage, into any) error {
	if len(data) == 0 {
		data = json.RawMessage("{}")
	}
	if err := DecodeMessage(data, into); err != nil {
		return err
	}
	if checker, ok := into.(Checker); ok {
		return checker.Check()
	}
	return nil
}
