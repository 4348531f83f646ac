package transfer

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"sync"
	"time"
)

// Journal stores the transfers that have not ended on the disk, so that they survive
// a quit, a crash or a lost terminal. Its methods are safe for concurrent use.
//
// Each target has one entry: a transfer to the same target replaces the entry of an
// earlier one.
//
// Each process has its own locked file in the folder. One goroutine appends lines
// to it and flushes them in batches. Only Sync and Close block on the disk.
type Journal struct {
	folder string
	done   chan struct{} // closed when the writer has returned
	wake   chan struct{} // to the writer; capacity 1

	mu      sync.Mutex // guards everything below
	entries map[entryKey]*journalEntry
	targets map[targetKey]entryKey // of the entries: no two are about the same target
	ops     []journalLine
	written func(error) // called when the lines so far are on the disk; may be nil
	seq     int64       // the last
	closed  bool
	err     error // of the last attempt to write

	file *journalFile // only of the writer
}

// entryKey identifies an entry of the journal. It is never reused.
type entryKey string

// targetKey identifies the target of an entry. Two accounts, or two servers, may
// have transfers with the same JobKey.
type targetKey struct {
	origin string
	job    JobKey
}

// journalEntry is a transfer that has not ended.
type journalEntry struct {
	facts  entryFacts
	owners int // transfers in the queues of this program; 0: it is unfinished
}

// Unfinished is a transfer of an earlier run that has not ended. It comes from the
// journal, or from a partial without an entry.
type Unfinished struct {
	Job     Job
	State   State     // Queued, Paused or Failed
	Size    int64     // bytes; 0: not known
	Done    int64     // bytes that have arrived
	Added   time.Time // to its first queue
	Stopped time.Time // when it was last active

	Partials []PartialFile // of a download, those that a Survey found
	InUse    bool          // another transfer or process uses one of the partials

	entry entryKey // blank: it is not in the journal
	seq   int64
}

// Recorded reports whether the transfer comes from a journal. Otherwise only its
// partial exists.
func (u *Unfinished) Recorded() bool { return u.entry != "" }

var errJournalClosed = errors.New("write journal: closed")

// OpenJournal makes a journal for this process in folder, and the folder if it does
// not exist. It adopts the entries of processes that ended. It renames a damaged
// file to NAME.damaged and keeps its readable entries.
func OpenJournal(folder string) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	_ = os.Chmod(folder, 0o700) //nolint:gosec // independent of the umask; a folder needs its executable bit
	j := &Journal{
		folder: folder, done: make(chan struct{}), wake: make(chan struct{}, 1),
		entries: make(map[entryKey]*journalEntry), targets: make(map[targetKey]entryKey),
	}
	files, entries, err := adopt(folder)
	if err != nil {
		return nil, err
	}
	for _, facts := range entries {
		j.keep(facts, 0)
	}
	if len(files) > 0 {
		names := make([]string, len(files))
		for i := range files {
			names[i] = files[i].name()
		}
		j.file, err = newJournalFile(folder, names, j.all())
		for i := range files {
			if err != nil {
				_ = files[i].f.Close() // nothing was written
			} else {
				files[i].retire()
			}
		}
		if err != nil {
			return nil, err
		}
	}
	go j.write()
	return j, nil
}

// Close closes the journal. The next process that opens it adopts its entries. The
// caller closes the queues that use it first.
func (j *Journal) Close() error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil
	}
	j.closed = true
	j.mu.Unlock()
	j.hurry()
	<-j.done
	return j.err
}

// Sync returns when all changes made so far are on the disk. It returns the error of
// the last write.
func (j *Journal) Sync() error {
	result := make(chan error, 1)
	j.add(func(err error) { result <- err })
	return <-result
}

// Unfinished returns the transfers of earlier runs with the given origin (see
// Options) that no Queue has continued or dropped, the oldest first.
func (j *Journal) Unfinished(origin string) []Unfinished {
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []Unfinished
	for _, e := range j.entries {
		if f := e.facts; e.owners == 0 && f.Origin == origin {
			list = append(list, Unfinished{
				Job: f.job(), State: f.State.state(), Size: f.Size, Done: f.Done, Added: f.Added, Stopped: f.At, entry: f.Key, seq: f.Seq,
			})
		}
	}
	slices.SortFunc(list, func(a, b Unfinished) int {
		return cmp.Or(a.Added.Compare(b.Added), cmp.Compare(a.seq, b.seq))
	})
	return list
}

// all returns all entries.
func (j *Journal) all() []entryFacts {
	list := make([]entryFacts, 0, len(j.entries))
	for _, e := range j.entries {
		list = append(list, e.facts)
	}
	return list
}

// keep stores an entry with that number of owners. It merges the entry with an existing
// one of the same target; the one recorded last counts. j.mu is held.
func (j *Journal) keep(facts entryFacts, owners int) *journalEntry {
	target := targetKey{facts.Origin, facts.job().Key()}
	if e := j.entries[j.targets[target]]; e != nil {
		owners += e.owners
		facts = e.facts.merged(facts)
		delete(j.entries, e.facts.Key)
	}
	e := &journalEntry{facts: facts, owners: owners}
	j.entries[facts.Key], j.targets[target] = e, facts.Key
	j.seq = max(j.seq, facts.Seq)
	return e
}

// begin adds the new transfers of a queue. A transfer takes over the entry and the
// progress of an earlier one to the same target. begin calls written when all are on
// the disk.
func (j *Journal) begin(rows []*task, origin string, written func(error)) {
	ops := make([]journalLine, len(rows))
	j.mu.Lock()
	for i, t := range rows {
		facts := factsOfJob(t.job)
		facts.Key, facts.Origin, facts.Added, facts.At = newEntryKey(), origin, t.added.UTC(), t.added.UTC()
		facts.Seq = j.seq + 1
		if e := j.entries[j.targets[targetKey{origin, t.job.Key()}]]; e != nil {
			facts.Key = e.facts.Key
			if e.facts.Folder == facts.Folder {
				facts.Size, facts.Done = e.facts.Size, e.facts.Done
			}
		}
		set := j.keep(facts, 1).facts
		t.entry = set.Key
		ops[i] = journalLine{Set: &set}
	}
	j.mu.Unlock()
	j.add(written, ops...)
}

// note stores the progress of a transfer. A size of 0 is not known yet and does not
// replace a stored one.
func (j *Journal) note(key entryKey, state State, size, done int64) {
	j.mu.Lock()
	e := j.entries[key]
	if e == nil {
		j.mu.Unlock()
		return
	}
	f := &e.facts
	word := wordOf(state)
	durable := f.State != word
	f.State, f.At = word, time.Now().UTC()
	if size > 0 {
		f.Size, f.Done = size, done
	}
	op := journalLine{Note: &entryNote{Key: key, State: word, Size: f.Size, Done: f.Done, At: f.At}, lazy: !durable}
	j.mu.Unlock()
	j.add(nil, op)
}

// end releases the entry of a transfer that has ended, and removes it unless another
// transfer of this program has the same target.
func (j *Journal) end(key entryKey) {
	j.removeIf(key, func(e *journalEntry) bool {
		e.owners--
		return e.owners <= 0
	})
}

// drop removes an entry that no queue owns. It returns false if a queue owns the entry,
// or if it does not exist.
func (j *Journal) drop(key entryKey) bool {
	return j.removeIf(key, func(e *journalEntry) bool { return e.owners <= 0 })
}

// removeIf removes an entry if it exists and ok returns true for it.
func (j *Journal) removeIf(key entryKey, ok func(*journalEntry) bool) bool {
	j.mu.Lock()
	e := j.entries[key]
	if e == nil || !ok(e) {
		j.mu.Unlock()
		return false
	}
	delete(j.entries, key)
	delete(j.targets, targetKey{e.facts.Origin, e.facts.job().Key()})
	j.mu.Unlock()
	j.add(nil, journalLine{End: key})
	return true
}

// own gives an entry to a queue. It returns false if a queue owns the entry, or if it
// does not exist.
func (j *Journal) own(key entryKey) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := j.entries[key]
	if e == nil || e.owners > 0 {
		return false
	}
	e.owners = 1
	return true
}

// disown releases an entry to the next queue.
func (j *Journal) disown(key entryKey) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e := j.entries[key]; e != nil && e.owners > 0 {
		e.owners--
	}
}

// add passes lines to the writer, which calls written when they and all earlier lines
// are on the disk. written may be nil.
func (j *Journal) add(written func(error), ops ...journalLine) {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		if written != nil {
			go written(errJournalClosed) // the caller may hold a lock that written takes
		}
		return
	}
	j.ops = append(j.ops, ops...)
	if before := j.written; before == nil {
		j.written = written
	} else if written != nil {
		j.written = func(err error) { before(err); written(err) }
	}
	j.mu.Unlock()
	j.hurry()
}

func (j *Journal) hurry() {
	select {
	case j.wake <- struct{}{}:
	default: // a signal is pending
	}
}

// write is the writer. It returns when the journal is closed.
func (j *Journal) write() {
	defer close(j.done)
	for range j.wake {
		j.mu.Lock()
		ops, written, closed := j.ops, j.written, j.closed
		j.ops, j.written = nil, nil
		j.mu.Unlock()
		err := j.put(ops)
		if closed {
			err = errors.Join(err, j.leave())
		}
		j.mu.Lock()
		j.err = err
		j.mu.Unlock()
		if written != nil {
			written(err)
		}
		if closed {
			return
		}
	}
}

// put appends lines. It writes a new file instead if there is none, if most lines of the
// file are about ended transfers, or if the last write failed and may have left half a
// line.
func (j *Journal) put(ops []journalLine) error {
	j.mu.Lock()
	if len(ops) == 0 && j.err == nil {
		j.mu.Unlock()
		return nil
	}
	live := len(j.entries)
	var all []entryFacts
	anew := j.file == nil || j.err != nil || j.file.lines+len(ops) > 2*live+1000
	if anew {
		all = j.all()
	}
	j.mu.Unlock()
	if !anew {
		return j.file.append(ops)
	}
	var old []string
	if j.file != nil {
		old = []string{j.file.name()}
	}
	file, err := newJournalFile(j.folder, old, all)
	if err != nil {
		return err
	}
	if j.file != nil {
		j.file.remove()
	}
	j.file = file
	return nil
}

// leave closes the file, or removes it if the journal has no entries.
func (j *Journal) leave() error {
	if j.file == nil {
		return nil
	}
	j.mu.Lock()
	empty := len(j.entries) == 0
	j.mu.Unlock()
	if empty {
		j.file.remove()
		return nil
	}
	return j.file.f.Close()
}

func newEntryKey() entryKey {
	var key [12]byte
	_, _ = rand.Read(key[:]) // it never fails
	return entryKey(hex.EncodeToString(key[:]))
}
