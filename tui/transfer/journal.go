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

	"wangpan/wire"
)

// Journal is what a program keeps on its disk of the transfers that have not
// ended, so that a quit, a crash or a lost terminal loses none. Its methods are
// safe for concurrent use.
//
// Each target has one entry: a transfer to the same target takes over the entry
// of an earlier one.
//
// A running program has a file of its own in the folder, under a lock, so that
// two of them never fight. Lines are appended to it and flushed in batches by
// one goroutine; nobody waits for the disk but Sync and Close.
type Journal struct {
	folder string
	done   chan struct{} // closed when the writer has returned
	wake   chan struct{} // to the writer; capacity 1

	mu      sync.Mutex // guards everything below
	entries map[entryKey]*journalEntry
	targets map[targetKey]entryKey // of the entries: no two are about the same target
	ops     []journalOp
	written func(error) // what waits for the lines so far; may be nil
	seq     int64       // the last
	closed  bool
	err     error // of the last attempt to write

	file *journalFile // only of the writer
}

// entryKey names an entry of the journal. It is never used again.
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
	owners int // transfers in the queues of this program; 0: it is offered as unfinished
}

// Unfinished is a transfer that had not ended: of an earlier run, by the
// journal, or one that nothing but its partial is left of.
type Unfinished struct {
	Job     Job
	State   State     // Queued, Paused or Failed
	Size    int64     // bytes; 0: not known
	Done    int64     // of them, those that have arrived
	Added   time.Time // to its first queue
	Stopped time.Time // when it was last known to be at work

	Partials []PartialFile // of a download, as far as a Survey has found them
	InUse    bool          // another transfer, or another program, has a partial of it

	entry entryKey // blank: the journal has none
	seq   int64
}

// Recorded reports whether a journal has the transfer: it was under way when its
// program ended. Of others nothing but a partial is left.
func (u *Unfinished) Recorded() bool { return u.entry != "" }

var errJournalClosed = errors.New("the journal is closed")

// OpenJournal opens the journal of this program in folder, which is made when
// it is missing. Programs that run at the same time have one each; what the
// journals of those that ended have left is this one's then. One that is
// damaged is set aside, as NAME.damaged, and what can be read of it is kept.
func OpenJournal(folder string) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	_ = os.Chmod(folder, 0o700) //nolint:gosec // whatever the umask took; a folder has to be entered
	j := &Journal{
		folder: folder, done: make(chan struct{}), wake: make(chan struct{}, 1),
		entries: make(map[entryKey]*journalEntry), targets: make(map[targetKey]entryKey),
	}
	left, err := adopt(folder)
	if err != nil {
		return nil, err
	}
	for _, facts := range left.entries {
		j.keep(facts, 0)
	}
	if len(left.files) > 0 {
		if j.file, err = newJournalFile(folder, left.names(), j.all()); err != nil {
			left.release()
			return nil, err
		}
		left.remove()
	}
	go j.write()
	return j, nil
}

// Close gives the journal back. What is unfinished is offered to whoever opens
// it next. Queues that write to it are closed first.
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

// Sync returns when everything that queues have been told so far is on the
// disk, or why it is not.
func (j *Journal) Sync() error {
	result := make(chan error, 1)
	j.add(func(err error) { result <- err })
	return <-result
}

// Unfinished returns what earlier runs left of the origin given (see Options),
// the oldest first, and of it what no Queue has continued or dropped.
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

// all returns what has not ended.
func (j *Journal) all() []entryFacts {
	list := make([]entryFacts, 0, len(j.entries))
	for _, e := range j.entries {
		list = append(list, e.facts)
	}
	return list
}

// keep stores an entry that has so many owners. Where the journal has an entry
// of the same target, the two become one: what was recorded last counts. j.mu is
// held.
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

// begin adds the transfers that a queue was given. A transfer takes over the
// entry of an earlier one to the same target, with what that one has moved.
// written is called when all are on the disk.
func (j *Journal) begin(rows []*task, origin string, written func(error)) {
	ops := make([]journalOp, len(rows))
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
		ops[i] = journalOp{set: &set}
	}
	j.mu.Unlock()
	j.add(written, ops...)
}

// note writes down how far a transfer is. A size of 0 is not known yet: what was
// recorded before counts.
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
	op := journalOp{note: &entryNote{Key: key, State: word, Size: f.Size, Done: f.Done, At: f.At}, lazy: !durable}
	j.mu.Unlock()
	j.add(nil, op)
}

// end removes the entry of a transfer that has ended, unless another transfer of
// this program has the same target.
func (j *Journal) end(key entryKey) {
	j.mu.Lock()
	e := j.entries[key]
	if e == nil {
		j.mu.Unlock()
		return
	}
	if e.owners--; e.owners > 0 {
		j.mu.Unlock()
		return
	}
	j.remove(e)
	j.mu.Unlock()
	j.add(nil, journalOp{end: key})
}

// drop removes an entry that no queue owns. It reports false when a queue owns
// it, or it is gone.
func (j *Journal) drop(key entryKey) bool {
	j.mu.Lock()
	e := j.entries[key]
	if e == nil || e.owners > 0 {
		j.mu.Unlock()
		return false
	}
	j.remove(e)
	j.mu.Unlock()
	j.add(nil, journalOp{end: key})
	return true
}

// remove forgets an entry. j.mu is held.
func (j *Journal) remove(e *journalEntry) {
	delete(j.entries, e.facts.Key)
	delete(j.targets, targetKey{e.facts.Origin, e.facts.job().Key()})
}

// own gives an entry to a queue. It reports false when a queue owns it already,
// or it is gone.
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

// disown offers an entry to the next queue.
func (j *Journal) disown(key entryKey) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if e := j.entries[key]; e != nil && e.owners > 0 {
		e.owners--
	}
}

// add gives lines to the writer. written is called when they, and all before
// them, are on the disk; it may be nil.
func (j *Journal) add(written func(error), ops ...journalOp) {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		if written != nil {
			go written(errJournalClosed) // whoever asks may hold a lock that it takes
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
	default: // it is told already
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

// put appends lines. Where that is not possible, because there is no file yet,
// because it holds more that has ended than that has not, or because the last
// attempt failed in the middle of a line, all is written anew.
func (j *Journal) put(ops []journalOp) error {
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

// leave lets go of the file. One that holds nothing is removed.
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

// check says whether what a journal holds can be a transfer.
func (f *entryFacts) check() bool {
	_, err := wire.ParsePath(string(f.Remote))
	return err == nil && len(f.Key) > 0 && len(f.Key) <= 64 && isAbs(f.local()) && f.Size >= 0 && f.Done >= 0 &&
		f.State.known() && f.Direction.known() && f.IfExists.known()
}
