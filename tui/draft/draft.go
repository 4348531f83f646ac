// Package draft keeps texts that the user edits until the server has stored them. Read
// draft.go first, then save.go.
//
// An editor needs a file on this computer. The file has its own name, so that the
// editor recognizes its kind, in a private folder. That folder also holds what the
// editor writes beside the file, such as swap files and backups. The folder stays
// until [Draft.Drop]. When the server is unreachable, refuses the text, or the
// program crashes, [Store.Left] finds the text in a later run.
//
//	d, text, err := store.Fetch(ctx, session, session.Origin(), "/notes.txt")
//	… the editor changes d.File() …
//	content, changed, err := d.Read()
//	saved, err := (&draft.Save{Draft: d, Content: content}).Run(ctx, session)
//	err = d.Drop()
//
// A [Save] fails with a [ConflictError] when others changed the file, and may be
// repeated after a lost connection. Folders are 0700 and files 0600. A draft in use
// is locked, so that another program does not take it.
package draft

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"wangpan/wire"
	"wangpan/wire/digest"
	"wangpan/wire/durable"
)

const (
	recordName = "draft.json"
	lockName   = "lock"
	textName   = "text" // the folder of the edited file

	maxText   = 64 << 20 // bytes of an edited text; see ErrTooLarge
	maxRecord = 16 << 10 // bytes of the record
)

// ErrTooLarge means that a draft is longer than maxText.
var ErrTooLarge = errors.New("the text is longer than 64 MiB")

// Record describes a draft. It is stored as JSON beside the text.
type Record struct {
	Origin  string       `json:"origin"` // the server and the user; see session.Session.Origin
	Path    wire.Path    `json:"path"`
	Version wire.Version `json:"version"` // the version on the server that the user edits
	Digest  wire.Digest  `json:"digest"`  // of the text before the user's changes
	Begun   time.Time    `json:"begun"`
	Name    string       `json:"name"` // of the file on this computer
}

// Store is the folder of all drafts.
type Store struct{ dir string }

// NewStore returns the store in a folder, which the first draft creates.
func NewStore(dir string) *Store { return &Store{dir} }

// Draft is one text. It belongs to one goroutine at a time.
type Draft struct {
	Record
	dir  string
	lock *flock.Flock
}

// New makes a draft: it writes content to a file of that name. New sets the record's
// Name, Digest and, if it is zero, Begun. The caller must call Drop or Keep.
func (s *Store) New(r Record, name string, content []byte) (*Draft, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make draft: %w", err)
	}
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return nil, fmt.Errorf("make draft: %w", err)
	}
	r.Name = name
	r.Digest = Sum(content)
	if r.Begun.IsZero() {
		r.Begun = time.Now().UTC().Truncate(time.Second)
	}
	d := &Draft{Record: r, dir: dir, lock: lockOf(dir)}
	if err := d.fill(content); err != nil {
		return nil, errors.Join(fmt.Errorf("make draft: %w", err), d.Drop())
	}
	return d, nil
}

func lockOf(dir string) *flock.Flock {
	return flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
}

// fill writes the record last: a folder without a record is no draft.
func (d *Draft) fill(content []byte) error {
	if _, err := d.lock.TryLock(); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(d.dir, textName), 0o700); err != nil {
		return err
	}
	if err := durable.WriteFile(d.File(), content, 0o600); err != nil {
		return err
	}
	record, err := json.Marshal(d.Record)
	if err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(d.dir, recordName), record, 0o600)
}

// Sum returns the BLAKE3 digest of a text.
func Sum(content []byte) wire.Digest {
	var h digest.Hasher
	_, _ = h.Write(content) // it never fails
	return h.Sum()
}

// File returns the path of the file on this computer that an editor opens.
func (d *Draft) File() string { return filepath.Join(d.dir, textName, d.Name) }

// Read returns the present text of the file, and reports whether the user has changed
// it. It fails with ErrTooLarge.
func (d *Draft) Read() (content []byte, changed bool, err error) {
	content, err = readAtMost(d.File(), maxText)
	if err != nil {
		return nil, false, err
	}
	return content, Sum(content) != d.Digest, nil
}

// readAtMost reads a regular file of at most limit bytes, and fails with ErrTooLarge for
// a longer one. It does not open other kinds of files, which could block.
func readAtMost(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = ErrTooLarge
	}
	return content, err
}

// Drop removes the draft and all files in its folder. It removes the record first, so
// that no other wangpan takes the draft during the removal.
func (d *Draft) Drop() error {
	_ = os.Remove(filepath.Join(d.dir, recordName)) // if this fails, RemoveAll reports it
	err := d.lock.Close()                           // Windows cannot remove an open file
	return errors.Join(err, os.RemoveAll(d.dir))
}

// Keep leaves the draft on the disk, where Left finds it.
func (d *Draft) Keep() error { return d.lock.Close() }

// Left returns the drafts of earlier runs for an origin, the oldest first. It leaves out
// drafts that another wangpan uses, and removes drafts without a change. The caller must
// call Drop or Keep for each.
func (s *Store) Left(origin string) ([]*Draft, error) {
	found, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	var left []*Draft
	for _, entry := range found {
		if d := take(filepath.Join(s.dir, entry.Name()), origin); d != nil {
			left = append(left, d)
		}
	}
	slices.SortFunc(left, func(a, b *Draft) int { return a.Begun.Compare(b.Begun) })
	return left, nil
}

// take locks and returns the draft in a folder if it has that origin, is changed, and is
// not in use. Otherwise it returns nil.
func take(dir, origin string) *Draft {
	content, err := readAtMost(filepath.Join(dir, recordName), maxRecord)
	if err != nil {
		return nil // it is being written or removed
	}
	d := &Draft{dir: dir, lock: lockOf(dir)}
	if json.Unmarshal(content, &d.Record) != nil || d.Origin != origin || d.Name == "" || d.Name != filepath.Base(d.Name) {
		return nil
	}
	if free, err := d.lock.TryLock(); err != nil || !free {
		return nil
	}
	if _, changed, err := d.Read(); errors.Is(err, os.ErrNotExist) || err == nil && !changed {
		_ = d.Drop() // nothing is lost; the next run tries again
		return nil
	}
	return d
}
