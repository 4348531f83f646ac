package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"wangpan/wire"
)

// deepen calls do, which gives name in parent, that was at from, the path to.
// It refuses when something in it would lie deeper than paths go. Nobody could
// name that any more; and who moved folders into one another again and again
// could make a drive so deep that whatever goes through it runs out of
// descriptors. Only one at a time may make anything deeper, since two that do
// not see one another could together.
func (a *account) deepen(ctx context.Context, parent *os.Root, name string, from, to wire.Path, do func() error) error {
	depth := len(to.Names())
	if depth <= len(from.Names()) {
		return do()
	}
	a.nesting.Lock()
	defer a.nesting.Unlock()
	fits, err := within(ctx, parent, name, wire.MaxDepth-depth)
	if err != nil {
		return err
	}
	if !fits {
		return wire.Errorf(wire.Invalid, "what is in it would be deeper than %d folders at %s", wire.MaxDepth, to)
	}
	return do()
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
		if err := ctx.Err(); err != nil {
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
