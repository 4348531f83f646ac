// Package answers keeps the answers to requests that carry a key, so that a
// client which has lost an answer can send the request again. [Open] opens the
// folder of all accounts, [Book.Use] the answers of one, and [Account.Do]
// carries out a request once.
//
// An account has two files, current and previous, of one JSON object per line.
// Before a request is carried out, its intent is written: the key, a digest of
// the request, and what the caller has observed before. Afterwards its answer is
// written. A crash between the two leaves an intent without an answer; then the
// caller decides from the state of the drive, and from what it observed, whether
// the request was carried out. When current is full it becomes previous, so that
// both memory and disk are bounded whatever a client sends.
package answers

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"wangpan/daemon/clock"
	"wangpan/wire"
)

// Bounds of what is kept for an account.
const (
	life     = 24 * time.Hour
	maxKeys  = 2048    // in one file
	maxBytes = 4 << 20 // of one file; the last line may exceed it
)

// Book keeps the answers of all accounts. It is safe for concurrent use.
type Book struct {
	dir   string
	clock *clock.Guard
	log   *slog.Logger

	mu       sync.Mutex
	accounts map[string]*Account // in use
}

// Open returns the Book in the folder dir, which is made when it is needed. Its
// answers expire by guard.
func Open(dir string, guard *clock.Guard, log *slog.Logger) *Book {
	return &Book{dir: dir, clock: guard, log: log, accounts: map[string]*Account{}}
}

// Account is the answers of one account. It is safe for concurrent use.
type Account struct {
	book *Book
	name string // of its folder
	uses int    // guarded by book.mu

	mu       sync.Mutex // guards what follows; held while a line is written, not while it is flushed
	entries  map[wire.Key]*entry
	number   int       // of the current file, from 2 on; 0 until the files are loaded
	current  *os.File  // nil after a failed rotation
	size     int64     // bytes in current
	keys     int       // intents in current
	begun    time.Time // when the first line of current was written; zero when it is empty
	previous *os.File  // the file before; nil when there is none
}

// entry is one key.
type entry struct {
	sum  [16]byte  // of the request and its arguments
	at   time.Time // of the intent
	file int       // number of the file with the last line of the key

	answered bool
	offset   int64 // of the line with the answer
	length   int   // of that line, in bytes

	before json.RawMessage // what was observed; only while there is no answer
	done   chan struct{}   // closed when the request at work ends; nil when none is
}

// line is one line of a file: an intent, or with an answer its end.
type line struct {
	Key    wire.Key        `json:"key"`
	Sum    []byte          `json:"sum"`
	At     time.Time       `json:"at"`
	Before json.RawMessage `json:"before,omitempty"`
	Answer *answer         `json:"answer,omitempty"`
}

type answer struct {
	Reply json.RawMessage `json:"reply,omitempty"`
	Error *wire.Error     `json:"error,omitempty"`
}

// Use returns the answers of the account with this folder, until Release.
func (b *Book) Use(folder string) *Account {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.accounts[folder]
	if a == nil {
		a = &Account{book: b, name: folder, entries: map[wire.Key]*entry{}}
		b.accounts[folder] = a
	}
	a.uses++
	return a
}

// Release ends a Use. The last one frees the memory.
func (a *Account) Release() {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	if a.uses--; a.uses > 0 {
		return
	}
	delete(a.book.accounts, a.name)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.close()
}

// Call is a request with a key, and how to carry it out.
type Call struct {
	Key     wire.Key
	Request wire.RequestName
	Args    any // as they were decoded

	// Flush puts the intent on the disk before the request is carried out, so
	// that it outlives a power cut.
	Flush bool

	// Observe returns what Resolve has to know of the state before the request.
	Observe func() any
	// Run carries out the request.
	Run func() (reply any, refused *wire.Error)
	// Resolve reports whether a request was carried out of which only the intent
	// is left, and what its reply is.
	Resolve func(before json.RawMessage) (reply any, done bool)
}

// Do carries out a request unless its key was used before: then it returns the
// same answer again, waiting for a request with the key that is at work. A key
// of another request is refused with invalid. Refusals that say nothing about
// the request, such as busy, are not kept.
func (a *Account) Do(ctx context.Context, c Call) (json.RawMessage, *wire.Error) {
	args, err := json.Marshal(c.Args)
	if err != nil {
		return nil, wire.Errorf(wire.Invalid, "the arguments cannot be encoded")
	}
	whole := sha256.Sum256(append([]byte(string(c.Request)+" "), args...))
	sum := [16]byte(whole[:16])
	e, kept, refused := a.enter(ctx, c.Key, sum)
	if refused != nil || kept != nil {
		if kept != nil {
			return kept.Reply, kept.Error
		}
		return nil, refused
	}
	var done *answer
	defer func() { a.leave(c.Key, e, done) }() // also when Run panics
	given := a.carryOut(e, c)
	if given.Error == nil || definite(given.Error.Code) {
		done = &given
	}
	return given.Reply, given.Error
}

// carryOut runs or resolves a request that has no answer.
func (a *Account) carryOut(e *entry, c Call) answer {
	if e.before == nil {
		e.before = encode(c.Observe())
		if err := a.intend(c.Key, e, c.Flush); err != nil {
			// A full disk must not keep anybody from making room on it. The answer
			// is still kept, and lost only by a crash.
			a.book.log.Warn("the intent of a request is not stored", "account", a.name, "error", err)
		}
	} else if reply, done := c.Resolve(e.before); done {
		return answer{Reply: encode(reply)}
	}
	reply, refused := c.Run()
	if refused != nil {
		return answer{Error: refused}
	}
	return answer{Reply: encode(reply)}
}

func encode(v any) json.RawMessage {
	raw, err := wire.Marshal(v)
	if err != nil {
		return json.RawMessage("{}") // messages always encode
	}
	return raw
}

// definite reports whether a refusal is an answer to the request. The others
// are about the moment, and the client is to try again.
func definite(code wire.Code) bool {
	passing := []wire.Code{wire.Busy, wire.RateLimited, wire.Unavailable, wire.Internal, wire.Unauthenticated}
	return !slices.Contains(passing, code)
}

// enter returns the entry of a key for its only user, or the answer that is kept.
func (a *Account) enter(ctx context.Context, key wire.Key, sum [16]byte) (*entry, *answer, *wire.Error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.load(); err != nil {
		a.book.log.Error("the answers of an account cannot be read", "account", a.name, "error", err)
		return nil, nil, wire.Errorf(wire.Unavailable, "the server cannot read its answers: try again later")
	}
	for {
		e := a.entries[key]
		switch {
		case e == nil || e.done == nil && a.expired(e.at):
			e = &entry{sum: sum, at: a.book.clock.Now(), done: make(chan struct{})}
			a.entries[key] = e
			return e, nil, nil
		case e.sum != sum:
			return nil, nil, wire.Errorf(wire.Invalid, "this key was used for another request: choose a new one")
		case e.done != nil:
			if err := a.await(ctx, e.done); err != nil {
				return nil, nil, wire.Errorf(wire.Unavailable, "the request with this key is still at work: try again")
			}
		case e.answered:
			kept, err := a.read(e)
			if err != nil {
				a.book.log.Error("an answer cannot be read", "account", a.name, "error", err)
				return nil, nil, wire.Errorf(wire.Unavailable, "the server cannot read its answer: try again later")
			}
			return nil, kept, nil
		default:
			e.done = make(chan struct{})
			return e, nil, nil
		}
	}
}

// await waits without the lock, which the caller holds.
func (a *Account) await(ctx context.Context, done <-chan struct{}) error {
	a.mu.Unlock()
	defer a.mu.Lock()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read returns the answer of an entry. The caller holds mu.
func (a *Account) read(e *entry) (*answer, error) {
	file := a.current
	if e.file != a.number {
		file = a.previous
	}
	text := make([]byte, e.length)
	if file == nil {
		return nil, os.ErrClosed
	}
	if _, err := file.ReadAt(text, e.offset); err != nil {
		return nil, err
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil || l.Answer == nil {
		return nil, errors.Join(errors.New("it is not the line of an answer"), err)
	}
	return l.Answer, nil
}

// leave ends the use of an entry, with the answer to keep.
func (a *Account) leave(key wire.Key, e *entry, given *answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(e.done)
	e.done = nil
	if given == nil {
		return
	}
	text, err := json.Marshal(line{Key: key, Sum: e.sum[:], At: e.at, Answer: given})
	if err == nil {
		e.offset, err = a.write(text)
	}
	if err != nil {
		// The intent is left, and the state of the drive tells.
		a.book.log.Warn("an answer is not stored", "account", a.name, "error", err)
		return
	}
	e.file, e.answered, e.length, e.before = a.number, true, len(text), nil
}

// intend writes the intent of a request.
func (a *Account) intend(key wire.Key, e *entry, flush bool) error {
	a.mu.Lock()
	if err := a.rotate(); err != nil {
		a.mu.Unlock()
		return err
	}
	text, err := json.Marshal(line{Key: key, Sum: e.sum[:], At: e.at, Before: e.before})
	if err == nil {
		_, err = a.write(text)
	}
	f := a.current
	e.file = a.number
	a.keys++
	a.mu.Unlock()
	if err != nil || !flush {
		return err
	}
	if err := f.Sync(); err != nil && !errors.Is(err, os.ErrClosed) { // closed: rotate has flushed it
		return fmt.Errorf("flush an intent: %w", err)
	}
	return nil
}

// path returns the name of a file of the account.
func (a *Account) path(name string) string { return filepath.Join(a.book.dir, a.name, name) }
