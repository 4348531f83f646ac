package change

import (
	"context"
	"errors"
	"slices"

	"wangpan/wire"
)

// mostWaiting is how many batches may wait for the one that runs. A user does not
// press keys so far ahead of a list that still answers.
const mostWaiting = 64

// The errors of Engine.Add and Engine.Undo.
var (
	// ErrBusy means that another batch runs and this one cannot wait for it.
	ErrBusy = errors.New("another change is running")
	// ErrNothing means that there is no change to undo.
	ErrNothing = errors.New("nothing to undo")
	// ErrTooMany means that an upload had too many files to be undone.
	ErrTooMany = errors.New("the upload had too many files")
)

// Engine runs batches, one at a time on each side, and undoes them: it has one undo
// stack for both sides, the latest change first. It is for one goroutine, except for
// the Work that it returns.
type Engine struct {
	queues  [2]queue // by Side
	connect Connect
	uploads *Uploads
	stack   stack
	last    int // the number of the latest change

	// undos counts the undos that the user asked for while a batch ran on undoSide;
	// they follow it.
	undos    int
	undoSide Side
}

// queue is the batch that runs on one side and those that wait for it.
type queue struct {
	running *Batch
	waiting []*Batch
}

// newest is the number of the latest batch in the queue, 0 when there is none.
func (q *queue) newest() int {
	switch {
	case len(q.waiting) > 0:
		return q.waiting[len(q.waiting)-1].number
	case q.running != nil:
		return q.running.number
	}
	return 0
}

// Connect makes the engine use the connections of a session for the drive. The
// transfer queue of the drive reports to the Uploads that Connect returns.
func (e *Engine) Connect(connect Connect) *Uploads {
	e.connect, e.uploads = connect, new(Uploads)
	return e.uploads
}

// Disconnect forgets the drive's batches and the changes that can be undone on it.
// The steps that run end with their context.
func (e *Engine) Disconnect() {
	e.connect, e.uploads = nil, nil
	e.queues[Drive] = queue{}
	e.stack.forget(Drive)
	if e.undoSide == Drive {
		e.undos = 0
	}
}

// Running returns the batch that runs on a side, nil when none does.
func (e *Engine) Running(side Side) *Batch { return e.queues[side].running }

// Waiting returns how many batches wait on a side.
func (e *Engine) Waiting(side Side) int { return len(e.queues[side].waiting) }

// Add takes a batch. It returns the work when the batch starts now, and nil when
// the batch waits for another one: then Finish returns the work. The error is
// ErrBusy: behind a long batch, the user watches that; and after an undo that was
// asked for, a change would be undone in place of the one that was meant.
func (e *Engine) Add(b *Batch) (Work, error) {
	q := &e.queues[b.Side]
	if e.undos > 0 {
		return nil, ErrBusy
	}
	if q.running == nil {
		return e.start(b), nil
	}
	if !b.Short() || !q.running.Short() || len(q.waiting) >= mostWaiting {
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

// start makes a batch the one that runs on its side.
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

// Record makes a change undoable that no batch made. The steps undo it, in order.
func (e *Engine) Record(side Side, steps ...Step) {
	e.stack.push(undoable{number: e.next(), side: side, steps: possible(steps)})
}

// possible returns the steps that do anything.
func possible(steps []Step) []Step {
	return slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return s.run == nil })
}

// CollectUploads makes the uploads undoable that have ended since the last call.
func (e *Engine) CollectUploads() {
	if e.uploads == nil {
		return
	}
	for _, one := range e.uploads.take() {
		e.stack.push(undoable{number: e.next(), side: Drive, upload: one})
	}
}

// Undo undoes the latest change, whichever side it is on. It returns the batch that
// undoes it and its work. When the latest change still waits, Undo removes it from
// the queue and returns it without work. When the latest change runs, Undo returns
// nil: the undo follows it.
func (e *Engine) Undo() (*Batch, Work, error) {
	if e.undos > 0 {
		e.undos++ // the user means the change before
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

// latest returns the side whose queue has the latest change; queued is false when
// that change has ended, and the top of the stack has it.
func (e *Engine) latest() (side Side, queued bool) {
	newest := 0
	if top := e.stack.top(); top != nil {
		newest = top.number
		side, queued = top.side, e.queues[top.side].running != nil // the side's batch ends first
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

// Outcome is what follows from the end of a batch.
type Outcome struct {
	Summary Summary
	Moved   []Moved  // files that waiting batches are about
	Dropped []*Batch // waiting batches that do not run, because the connection is lost
	Next    *Batch   // starts now; nil: none
	Work    Work     // of Next
	Err     error    // of an undo that the user had asked for
}

// Moved is a file that has another path now.
type Moved struct {
	Batch    *Batch // that waits and is about the file
	From, To wire.Path
}

// Finish takes the result of a batch's work. ok is false for a batch of a drive
// that the engine has left.
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
		e.undos = 0 // they were for changes that were not made
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

// follow makes the waiting batches of a queue follow the files that a batch moved:
// the user saw them where they were.
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

// keep pushes what undoes a batch, and what an undo has not come to, on the stack.
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
	undo = possible(undo)
	slices.Reverse(undo)
	s.Undoable = len(undo) > 0
	e.stack.push(undoable{number: b.number, side: b.Side, steps: undo, inOrder: b.InOrder || b.retried})
}
