package daemon

import (
	"context"
	"errors"
	"sync"
	"time"

	"wangpan/wire"
)

// watchPause is how long a client is left alone after it was told of changes.
const watchPause = 200 * time.Millisecond

// watching is what a connection watches. Its own goroutine tells the client, so
// that a change never waits for a client that reads slowly.
type watching struct {
	stops []func() // by work only
	told  chan struct{}

	mu    sync.Mutex
	dirty map[wire.Path]struct{} // to be told of; at most wire.MaxWatched
	paths map[wire.Path]struct{} // that are watched
}

func newWatching() *watching {
	return &watching{told: make(chan struct{}, 1), dirty: map[wire.Path]struct{}{}, paths: map[wire.Path]struct{}{}}
}

// watch makes the connection watch these folders and no others.
func (c *connection) watch(_ context.Context, args *wire.WatchArgs) (answered, error) {
	if c.watching == nil {
		c.watching = newWatching()
		c.telling.Go(c.tell)
	}
	w := c.watching
	var stops []func()
	paths := map[wire.Path]struct{}{}
	for _, path := range args.Paths {
		if _, twice := paths[path]; twice {
			continue
		}
		stop, err := c.drive.Watch(path, func() { w.changed(path) })
		if err != nil {
			end(stops)
			return answered{}, err // and what was watched before still is
		}
		stops, paths[path] = append(stops, stop), struct{}{}
	}
	w.mu.Lock()
	w.paths = paths
	w.mu.Unlock()
	end(w.stops)
	w.stops = stops
	return answered{reply: wire.Empty{}}, nil
}

func end(stops []func()) {
	for _, stop := range stops {
		stop()
	}
}

// changed notes that a folder is to be told of. It does not wait.
func (w *watching) changed(path wire.Path) {
	w.mu.Lock()
	w.dirty[path] = struct{}{}
	w.mu.Unlock()
	select {
	case w.told <- struct{}{}:
	default:
	}
}

// take returns the folders to be told of.
func (w *watching) take() []wire.Path {
	w.mu.Lock()
	defer w.mu.Unlock()
	var paths []wire.Path
	for path := range w.dirty {
		if _, watched := w.paths[path]; watched {
			paths = append(paths, path)
		}
	}
	clear(w.dirty)
	return paths
}

// tell tells the client of changes until the connection ends.
func (c *connection) tell() {
	defer c.survive("teller of changes")
	for {
		select {
		case <-c.watching.told:
		case <-c.ctx.Done():
			return
		}
		select { // the same change is often told twice
		case <-time.After(gather):
		case <-c.ctx.Done():
			return
		}
		var err error
		for _, path := range c.watching.take() {
			err = errors.Join(err, c.conn.WriteMessage(wire.KindEvent, wire.Event{Event: wire.Changed, Path: path}))
		}
		if err = errors.Join(err, c.conn.Flush()); err != nil {
			return // read finds out too
		}
		select {
		case <-time.After(watchPause):
		case <-c.ctx.Done():
			return
		}
	}
}
