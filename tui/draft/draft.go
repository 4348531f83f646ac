// Package draft keeps what somebody writes in a file of the server's until the
// server has it.
//
// An editor needs a file on this computer. It stands under its own name, so
// that the editor knows its kind, in a folder of its own that nobody else may
// look into; what the editor leaves beside it (swap files, backups) goes with
// that folder. The folder stays until [Draft.Drop]: when the server cannot be
// reached, refuses, or the program dies, the text is found again by [Store.Left]
// in a later run.
//
//	d, err := store.New(record, "notes.txt", content)
//	… the editor changes d.File() …
//	text, changed, err := d.Read()
//	… the server has it …
//	err = d.Drop()
//
// Folders are 0700 and files 0600. A draft in use is locked, so that two
// programs do not take it for one that was left.
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
	textName   = "text" // the folder of the file itself

	// MaxText is how many bytes a draft may have when it is read again.
	MaxText = 64 << 20

	maxRecord = 16 << 10 // bytes
)

// ErrTooLarge means that a draft has grown beyond MaxText.
var ErrTooLarge = errors.New("the text is longer than 64 MiB")

// Record says what a draft is of.
type Record struct {
	Origin  string       `json:"origin"` // the server and the user, as the owner names them
	Path    wire.Path    `json:"path"`
	Version wire.Version `json:"version"` // that the editing began with
	Digest  wire.Digest  `json:"digest"`  // of the text that it began with
	Begun   time.Time    `json:"begun"`
	Name    string       `json:"name"` // of the file here
}

// Store is the folder of all drafts.
type Store struct{ dir string }

// NewStore returns the store in a folder, which is made when it is needed.
func NewStore(dir string) *Store { return &Store{dir} }

// Draft is one text. It belongs to one goroutine at a time.
type Draft struct {
	Record
	dir  string
	lock *flock.Flock
}

// New writes a text to a file of that name. The record's Name, Digest and, when
// it has none, Begun are set here.
func (s *Store) New(r Record, name string, content []byte) (*Draft, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a draft: %w", err)
	}
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return nil, fmt.Errorf("make a draft: %w", err)
	}
	r.Name = name
	r.Digest = Sum(content)
	if r.Begun.IsZero() {
		r.Begun = time.Now().UTC().Truncate(time.Second)
	}
	d := &Draft{Record: r, dir: dir, lock: lockOf(dir)}
	if err := d.fill(content); err != nil {
		return nil, errors.Join(fmt.Errorf("make a draft: %w", err), d.Drop())
	}
	return d, nil
}

func lockOf(dir string) *flock.Flock {
	return flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
}

// fill writes the record last: without it there is no draft.
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

// Sum is the digest of a text.
func Sum(content []byte) wire.Digest {
	var h digest.Hasher
	_, _ = h.Write(content) // it never fails
	return h.Sum()
}

// File returns the path of the file.
func (d *Draft) File() string { return filepath.Join(d.dir, textName, d.Name) }

// Read returns the text as it is now, and whether it is another one than the
// editing began with.
func (d *Draft) Read() (content []byte, changed bool, err error) {
	content, err = readAtMost(d.File(), MaxText)
	if err != nil {
		return nil, false, err
	}
	return content, Sum(content) != d.Digest, nil
}

// readAtMost reads a file that has no more than so many bytes and is none that
// makes its reader wait.
func readAtMost(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: it is no file", path)
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

// Drop removes the draft with all that stands beside it. Without its record it
// is no draft, so nobody takes it while it goes.
func (d *Draft) Drop() error {
	_ = os.Remove(filepath.Join(d.dir, recordName)) // if that fails, so does the next
	err := d.lock.Close()                           // Windows removes no open file
	return errors.Join(err, os.RemoveAll(d.dir))
}

// Keep lets the draft lie, for Left to find.
func (d *Draft) Keep() error { return d.lock.Close() }

// Left returns the drafts of an origin that nobody is at, the oldest first, and
// takes them. Those in which nothing was changed are removed.
func (s *Store) Left(origin string) ([]*Draft, error) {
	found, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("look for drafts: %w", err)
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

// take returns the draft in a folder when it is of that origin, changed, and
// nobody's; else nil.
func take(dir, origin string) *Draft {
	content, err := readAtMost(filepath.Join(dir, recordName), maxRecord)
	if err != nil {
		return nil // not written to its end, or being removed
	}
	d := &Draft{dir: dir, lock: lockOf(dir)}
	if json.Unmarshal(content, &d.Record) != nil || d.Origin != origin || d.Name == "" || d.Name != filepath.Base(d.Name) {
		return nil
	}
	if free, err := d.lock.TryLock(); err != nil || !free {
		return nil
	}
	if _, changed, err := d.Read(); errors.Is(err, os.ErrNotExist) || err == nil && !changed {
		_ = d.Drop() // nothing is lost; what cannot be removed is looked at again
		return nil
	}
	return d
}
