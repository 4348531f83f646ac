package transfer

import (
	"context"
	"errors"

	"wangpan/wire"
)

// standing is the state of the server before an upload.
type standing struct {
	remote   *wire.StatReply // the file with the name; nil: none
	staged   *wire.Upload    // an interrupted upload of the same file; nil: none
	stale    []wire.UploadID // other interrupted uploads of the same file, with fewer bytes
	question *Question       // nil: no decision is needed
	whole    *Result         // if the target equals the source
}

// prepare inspects the target and sets u.plan, unless it returns a result or an error.
func (u *upload) prepare(ctx context.Context, l *link, t *terms) (*Result, error) {
	found, err := u.look(ctx, l, t)
	if err != nil {
		return nil, err
	}
	if found != u.found {
		u.found, u.decided = found, NoAnswer
	}
	if found.whole != nil {
		u.discardStaged(ctx, l, found)
		u.count.start(u.src.size(), u.src.size())
		return found.whole, nil
	}
	if q := found.question; u.decided == NoAnswer && q == nil {
		u.decided = AnswerStartOver
	} else if u.decided == NoAnswer {
		if found.remote != nil && t.policy != StartOver {
			t.resumes = false // the file may be newer than the interrupted upload
		}
		if u.decided, err = t.decide(*q, string(u.job.Remote)); err != nil {
			return nil, err
		}
	}
	switch u.decided {
	case AnswerSkip:
		result := &Result{Local: u.job.Local, Remote: u.job.Remote, Skipped: true}
		if found.remote != nil {
			result.Entry = found.remote.Entry
		}
		return result, nil
	case AnswerDiscard:
		if err := l.discard(ctx, found.staged.Upload); err != nil && !errors.Is(err, wire.NotFound) {
			return nil, err
		}
		return nil, errDiscarded
	default:
		if err := u.begin(found, u.decided); err != nil {
			return nil, err
		}
		u.found, u.decided, u.prior = nil, NoAnswer, nil
		return nil, nil
	}
}

// discardStaged discards the staged uploads of a file that the server has already.
func (u *upload) discardStaged(ctx context.Context, l *link, f *standing) {
	if f.staged != nil {
		_ = l.discard(ctx, f.staged.Upload) // else it expires
	}
	for _, id := range f.stale {
		_ = l.discard(ctx, id)
	}
	if u.prior != nil && u.prior.begun {
		_ = l.discard(ctx, u.prior.id)
	}
}

// look inspects the server. It returns u.found for an open question if neither side has
// changed.
func (u *upload) look(ctx context.Context, l *link, t *terms) (*standing, error) {
	u.count.enter(Looking, 0)
	f := new(standing)
	switch reply, err := l.stat(ctx, u.job.Remote); {
	case err == nil && reply.Entry.IsDir:
		return nil, &Error{Kind: ErrIsFolder, Path: string(u.job.Remote)}
	case err == nil && reply.Entry.Version == "":
		return nil, &Error{Kind: ErrServer, Path: string(u.job.Remote)}
	case err == nil:
		f.remote = &reply
	case !errors.Is(err, wire.NotFound):
		return nil, err
	}
	list, err := l.uploads(ctx, u.job.Remote)
	if err != nil {
		return nil, err
	}
	f.staged, f.stale = u.interrupted(list)
	if old := u.found; old != nil && old.like(f) {
		return old, nil
	}
	if f.remote != nil {
		if err := u.lookAtFile(ctx, l, t, f); err != nil || f.whole != nil {
			return f, err
		}
	}
	return f, u.lookAtStaged(ctx, l, f)
}

// like reports whether the server has not changed since other.
func (f *standing) like(other *standing) bool {
	if (f.remote == nil) != (other.remote == nil) || (f.staged == nil) != (other.staged == nil) {
		return false
	}
	if f.remote != nil && f.remote.Entry.Version != other.remote.Entry.Version {
		return false
	}
	return f.staged == nil || f.staged.Upload == other.staged.Upload && f.staged.Received == other.staged.Received
}

// interrupted returns the staged upload of the same file with the most bytes, and the
// other ones.
func (u *upload) interrupted(list []wire.Upload) (best *wire.Upload, stale []wire.UploadID) {
	for i, staged := range list {
		if u.prior != nil && staged.Upload == u.prior.id {
			continue
		}
		if staged.Path != u.job.Remote || staged.Size != u.src.size() || !staged.ModTime.Equal(u.src.stamp.info.ModTime()) {
			continue
		}
		if staged.Received <= 0 || staged.Received > staged.Size || best != nil && staged.Received <= best.Received {
			stale = append(stale, staged.Upload)
			continue
		}
		if best != nil {
			stale = append(stale, best.Upload)
		}
		best = &list[i]
	}
	return best, stale
}

// lookAtFile sets the question about the existing file, or the result if it equals the
// source.
func (u *upload) lookAtFile(ctx context.Context, l *link, t *terms, f *standing) error {
	f.question = &Question{
		Exists: true, Local: factsOf(u.src.stamp.info), Remote: remoteFacts(f.remote.Entry), Why: ReasonComplete,
	}
	if t.settled() {
		return nil
	}
	theirs, err := u.remoteDigest(ctx, l, u.job.Remote, *f.remote)
	if theirs == nil || err != nil {
		return err
	}
	sum, err := u.sum(ctx)
	if err != nil {
		return err
	}
	if sum != *theirs {
		return nil
	}
	if bit := u.executable(); bit != nil && *bit != f.remote.Entry.Executable && l.storesExecutable() {
		f.question = nil // replace the file to change its executable bit
	} else {
		f.whole = &Result{Local: u.job.Local, Remote: u.job.Remote, Entry: f.remote.Entry, Digest: *theirs, Identical: true}
	}
	return u.src.check()
}

// lookAtStaged compares the staged upload with the source and adds it to the question.
// It makes no question if no file has the name and no staged byte is usable.
func (u *upload) lookAtStaged(ctx context.Context, l *link, f *standing) error {
	if f.staged == nil {
		return nil
	}
	there, err := l.staged(ctx, f.staged.Upload, u.src.size())
	if errors.Is(err, wire.NotFound) {
		f.staged = nil // it was discarded or expired
		return nil
	}
	if err != nil {
		return err
	}
	if err := u.compare(ctx, there); err != nil {
		return err
	}
	same := u.pieces.arrived
	size := max(f.staged.Received, same) // more bytes may have arrived
	whole := same >= size
	if same == 0 {
		u.count.restart(ReasonDiffers, 0)
	}
	if f.question == nil {
		if same == 0 {
			return nil
		}
		f.question = &Question{
			Local:  factsOf(u.src.stamp.info),
			Remote: FileFacts{Size: size, ModTime: f.staged.ModTime},
		}
	}
	q := f.question
	q.Partial, q.Verified, q.Whole, q.Why = true, same, whole, ReasonDiffers
	if same > 0 {
		q.Why, q.Saves = ReasonNone, same
	}
	return nil
}

// begin makes the plan for an answer.
func (u *upload) begin(f *standing, answer Answer) error {
	p := &draft{path: u.job.Remote, may: wire.Precondition{If: wire.IfAbsent}}
	if f.remote != nil {
		p.may = wire.Precondition{If: wire.IfVersion, Version: f.remote.Entry.Version}
	}
	if u.prior != nil {
		p.id, p.begun, p.old = u.prior.id, u.prior.begun, u.prior.old
	}
	resumed := int64(0)
	switch {
	case answer == AnswerKeepBoth && f.remote != nil:
		u.plan = p
		p.may, p.copies = wire.Precondition{If: wire.IfAbsent}, 2
		if err := u.rename(2, nil); !errors.Is(err, errLookAgain) {
			u.plan = nil
			return err
		}
	case answer == AnswerKeepBoth:
		p.copies = 2
	case answer == AnswerResume && f.staged != nil:
		if p.begun {
			p.old = append(p.old, p.id)
		}
		p.id, p.begun, resumed = f.staged.Upload, true, f.question.Saves
	case f.staged != nil:
		p.old = append(p.old, f.staged.Upload)
	}
	if answer != AnswerKeepBoth {
		p.old = append(p.old, f.stale...)
	}
	if p.id == "" {
		p.id = newUploadID()
	}
	u.plan = p
	u.count.start(u.src.size(), resumed)
	return nil
}
