package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wangpan/wire"
)

const (
	// walkBatch is the number of entries that are listed together.
	walkBatch = 500
	// maxEntries is the maximum number of files and folders of a folder transfer. It ends
	// an endless listing, and the upload of a drive into itself.
	maxEntries = 1 << 26
)

// walker lists a folder and its subfolders and adds the files to the queue.
type walker struct {
	q    *Queue
	tr   *tree
	job  Job
	seen int // entries, of all folders
}

// place is a folder on both sides.
type place struct {
	local  string
	remote wire.Path
	facts  fs.FileInfo // of the local folder; nil: unknown
	empty  bool        // the walker has made the target folder
}

// found is a file to move.
type found struct {
	in     *place
	local  string
	remote wire.Path
	size   int64
	entry  wire.Entry // of a download
	same   bool       // both sides have the same size and time
}

// walk starts the walker of the folder row. q.mu is held.
func (q *Queue) walk(row *task, now time.Time) {
	ctx, cancel := context.WithCancelCause(q.ctx)
	tr := row.tree
	tr.row, tr.begun, tr.alive, tr.cancel, tr.after = row, true, true, cancel, nil
	if row.started.IsZero() {
		row.started = now
	}
	q.trees[row] = struct{}{}
	w := &walker{q: q, tr: tr, job: row.job}
	w.q.setWalking(w.tr, true)
	q.enter(row, Active)
	q.note()
	q.workers.Go(func() {
		err := w.run(ctx)
		cancel(nil)
		w.ended(err)
	})
}

// setWalking sets whether the walker of tr runs. q.mu is held.
func (q *Queue) setWalking(tr *tree, is bool) {
	if is == tr.walking {
		return
	}
	tr.walking = is
	if is {
		q.walking++
	} else {
		q.walking--
	}
}

// run lists the whole folder, or those subfolders that failed before.
func (w *walker) run(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &Error{Kind: ErrInternal, Path: w.job.Local, Err: fmt.Errorf("panic: %v", r)}
			w.q.options.Log.Error("walk panicked", "panic", fmt.Sprint(r))
		}
	}()
	if _, err := wire.ParsePath(string(w.job.Remote)); err != nil {
		return err
	}
	walk := w.download
	if w.job.Direction == Upload {
		walk = w.upload
	}
	w.q.mu.Lock()
	again := w.tr.Counted
	w.q.mu.Unlock()
	if !again {
		root, err := w.root(ctx)
		if err != nil {
			return err
		}
		if err := walk(ctx, root); err != nil {
			return err
		}
	}
	for {
		branch := w.nextBranch()
		if branch == nil {
			return nil
		}
		at := &place{local: branch.job.Local, remote: branch.job.Remote}
		if w.job.Direction == Upload {
			if at.facts, err = os.Lstat(at.local); err != nil {
				if err := w.fail(ctx, at, fromReading(ctx, at.local, err)); err != nil {
					return err
				}
				continue
			}
		}
		err := w.prepare(ctx, []*place{at})
		if err == nil && at.facts != nil {
			err = walk(ctx, at)
		}
		if err != nil {
			return err
		}
	}
}

// nextBranch returns the next failed subfolder to list again. If there is none, it ends
// the walk and returns nil.
func (w *walker) nextBranch() *task {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	if len(w.tr.branches) == 0 {
		w.tr.Counted = true
		w.stopped()
		return nil
	}
	branch := w.tr.branches[0]
	w.tr.branches = w.tr.branches[1:]
	return branch
}

// ended fails the folder if the walk ended with an error.
func (w *walker) ended(err error) {
	if err == nil {
		return
	}
	if own, ok := errors.AsType[*walkError](err); ok {
		err = own.error
	}
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	if w.tr.row.tree == w.tr && w.q.ctx.Err() == nil {
		w.q.failTree(w.tr, err, time.Now())
	}
	w.stopped()
}

// stopped updates the folder after the end of its walker. q.mu is held.
func (w *walker) stopped() {
	w.tr.alive, w.tr.parked, w.tr.needs = false, false, 0
	w.q.setWalking(w.tr, false)
	if w.q.ctx.Err() == nil {
		w.q.judge(w.tr.row)
	}
	w.q.note()
}

// count counts n more entries. It fails with ErrTooMany above maxEntries.
func (w *walker) count(n int) error {
	if w.seen += n; w.seen > maxEntries {
		return &Error{Kind: ErrTooMany, Path: w.job.Local}
	}
	return nil
}

// omit counts n entries at path that are not moved.
func (w *walker) omit(path string, why error, n int) {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	w.tr.omit(path, why, n)
}

// emit adds files to the queue when there is room for them.
func (w *walker) emit(ctx context.Context, files []found) error {
	if len(files) == 0 {
		return nil
	}
	err := w.wait(ctx, func() bool {
		w.tr.needs = len(files)
		return w.tr.row.state != Paused && w.tr.held()+len(files) <= treeWindow
	})
	if err != nil {
		return err
	}
	tasks := make([]*task, len(files))
	now := time.Now()
	for i := range files {
		tasks[i] = w.child(&files[i], now)
	}
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	if w.tr.dropped {
		return errCancelled
	}
	for i, t := range tasks {
		w.tr.Files++
		w.tr.Bytes += t.size
		w.q.lastID++
		t.id = w.q.lastID
		if files[i].same {
			w.q.alike(t, &files[i], now)
			continue
		}
		w.q.byID[t.id] = t
		w.tr.place(t)
	}
	w.q.judge(w.tr.row)
	w.q.stir()
	return nil
}

// child returns the task of a file.
func (w *walker) child(f *found, now time.Time) *task {
	t := &task{
		job:  Job{Direction: w.job.Direction, Local: f.local, Remote: f.remote, IfExists: w.job.IfExists},
		home: w.tr, added: now, size: f.size, small: f.size <= smallFile, logged: true,
	}
	t.progress.moved, t.progress.limit = &w.q.moved, w.q.limit
	t.progress.size.Store(f.size)
	t.work = newChildWork(t, f, w.q)
	return t
}

// alike counts a file that both sides have. q.mu is held.
func (q *Queue) alike(t *task, f *found, now time.Time) {
	t.state, t.started, t.finished = Done, now, now
	t.result = &Result{Local: f.local, Remote: f.remote, Entry: f.entry, Identical: true}
	t.progress.start(f.size, f.size)
	t.home.count(t)
	q.ends.add(q.copy(t), q.hurry)
}

// fail counts a subfolder that cannot be listed or made. For the first folder it returns
// the error, which ends the walk.
func (w *walker) fail(ctx context.Context, at *place, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if _, hopeless := errors.AsType[*hopelessError](err); hopeless || at.local == w.job.Local {
		return err
	}
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	if w.tr.dropped {
		return errCancelled
	}
	now := time.Now()
	w.q.lastID++
	t := &task{
		id: w.q.lastID, home: w.tr, added: now, started: now, finished: now, state: Failed, err: err, logged: true,
		job: Job{Direction: w.job.Direction, Local: at.local, Remote: at.remote, Folder: true, IfExists: w.job.IfExists},
	}
	w.q.byID[t.id] = t
	w.q.over(t)
	w.q.note()
	return nil
}

// prepare makes the target folders of these places. It counts folders that cannot be
// made as failed. An error ends the walk.
func (w *walker) prepare(ctx context.Context, at []*place) error {
	if len(at) == 0 {
		return nil
	}
	if w.job.Direction == Upload {
		return w.makeRemote(ctx, at)
	}
	return w.makeLocal(at)
}

// root makes the first target folder and checks the source.
func (w *walker) root(ctx context.Context) (*place, error) {
	at := &place{local: w.job.Local, remote: w.job.Remote}
	if w.job.Direction == Upload {
		info, err := os.Stat(at.local) // follow a link that the user named
		if err != nil {
			return nil, fromReading(ctx, at.local, err)
		}
		if !info.IsDir() {
			return nil, &Error{Kind: ErrNotFolder, Path: at.local}
		}
		at.facts = info
		err = w.ask(ctx, func(l *link) error { return l.mkdir(ctx, at) })
		w.q.mu.Lock()
		defer w.q.mu.Unlock()
		w.tr.noteMade(at)
		return at, err
	}
	// List the source first, so that an error leaves no empty folder.
	err := w.ask(ctx, func(l *link) error {
		_, err := l.list(ctx, wire.ListArgs{Path: at.remote, Limit: 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(at.local, newFolder); err == nil {
		at.empty = true
		if err := w.q.syncs.sync(filepath.Dir(at.local)); err != nil {
			return nil, fromDisk(ErrTargetFolder, at.local, err)
		}
	}
	info, err := os.Stat(at.local)
	switch {
	case err != nil:
		return nil, &Error{Kind: ErrTargetFolder, Path: at.local, Err: cause(err)}
	case !info.IsDir():
		return nil, &Error{Kind: ErrNotFolder, Path: at.local}
	}
	at.facts = info
	return at, nil
}
