package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"wangpan/wire"
)

// readBatch is how many names are read between two looks at the context.
const readBatch = 4096

// named is a name in a folder, and whether a folder has it.
type named struct {
	name   string
	folder bool
}

// readNames reads and sorts the names in a folder that can be served. It
// returns some of the others as samples for the log. What was read is sorted
// while the system reads on, which takes about as long.
func readNames(ctx context.Context, f *os.File) (all *names, samples []string, err error) {
	const maxSamples = 8
	all = new(names)
	var found runs
	read, stop := f.ReadDir, func() {}
	defer func() { stop() }()
	for first := true; ; first = false {
		batch, err := read(readBatch)
		one := make([]named, 0, len(batch))
		for _, entry := range batch {
			if _, bad := wire.ParseName(entry.Name()); bad == nil && servable(entry.Type()) {
				one = append(one, named{entry.Name(), entry.IsDir()})
				continue
			}
			if all.unlisted++; len(samples) < maxSamples {
				samples = append(samples, entry.Name())
			}
		}
		if first && len(batch) == readBatch {
			read, stop = readAhead(f)
		}
		found.add(one)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, nil, err
		}
	}
	sorted := found.merged()
	all.sorted, all.folders = make([]string, len(sorted)), make([]bool, len(sorted))
	for i, one := range sorted {
		all.sorted[i], all.folders[i] = one.name, one.folder
	}
	return all, samples, nil
}

// readAhead reads the next batches of f while those before are used. stop waits
// for it, and must be called before f is closed.
func readAhead(f *os.File) (read func(n int) ([]fs.DirEntry, error), stop func()) {
	type batch struct {
		entries []fs.DirEntry
		err     error
	}
	ahead, end := make(chan batch, 4), make(chan struct{})
	go func() {
		defer close(ahead)
		for {
			entries, err := f.ReadDir(readBatch)
			select {
			case ahead <- batch{entries, err}:
			case <-end:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	read = func(int) ([]fs.DirEntry, error) {
		next := <-ahead
		return next.entries, next.err
	}
	stop = func() {
		close(end)
		for range ahead { // until it is closed
		}
	}
	return read, stop
}

// runs are sorted, and each is longer than the next.
type runs [][]named

// add sorts one and merges it with those that are not longer.
func (r *runs) add(one []named) {
	slices.SortFunc(one, compareNamed)
	*r = append(*r, one)
	for n := len(*r); n > 1 && len((*r)[n-2]) <= len((*r)[n-1]); n = len(*r) {
		r.join()
	}
}

// merged is all in one.
func (r *runs) merged() []named {
	for len(*r) > 1 {
		r.join()
	}
	return (*r)[0]
}

// join merges the last two.
func (r *runs) join() {
	n := len(*r)
	a, b := (*r)[n-2], (*r)[n-1]
	both := make([]named, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compareNamed(a[0], b[0]) <= 0 {
			both, a = append(both, a[0]), a[1:]
		} else {
			both, b = append(both, b[0]), b[1:]
		}
	}
	*r = append((*r)[:n-2], append(append(both, a...), b...))
}

func compareNamed(x, y named) int { return strings.Compare(x.name, y.name) }
