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

// MaxEdit is the size, in bytes, up to which Fetch makes drafts of files.
const MaxEdit = 16 << 20

// maxNames bounds the names that a NewName save tries.
const maxNames = 100

// Drive is the server that drafts are fetched from and saved on. A
// session.Session satisfies it.
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
	defer func() { _ = c.Close() }() // it only read
	var content bytes.Buffer
	reply, err := transfer.Fetch(ctx, c, wire.GetArgs{Path: at}, func(reply wire.GetReply) (io.Writer, error) {
		if reply.Entry.Size > MaxEdit { // it grew after it was listed
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

// Target is what a save may replace.
type Target int

// The targets.
const (
	BaseVersion Target = iota // the version that the draft was made of
	AnyVersion                // whatever is at the path; that goes to the trash
	NewName                   // nothing: the text gets a free name beside the path
)

// ConflictError means that the file is not the version any more that the draft
// was made of. Theirs is what the server has now; its entry has no name when the
// file was removed.
type ConflictError struct {
	Theirs wire.StatReply
	err    error
}

func (e *ConflictError) Error() string { return e.err.Error() }

// Unwrap returns the refusal of the server.
func (e *ConflictError) Unwrap() error { return e.err }

// Saved is the result of a save.
type Saved struct {
	Path     wire.Path
	Version  wire.Version
	Replaced bool         // the trash has what was there before
	Base     wire.Version // that was replaced; blank when it is not known
}

// Save is one save of a text of a draft. It belongs to one goroutine at a time.
type Save struct {
	Draft   *Draft
	Content []byte
	Target  Target

	names  int  // of NewName, that are taken
	looked bool // absent is known
	absent bool // of AnyVersion: the path was free
	upload wire.UploadID
	key    wire.Key // of the commit of upload
	sent   bool     // the commit was sent, and its answer is not known
}

// Run saves the text. When it fails without an answer of the server ([Refused]),
// it may run again later, on another connection, too. All runs together make one
// version: an answer that was lost is asked for again with the same key.
//
// A BaseVersion save fails with a *ConflictError when others changed the file.
func (s *Save) Run(ctx context.Context, drive Drive) (saved Saved, err error) {
	c, err := drive.Dial(ctx)
	if err != nil {
		return Saved{}, err
	}
	defer func() { _ = c.Close() }() // everything was answered, or is asked for again
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

// compare returns the version at a path that was not to be replaced if it is
// this text, as it is when an earlier program had saved it; else a ConflictError.
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

func (s *Save) isIn(reply wire.StatReply) bool {
	return reply.Digest != nil && *reply.Digest == Sum(s.Content)
}

// putBeside saves under the first free name.
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

// put uploads the text and commits it, unless an earlier commit got through.
func (s *Save) put(ctx context.Context, c *client.Client, at wire.Path, on wire.Precondition) (wire.Version, error) {
	again := s.sent
	if !again {
		if s.upload != "" { // its put was cut off
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

// refused begins anew after an answer that is about this upload, and returns err.
func (s *Save) refused(ctx context.Context, c *client.Client, err error) error {
	passing := []error{wire.Busy, wire.RateLimited, wire.Unavailable, wire.Internal, wire.Unauthenticated}
	if !Refused(err) || slices.ContainsFunc(passing, func(code error) bool { return errors.Is(err, code) }) {
		return err
	}
	_ = c.Discard(ctx, s.upload) // otherwise it expires
	s.upload, s.sent = "", false
	return err
}

// conflictName returns the n-th name beside another, n from 0: "a (conflict).txt".
func conflictName(name string, n int) string {
	if n == 0 {
		return transfer.MarkedName(name, " (conflict)")
	}
	return transfer.MarkedName(name, fmt.Sprintf(" (conflict %d)", n+1))
}
