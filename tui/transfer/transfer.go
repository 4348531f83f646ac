package transfer

import (
	"time"

	"wangpan/wire"
)

// ID names a transfer within its Queue. It is never used again.
type ID uint64

// Direction says which way the bytes go.
type Direction int

// The directions.
const (
	Download Direction = iota
	Upload
)

// Job is what a user asked for: one file, one way.
type Job struct {
	Direction Direction
	// Local is the file here: the target of a download, the source of an
	// upload. A relative path is that of the moment in which it is added.
	Local    string
	Remote   wire.Path // the file there
	IfExists Policy
}

// State is what a transfer is doing.
type State int

// The states.
const (
	Queued    State = iota // its turn will come
	Active                 // at work
	Paused                 // by the user
	Waiting                // for the network or for a busy server; goes on by itself
	Asking                 // for an answer to its Question
	Done                   // Result says what came of it
	Failed                 // Err says why; Retry may help
	Cancelled              // by the user; what was moved is kept
)

// Ended reports whether a transfer in state s does nothing more by itself and
// waits for nobody.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Phase is which part of its work an active transfer is at.
type Phase int

// The phases.
const (
	Looking    Phase = iota // at what is there, on both sides
	Comparing               // local bytes with the server's digests; see Read and ToRead
	Copying                 // the verified beginning of a local file; see Read and ToRead
	Moving                  // bytes over the network; see Done and Size
	Verifying               // what earlier runs left on this disk; see Read and ToRead
	Repairing               // blocks that were found to be wrong; see Repaired
	Committing              // making it durable and giving it its name
)

// Transfer is a copy of the state of one job. Sizes are in bytes.
type Transfer struct {
	ID ID
	Job
	State State
	Phase Phase // of an Active one

	Size     int64 // of the file; 0 until it is known
	Done     int64 // of it, what has arrived; includes Resumed
	Resumed  int64 // of it, what was not moved because it was there already
	Read     int64 // of ToRead, local bytes that this phase has read
	ToRead   int64
	Repaired int64     // fetched again because it was wrong
	LastByte time.Time // when something last moved; zero: never
	Restart  Restart   // why less was resumed than was there

	Question *Question // when Asking
	Err      error     // when Failed, and the cause when Waiting
	RetryAt  time.Time // when Waiting: the next try
	Result   *Result   // when Done

	Added, Started, Finished time.Time // zero: not yet
}

// Restart says why a transfer did not go on where an earlier one had stopped.
type Restart struct {
	Why  Reason
	Kept int64 // bytes from the start that were proven and kept
}

// Result is what came of a transfer that is Done.
type Result struct {
	Local     string      // the file here, under the name that it got
	Remote    wire.Path   // the file there, under the name that it got
	Entry     wire.Entry  // the file there; its version is the one that was moved
	Digest    wire.Digest // of the content; zero when it was skipped
	Identical bool        // nothing moved: both sides had the same content
	Skipped   bool        // nothing moved: the target exists
}

// Snapshot is the state of a Queue at one moment.
type Snapshot struct {
	Transfers []Transfer // in the order of the queue
	Counts    map[State]int
	Moved     int64 // bytes over the network since New, both ways; grows only
	Left      int64 // bytes still to move of transfers that are Queued, Active or Waiting and whose size is known

	Offline bool      // the server could not be reached at the last try
	RetryAt time.Time // when Offline: the next try
	Err     error     // when Offline: why
}
