package wire

import "time"

// UploadID names a staged upload within an account: 32 lower-case hexadecimal
// digits of the client's choice.
type UploadID string

// UnmarshalText accepts 32 lower-case hexadecimal digits.
func (u *UploadID) UnmarshalText(text []byte) error {
	if !isHex128(text) {
		return Errorf(Invalid, "an upload is named by 32 lower-case hexadecimal digits")
	}
	*u = UploadID(text)
	return nil
}

// Condition is what a write may replace.
type Condition string

// The conditions.
const (
	IfAbsent  Condition = "absent"  // create only
	IfVersion Condition = "version" // replace this version only
	IfAny     Condition = "any"     // replace whatever is there
)

// Precondition is the condition of a write, with the version that IfVersion
// needs. The zero Precondition is none and not valid: every write names its own.
type Precondition struct {
	If      Condition `json:"if"`
	Version Version   `json:"version,omitempty"`
}

// Check demands one of the conditions, and a version exactly where one is needed.
func (p Precondition) Check() error {
	switch p.If {
	case IfAbsent, IfAny:
		if p.Version == "" {
			return nil
		}
	case IfVersion:
		if p.Version != "" {
			return nil
		}
	}
	return Errorf(Invalid, "a write says what it may replace: absent, any, or version with the version")
}

// The years that a time of modification may be in: those that nanoseconds in
// 64 bits reach, which is how file systems and programs keep it.
const (
	MinYear = 1678
	MaxYear = 2261
)

// PutArgs write a range of a staged upload; the body follows.
type PutArgs struct {
	Upload  UploadID  `json:"upload"`
	Path    Path      `json:"path"`
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mtime"`
	Offset  int64     `json:"offset,omitempty"`
	Length  *int64    `json:"length,omitempty"` // of the range; absent: up to Size
	Precondition
}

// End is the offset behind the range that a writes.
func (a PutArgs) End() int64 {
	if a.Length == nil {
		return a.Size
	}
	return a.Offset + *a.Length
}

// PutReply says what is staged of an upload, in bytes.
type PutReply struct {
	Upload   UploadID `json:"upload"`
	Received int64    `json:"received"` // of the whole file
	End      int64    `json:"end"`      // the offset behind what this body wrote
}

// CommitArgs make a staged upload real.
type CommitArgs struct {
	Upload UploadID `json:"upload"`
	Digest Digest   `json:"digest"`
	Precondition

	// Executable is the file's executable bit. nil: that of the file which is
	// replaced, and none for a new file.
	Executable *bool `json:"executable,omitempty"`
}

// DiscardArgs drop a staged upload.
type DiscardArgs struct {
	Upload UploadID `json:"upload"`
}

// UploadsArgs ask for the staged uploads of an account.
type UploadsArgs struct {
	Path  Path     `json:"path,omitempty"`  // those for this path only
	After UploadID `json:"after,omitempty"` // those after this one only
}

// UploadsReply is a page of the staged uploads in the order of their ids, as
// many as fit into a frame.
type UploadsReply struct {
	Uploads []Upload `json:"uploads"`
	More    bool     `json:"more,omitempty"` // others follow
}

// Upload is an unfinished file on the server.
type Upload struct {
	Upload   UploadID  `json:"upload"`
	Path     Path      `json:"path"`
	Size     int64     `json:"size"`
	ModTime  time.Time `json:"mtime"`
	Received int64     `json:"received"` // bytes staged so far
	Begun    time.Time `json:"begun"`
	Expires  time.Time `json:"expires"`
}

// Check demands an upload, a file's path, a size and offset within bounds, and a precondition.
func (a PutArgs) Check() error {
	if a.Upload == "" {
		return Errorf(Invalid, "the upload has no name")
	}
	if err := checkPath(a.Path); err != nil {
		return err
	}
	if a.Path == Root {
		return Errorf(Invalid, "/ is a folder")
	}
	if err := checkRange(0, &a.Size); err != nil {
		return err
	}
	if err := checkRange(a.Offset, a.Length); err != nil {
		return err
	}
	if a.Offset > a.Size || a.Length != nil && *a.Length > a.Size-a.Offset {
		return Errorf(Invalid, "the range ends past the size")
	}
	if y := a.ModTime.Year(); y < MinYear || y > MaxYear {
		return Errorf(Invalid, "the time of modification is missing or out of bounds")
	}
	return a.Precondition.Check()
}

// Check demands an upload and a precondition.
func (a CommitArgs) Check() error {
	if a.Upload == "" {
		return Errorf(Invalid, "the upload has no name")
	}
	if a.Digest == (Digest{}) {
		return Errorf(Invalid, "the digest is missing")
	}
	return a.Precondition.Check()
}

// Check demands an upload.
func (a DiscardArgs) Check() error {
	if a.Upload == "" {
		return Errorf(Invalid, "the upload has no name")
	}
	return nil
}

// FeatureExecutable is the feature of a server that stores the executable bit.
const FeatureExecutable = "executable"
