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

// Job is what a user asked for: one file or folder, one way.
type Job struct {
	Direction Direction
	// Local is the file here: the target of a download, the source of an
	// upload. A relative path is that of the moment in which it is added.
	Local  string
	Remote wire.Path // the file there
	// Folder says that Local and Remote are folders and everything in the one
	// is to be in the other. The target is made when it is missing; the folder
	// above it must be there. What is in the target already stays, and IfExists
	// is about its files.
	Folder   bool
	IfExists Policy
	// KeepMode of an upload says that Local is a temporary file whose
	// executable bit means nothing. It is not kept in the journal.
	KeepMode bool
}

// JobKey identifies what a Job moves and where to. Jobs with the same JobKey
// are the same work, whatever their Policy.
type JobKey struct {
	Direction Direction
	Local     string
	Remote    wire.Path
}

// Key returns the JobKey of j.
func (j Job) Key() JobKey { return JobKey{j.Direction, j.Local, j.Remote} }

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
	ID     ID
	Parent ID // the folder that it belongs to; 0: none
	Job
	State State
	Phase Phase // of an Active one
	Tree  *Tree // of a folder; nil: it is a file

	Size     int64 // of the file; 0 until it is known; of the files of a folder that are known
	Done     int64 // of it, what has arrived; includes Resumed
	Resumed  int64 // of it, what was not moved because it was there already
	Read     int64 // of ToRead, local bytes that this phase has read
	ToRead   int64
	Repaired int64     // fetched again because it was wrong
	LastByte time.Time // when something last moved; zero: never
	Streams  int       // connections over which an Active file moves
	Stall    Stall     // who is to blame when an Active one does not move
	Restart  Restart   // why less was resumed than was there

	Question *Question // when Asking; nil for a folder, which asks through its children
	Err      error     // when Failed, and the cause when Waiting
	RetryAt  time.Time // when Waiting: the next try
	Result   *Result   // when Done

	Added, Started, Finished time.Time // zero: not yet
}

// Tree is what a folder's transfer has found and done so far. Its files are
// transfers of their own, with Parent, which a Snapshot shows while they are
// Active, Waiting or Asking, or have Failed, and not more than a hundred of
// them. A folder is Asking when nothing but questions of its files holds it.
type Tree struct {
	Files   int64 // found so far
	Folders int64 // found so far, the first one not counted
	Bytes   int64 // of the files found so far
	Counted bool  // the walk has ended: Files and Bytes are all there are

	Done      int64 // files; with the identical and the skipped ones
	Identical int64 // of Done
	Skipped   int64 // of Done, with those that the user cancelled
	Unmoved   int64 // bytes of the identical and the skipped ones
	Failed    int64 // files, and folders that could not be read or made
	Asking    int64 // open questions

	Left    []Left // what was left out, the first hundred
	LeftOut int64  // how much was left out

	// Made are the folders that an upload has made on the server, without those
	// inside one of them, and not more than a thousand.
	Made []wire.Path
}

// Left is something that a folder's transfer leaves out.
type Left struct {
	Path string // local for an upload, remote for a download
	Why  error  // ErrLink, ErrNotRegular, ErrLocalName, ErrRemoteName, ErrTooDeep; nil: the server cannot name it
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
	Replaced  bool        // of an upload: an older file had the name and is in the trash now
}

// Snapshot is the state of a Queue at one moment.
type Snapshot struct {
	Transfers []Transfer // in the order of the queue; children follow their folder
	// Counts says how many transfers of the queue are in each state, the ones
	// that Options.Rows hides included. Children do not count, but for Asking:
	// there it is the number of open questions, whoever asks.
	Counts map[State]int
	// Identical and Skipped say how many of those that are Done moved nothing: a
	// file for one of these reasons, a folder in which no file was moved.
	Identical, Skipped int

	Hidden int   // transfers that Options.Rows has left out of Transfers
	Moved  int64 // bytes over the network since New, both ways; grows only
	Done   int64 // bytes of the transfers that have ended as Done since New; grows only
	There  int64 // bytes that are there, since whenever, of the transfers that Left counts
	Left   int64 // bytes still to move of transfers that are Queued, Active or Waiting and whose size is known

	Offline bool      // the server could not be reached at the last try
	RetryAt time.Time // when Offline: the next try
	Err     error     // when Offline: why
}
