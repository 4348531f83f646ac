package change

import (
	"context"
	"errors"
	"sync/atomic"

	"wangpan/wire"
)

// The errors of steps, beside those of the server and the system.
var (
	// ErrNotEmpty means that undo keeps a new folder because the folder has files now.
	ErrNotEmpty = errors.New("the folder is no longer empty")
	// ErrNotInTrash means that a replaced file is no longer in the trash.
	ErrNotInTrash = errors.New("the replaced file is not in the trash")
	// ErrMovedAway means that a file is no longer at the path that the change gave it.
	ErrMovedAway = errors.New("the file is no longer where it was")
)

// Step is one operation of a Batch, on one file or folder. The functions of this
// package make steps.
type Step struct {
	Path    wire.Path    // the file or folder that the step changes
	To      wire.Path    // its path after the step; "": the step does not move it
	Version wire.Version // the version that Path must have; "": any
	// Before is set in undo steps. It is the version that the file had at To before
	// the change; "" when it is not known.
	Before   wire.Version
	Progress *Progress // of a long step; nil: the step is short

	// restored is set in undo steps of steps that restored a second file. Older
	// changes on the undo stack need the new version of that file.
	restored renewal

	barrier bool // the step starts after all steps before it have ended
	moves   bool // the step gives the file another path

	// reissue returns the same step for the file at another path, after an earlier
	// batch moved or renamed it. Nil: the step cannot be changed so.
	reissue func(path wire.Path, version wire.Version) Step
	// retarget returns the same step with another target. Nil: the target is fixed.
	retarget func(to wire.Path) Step
	// run carries out the step and returns the step that undoes it; the zero Step:
	// there is no undo. s is nil on this computer.
	run func(ctx context.Context, s Server, version wire.Version) (undo Step, err error)
}

// renewal is a new version of a file at the same path.
type renewal struct {
	path        wire.Path
	before, now wire.Version
}

// Progress is the progress of a long step, in bytes. It is safe for concurrent use.
type Progress struct{ done, total atomic.Int64 }

// Report sets the bytes that are done and the total. It is the ProgressFunc of the step.
func (p *Progress) Report(done, total int64) {
	p.done.Store(done)
	p.total.Store(total)
}

// Bytes returns the bytes that are done and the total, which is 0 until it is
// known.
func (p *Progress) Bytes() (done, total int64) { return p.done.Load(), p.total.Load() }

// Remove returns the step that moves a file or folder to the trash. Its undo restores
// the item.
func Remove(path wire.Path, version wire.Version) Step {
	return Step{Path: path, Version: version, reissue: Remove, run: func(ctx context.Context, s Server, version wire.Version) (Step, error) {
		item, err := s.Remove(ctx, wire.RemoveArgs{Path: path, Version: version})
		return Restore(item, path), err
	}}
}

// Restore returns the step that moves an item of the trash to a free path.
func Restore(item wire.Item, to wire.Path) Step {
	s := restoreOver(item, to, "")
	s.retarget = func(to wire.Path) Step { return Restore(item, to) }
	return s
}

// restoreOver returns the step that moves an item of the trash to a path. With a
// version, the item replaces the file of that version at the path. Without a version,
// the path must be free.
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

// Move returns the step that gives a file or folder another path, which must be free.
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

// Copy returns the step that copies a file or folder on the server. Its undo moves the
// copy to the trash.
func Copy(from, to wire.Path, version wire.Version) Step {
	return copyWith(from, to, version, new(Progress))
}

// copyWith is Copy with a given Progress, so that a retry keeps it.
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

// RemoveEmpty returns the undo step of a new folder. It fails with ErrNotEmpty when the
// folder has entries.
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

// Purge returns the step that deletes an item of the trash. It has no undo.
func Purge(item wire.Item) Step { return purge(item.Path, wire.PurgeArgs{Item: item.Item}) }

// EmptyTrash returns the step that deletes all items of the trash. It has no undo.
func EmptyTrash() Step { return purge(wire.Root, wire.PurgeArgs{}) }

func purge(path wire.Path, args wire.PurgeArgs) Step {
	return Step{Path: path, run: func(ctx context.Context, s Server, _ wire.Version) (Step, error) {
		_, err := s.Purge(ctx, args)
		return Step{}, err
	}}
}

// UndoReplace returns the step that undoes a write which has just replaced a file. The
// step restores the old file from the trash and moves the written version there. It
// fails when the path has a newer version. UndoReplace blocks on requests to s.
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
