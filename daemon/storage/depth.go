package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"wangpan/wire"
)

// look is a look at how deep a tree is that is about to be moved.
type look struct {
	tree  wire.Path
	stale bool // something came into the tree meanwhile; guarded by account.renames
}

// errStale says that a tree has grown since it was looked at.
var errStale = errors.New("something came into the folder meanwhile")

// maxLooks is how often a tree is looked at that others fill meanwhile.
const maxLooks = 5

// deepen calls do, which gives name in parent, that was at from, the path to,
// and hands lands what it was given. It refuses when something in it would lie
// deeper than paths go. Nobody could name that any more; and who moved folders
// into one another again and again could make a drive so deep that whatever goes
// through it runs out of descriptors.
//
// A large tree takes long to look through, and no lock is held meanwhile. So
// two that are moved into one another might not see one another: whatever comes
// into a tree says so to those who look at it, and they look again.
func (a *account) deepen(ctx context.Context, parent *os.Root, name string, from, to wire.Path, do func(*look) error) error {
	depth := len(to.Names())
	if depth <= len(from.Names()) {
		return do(nil)
	}
	for range maxLooks {
		err := a.looking(from, func(l *look) error {
			fits, err := within(ctx, parent, name, wire.MaxDepth-depth)
			if err == nil && !fits {
				err = errDeep(to)
			}
			if err != nil {
				return err
			}
			return do(l)
		})
		if !errors.Is(err, errStale) {
			return err
		}
	}
	return wire.Errorf(wire.Busy, "something comes into %s all the while: try again soon", from)
}

func errDeep(to wire.Path) error {
	return wire.Errorf(wire.Invalid, "what is in it would be deeper than %d folders at %s", wire.MaxDepth, to)
}

// looking calls do with a look at a tree that begins now.
func (a *account) looking(tree wire.Path, do func(*look) error) error {
	l := &look{tree: tree}
	a.renames.Lock()
	a.looks[l] = struct{}{}
	a.renames.Unlock()
	defer func() {
		a.renames.Lock()
		defer a.renames.Unlock()
		delete(a.looks, l)
	}()
	return do(l)
}

// lands tells those who look at a tree in which something is about to get the
// path to. It fails with errStale if l, the look at what gets it, is of no use
// any more. The caller holds a.renames.
func (a *account) lands(to wire.Path, l *look) error {
	if l != nil && l.stale {
		return errStale
	}
	for other := range a.looks {
		if other != l && to.Within(other.tree) {
			other.stale = true
		}
	}
	return nil
}

// within reports whether nothing lies deeper below name than so many levels.
// It goes through folders no further than that.
func within(ctx context.Context, parent *os.Root, name string, levels int) (bool, error) {
	folder, err := enter(parent, name)
	if isMissing(err) || errors.Is(err, fs.ErrPermission) {
		return true, nil // a file, removed just now, or a folder that is not for the daemon
	}
	if err != nil {
		return false, err
	}
	defer folder.Close()
	f, err := folder.Open(".")
	if err != nil {
		return false, err
	}
	defer f.Close()
	for {
		if err := pace(ctx); err != nil {
			return false, err
		}
		batch, err := f.ReadDir(readBatch)
		if len(batch) > 0 && levels == 0 {
			return false, nil
		}
		for _, entry := range batch {
			if !entry.IsDir() {
				continue
			}
			if fits, err := within(ctx, folder, entry.Name(), levels-1); err != nil || !fits {
				return false, err
			}
		}
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}
