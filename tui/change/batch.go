package change

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"wangpan/wire"
)

// Side is the place of the files: the drive or this computer.
type Side int

// The sides.
const (
	Drive Side = iota
	Here       // this computer
)

// Kind is the kind of change that a Batch makes. It selects the words of the summary.
type Kind int

// The kinds of batches.
const (
	Renaming Kind = iota
	Moving
	Copying
	Removing  // to the trash
	Making    // a folder
	Restoring // from the trash
	Purging   // deletes items of the trash
	Emptying  // deletes all items of the trash
	Deleting  // on this computer, without its trash
	Undoing
)

// maxParallel is how many steps of a batch run at once. One connection answers its
// requests in order, so that many cost one round trip.
const maxParallel = 16

// Batch is one change that the user asked for, in steps. The Engine runs it. The
// fields must not change after Engine.Add.
type Batch struct {
	Kind  Kind
	Side  Side
	Steps []Step
	// Plan returns the steps when the batch starts; nil: Steps has them.
	Plan func(ctx context.Context, s Server) ([]Step, error)

	InOrder bool // each step needs the one before it
	Own     bool // the batch may take long and uses a separate connection
	Final   bool // nothing undoes the batch

	// The Engine does not use the following fields. The screen sets them before
	// Engine.Add and reads them when the batch has finished.

	Folder wire.Path // the folder that the user saw
	Focus  wire.Name // the entry of Folder that gets the cursor at the end; "": none
	Moves  int       // how often the user had moved the cursor in Folder before Add
	Marked bool      // the batch changes the marked files: the list unmarks them after Add
	Hidden bool      // the list of Folder does not show the files already
	Across bool      // of an Undoing: the cursor was on the other side when the user asked for it

	number  int     // the position in the order of the user's requests; 0: not set yet
	upload  *upload // the upload that the batch undoes; nil: none
	retried bool    // by KeepBoth or Replace: several steps may have the same target
	queued  bool    // the batch had to wait for another one

	stopped      atomic.Bool
	ended, total atomic.Int64 // steps
}

// Stop ends the batch after the steps that are running now. It is safe for concurrent
// use.
func (b *Batch) Stop() { b.stopped.Store(true) }

// Stopped reports whether Stop was called.
func (b *Batch) Stopped() bool { return b.stopped.Load() }

// Queued reports whether the batch had to wait for another one.
func (b *Batch) Queued() bool { return b.queued }

// Progress returns the number of steps that have ended and the total, which is 0 until
// the steps are planned. For a batch that runs one step after another it also returns
// the progress of the running step; nil: none. It is safe for concurrent use.
func (b *Batch) Progress() (ended, total int, running *Progress) {
	ended, total = int(b.ended.Load()), int(b.total.Load())
	if b.width() == 1 && b.Plan == nil && ended < len(b.Steps) {
		running = b.Steps[ended].Progress
	}
	return ended, total, running
}

// Short reports whether the batch takes at most about one round trip, so that others
// can wait for it. All batches on this computer are short.
func (b *Batch) Short() bool {
	return b.Side == Here || !b.Own && b.Plan == nil && len(b.Steps) <= maxParallel
}

// width returns how many steps run at once.
func (b *Batch) width() int {
	if b.Own || b.InOrder || b.Side == Here {
		return 1
	}
	return maxParallel
}

// Work runs a batch and blocks until the batch ends. The caller calls it once, in any
// goroutine, and passes the result to Engine.Finish.
type Work func(ctx context.Context) Result

// Result contains the results of the steps of a batch, for Engine.Finish.
type Result struct {
	batch *Batch
	steps []Step  // all steps
	undo  []Step  // the undo steps of steps[:len(errs)], which have run
	errs  []error // their errors
	err   error   // of Batch.Plan
}

// run plans the steps and runs them until all have run, the connection is lost, or the
// batch is stopped.
func (b *Batch) run(ctx context.Context, connect Connect) Result {
	r := Result{batch: b, steps: b.Steps}
	do, end, err := connect(ctx, b.Own)
	if err != nil {
		r.undo, r.errs = []Step{{}}, []error{err} // the first step counts as failed
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

// next returns the steps that run at once now. A barrier ends them.
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
