package storage

import (
	"context"

	"wangpan/wire"
)

// opened is an upload that somebody is at: those who write ranges of it, who
// share it, or one who needs it alone.
type opened struct {
	alone  bool          // its user shares it with nobody
	upload *upload       // shared; nil when alone, and while it is loaded or put away
	uses   int           // of upload
	ready  chan struct{} // closed when it was loaded or put away
}

func errBusy() error {
	return wire.Errorf(wire.Busy, "another connection is at this upload: try again soon")
}

// claim makes the caller the only one to touch an upload, until free.
func (a *account) claim(id wire.UploadID) error {
	if err := checkUploadID(id); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open[id] != nil {
		return errBusy()
	}
	a.open[id] = &opened{alone: true}
	return nil
}

func (a *account) free(id wire.UploadID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.open, id)
}

// join shares an upload with others until leave. load opens it when it is not
// open; others wait meanwhile.
func (a *account) join(ctx context.Context, id wire.UploadID, load func() (*upload, error)) (*upload, error) {
	if err := checkUploadID(id); err != nil {
		return nil, err
	}
	for {
		a.mu.Lock()
		o := a.open[id]
		switch {
		case o == nil:
			o = &opened{ready: make(chan struct{})}
			a.open[id] = o
			a.mu.Unlock()
			return a.loaded(o, id, load)
		case o.alone:
			a.mu.Unlock()
			return nil, errBusy()
		case o.upload != nil:
			o.uses++
			u := o.upload
			a.mu.Unlock()
			return u, nil
		}
		ready := o.ready
		a.mu.Unlock()
		select {
		case <-ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// loaded loads an upload for its first user and lets the others have it.
func (a *account) loaded(o *opened, id wire.UploadID, load func() (*upload, error)) (u *upload, err error) {
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if u == nil {
			delete(a.open, id)
		}
		o.upload, o.uses = u, 1
		close(o.ready)
	}()
	return load()
}

// leave is the end of a join. The last one puts the upload away.
func (a *account) leave(u *upload) error {
	a.mu.Lock()
	o := a.open[u.id]
	if o.uses--; o.uses > 0 {
		a.mu.Unlock()
		return nil
	}
	o.upload, o.ready = nil, make(chan struct{})
	a.mu.Unlock()
	defer func() {
		a.free(u.id)
		close(o.ready)
	}()
	return u.keep()
}

// received is how many bytes of an upload are there, while it is shared.
func (a *account) received(id wire.UploadID) (int64, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if o := a.open[id]; o != nil && o.upload != nil {
		return o.upload.pieces.bytes(), true
	}
	return 0, false
}
