package answers

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"wangpan/wire/durable"
)

// The files of an account.
const (
	currentName  = "current.jsonl"
	previousName = "previous.jsonl"
)

// load opens the files and reads which keys are in them, once. The caller holds mu.
func (a *Account) load() error {
	if a.number > 0 {
		return nil
	}
	if err := os.MkdirAll(a.path(""), 0o700); err != nil {
		return err
	}
	if err := a.open(); err != nil {
		return err
	}
	var err error
	if a.previous != nil {
		_, err = a.index(a.previous, 1)
	}
	if err == nil {
		a.keys, err = a.index(a.current, 2)
	}
	if err != nil {
		a.close()
		return err
	}
	a.number = 2
	return nil
}

// open opens both files, and makes the current one when it is missing. A last
// line that a crash has cut gets its end.
func (a *Account) open() (err error) {
	a.previous, err = os.Open(a.path(previousName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		a.previous = nil
	}
	a.current, err = os.OpenFile(a.path(currentName), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		a.current = nil
		a.close()
		return err
	}
	info, err := a.current.Stat()
	if err == nil {
		a.size, a.keys, a.begun = info.Size(), 0, time.Time{}
		if a.size == 0 {
			err = errors.Join(durable.SyncFolder(a.path("")), durable.SyncFolder(a.book.dir))
		} else {
			err = a.end()
		}
	}
	if err != nil {
		a.close()
	}
	return err
}

// close closes the files. What was written to them stays.
func (a *Account) close() {
	for _, f := range []*os.File{a.current, a.previous} {
		if f != nil {
			_ = f.Close() // every line was written at once
		}
	}
	a.current, a.previous = nil, nil
}

// end ends a line that has no end.
func (a *Account) end() error {
	var last [1]byte
	if _, err := a.current.ReadAt(last[:], a.size-1); err != nil || last[0] == '\n' {
		return err
	}
	n, err := a.current.Write([]byte("\n"))
	a.size += int64(n)
	return err
}

// index adds the keys of the file of this number and returns how many intents
// it has. It passes over lines that cannot be read: a crash may have cut them.
func (a *Account) index(f *os.File, number int) (intents int, err error) {
	r, at := bufio.NewReaderSize(io.NewSectionReader(f, 0, 1<<62), 64<<10), int64(0)
	for {
		text, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return intents, nil
		}
		if err != nil {
			return intents, err
		}
		if a.add(text, at, number) {
			intents++
		}
		at += int64(len(text))
	}
}

// add notes what a line says, and reports whether it is an intent.
func (a *Account) add(text []byte, at int64, number int) (intent bool) {
	var l line
	if json.Unmarshal(text, &l) != nil || len(l.Sum) != len(entry{}.sum) {
		return false
	}
	if a.begun.IsZero() && number > 1 {
		a.begun = l.At
	}
	if !a.expired(l.At) {
		a.entries[l.Key] = &entry{
			sum: [16]byte(l.Sum), at: l.At, file: number, before: l.Before,
			answered: l.Answer != nil, offset: at, length: len(text),
		}
	}
	return l.Answer == nil
}

// expired reports whether what was written at this time is kept no longer.
func (a *Account) expired(at time.Time) bool { return a.book.clock.Expired(at.Add(life)) }

// rotate makes room in the current file when it is full or older than a day. The
// caller holds mu.
func (a *Account) rotate() error {
	if a.current == nil {
		return a.open() // the last rotation failed halfway
	}
	full := a.keys >= maxKeys || a.size >= maxBytes || !a.begun.IsZero() && a.expired(a.begun)
	if !full {
		return nil
	}
	if err := a.current.Sync(); err != nil { // intents are in it
		return err
	}
	a.close() // Windows renames no open file
	if err := os.Rename(a.path(currentName), a.path(previousName)); err != nil {
		return errors.Join(err, a.open())
	}
	a.number++
	for key, e := range a.entries {
		if e.done == nil && e.file < a.number-1 {
			delete(a.entries, key)
		}
	}
	return a.open()
}

// write appends a line and returns where it begins. The caller holds mu.
func (a *Account) write(text []byte) (offset int64, err error) {
	if a.current == nil {
		return 0, os.ErrClosed
	}
	offset = a.size
	n, err := a.current.Write(append(text, '\n'))
	a.size += int64(n)
	if a.begun.IsZero() {
		a.begun = a.book.clock.Now()
	}
	if err != nil && n > 0 {
		return 0, errors.Join(err, a.end())
	}
	return offset, err
}
