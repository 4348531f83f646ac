package change

import (
	"context"
	"errors"
	"sync/atomic"

	"wangpan/wire"
)

// The errors of steps, beside those of the server and the system.
var (
	// ErrNotEmpty means that a new folder has files now and therefore stays.
	ErrNotEmpty = errors.New("the folder is not empty any more")
	// ErrNotInTrash means that the trash does not hold a replaced file any more.
	ErrNotInTrash = errors.New("the replaced file is not in the trash")
	// ErrMovedAway means that a file is no longer where the change put it.
	ErrMovedAway = errors.New("the file is no longer where it was")
)

// Step is one operation of a Batch, on one file or folder.
type Step struct {
	Path    wire.Path    // what the step is about
	To      wire.Path    // where the step puts it; "": nowhere else
	Version wire.Version // that Path must have; "": any
	// Before is the version that the file had at To before it came to Path; ""
	// when that is unknown.
	Before   wire.Version
	Progress *Progress // of a long step; nil: it is short

	// restored is another file that the step which this one undoes has restored.
	restored renewal

	barrier bool // the step starts after all steps before it have ended
	moves   bool // the step gives the file another path

	// reissue makes the same step for a file that another batch has moved or
	// renamed meanwhile; nil: that would be another step.
	reissue func(path wire.Path, version wire.Version) Step
	// retarget makes the same step with another target; nil: there is no other.
	retarget func(to wire.Path) Step
	// run carries out the step and returns the step that undoes it; the zero Step
	// when nothing undoes it. s is nil on this computer.
	run func(ctx context.Context, s Server, version wire.Version) (undo Step, err error)
}

// renewal is a new version of a file at the same path.
type renewal struct {
	path        wire.Path
	before, now wire.Version
}

// Progress is how much of a long step is done. It is safe for concurrent use.
type Progress struct{ done, total atomic.Int64 }

// Report is the ProgressFunc of the step.
func (p *Progress) Report(done, total int64) {
	p.done.Store(done)
	p.total.Store(total)
}

// Bytes returns the bytes that are done and the total, which is 0 until it is
// known.
func (p *Progress) Bytes() (done, total int64) { return p.done.Load(), p.total.Load() }

// Remove moves a file or folder to the trash. Undo restores it.
func Remove(path wire.Path, version wire.Version) Step {
	return Step{Path: path, Version: version, reissue: Remove, run: func(ctx context.Context, s Server, version wire.Version) (Step, error) {
		item, err := s.Remove(ctx, wire.RemoveArgs{Path: path, Version: version})
		return Restore(item, path), err
	}}
}

// Restore takes an item out of the trash and puts it at a free path.
func Restore(item wire.Item, to wire.Path) Step {
	s := restoreOver(item, to, "")
	s.retarget = func(to wire.Path) Step { return Restore(item, to) }
	return s
}

// restoreOver takes an item out of the trash. With a version, the item replaces
// the file of that version at the path; without, the path must be free.
func restoreOver(item wire.Item, to wire.Path, version wire.Version) Step {
	return Step{
		Path: item.Path, To: to, Version: version,
		run: func(ctx context.Context, s Server, version wire.Version) (Step, error) {
			condition := wire.Precondition{If: wire.IfAbsent}
			if version != "" {
				condition = wire.Precondition{If: wire.IfVersion, Version: version}
			}
			reply, err := s.Restore(ctx, wire.RestoreArgs{Item: item.Item, Path: to, Precondition: condition})
			return Remove(reply.Path, reply.Entry.Version), err
		},
	}
}

// Move gives a file or folder another path.
func Move(from, to wire.Path, version wire.Version) Step {
	return Step{
		Path: from, To: to, Version: version, moves: true,
		reissue:  func(from wire.Path, version wire.Version) Step { return Move(from, to, version) },
		retarget: func(to wire.Path) Step { return Move(from, to, version) },
		run: func(ctx context.Context, s Server, version wire.Version) (Step, error) {
			entry, err := s.Move(ctx, wire.MoveArgs{From: from, To: to, Version: version})
			undo := Move(to, from, entry.Version)
			undo.retarget = nil // undo restores the old path or fails
			return undo, err
		},
	}
}

// Copy makes a copy on the server. Undo moves the copy to the trash.
func Copy(from, to wire.Path, version wire.Version) Step {
	return copyWith(from, to, version, new(Progress))
}

// copyWith is Copy with the progress of an earlier attempt.
func copyWith(from, to wire.Path, version wire.Version, p *Progress) Step {
	return Step{
		Path: from, To: to, Version: version, Progress: p,
		retarget: func(to wire.Path) Step { return copyWith(from, to, version, p) },
		run: func(ctx context.Context, s Server, version wire.Version) (Step, error) {
			entry, err := s.Copy(ctx, wire.CopyArgs{From: from, To: to, Version: version}, p.Report)
			return Remove(to, entry.Version), err
		},
	}
}

// RemoveEmpty undoes a new folder, unless the folder has entries by now.
func RemoveEmpty(path wire.Path) Step {
	return Step{Path: path, run: func(ctx context.Context, s Server, _ wire.Version) (Step, error) {
		listing, err := s.List(ctx, wire.ListArgs{Path: path, Limit: 1})
		if err != nil {
			return Step{}, err
		}
		if len(listing.Entries) > 0 || listing.Unlisted > 0 {
			return Step{}, ErrNotEmpty
		}
		_, err = s.Remove(ctx, wire.RemoveArgs{Path: path})
		return Step{}, err
	}}
}

// Purge deletes an item of the trash. Nothing undoes it.
func Purge(item wire.Item) Step { return purge(item.Path, wire.PurgeArgs{Item: item.Item}) }

// EmptyTrash deletes everything in the trash. Nothing undoes it.
func EmptyTrash() Step { return purge(wire.Root, wire.PurgeArgs{}) }

func purge(path wire.Path, args wire.PurgeArgs) Step {
	return Step{Path: path, run: func(ctx context.Context, s Server, _ wire.Version) (Step, error) {
		_, err := s.Purge(ctx, args)
		return Step{}, err
	}}
}

// UndoReplace returns the step that undoes a write which has just replaced a file:
// it restores the old file from the trash and moves the written version there. The
// step leaves a newer version in place.
func UndoReplace(ctx context.Context, s Server, path wire.Path, version wire.Version) (Step, error) {
	now, err := s.Stat(ctx, path)
	if err == nil && now.Entry.Version != version {
		err = wire.Errorf(wire.Conflict, "%s has changed since", path)
	}
	if err != nil {
		return Step{}, err
	}
	page, err := s.Trash(ctx, wire.TrashArgs{}) // the newest items first
	if err != nil {
		return Step{}, err
	}
	for _, item := range page.Items {
		if item.Path == path && item.Replaced {
			return restoreOver(item, path, version), nil
		}
	}
	return Step{}, ErrNotInTrash
}
