package change

import (
	"context"
	"errors"
	"slices"

	"wangpan/wire"
)

// maxWaiting is how many batches may wait on a side. It is more than a user asks for
// during the round trip that a short batch takes.
const maxWaiting = 64

// The errors of Engine.Add and Engine.Undo.
var (
	// ErrBusy means that another batch runs and this one cannot wait for it.
	ErrBusy = errors.New("another change is running")
	// ErrNothing means that there is no change to undo.
	ErrNothing = errors.New("nothing to undo")
	// ErrTooMany means that an upload had too many files to be undone.
	ErrTooMany = errors.New("the upload had too many files")
)

// Engine runs batches, one at a time on each side, and undoes them. It has one undo
// stack for both sides. The zero value has no drive; see Connect. An Engine is not safe
// for concurrent use, but the Work that it returns runs in any goroutine.
type Engine struct {
	queues  [2]queue // by Side
	connect Connect
	uploads *Uploads
	stack   stack
	last    int // the number of the latest change

	// undos counts the undos that the user asked for while a batch ran on undoSide.
	// Finish starts them after that batch.
	undos    int
	undoSide Side
}

// queue is the batch that runs on one side and those that wait for it.
type queue struct {
	running *Batch
	waiting []*Batch
}

// newest returns the number of the latest batch in the queue, and 0 for none.
func (q *queue) newest() int {
	switch {
	case len(q.waiting) > 0:
		return q.waiting[len(q.waiting)-1].number
	case q.running != nil:
		return q.running.number
	}
	return 0
}

// Connect sets the connections that the engine uses for the drive. The caller passes
// Uploads.Ended of the returned Uploads to the transfer queue of that drive.
func (e *Engine) Connect(connect Connect) *Uploads {
	e.connect, e.uploads = connect, new(Uploads)
	return e.uploads
}

// Disconnect drops the drive's batches and its changes from the undo stack. Steps that
// are running go on until their context ends; Finish ignores their result.
func (e *Engine) Disconnect() {
	e.connect, e.uploads = nil, nil
	e.queues[Drive] = queue{}
	e.stack.forget(Drive)
	if e.undoSide == Drive {
		e.undos = 0
	}
}

// Running returns the batch that runs on a side, and nil for none.
func (e *Engine) Running(side Side) *Batch { return e.queues[side].running }

// Waiting returns how many batches wait on a side.
func (e *Engine) Waiting(side Side) int { return len(e.queues[side].waiting) }

// Add starts a batch or puts it in the queue of its side. It returns the work when the
// batch starts now. It returns nil when the batch waits; then Finish returns the work
// later.
//
// Add fails with ErrBusy in three cases. The side is busy, and this batch or the
// running one is not short. maxWaiting batches wait already. An undo is pending: it
// would undo the new batch instead of the change that the user meant.
func (e *Engine) Add(b *Batch) (Work, error) {
	q := &e.queues[b.Side]
	if e.undos > 0 {
		return nil, ErrBusy
	}
	if q.running == nil {
		return e.start(b), nil
	}
	if !b.Short() || !q.running.Short() || len(q.waiting) >= maxWaiting {
		return nil, ErrBusy
	}
	b.queued = true
	b.number = e.next()
	q.waiting = append(q.waiting, b)
	return nil, nil
}

func (e *Engine) next() int {
	e.last++
	return e.last
}

// start makes b the running batch of its side and returns its work.
func (e *Engine) start(b *Batch) Work {
	if b.number == 0 {
		b.number = e.next()
	}
	e.queues[b.Side].running = b
	b.total.Store(int64(len(b.Steps)))
	connect := e.connect
	if b.Side == Here {
		connect = here
	}
	return func(ctx context.Context) Result { return b.run(ctx, connect) }
}

// Record pushes a change that no batch made on the undo stack. The steps undo it; those
// with nothing to run are left out.
func (e *Engine) Record(side Side, steps ...Step) {
	e.stack.push(undoable{number: e.next(), side: side, steps: runnable(steps)})
}

// runnable returns the steps that have a run function: the zero Step undoes nothing.
func runnable(steps []Step) []Step {
	return slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return s.run == nil })
}

// CollectUploads pushes the uploads that have ended since the last call on the undo
// stack.
func (e *Engine) CollectUploads() {
	if e.uploads == nil {
		return
	}
	for _, one := range e.uploads.take() {
		e.stack.push(undoable{number: e.next(), side: Drive, upload: one})
	}
}

// Undo undoes the latest change of both sides. It returns the batch that undoes the
// change, and its work. If the latest change waits in a queue, Undo removes it there
// and returns it with nil work. If the latest change is running, Undo returns a nil
// batch: Finish starts the undo after it. The errors are ErrBusy, ErrNothing and
// ErrTooMany.
func (e *Engine) Undo() (*Batch, Work, error) {
	if e.undos > 0 {
		e.undos++ // the undo of the change before that one
		return nil, nil, nil
	}
	return e.undoLatest()
}

func (e *Engine) undoLatest() (*Batch, Work, error) {
	e.CollectUploads()
	side, queued := e.latest()
	if !queued {
		return e.undoTop()
	}
	q := &e.queues[side]
	if !q.running.Short() {
		return nil, nil, ErrBusy
	}
	if last := len(q.waiting) - 1; last >= 0 {
		b := q.waiting[last]
		q.waiting = q.waiting[:last]
		return b, nil, nil
	}
	e.undos, e.undoSide = e.undos+1, side
	return nil, nil, nil
}

// latest returns the side of the latest change. queued reports whether the change is
// in the queue of that side, running or waiting; otherwise it is the top of the stack.
func (e *Engine) latest() (side Side, queued bool) {
	newest := 0
	if top := e.stack.top(); top != nil {
		newest = top.number
		side, queued = top.side, e.queues[top.side].running != nil // the running batch ends first
	}
	for s := range e.queues {
		if n := e.queues[s].newest(); n > newest {
			side, queued, newest = Side(s), true, n
		}
	}
	return side, queued
}

// undoTop starts to undo the change on top of the stack.
func (e *Engine) undoTop() (*Batch, Work, error) {
	if e.stack.top() == nil {
		return nil, nil, ErrNothing
	}
	c := e.stack.pop()
	b := &Batch{Kind: Undoing, Side: c.side, Steps: c.steps, Final: true, InOrder: c.inOrder, upload: c.upload}
	if c.upload != nil {
		if c.upload.tooMany {
			return nil, nil, ErrTooMany
		}
		b.Plan = c.upload.plan
	}
	return b, e.start(b), nil
}

// Outcome is the result of Engine.Finish: how the batch ended and which batch starts
// now.
type Outcome struct {
	Summary Summary
	Moved   []Moved  // files of waiting batches that the finished batch moved
	Dropped []*Batch // waiting batches that will not run, because the batch was stopped or lost the connection
	Next    *Batch   // the batch that starts now; nil: none
	Work    Work     // of Next; the caller runs it
	Err     error    // of a pending undo
}

// Moved is a file that a finished batch moved.
type Moved struct {
	Batch    *Batch // the waiting batch that has a step for the file
	From, To wire.Path
}

// Finish processes the result of a batch's work and starts the next batch. ok is false
// when Disconnect has dropped the batch.
func (e *Engine) Finish(r Result) (out Outcome, ok bool) {
	b := r.batch
	q := &e.queues[b.Side]
	if q.running != b {
		return Outcome{}, false
	}
	q.running = nil
	if r.err == nil {
		b.Steps = r.steps
	}
	out.Summary = r.summary()
	out.Moved = e.follow(r, q)
	e.keep(r, &out.Summary)
	if out.Summary.Failure() && e.undoSide == b.Side {
		e.undos = 0 // the batch made no change that they could undo
	}
	switch {
	case len(out.Summary.Left) > 0:
		out.Dropped, q.waiting = q.waiting, nil
	case len(q.waiting) > 0:
		out.Next = q.waiting[0]
		q.waiting = slices.Delete(q.waiting, 0, 1)
		out.Work = e.start(out.Next)
	case e.undos > 0 && e.undoSide == b.Side:
		e.undos--
		out.Next, out.Work, out.Err = e.undoLatest()
		switch {
		case out.Err != nil:
			e.undos = 0
		case out.Next != nil:
			e.undoSide = out.Next.Side
		}
	}
	return out, true
}

// follow changes the steps of the waiting batches of a queue to the new paths of the
// files that a batch moved. It also changes the versions in the undo stack that the
// batch replaced.
func (e *Engine) follow(r Result, q *queue) (moved []Moved) {
	for i, err := range r.errs {
		s, undo := r.steps[i], r.undo[i]
		if err != nil || undo.Path == "" {
			continue
		}
		if s.Before != "" {
			e.stack.renew(renewal{s.To, s.Before, undo.Version})
		}
		if undo.restored.before != "" {
			e.stack.renew(undo.restored)
		}
		if !s.moves {
			continue
		}
		for _, b := range q.waiting {
			for i, next := range b.Steps {
				if next.Path != s.Path || next.Version != s.Version || next.reissue == nil {
					continue
				}
				b.Steps[i] = next.reissue(undo.Path, undo.Version)
				if next.retarget == nil {
					b.Steps[i].retarget = nil
				}
				moved = append(moved, Moved{b, next.Path, undo.Path})
			}
		}
	}
	return moved
}

// keep pushes the steps that undo a batch on the stack. For an undo it pushes the steps
// that have not run, so that the next Undo continues.
func (e *Engine) keep(r Result, s *Summary) {
	b := r.batch
	if b.Kind == Undoing {
		rest := undoable{number: e.next(), side: b.Side, steps: s.Left, inOrder: b.InOrder}
		if b.upload != nil && r.err != nil {
			rest.upload = b.upload // the plan was not made
		}
		e.stack.push(rest)
	}
	if b.Final {
		return
	}
	var undo []Step
	for i, err := range r.errs {
		if err == nil {
			one := r.undo[i]
			one.Before = r.steps[i].Version
			undo = append(undo, one)
		}
	}
	undo = runnable(undo)
	slices.Reverse(undo)
	s.Undoable = len(undo) > 0
	e.stack.push(undoable{number: b.number, side: b.Side, steps: undo, inOrder: b.InOrder || b.retried})
}
