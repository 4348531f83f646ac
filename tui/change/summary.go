package change

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"wangpan/tui/local"
	"wangpan/wire"
)

// Summary describes how a batch ended.
type Summary struct {
	Batch *Batch
	Err   error // of Batch.Plan: no step ran

	Done           int       // the number of steps that succeeded
	First, FirstTo wire.Path // the old and the new path of the first of them; FirstTo "": it has none
	Failed         []Failure
	Taken          []Step      // steps whose target exists; KeepBoth and Replace continue with them
	NoTrash        []wire.Path // files that this computer's trash cannot hold
	Left           []Step      // steps that did not finish, because the user stopped the batch or the connection is lost
	Undoable       bool        // Engine.Undo can undo the batch
}

// Failure is a step that failed.
type Failure struct {
	Path wire.Path
	Err  error
}

// Failure reports whether any step did not succeed.
func (s *Summary) Failure() bool {
	return s.Err != nil || len(s.Failed)+len(s.Taken)+len(s.Left)+len(s.NoTrash) > 0
}

// summary sorts the steps into the fields of a Summary.
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
			s.countDone(step, r.undo[i])
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

// countDone counts a step that succeeded and records the paths of the first one.
func (s *Summary) countDone(step, undo Step) {
	s.Done++
	if s.Done > 1 {
		return
	}
	s.First = step.Path
	if s.Batch.Kind == Undoing && step.To != "" {
		s.First = step.To // the file has its old name again
	}
	if step.To != "" && undo.run != nil {
		s.FirstTo = undo.Path // differs from To if the server chose another free name
	}
}

// KeepBoth returns a batch that repeats the steps in Taken. Each file gets the first
// free name of the kind "name (2).txt" in the target's folder.
func (s *Summary) KeepBoth() *Batch { return s.retry(keepBoth) }

// Replace returns a batch that repeats the steps in Taken. It moves the files at the
// targets to the trash first.
func (s *Summary) Replace() *Batch { return s.retry(replace) }

func (s *Summary) retry(as func(Step) Step) *Batch {
	steps := make([]Step, len(s.Taken))
	for i, one := range s.Taken {
		steps[i] = as(one)
	}
	b := s.Batch
	return &Batch{Kind: b.Kind, Side: b.Side, Steps: steps, Folder: b.Folder, Own: b.Own, InOrder: b.InOrder, retried: true}
}

// Names returns the names of the files of the steps that are entries of b.Folder.
func (b *Batch) Names(steps []Step) []wire.Name {
	var names []wire.Name
	for _, s := range steps {
		if s.Path.Dir() == b.Folder {
			names = append(names, s.Path.Base())
		}
	}
	return names
}

// Ends returns the names of the entries of Batch.Folder that the batch changed, and of
// those that it was to change but did not.
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
