package transfer

import (
	"context"
	"os"

	"wangpan/wire"
)

// finding is the state of the server and the target before a download, and how far both
// agree.
type finding struct {
	entry    wire.Entry
	digest   *wire.Digest
	target   *target
	partial  *slot     // ours, to continue; nil: none
	seed     string    // another file that begins like the remote one; "": none
	same     agreement // of the seed, or of a partial of another version
	question *Question // nil: no decision is needed
	whole    *Result   // if the target equals the remote file
}

// prepare inspects the target, sets d.plan and opens d.part, unless it returns a result
// or an error.
func (d *download) prepare(ctx context.Context, l *link, t *terms) (*Result, error) {
	found, err := d.look(ctx, l, t)
	if err != nil {
		return nil, err
	}
	if found != d.found {
		d.found, d.decided = found, NoAnswer
	}
	if found.whole != nil {
		for _, path := range found.target.others("") {
			dropPartial(path)
		}
		d.count.start(found.entry.Size, found.entry.Size)
		return found.whole, nil
	}
	if q := found.question; d.decided == NoAnswer && q == nil {
		d.decided = AnswerStartOver
	} else if d.decided == NoAnswer {
		if d.decided, err = t.decide(*q, d.job.Local); err != nil {
			return nil, err
		}
	}
	switch d.decided {
	case AnswerSkip:
		return &Result{Local: d.job.Local, Remote: d.job.Remote, Entry: found.entry, Skipped: true}, nil
	case AnswerDiscard:
		dropPartial(found.partialPath())
		return nil, errDiscarded
	default:
		if err := d.begin(ctx, found, d.decided); err != nil {
			return nil, err
		}
		d.found, d.decided = nil, NoAnswer
		return nil, nil
	}
}

// partialPath returns the path of the partial that the question is about.
func (f *finding) partialPath() string {
	if f.partial != nil {
		return f.partial.path
	}
	return f.seed
}

// look inspects both sides. It returns d.found for an open question if neither side has
// changed.
func (d *download) look(ctx context.Context, l *link, t *terms) (*finding, error) {
	d.count.enter(Looking, 0)
	reply, err := l.stat(ctx, d.job.Remote)
	if err != nil {
		return nil, err
	}
	if reply.Entry.IsDir {
		return nil, &Error{Kind: ErrIsFolder, Path: string(d.job.Remote)}
	}
	if reply.Entry.Version == "" || reply.Entry.Size < 0 || reply.Entry.Size > wire.MaxSize {
		return nil, &Error{Kind: ErrServer, Path: string(d.job.Remote)}
	}
	d.count.size.Store(reply.Entry.Size)
	at, err := inspect(d.job.Local, d.env.origin, d.job.Remote)
	if err != nil {
		return nil, err
	}
	if old := d.found; old != nil && old.entry.Version == reply.Entry.Version && old.target.same(at) {
		return old, nil
	}
	f := &finding{entry: reply.Entry, digest: reply.Digest, target: at, partial: at.best(reply.Entry.Version)}
	switch {
	case at.stamp != nil && (f.partial == nil || !at.agreed(f.partial.header)):
		return f, d.lookAtFile(ctx, l, t, f)
	case f.partial != nil:
		return f, d.lookAtPartial(ctx, l, f)
	case at.foreign() != nil:
		return f, d.lookAtForeign(ctx, l, f, at.foreign())
	}
	return f, nil
}

// lookAtPartial sets the question about our own partial.
func (d *download) lookAtPartial(ctx context.Context, l *link, f *finding) error {
	q := &Question{Partial: true, Local: f.partial.facts(), Remote: remoteFacts(f.entry)}
	f.question = q
	if f.target.stamp != nil {
		q.Exists, q.Local = true, factsOf(f.target.stamp.info)
	}
	if f.partial.header.Version == f.entry.Version {
		there := f.partial.pieces.arrived
		q.Verified, q.Saves, q.Whole = there, there, true
		return nil
	}
	size := f.partial.pieces.prefix()
	file, _, err := openChecked(f.partial.path, os.O_RDONLY|openNoFollow)
	if err != nil {
		return fromReading(ctx, f.partial.path, err)
	}
	defer file.Close()
	if f.same, err = d.agreeWith(ctx, l, f.entry, file, f.partial.pieces.digests(), size); err != nil {
		return err
	}
	q.Changed = true
	q.agreed(f.same.bytes, size, f.entry.Size)
	if f.same.bytes == 0 {
		q.Why = ReasonChanged
	}
	return nil
}

// lookAtForeign sets the question about a partial that is not ours.
func (d *download) lookAtForeign(ctx context.Context, l *link, f *finding, s *slot) error {
	q := &Question{Partial: true, Local: factsOf(s.info), Remote: remoteFacts(f.entry)}
	file, info, err := openChecked(s.path, os.O_RDONLY|openNoFollow)
	if err != nil {
		return nil // ignore an unreadable partial of another program
	}
	defer file.Close()
	if f.same, err = d.agreeWith(ctx, l, f.entry, file, nil, info.Size()); err != nil {
		return err
	}
	q.agreed(f.same.bytes, info.Size(), f.entry.Size)
	if f.same.bytes > 0 {
		f.question, f.seed = q, s.path
	}
	return nil
}

// lookAtFile sets the question about the existing file, or the result if it equals the
// remote file.
func (d *download) lookAtFile(ctx context.Context, l *link, t *terms, f *finding) error {
	info := f.target.stamp.info
	q := &Question{Exists: true, Local: factsOf(info), Remote: remoteFacts(f.entry)}
	f.question = q
	if t.settled() || info.Size() != f.entry.Size && !t.wantsProof() {
		q.Why = ReasonDiffers
		return nil
	}
	file, opened, err := openChecked(f.target.path, os.O_RDONLY|openNoFollow)
	if err != nil {
		return fromReading(ctx, f.target.path, err)
	}
	defer file.Close()
	if !f.target.stamp.sameContent(opened) {
		return errLookAgain
	}
	if info.Size() == f.entry.Size && f.digest != nil {
		return d.lookAtWhole(ctx, l, f, file)
	}
	if f.same, err = d.agreeWith(ctx, l, f.entry, file, nil, info.Size()); err != nil {
		return err
	}
	return d.compared(ctx, f, file)
}

// lookAtWhole compares a file of the same size with the server's digest. Only if they
// differ does it request block digests, for which the server reads its file.
func (d *download) lookAtWhole(ctx context.Context, l *link, f *finding, file *os.File) error {
	d.count.enter(Comparing, f.entry.Size)
	hasher, err := readWhole(ctx, file, f.entry.Size, d.count)
	if err != nil {
		return fromReading(ctx, f.target.path, err)
	}
	if hasher.Sum() == *f.digest {
		d.identical(f, *f.digest)
		return nil
	}
	if f.same, err = d.agreeWith(ctx, l, f.entry, file, hasher.Blocks(), f.entry.Size); err != nil {
		return err
	}
	return d.compared(ctx, f, file)
}

// compared adds f.same to the question about a file.
func (d *download) compared(ctx context.Context, f *finding, file *os.File) error {
	size := f.target.stamp.info.Size()
	if f.same.bytes == size && size == f.entry.Size {
		hasher, err := sumOf(ctx, file, f.same.blocks, size)
		if err != nil {
			return fromReading(ctx, f.target.path, err)
		}
		d.identical(f, hasher.Sum())
		return nil
	}
	f.question.agreed(f.same.bytes, size, f.entry.Size)
	f.seed = f.target.path
	return nil
}

func (d *download) identical(f *finding, sum wire.Digest) {
	f.whole = &Result{Local: f.target.path, Remote: d.job.Remote, Entry: f.entry, Digest: sum, Identical: true}
}

// agreed sets the verified facts when the first n bytes of both files are equal. local
// and remote are their sizes.
func (q *Question) agreed(n, local, remote int64) {
	q.Verified = n
	q.Whole = n == min(local, remote)
	switch {
	case q.Partial && n > 0, q.Whole && local <= remote:
		q.Saves = n
	case q.Whole:
		q.Why = ReasonLonger
	default:
		q.Why = ReasonDiffers
	}
}

func remoteFacts(e wire.Entry) FileFacts { return FileFacts{Size: e.Size, ModTime: e.ModTime} }
