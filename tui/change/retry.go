package change

import (
	"context"
	"errors"
	"time"

	"wangpan/tui/transfer"
	"wangpan/wire"
)

const (
	maxCopies       = 100              // the highest number in a name that keepBoth tries
	rollbackTimeout = 10 * time.Second // for restoring a file after a failed replacement
)

// keepBoth returns a step that repeats s, whose target exists, with the first free
// name of the kind "name (2).txt".
func keepBoth(s Step) Step {
	again := s
	again.retarget, again.reissue = nil, nil
	again.run = func(ctx context.Context, server Server, version wire.Version) (undo Step, err error) {
		for n := 2; n <= maxCopies; n++ {
			to, invalid := s.To.Dir().Join(transfer.CopyName(string(s.To.Base()), n))
			if invalid != nil {
				return Step{}, invalid
			}
			undo, err = s.retarget(to).run(ctx, server, version)
			if !errors.Is(err, wire.Exists) {
				return undo, err
			}
		}
		return undo, err
	}
	return again
}

// replace returns a step that moves the file at the target of s to the trash and then
// repeats s. Its undo moves both files back.
func replace(s Step) Step {
	again := s
	again.retarget, again.reissue = nil, nil
	again.run = func(ctx context.Context, server Server, version wire.Version) (Step, error) {
		// The version of the file at the target is only for older changes on the undo
		// stack. The requests must not depend on it: Do may repeat them after a lost
		// answer.
		there, _ := server.Stat(ctx, s.To)
		item, err := server.Remove(ctx, wire.RemoveArgs{Path: s.To})
		if errors.Is(err, wire.NotFound) {
			return s.retarget(s.To).run(ctx, server, version) // the target is free by now
		}
		if err != nil {
			return Step{}, err
		}
		old := Restore(item, s.To)
		undo, err := s.retarget(s.To).run(ctx, server, version)
		if err != nil { // restore the old file, even when ctx has ended
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
			defer cancel()
			_, failed := old.run(ctx, server, "")
			return Step{}, errors.Join(err, failed)
		}
		both := undo
		both.retarget, both.reissue = nil, nil
		both.run = func(ctx context.Context, server Server, version wire.Version) (Step, error) {
			redo, err := undo.run(ctx, server, version)
			if err != nil {
				return Step{}, err
			}
			restored, err := old.run(ctx, server, "")
			redo.restored = renewal{s.To, there.Entry.Version, restored.Version}
			return redo, err
		}
		return both, nil
	}
	return again
}
