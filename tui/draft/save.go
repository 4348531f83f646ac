package draft

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// MaxEdit is the maximum size, in bytes, of a file for which Fetch makes a draft.
const MaxEdit = 16 << 20

// maxNames is how many names a NewName save tries.
const maxNames = 100

// Drive is the server with the files. A *session.Session satisfies it.
type Drive interface {
	// Dial returns a connection, which the caller closes.
	Dial(ctx context.Context) (*client.Client, error)
	// Repeat runs do with c, and again over other connections when one is lost.
	Repeat(ctx context.Context, c *client.Client, do func(context.Context, *client.Client) error) error
}

// Fetch makes a draft of a file on the server. text reports whether the file
// looks like text. A file over MaxEdit fails with wire.TooLarge.
func (s *Store) Fetch(ctx context.Context, drive Drive, origin string, at wire.Path) (d *Draft, text bool, err error) {
	c, err := drive.Dial(ctx)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = c.Close() }() // nothing was written
	var content bytes.Buffer
	reply, err := transfer.Fetch(ctx, c, wire.GetArgs{Path: at}, func(reply wire.GetReply) (io.Writer, error) {
		if reply.Entry.Size > MaxEdit { // the file has grown since it was listed
			return nil, wire.Errorf(wire.TooLarge, "the file has grown")
		}
		return &content, nil
	})
	if err != nil {
		return nil, false, err
	}
	record := Record{Origin: origin, Path: at, Version: reply.Entry.Version}
	d, err = s.New(record, transfer.LocalName(at.Base()), content.Bytes())
	return d, !bytes.ContainsRune(content.Bytes(), 0), err
}

// Target says which file a save may replace.
type Target int

// The targets.
const (
	BaseVersion Target = iota // the version that the user edited, at Draft.Path
	AnyVersion                // any file at Draft.Path; the server moves it to the trash
	NewName                   // none: the text gets a free name in the folder of Draft.Path
)

// ConflictError means that the file on the server is no longer the version that the user
// edited.
type ConflictError struct {
	Theirs wire.StatReply // the present file; its entry has no name if the file was removed
	err    error
}

func (e *ConflictError) Error() string { return e.err.Error() }

// Unwrap returns the refusal of the server.
func (e *ConflictError) Unwrap() error { return e.err }

// Saved is the result of a save.
type Saved struct {
	Path     wire.Path
	Version  wire.Version
	Replaced bool         // a file was replaced, which is in the trash
	Base     wire.Version // the replaced version; blank when it is not known
}

// Save is one save of a text of a draft. It belongs to one goroutine at a time.
type Save struct {
	Draft   *Draft
	Content []byte
	Target  Target

	// The following fields keep the state between runs.

	names  int           // NewName: how many names were tried and are taken
	looked bool          // AnyVersion: absent is known
	absent bool          // AnyVersion: no file had the path
	upload wire.UploadID // the staged upload; blank: none
	key    wire.Key      // of the commit of upload
	sent   bool          // the commit was sent and its answer is not known
}

// Run saves the text. If it fails and [Refused] is false for the error, the caller may
// call Run again later. All calls together make at most one version: after a lost
// answer, Run repeats the commit with the same key.
//
// A BaseVersion save fails with a *ConflictError when others changed the file.
func (s *Save) Run(ctx context.Context, drive Drive) (saved Saved, err error) {
	c, err := drive.Dial(ctx)
	if err != nil {
		return Saved{}, err
	}
	defer func() { _ = c.Close() }() // the answers have arrived, or the next Run repeats the requests
	err = drive.Repeat(ctx, c, func(ctx context.Context, c *client.Client) error {
		saved, err = s.run(ctx, c)
		return err
	})
	return saved, err
}

// Refused reports whether an error is the server's answer to a save.
func Refused(err error) bool {
	_, refused := errors.AsType[*wire.Error](err)
	return refused && !errors.Is(err, client.ErrLost)
}

// run is one attempt of Run with the connection c.
func (s *Save) run(ctx context.Context, c *client.Client) (Saved, error) {
	at := s.Draft.Path
	switch s.Target {
	case AnyVersion:
		if !s.looked {
			_, err := c.Stat(ctx, at)
			if s.absent = errors.Is(err, wire.NotFound); err != nil && !s.absent {
				return Saved{}, err
			}
			s.looked = true
		}
		version, err := s.put(ctx, c, at, wire.Precondition{If: wire.IfAny})
		return Saved{Path: at, Version: version, Replaced: !s.absent}, err
	case NewName:
		return s.putBeside(ctx, c)
	case BaseVersion:
	}
	base := s.Draft.Version
	version, err := s.put(ctx, c, at, wire.Precondition{If: wire.IfVersion, Version: base})
	if errors.Is(err, wire.Conflict) || errors.Is(err, wire.NotFound) || errors.Is(err, wire.Exists) {
		version, err = s.compare(ctx, c, at, err)
	}
	return Saved{Path: at, Version: version, Replaced: true, Base: base}, err
}

// compare returns the version at a path if its content is the text of s: an earlier run
// of the program has saved it. Otherwise it fails with a *ConflictError that wraps
// refusal.
func (s *Save) compare(ctx context.Context, c *client.Client, at wire.Path, refusal error) (wire.Version, error) {
	theirs, err := c.Stat(ctx, at)
	switch {
	case err != nil && !errors.Is(err, wire.NotFound):
		return "", err
	case err == nil && s.isIn(theirs):
		return theirs.Entry.Version, nil
	}
	return "", &ConflictError{theirs, refusal}
}

// isIn reports whether a file has the text of s as its content.
func (s *Save) isIn(reply wire.StatReply) bool {
	return reply.Digest != nil && *reply.Digest == Sum(s.Content)
}

// putBeside saves the text under the first free conflictName.
func (s *Save) putBeside(ctx context.Context, c *client.Client) (Saved, error) {
	for {
		at, err := s.Draft.Path.Dir().Join(conflictName(string(s.Draft.Path.Base()), s.names))
		if err != nil {
			return Saved{}, err
		}
		version, err := s.put(ctx, c, at, wire.Precondition{If: wire.IfAbsent})
		if !errors.Is(err, wire.Exists) || s.names == maxNames {
			return Saved{Path: at, Version: version}, err
		}
		s.names++
	}
}

// put uploads the text and commits it. If an earlier commit has no answer, put repeats
// that commit only.
func (s *Save) put(ctx context.Context, c *client.Client, at wire.Path, on wire.Precondition) (wire.Version, error) {
	again := s.sent
	if !again {
		if s.upload != "" { // an earlier upload was interrupted
			_ = c.Discard(ctx, s.upload) // otherwise it expires
		}
		s.upload, s.key = wire.UploadID(wire.NewKey()), wire.NewKey()
		_, err := c.Put(ctx, wire.PutArgs{
			Upload: s.upload, Path: at, Size: int64(len(s.Content)), ModTime: time.Now(), Precondition: on,
		}, bytes.NewReader(s.Content))
		if err != nil {
			return "", s.refused(ctx, c, err)
		}
	}
	s.sent = true
	args := wire.CommitArgs{Upload: s.upload, Digest: Sum(s.Content), Precondition: on}
	reply, err := c.Commit(wire.WithKey(ctx, s.key), args)
	if again && errors.Is(err, wire.NotFound) {
		// The server has neither the answer nor the upload. The file shows whether
		// the commit was carried out.
		reply, err = c.Stat(ctx, at)
		switch {
		case err == nil && s.isIn(reply):
		case err == nil || errors.Is(err, wire.NotFound):
			s.upload, s.sent = "", false
			return s.put(ctx, c, at, on)
		}
	}
	return reply.Entry.Version, s.refused(ctx, c, err)
}

// refused returns err. If err is a final answer of the server about this upload, it also
// discards the upload, so that the next attempt starts with a new one.
func (s *Save) refused(ctx context.Context, c *client.Client, err error) error {
	passing := []error{wire.Busy, wire.RateLimited, wire.Unavailable, wire.Internal, wire.Unauthenticated}
	if !Refused(err) || slices.ContainsFunc(passing, func(code error) bool { return errors.Is(err, code) }) {
		return err
	}
	_ = c.Discard(ctx, s.upload) // otherwise it expires
	s.upload, s.sent = "", false
	return err
}

// conflictName returns the n-th alternative to a name, from 0: "a (conflict).txt", then
// "a (conflict 2).txt".
func conflictName(name string, n int) string {
	if n == 0 {
		return transfer.MarkedName(name, " (conflict)")
	}
	return transfer.MarkedName(name, fmt.Sprintf(" (conflict %d)", n+1))
}
