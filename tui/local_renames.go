package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/wire"
)

// unrenamed is the error of things of this computer that did not get their names.
type unrenamed struct {
	done    int
	failed  []failure
	between map[wire.Path]wire.Path // names in between that things have now, and where these were
}

func (u *unrenamed) Error() string { return fmt.Sprintf("rename: %d failed", len(u.failed)) }

// tellUnrenamed says which names are not as they should be.
func (m *Model) tellUnrenamed(u *unrenamed, undone bool) tea.Cmd {
	what, key := renaming, m.actions.keys["local_undo"].Help().Key
	if undone {
		what, key = undoing, "" // it does not come back by that
	}
	return m.tellSome(what, u.done, u.failed, leftBetween(u.between, key))
}

// renamer renames things of this computer. Nothing is ever replaced.
type renamer struct {
	done []rename // in the order in which it was
	unrenamed

	passed map[wire.Path]wire.Path // planned names in between, and those that were free
}

// renameHere does renames one after the other and returns what was done. One that
// does not work is left out, with what goes on from it. When ctx ends it stops,
// but not while something has a name in between.
func renameHere(ctx context.Context, renames []rename) ([]rename, error) {
	r := &renamer{unrenamed: unrenamed{between: make(map[wire.Path]wire.Path)}, passed: make(map[wire.Path]wire.Path)}
	for _, one := range renames {
		if ctx.Err() != nil && len(r.passed) == 0 {
			break
		}
		if one.called == "" {
			r.begin(one)
		} else {
			r.end(one)
		}
	}
	if len(r.failed) == 0 {
		return r.done, nil
	}
	r.unrenamed.done, _ = counted(r.done)
	return r.done, &r.unrenamed
}

// begin renames something that has its own name.
func (r *renamer) begin(one rename) {
	planned := one.to
	err := local.Rename(one.from, string(one.to.Base()))
	for n := 2; one.aside && errors.Is(err, fs.ErrExist) && n < mostTries; n++ {
		name := numbered(string(planned.Base()), n)
		one.to = local.Join(local.Dir(planned), wire.Name(name))
		err = local.Rename(one.from, name)
	}
	if err != nil {
		r.failed = append(r.failed, failure{one.from, err})
		return
	}
	r.done = append(r.done, one)
	if one.aside {
		r.passed[planned] = one.to
	}
}

// end renames something that has a name in between. When that does not work, it
// goes back to where it was, if it can.
func (r *renamer) end(one rename) {
	now, came := r.passed[one.from]
	if !came {
		return // it is where it was, which is said
	}
	delete(r.passed, one.from)
	one.from = now
	err := local.Rename(now, string(one.to.Base()))
	if err == nil {
		r.done = append(r.done, one)
		return
	}
	r.failed = append(r.failed, failure{one.called, err})
	if local.Rename(now, string(one.called.Base())) != nil {
		r.between[now] = one.called
		return
	}
	r.done = slices.DeleteFunc(r.done, func(before rename) bool { return before.to == now })
}

// counted is how many things have other names after renames, and the first.
func counted(renames []rename) (n int, first rename) {
	for _, one := range renames {
		if one.aside {
			continue
		}
		if n++; n == 1 {
			first = one
			first.called = cmp.Or(one.called, one.from)
		}
	}
	return n, first
}

// undoRenames takes renames back, all at once; there is no undo of none.
func undoRenames(ctx context.Context, done []rename) []undoLocal {
	if len(done) == 0 {
		return nil
	}
	back := backwards(done)
	n, first := counted(back)
	return []undoLocal{{dialog.SayN("act.undo.done", n, "Name", first.to.Base()), func() error {
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

// backwards is what takes renames back: over the same names in between, as far
// as what has one came to its own.
func backwards(done []rename) []rename {
	back := make([]rename, 0, len(done))
	came := make(map[wire.Path]wire.Path) // from a name in between, and to where
	for _, one := range slices.Backward(done) {
		if one.called != "" {
			came[one.from] = one.to
		}
		back = append(back, rename{from: one.to, to: one.from, aside: one.called != "", called: came[one.to]})
	}
	return back
}
