package change

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"wangpan/wire"
)

// Kind is what a Batch does.
type Kind int

// The kinds of batches.
const (
	Renaming Kind = iota
	Moving
	Copying
	Removing  // to the trash
	Making    // a folder
	Restoring // from the trash
	Purging   // items of the trash, for good
	Emptying  // the trash
	Deleting  // on this computer, for good
	Undoing
)

// sideBySide is how many steps run together: one connection answers its requests
// in order, so that many cost one round trip.
const sideBySide = 16

// Batch is one change that the user asked for, in steps. The Engine runs it. The
// fields must not change after Engine.Add.
type Batch struct {
	Kind  Kind
	Side  Side
	Steps []Step
	// Plan returns the steps when the batch starts; nil: Steps has them.
	Plan func(ctx context.Context, s Server) ([]Step, error)

	InOrder bool // each step needs the one before it
	Own     bool // the batch may take long and gets a connection of its own
	Final   bool // nothing undoes the batch

	Folder wire.Path // the folder that the user saw
	Focus  wire.Name // the entry of it that gets the cursor at the end; "": none
	Moves  int       // of the cursor in it before the batch was added
	Marked bool      // the batch is about the marked files, whose marks go when it is accepted
	Hidden bool      // the list of the folder hides the files already
	Across bool      // the user undid it from the other side

	number  int     // of the change, in the order in which the user asked
	upload  *upload // that the batch undoes; nil: none
	retried bool    // the targets were taken at first; several steps may have the same
	queued  bool    // the batch had to wait for another one

	stopped      atomic.Bool
	ended, total atomic.Int64
}

// Stop ends the batch after the steps that are running.
func (b *Batch) Stop() { b.stopped.Store(true) }

// Stopped reports whether Stop was called.
func (b *Batch) Stopped() bool { return b.stopped.Load() }

// Queued reports whether the batch had to wait for another one.
func (b *Batch) Queued() bool { return b.queued }

// Progress returns how many steps have ended and how many there are, which is 0
// until they are planned. A batch that runs one step after another also returns the
// running step's progress; nil: it has none.
func (b *Batch) Progress() (ended, total int, running *Progress) {
	ended, total = int(b.ended.Load()), int(b.total.Load())
	if b.width() == 1 && b.Plan == nil && ended < len(b.Steps) {
		running = b.Steps[ended].Progress
	}
	return ended, total, running
}

// Short reports whether the batch ends in a moment, so that others can wait for it.
// On this computer all do.
func (b *Batch) Short() bool {
	return b.Side == Here || !b.Own && b.Plan == nil && len(b.Steps) <= sideBySide
}

// width is how many steps run together.
func (b *Batch) width() int {
	if b.Own || b.InOrder || b.Side == Here {
		return 1
	}
	return sideBySide
}

// Work runs a batch and blocks until that ends. It is called once, in any
// goroutine; Engine.Finish takes the result.
type Work func(ctx context.Context) Result

// Result is what the steps of a batch returned, for Engine.Finish.
type Result struct {
	batch *Batch
	steps []Step  // as planned
	undo  []Step  // of each step that ran
	errs  []error // of each step that ran
	err   error   // of the plan
}

// run plans and runs the steps until one loses the connection or the batch stops.
func (b *Batch) run(ctx context.Context, connect Connect) Result {
	r := Result{batch: b, steps: b.Steps}
	do, end, err := connect(ctx, b.Own)
	if err != nil {
		r.undo, r.errs = []Step{{}}, []error{err}
		return r
	}
	defer end()
	if b.Plan != nil {
		r.err = do(ctx, func(ctx context.Context, s Server) (err error) {
			r.steps, err = b.Plan(ctx, s)
			return err
		})
	}
	if r.err != nil {
		return r
	}
	b.total.Store(int64(len(r.steps)))
	for lost := false; !lost && len(r.errs) < len(r.steps) && !b.Stopped() && ctx.Err() == nil; {
		undo, errs := runTogether(ctx, do, b.next(r.steps[len(r.errs):]))
		r.undo, r.errs = append(r.undo, undo...), append(r.errs, errs...)
		b.ended.Store(int64(len(r.errs)))
		lost = slices.ContainsFunc(errs, b.lost)
	}
	return r
}

// next returns the steps that run together now.
func (b *Batch) next(steps []Step) []Step {
	some := steps[:min(b.width(), len(steps))]
	for i := range some {
		if some[i].barrier {
			return some[:max(i, 1)]
		}
	}
	return some
}

func runTogether(ctx context.Context, do Do, steps []Step) (undo []Step, errs []error) {
	undo, errs = make([]Step, len(steps)), make([]error, len(steps))
	var group sync.WaitGroup
	for i, step := range steps {
		group.Go(func() {
			errs[i] = do(ctx, func(ctx context.Context, s Server) (err error) {
				undo[i], err = step.run(ctx, s, step.Version)
				return err
			})
		})
	}
	group.Wait()
	return undo, errs
}

// lost reports whether an error of a step means that no further step can run: the
// connection is lost, or the context has ended.
func (b *Batch) lost(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return err != nil
	}
	_, refused := errors.AsType[*wire.Error](err)
	return b.Side == Drive && !refused && !errors.Is(err, ErrNotEmpty) && !errors.Is(err, ErrNotInTrash)
}
