package transfer

import (
	"time"

	"wangpan/wire"
)

// ID identifies a transfer in its Queue. A Queue never reuses an ID.
type ID uint64

// Direction is the way that the bytes go.
type Direction int

// The directions.
const (
	Download Direction = iota
	Upload
)

// Job is a request to move one file or folder in one direction.
type Job struct {
	Direction Direction
	// Local is the local file: the target of a download or the source of an
	// upload. Add resolves a relative path.
	Local  string
	Remote wire.Path // the file on the server
	// Folder says that Local and Remote are folders. The transfer copies the
	// contents of one into the other. It makes the target if it does not exist;
	// its parent folder must exist. Other files in the target stay. IfExists
	// applies to each file.
	Folder   bool
	IfExists Policy
	// KeepMode says that the source of an upload is a temporary file: its
	// executable bit is not sent. The journal does not store it.
	KeepMode bool
}

// JobKey identifies the source and the target of a Job. Jobs with the same JobKey
// do the same work; their Policy may differ.
type JobKey struct {
	Direction Direction
	Local     string
	Remote    wire.Path
}

// Key returns the JobKey of j.
func (j Job) Key() JobKey { return JobKey{j.Direction, j.Local, j.Remote} }

// State is the state of a transfer.
type State int

// The states.
const (
	Queued    State = iota // waits for a place
	Active                 // runs
	Paused                 // by the user
	Waiting                // for the network or for a busy server; continues without help
	Asking                 // needs an answer to its Question
	Done                   // see Result
	Failed                 // see Err; Retry may help
	Cancelled              // by the user; partials and staged uploads stay
)

// Ended reports whether a transfer in state s is finished: Done, Failed or
// Cancelled.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Phase is the current step of an active transfer.
type Phase int

// The phases.
const (
	Looking    Phase = iota // inspects the target and the source
	Comparing               // compares local bytes with the server's digests; see Read and ToRead
	Copying                 // copies the verified beginning of a local file; see Read and ToRead
	Moving                  // sends or receives; see Done and Size
	Verifying               // reads the data of earlier runs again; see Read and ToRead
	Repairing               // moves damaged blocks again; see Repaired
	Committing              // flushes the file and renames it
)

// Transfer is a copy of the state of one transfer. Sizes are in bytes.
type Transfer struct {
	ID     ID
	Parent ID // the transfer of its folder; 0: none
	Job
	State State
	Phase Phase // when Active
	Tree  *Tree // nil: it is a file

	Size     int64 // of the file, 0 until it is known; of a folder, of the files found so far
	Done     int64 // bytes that have arrived; includes Resumed
	Resumed  int64 // bytes that had arrived before this transfer
	Read     int64 // local bytes that this phase has read, of ToRead
	ToRead   int64
	Repaired int64     // bytes that moved again because of damage
	LastByte time.Time // when a byte last moved; zero: never
	Streams  int       // connections over which an Active file moves
	Stall    Stall     // why an Active transfer does not move
	Restart  Restart   // why resuming kept less than had arrived

	Question *Question // when Asking; nil for a folder, whose children ask
	Err      error     // the cause when Failed or Waiting
	RetryAt  time.Time // when Waiting: the next attempt
	Result   *Result   // when Done

	Added, Started, Finished time.Time // zero: not yet
}

// Tree is the progress of a folder. Its files are transfers with Parent. A
// Snapshot contains at most a hundred of them, those that are Active, Waiting,
// Asking or Failed. A folder is Asking when only questions of its files remain.
type Tree struct {
	Files   int64 // found so far
	Folders int64 // found so far, the first one not counted
	Bytes   int64 // of the files found so far
	Counted bool  // the walk has ended: Files and Bytes are final

	Done      int64 // files; includes Identical and Skipped
	Identical int64 // of Done
	Skipped   int64 // of Done; includes cancelled files
	Unmoved   int64 // bytes of the Identical and Skipped files
	Failed    int64 // files, and folders that could not be read or made
	Asking    int64 // open questions

	Omitted      []Omitted // the first hundred entries that were not moved
	OmittedCount int64     // number of entries that were not moved

	// Made are the first thousand folders that an upload made on the server. A
	// folder within another one of them is not included.
	Made []wire.Path
}

// Omitted is an entry of a folder that the transfer does not move.
type Omitted struct {
	Path string // local for an upload, remote for a download
	Why  error  // ErrLink, ErrNotRegular, ErrLocalName, ErrRemoteName, ErrTooDeep; nil: the server cannot name it
}

// Restart says why a transfer did not continue where an earlier one stopped.
type Restart struct {
	Why  Reason
	Kept int64 // bytes from the beginning that were verified and kept
}

// Result is the result of a transfer that is Done.
type Result struct {
	Local     string      // the local file, under its final name
	Remote    wire.Path   // the remote file, under its final name
	Entry     wire.Entry  // the remote file; its version is the one that was moved
	Digest    wire.Digest // of the content; zero when it was skipped
	Identical bool        // nothing moved: both sides had the same content
	Skipped   bool        // nothing moved: the target exists
	Replaced  bool        // an upload replaced an older file, which is in the trash
}

// Snapshot is the state of a Queue at one moment.
type Snapshot struct {
	Transfers []Transfer // in the order of the queue; children follow their folder
	// Counts is the number of transfers in each state, including those that
	// Options.Rows hides. It does not count children, except for Asking: there it
	// is the number of open questions of files and children.
	Counts map[State]int
	// Identical and Skipped are the numbers of transfers that are Done and moved
	// nothing. A folder counts if none of its files moved.
	Identical, Skipped int

	Hidden         int   // transfers that Options.Rows hides
	Moved          int64 // bytes over the network since New, both ways; never decreases
	Done           int64 // bytes of the transfers that became Done since New; never decreases
	BytesDone      int64 // bytes that have arrived, of the transfers in BytesRemaining
	BytesRemaining int64 // bytes still to move, of transfers that are Queued, Active or Waiting and whose size is known

	Offline bool      // the last attempt did not reach the server
	RetryAt time.Time // when Offline: the next attempt
	Err     error     // when Offline: why
}
