package transfer

import (
	"context"
	"errors"
	"slices"
	"time"

	"wangpan/wire"
)

const (
	// treeWindow is the maximum number of files of a folder in memory: the unfinished
	// and the failed ones. The walker waits when it is reached.
	treeWindow = 10_000
	// maxOmitted is the maximum length of Tree.Omitted.
	maxOmitted = 100
	// maxMade is the maximum length of Tree.Made.
	maxMade = 1000
)

// tree is the transfer of a folder. Queue.mu guards all fields.
type tree struct {
	Tree // without Asking, and without the chain failed in Failed
	row  *task

	begun    bool  // its walker was started
	alive    bool  // its walker has not returned
	walking  bool  // its walker runs and does not wait
	parked   bool  // its walker waits for the network
	needs    int   // files for which its walker needs room
	again    bool  // files with the same size and time on both sides are done
	dropped  bool  // its children were cancelled: a retry needs another walk
	reported bool  // OnEnd was called for its end
	after    *tree // of the previous walk, which must end first; nil: none
	cancel   context.CancelCauseFunc

	// Its children by state.
	pending, running, later, asking, paused, failed chain
	branches                                        []*task // failed folders to list again

	isMade map[wire.Path]struct{} // Tree.Made

	settled  int64 // bytes of files that have ended
	idle     int64 // bytes that have arrived, of files that do not run
	resumed  int64 // bytes, of files that have ended
	repaired int64 // bytes, of files that have ended
	first    error // of the first file that failed
	last     time.Time
}

// held returns the number of children in memory.
func (tr *tree) held() int {
	return tr.pending.n + tr.running.n + tr.later.n + tr.asking.n + tr.paused.n + tr.failed.n
}

// ended reports whether neither the walker nor a child runs.
func (tr *tree) ended() bool { return tr.running.n == 0 && !tr.alive }

// folderDue reports whether the folder t can start its walker or a child.
func (t *task) folderDue() bool {
	switch t.state {
	case Queued:
		return !t.tree.begun && (t.tree.after == nil || t.tree.after.ended())
	case Active, Waiting, Asking:
		return t.tree.parked || t.tree.pending.n > 0
	default:
		return false
	}
}

// place moves a child to the chain of its state. A pending child that has run before
// goes to the front.
func (tr *tree) place(t *task) {
	to := tr.chainOf(t)
	arrived := int64(0)
	if to != nil && to != &tr.running {
		arrived = t.progress.done.Load()
	}
	tr.idle += arrived - t.weight
	t.weight = arrived
	if to == t.chain {
		return
	}
	t.leave()
	switch {
	case to == nil:
	case to == &tr.pending && !t.started.IsZero():
		to.pushFront(t)
	default:
		to.pushBack(t)
	}
}

// chainOf returns the chain of the state of a child; nil if it has ended and did not
// fail.
func (tr *tree) chainOf(t *task) *chain {
	if t.running {
		return &tr.running
	}
	switch t.state {
	case Queued:
		return &tr.pending
	case Waiting:
		if t.retryAt.IsZero() {
			return &tr.pending
		}
		return &tr.later
	case Asking:
		return &tr.asking
	case Paused:
		return &tr.paused
	case Failed:
		return &tr.failed
	default:
		return nil
	}
}

// count adds a child that has ended to the sums of the folder.
func (tr *tree) count(t *task) {
	tr.last = time.Now()
	switch t.state {
	case Failed:
		if tr.first == nil {
			tr.first = t.err
		}
		return
	case Done:
		if t.result.Identical {
			tr.Identical++
		}
		if t.result.Skipped {
			tr.Skipped++
		}
	default:
		tr.Skipped++
	}
	tr.Done++
	size := t.progress.size.Load()
	if t.result == nil || t.result.Identical || t.result.Skipped {
		tr.Unmoved += size
	}
	tr.Bytes += size - t.size // replace the listed size
	tr.settled += size
	tr.resumed += t.progress.resumed.Load()
	tr.repaired += t.progress.repaired.Load()
}

// arrived returns the number of bytes of the folder that have arrived.
func (tr *tree) arrived() int64 {
	sum := tr.settled + tr.idle
	for t := tr.running.head; t != nil; t = t.next {
		sum += t.progress.done.Load()
	}
	return sum
}

// fill copies the state of the folder into c.
func (tr *tree) fill(c *Transfer, now time.Time) {
	facts := tr.Tree
	facts.Failed += int64(tr.failed.n)
	facts.Asking = int64(tr.asking.n)
	c.Tree = &facts
	c.Phase, c.Size, c.Done = Moving, tr.Bytes, min(tr.arrived(), tr.Bytes)
	c.Resumed, c.Repaired, c.LastByte = tr.resumed, tr.repaired, tr.last
	for t := tr.running.head; t != nil; t = t.next {
		c.Resumed += t.progress.resumed.Load()
		c.Repaired += t.progress.repaired.Load()
		if last := time.Unix(0, t.progress.lastByte.Load()); last.After(c.LastByte) {
			c.LastByte = last
		}
		switch stall := t.progress.stall(now); {
		case t == tr.running.head:
			c.Stall = stall
		case stall == NotStalled:
			c.Stall = NotStalled // one child moves
		}
	}
}

// omit counts n entries at path that are not moved.
func (tr *tree) omit(path string, why error, n int) {
	tr.OmittedCount += int64(n)
	if len(tr.Omitted) < maxOmitted {
		tr.Omitted = append(slices.Clip(tr.Omitted), Omitted{path, why}) // Snapshots share the array
	}
}

// noteMade adds a folder that an upload has made to Tree.Made, unless Tree.Made contains
// a parent.
func (tr *tree) noteMade(at *place) {
	if tr.row.job.Direction != Upload || !at.empty || len(tr.Made) == maxMade {
		return
	}
	for above := at.remote.Dir(); above.Within(tr.row.job.Remote); above = above.Dir() {
		if _, ok := tr.isMade[above]; ok {
			return
		}
		if above == wire.Root {
			break
		}
	}
	if tr.isMade == nil {
		tr.isMade = make(map[wire.Path]struct{})
	}
	tr.isMade[at.remote] = struct{}{}
	tr.Made = append(slices.Clip(tr.Made), at.remote) // Snapshots share the array
}

// judge updates the state of a folder from its walker and its children. q.mu is held.
func (q *Queue) judge(row *task) {
	tr := row.tree
	if row.state == Active || row.state == Waiting || row.state == Asking {
		state := tr.state(q.net.down)
		if state.Ended() {
			row.finished, tr.reported = time.Now(), false
			if state == Done {
				row.result = tr.result(row.job)
			} else {
				row.err = &TreeError{Failed: int64(tr.failed.n), First: tr.first}
			}
		}
		if state != row.state {
			q.enter(row, state)
			q.note()
		}
	}
	q.line(row)
	if row.state.Ended() && !tr.reported && tr.running.n == 0 && !tr.walking {
		tr.reported = true
		delete(q.trees, row)
		q.over(row)
	}
}

// result returns the result of a folder that is Done.
func (tr *tree) result(job Job) *Result {
	r := &Result{Local: job.Local, Remote: job.Remote}
	if tr.Done > 0 && tr.Done == tr.Identical+tr.Skipped {
		r.Identical = tr.Identical > 0
		r.Skipped = !r.Identical
	}
	return r
}

// state returns the state of a folder that the user has not stopped.
func (tr *tree) state(offline bool) State {
	switch {
	case tr.running.n > 0, tr.walking, tr.needs > 0 && tr.held()+tr.needs <= treeWindow:
		return Active
	case tr.pending.n > 0 || tr.parked:
		if offline {
			return Waiting
		}
		return Active
	case tr.later.n > 0:
		return Waiting
	case tr.asking.n > 0:
		return Asking
	case tr.paused.n > 0:
		return Paused
	case tr.failed.n > 0:
		return Failed
	default:
		return Done
	}
}

// netChanged updates the states of all folders, which depend on the connection. q.mu is
// held.
func (q *Queue) netChanged() {
	for row := range q.trees {
		q.judge(row)
	}
	q.note()
}

// failTree fails a folder with all its children. q.mu is held.
func (q *Queue) failTree(tr *tree, err error, now time.Time) {
	if tr.dropped {
		return
	}
	if h, ok := errors.AsType[*hopelessError](err); ok {
		err = h
	}
	q.dropChildren(tr)
	tr.row.err, tr.row.finished = err, now
	q.enter(tr.row, Failed)
	q.judge(tr.row)
	q.note()
}

// dropChildren stops the walk and cancels all children. Running children end soon. q.mu
// is held.
func (q *Queue) dropChildren(tr *tree) {
	tr.dropped, tr.parked = true, false
	if tr.cancel != nil {
		tr.cancel(errCancelled)
	}
	tr.branches = nil
	tr.Failed += int64(tr.failed.n)
	for _, c := range []*chain{&tr.pending, &tr.later, &tr.asking, &tr.paused, &tr.failed} {
		for c.head != nil {
			q.forget(c.head)
		}
	}
	for t := tr.running.head; t != nil; t = t.next {
		t.state = Cancelled
		t.cancel(errCancelled)
	}
}
