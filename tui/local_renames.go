package tui

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
)

// unrenamed is the error of files of this computer that did not get their names.
type unrenamed struct {
	done   int
	failed []failure
}

func (u *unrenamed) Error() string { return fmt.Sprintf("rename: %d failed", len(u.failed)) }

// tellUnrenamed says which names are not as they should be.
func (m *Model) tellUnrenamed(u *unrenamed, undone bool) tea.Cmd {
	if undone {
		return m.tellSome(undoing, u.done, u.failed)
	}
	return m.tellSome(renaming, u.done, u.failed)
}

// renameHere carries out renames in order and returns those that worked. It
// replaces no file, and it stops when ctx ends.
func renameHere(ctx context.Context, renames []change.Rename) (done []change.Rename, err error) {
	var failed []failure
	for _, one := range renames {
		if ctx.Err() != nil {
			break
		}
		if err := local.Rename(one.From, string(one.To.Base())); err != nil {
			failed = append(failed, failure{one.From, err})
			continue
		}
		done = append(done, one)
	}
	if len(failed) == 0 {
		return done, nil
	}
	return done, &unrenamed{len(done), failed}
}

// undoRenames returns the undo of renames; there is none of no rename.
func undoRenames(ctx context.Context, done []change.Rename) []undoLocal {
	if len(done) == 0 {
		return nil
	}
	back := make([]change.Rename, 0, len(done))
	for _, one := range slices.Backward(done) {
		back = append(back, change.Rename{From: one.To, To: one.From})
	}
	return []undoLocal{{dialog.SayN("act.undo.done", len(back), "Name", back[0].To.Base()), func() error {
		_, err := renameHere(ctx, back)
		if some, partly := errors.AsType[*unrenamed](err); partly {
			for i, f := range some.failed {
				if errors.Is(f.err, fs.ErrNotExist) {
					some.failed[i].err = errUndone
				}
			}
		}
		return err
	}}}
}
