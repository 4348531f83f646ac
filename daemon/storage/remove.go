package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// removeLevels is how many folders in one another a removal has open at once, each
// with two descriptors.
const removeLevels = 16

// removePasses is how often a folder is gone through: some file systems pass
// over names while others are removed.
const removePasses = 100

// removeTree removes name from a folder with all that is in it, however deep that
// is. It enters no link: what one leads to stays. It goes on as far as it can and
// returns what it could not remove, as one error.
func removeTree(ctx context.Context, parent *os.Root, name string) error {
	r := &removal{ctx: ctx}
	return r.tree(parent, name, 0)
}

// removal removes one tree. A folder at removeLevels is moved up into the top
// folder of the tree and removed in another pass, so that the depth of a tree
// costs no descriptors.
type removal struct {
	ctx   context.Context //nolint:containedctx // it is the life of one removal
	top   *os.Root        // the top folder of the tree
	moved bool            // something was moved up into top in this pass
}

// tree removes name, which is so many levels below the top folder.
func (r *removal) tree(parent *os.Root, name string, level int) error {
	for pass := 1; ; pass++ {
		if err := pace(r.ctx); err != nil {
			return err
		}
		folder, err := enter(parent, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, errNotFolder):
			return removeOne(parent, name)
		case err != nil:
			return err
		}
		if level == 0 {
			r.top, r.moved = folder, false
		}
		err = errors.Join(r.contents(folder, level), folder.Close())
		left := removeOne(parent, name)
		if level == 0 && r.moved {
			pass = 0 // the tree is less deep now
		}
		if left == nil || err != nil || pass == removePasses {
			return errors.Join(err, left)
		}
	}
}

// contents removes what is in a folder, batch by batch.
func (r *removal) contents(folder *os.Root, level int) error {
	f, err := folder.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	var failed error
	for {
		batch, err := f.ReadDir(readBatch)
		for _, entry := range batch {
			var one error
			switch {
			case !entry.IsDir():
				one = removeOne(folder, entry.Name())
			case level == removeLevels:
				one = r.moveUp(folder, entry.Name())
			default:
				one = r.tree(folder, entry.Name(), level+1)
			}
			if failed == nil {
				failed = one // the first tells enough; a disk may have thousands
			}
		}
		if err := pace(r.ctx); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return failed
		}
		if err != nil {
			return errors.Join(failed, err)
		}
	}
}

// moveUp removes an empty folder, and moves another one into the top folder.
func (r *removal) moveUp(parent *os.Root, name string) error {
	if removeOne(parent, name) == nil {
		return nil
	}
	folders, closing, err := openAll(parent, r.top)
	if err != nil {
		return err
	}
	defer closing()
	r.moved = true
	return moveFolder(folders[0], name, folders[1], string(newItemID()))
}

func removeOne(parent *os.Root, name string) error {
	if err := parent.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %q: %w", name, err)
	}
	return nil
}
