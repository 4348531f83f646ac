package transfer

import (
	"context"
	"errors"
	"slices"
	"time"

	"wangpan/wire"
)

const (
	// treeWindow is how many files of a folder are in memory at a time: those
	// that are not done yet, and those that failed. The walk waits there.
	treeWindow = 10_000
	// maxOmitted is how many things that were left out are named.
	maxOmitted = 100
	// maxMade is how many folders that an upload has made are named.
	maxMade = 1000
)

// tree is a folder on its way. Queue.mu guards all of it.
type tree struct {
	Tree // but for Asking, and what the chain failed adds to Failed
	row  *task

	begun    bool  // its walker was started
	alive    bool  // its walker has not returned
	walking  bool  // its walker is at work, and waits neither for room nor for its turn
	parked   bool  // its walker waits for its turn at the network
	needs    int   // its walker waits for room for so many
	again    bool  // what is alike on both sides by size and time is done: an earlier walk has put it there
	dropped  bool  // its children were given up: only another walk helps
	reported bool  // OnEnd was called for its end
	after    *tree // of the walk before, which has to end first; nil: there was none
	cancel   context.CancelCauseFunc

	// Its children by what becomes of them.
	pending, running, later, asking, paused, failed chain
	branches                                        []*task // folders that failed and are to be walked once more

	isMade map[wire.Path]struct{} // Tree.Made

	settled  int64 // bytes of Tree.Bytes that belong to files that have ended
	idle     int64 // bytes that have arrived of files that do not run
	resumed  int64 // bytes, of files that have ended
	repaired int64 // bytes, of files that have ended
	first    error // that a file failed with
	last     time.Time
}

// held is how many children are in memory.
func (tr *tree) held() int {
	return tr.pending.n + tr.running.n + tr.later.n + tr.asking.n + tr.paused.n + tr.failed.n
}

// quiet reports whether nothing is at work any more.
func (tr *tree) ended() bool { return tr.running.n == 0 && !tr.alive }

// folderDue reports whether the folder t has something to start.
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

// place puts a child into the chain of its state. One that was at work before
// goes before those that were not. It returns by how much the open questions
// have become more.
func (tr *tree) place(t *task) (asking int) {
	to := tr.chainOf(t)
	arrived := int64(0)
	if to != nil && to != &tr.running {
		arrived = t.progress.done.Load()
	}
	tr.idle += arrived - t.weight
	t.weight = arrived
	if to == t.chain {
		return 0
	}
	asking = tr.leave(t)
	switch {
	case to == nil:
	case to == &tr.pending && !t.started.IsZero():
		to.pushFront(t)
	default:
		to.pushBack(t)
	}
	if to == &tr.asking {
		asking++
	}
	return asking
}

func (tr *tree) leave(t *task) (asking int) {
	if t.chain == &tr.asking {
		asking = -1
	}
	t.leave()
	return asking
}

// drop forgets a child.
func (tr *tree) drop(t *task) (asking int) {
	tr.idle -= t.weight
	t.weight = 0
	return tr.leave(t)
}

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

// count adds a child that has ended to what the folder has done.
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
	tr.Bytes += size - t.size // as it was found, and as it is
	tr.settled += size
	tr.resumed += t.progress.resumed.Load()
	tr.repaired += t.progress.repaired.Load()
}

// arrived is how many bytes of the folder have arrived.
func (tr *tree) arrived() int64 {
	sum := tr.settled + tr.idle
	for t := tr.running.head; t != nil; t = t.next {
		sum += t.progress.done.Load()
	}
	return sum
}

// fill copies what is known of the folder into c.
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
			c.Stall = NotStalled // something moves
		}
	}
}

// leaveOut notes something that is not moved; n of it under one path.
func (tr *tree) omit(path string, why error, n int) {
	tr.OmittedCount += int64(n)
	if len(tr.Omitted) < maxOmitted {
		tr.Omitted = append(slices.Clip(tr.Omitted), Omitted{path, why}) // Snapshots share what is there
	}
}

// noteMade notes a folder that an upload has just made, unless it is inside
// another one of them.
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
	tr.Made = append(slices.Clip(tr.Made), at.remote) // Snapshots share the ones before
}

// judge works out the state of a folder from what its walker and its children
// do. q.mu is held.
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

// result is that of a folder that is done.
func (tr *tree) result(job Job) *Result {
	r := &Result{Local: job.Local, Remote: job.Remote}
	if tr.Done > 0 && tr.Done == tr.Identical+tr.Skipped {
		r.Identical = tr.Identical > 0
		r.Skipped = !r.Identical
	}
	return r
}

// state is that of a folder that nobody has stopped.
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

// netChanged looks at all folders again: they show whether the server is
// there. q.mu is held.
func (q *Queue) netChanged() {
	for row := range q.trees {
		q.judge(row)
	}
	q.note()
}

// failTree gives a folder up as a whole. q.mu is held.
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

// dropChildren stops the walk and gives up all children. Those that are at work
// end soon. q.mu is held.
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
