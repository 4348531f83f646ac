package transfer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"wangpan/wire"
	"wangpan/wire/durable"
)

// maxPasses is the number of passes of an attempt. A pass starts over if a file has
// changed since it was inspected.
const maxPasses = 8

// work moves one file. An attempt uses one connection and returns a result, an error, or
// *asking. It leaves no file open. Its knowledge of both sides stays for the next one.
type work interface {
	attempt(ctx context.Context, l *link, t *terms) (*Result, error)
}

func newWork(job Job, e *env, count *progress) work {
	if job.Direction == Upload {
		return &upload{job: job, env: e, count: count}
	}
	return &download{job: job, env: e, count: count}
}

// download moves one file to this computer.
type download struct {
	job   Job
	env   *env
	count *progress

	found   *finding                    // until there is a plan
	decided Answer                      // to its question
	plan    *plan                       // once it is decided
	digest  atomic.Pointer[wire.Digest] // of the fetched version, once the server has sent it
	known   *closedPartial              // of the partial that the last attempt closed
	part    *partial                    // during an attempt
}

// plan is the decision about a download.
type plan struct {
	entry    wire.Entry // the version to fetch
	target   string     // the path of the finished file
	replaces *stamp     // the file that the user agreed to replace; nil: none
	copies   int        // the n of "name (n)" to try next when the target is taken; 0: ask
	partial  string     // its path
	old      []string   // other partials of ours, removed at the end
}

func (d *download) attempt(ctx context.Context, l *link, t *terms) (*Result, error) {
	if _, err := wire.ParsePath(string(d.job.Remote)); err != nil {
		return nil, err
	}
	for range maxPasses {
		result, err := d.pass(ctx, l, t)
		if !errors.Is(err, errLookAgain) {
			return result, err
		}
	}
	return nil, &Error{Kind: ErrRemoteChanged, Path: string(d.job.Remote)}
}

// pass makes all steps once. errLookAgain requests another pass.
func (d *download) pass(ctx context.Context, l *link, t *terms) (*Result, error) {
	defer d.letGo()
	if d.plan == nil {
		if result, err := d.prepare(ctx, l, t); result != nil || err != nil {
			return result, err
		}
	} else if err := d.reopen(ctx); err != nil {
		return nil, err
	}
	err := d.fetch(ctx, l)
	if err == nil {
		err = d.verify(ctx, l)
	}
	if errors.Is(err, wire.Conflict) {
		err = d.follow(ctx, l)
	}
	if err != nil {
		return nil, err
	}
	return d.finish()
}

// letGo closes the partial.
func (d *download) letGo() {
	if d.part != nil {
		d.known = d.part.close()
		d.part = nil
	}
}

// reopen opens the partial of an earlier attempt.
func (d *download) reopen(ctx context.Context) error {
	part, err := openPartial(ctx, d.plan.partial, d.known)
	switch {
	case err == nil && part.header.Version == d.plan.entry.Version:
		d.part = part
		d.count.start(d.plan.entry.Size, d.count.resumed.Load())
		d.count.done.Store(part.arrived())
		return nil
	case err == nil:
		part.close()
	case errors.Is(err, ErrInUse):
		return &Error{Kind: ErrInUse, Path: d.job.Local}
	case ctx.Err() != nil:
		return err
	}
	d.plan = nil // another process changed or removed it
	return errLookAgain
}

// fetch fetches the missing bytes.
func (d *download) fetch(ctx context.Context, l *link) error {
	missing := d.part.missing()
	if free := durable.FreeSpace(filepath.Dir(d.part.path)); free >= 0 && missing > free {
		d.leaveNothing()
		return &Error{Kind: ErrDiskFull, Path: d.job.Local, Needed: missing, Free: free}
	}
	d.count.enter(Moving, 0)
	m := &mover{env: d.env, count: d.count, missing: d.part.missing, move: d.fetchSegment}
	return m.run(ctx, l)
}

// leaveNothing removes an empty partial: the disk was full before the first byte.
func (d *download) leaveNothing() {
	if d.part.arrived() == 0 {
		d.part.drop()
		d.part, d.plan = nil, nil
	}
}

// fetchSegment fetches one missing segment. It returns false if other workers have all
// missing segments.
func (d *download) fetchSegment(ctx context.Context, l *link, limit int64) (bool, error) {
	s, ok := d.part.take(limit)
	if !ok {
		return false, nil
	}
	defer d.part.give(s)
	into, err := d.part.writeFrom(ctx, s.offset)
	if err != nil {
		return false, fromReading(ctx, d.part.path, err)
	}
	args := wire.GetArgs{Path: d.job.Remote, Version: d.plan.entry.Version, Offset: s.offset}
	reply, err := l.get(ctx, args, s.length(), &arriving{ctx: ctx, d: d, into: into, moved: d.count.move})
	if err == nil && reply.Digest != nil {
		d.digest.Store(reply.Digest)
	}
	return true, err
}

// arriving writes received bytes to the partial and counts them.
type arriving struct {
	ctx   context.Context // that of the stream
	d     *download
	into  *rangeWriter
	moved func(int)
}

func (a *arriving) Write(b []byte) (n int, err error) {
	return a.d.count.paced(a.ctx, b, a.write)
}

func (a *arriving) write(b []byte) (n int, err error) {
	err = a.d.count.onDisk(func() error {
		n, err = a.into.Write(b)
		return err
	})
	a.moved(n)
	return n, fromDisk(ErrDisk, a.d.job.Local, err)
}

// follow changes to the current version on the server. It keeps the beginning that the
// partial shares with it. The next pass fetches the rest.
func (d *download) follow(ctx context.Context, l *link) error {
	reply, err := l.stat(ctx, d.job.Remote)
	if err != nil {
		return err
	}
	if reply.Entry.IsDir {
		return &Error{Kind: ErrIsFolder, Path: string(d.job.Remote)}
	}
	there := d.part.pieces
	kept, err := d.agreeWith(ctx, l, reply.Entry, d.part.f, there.digests(), there.prefix())
	if err != nil {
		return err
	}
	if err := d.rebase(reply.Entry, kept); err != nil {
		return err
	}
	d.plan.entry = reply.Entry
	d.digest.Store(reply.Digest)
	d.count.restart(ReasonChanged, kept.bytes)
	d.count.resumed.Store(min(d.count.resumed.Load(), kept.bytes))
	return errLookAgain
}

// agreeWith compares the first size bytes of f with entry.
func (d *download) agreeWith(ctx context.Context, l *link, entry wire.Entry, f *os.File, known []wire.Digest, size int64) (agreement, error) {
	length := min(size, entry.Size)
	if length == 0 {
		return agreement{}, nil
	}
	d.count.enter(Comparing, length)
	args := wire.BlocksArgs{Path: d.job.Remote, Version: entry.Version}
	_, theirs, err := l.blocks(ctx, args, length)
	if errors.Is(err, wire.Conflict) {
		return agreement{}, errLookAgain
	}
	if err != nil {
		return agreement{}, err
	}
	same, err := agree(ctx, f, known, length, theirs, d.count)
	return same, fromReading(ctx, d.job.Local, err)
}

// rebase truncates the open partial to the verified beginning of entry.
func (d *download) rebase(entry wire.Entry, kept agreement) error {
	h := *d.part.header
	h.Version, h.Size, h.ModTime = entry.Version, entry.Size, entry.ModTime
	return fromDisk(ErrDisk, d.job.Local, d.part.rebase(&h, kept.bytes, kept.blocks))
}

// finish flushes and renames the verified file.
func (d *download) finish() (*Result, error) {
	d.count.enter(Committing, 0)
	sum, _ := d.part.pieces.sum() // it was verified
	if err := d.count.onDisk(d.complete); err != nil {
		// After a failed flush the content on the disk is unknown; do not use it.
		d.part.drop()
		d.part, d.plan = nil, nil
		return nil, fromDisk(ErrDisk, d.job.Local, err)
	}
	if err := d.rename(); err != nil {
		return nil, err
	}
	d.part = nil
	for _, path := range d.plan.old {
		dropPartial(path)
	}
	return &Result{Local: d.plan.target, Remote: d.job.Remote, Entry: d.plan.entry, Digest: sum}, nil
}

// complete sets the mode and flushes the content.
func (d *download) complete() error {
	var replaced fs.FileInfo
	if d.plan.replaces != nil {
		replaced = d.plan.replaces.info
	}
	if err := setMode(d.part.f, replaced, d.plan.entry.Executable); err != nil {
		return err
	}
	return d.part.sync()
}

func (d *download) rename() error {
	over := d.plan.replaces != nil
	if over {
		if info, err := os.Lstat(d.plan.target); errors.Is(err, fs.ErrNotExist) {
			over = false
		} else if err != nil || !d.plan.replaces.sameContent(info) {
			d.plan = nil
			return errLookAgain
		}
	}
	for {
		err := d.part.name(d.plan.target, over)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, fs.ErrExist):
			return fromDisk(ErrDisk, d.plan.target, err)
		case d.plan.copies == 0:
			d.plan = nil // a file was created: ask about it
			return errLookAgain
		}
		next, n, err := freeCopy(d.job.Local, d.plan.copies)
		if err != nil {
			return err
		}
		d.plan.target, d.plan.copies = next, n+1
	}
}

// fromReading classifies an error of reading the local file at path.
func fromReading(ctx context.Context, path string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Kind: ErrVanished, Path: path, Err: cause(err)}
	default:
		return &Error{Kind: ErrUnreadable, Path: path, Err: cause(err)}
	}
}
