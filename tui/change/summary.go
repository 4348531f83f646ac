package change

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"wangpan/tui/local"
	"wangpan/wire"
)

// Summary is how a batch ended.
type Summary struct {
	Batch *Batch
	Err   error // of the plan: no step ran

	Done           int       // steps that worked
	First, FirstTo wire.Path // of the first of these, and where its file is now; "": nowhere
	Failed         []Failure
	Taken          []Step      // steps whose target is taken; KeepBoth and Replace continue
	NoTrash        []wire.Path // files that this computer's trash does not take
	Left           []Step      // steps that have not run to their end, because the user stopped the batch or the connection is lost
	Undoable       bool
}

// Failure is a step that failed.
type Failure struct {
	Path wire.Path
	Err  error
}

// Failure reports whether any step was not done.
func (s *Summary) Failure() bool {
	return s.Err != nil || len(s.Failed)+len(s.Taken)+len(s.Left)+len(s.NoTrash) > 0
}

// summary sorts the steps by how they ended.
func (r Result) summary() Summary {
	b := r.batch
	s := Summary{Batch: b, Err: r.err}
	if r.err != nil {
		return s
	}
	for i, err := range r.errs {
		step := r.steps[i]
		switch {
		case err == nil:
			s.did(step, r.undo[i])
		case errors.Is(err, wire.Exists) && step.retarget != nil:
			s.Taken = append(s.Taken, step)
		case errors.Is(err, local.ErrNoTrash):
			s.NoTrash = append(s.NoTrash, step.Path)
		case errors.Is(err, context.Canceled):
			s.Left = append(s.Left, step)
		default:
			if b.Kind == Undoing && b.Side == Here && errors.Is(err, fs.ErrNotExist) {
				err = ErrMovedAway
			}
			s.Failed = append(s.Failed, Failure{step.Path, err})
			if b.lost(err) {
				s.Left = append(s.Left, step)
			}
		}
	}
	s.Left = append(s.Left, r.steps[len(r.errs):]...)
	return s
}

// did counts a step that worked.
func (s *Summary) did(step, undo Step) {
	s.Done++
	if s.Done > 1 {
		return
	}
	s.First = step.Path
	if s.Batch.Kind == Undoing && step.To != "" {
		s.First = step.To // the file has its old name again
	}
	if step.To != "" && undo.run != nil {
		s.FirstTo = undo.Path // which may be another free name than To
	}
}

// KeepBoth returns a batch that continues with the taken targets and gives each
// file the first free name beside the one that is there.
func (s *Summary) KeepBoth() *Batch { return s.retry(keepBoth) }

// Replace returns a batch that continues with the taken targets and moves the files
// that are there to the trash.
func (s *Summary) Replace() *Batch { return s.retry(replace) }

func (s *Summary) retry(as func(Step) Step) *Batch {
	steps := make([]Step, len(s.Taken))
	for i, one := range s.Taken {
		steps[i] = as(one)
	}
	b := s.Batch
	return &Batch{Kind: b.Kind, Side: b.Side, Steps: steps, Folder: b.Folder, Own: b.Own, InOrder: b.InOrder, retried: true}
}

// Names returns the names of those steps that are about entries of the batch's
// folder.
func (b *Batch) Names(steps []Step) []wire.Name {
	var names []wire.Name
	for _, s := range steps {
		if s.Path.Dir() == b.Folder {
			names = append(names, s.Path.Base())
		}
	}
	return names
}

// Ends returns the names of the entries of the batch's folder that the batch
// changed, and of those that it did not.
func (s *Summary) Ends() (done, left []wire.Name) {
	stayed := make(map[wire.Path]bool)
	for _, f := range s.Failed {
		stayed[f.Path] = true
	}
	for _, step := range s.Left {
		stayed[step.Path] = true
	}
	of := func(yes bool) []Step {
		return slices.DeleteFunc(slices.Clone(s.Batch.Steps), func(step Step) bool { return stayed[step.Path] == yes })
	}
	return s.Batch.Names(of(true)), s.Batch.Names(of(false))
}
