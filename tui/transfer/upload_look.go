package transfer

import (
	"context"
	"errors"

	"wangpan/wire"
)

// standing is what was found on the server before an upload.
type standing struct {
	remote   *wire.StatReply // what has the name; nil: nothing has
	staged   *wire.Upload    // the same file, interrupted in an earlier run; nil: none
	stale    []wire.UploadID // others of the same file, which have less of it
	question *Question       // nil: there is nothing to ask
	whole    *Result         // the target is the source already
}

// prepare looks at the target and decides. With neither a result nor an error
// u.plan says what to do.
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
	if u.decided == NoAnswer {
		if u.decided, err = u.decide(found, t); err != nil {
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

func (u *upload) decide(f *standing, t *terms) (Answer, error) {
	if f.question == nil {
		return AnswerStartOver, nil
	}
	if f.remote != nil && t.policy != StartOver {
		t.resumes = false // it may have come there since the upload was interrupted
	}
	return t.decide(*f.question, string(u.job.Remote))
}

// discardStaged drops what is staged of a file that the server has already.
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

// look finds out what the server has. What was read for an open question is
// not read again while both sides are as they were.
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

// like reports whether the server is as it was when other was found.
func (f *standing) like(other *standing) bool {
	if (f.remote == nil) != (other.remote == nil) || (f.staged == nil) != (other.staged == nil) {
		return false
	}
	if f.remote != nil && f.remote.Entry.Version != other.remote.Entry.Version {
		return false
	}
	return f.staged == nil || f.staged.Upload == other.staged.Upload && f.staged.Received == other.staged.Received
}

// interrupted returns the staged upload of the same file that has most of it,
// if any has some, and the others.
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

// lookAtFile fills f with the question about the file that has the name, or
// with the result if it is the source.
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
	if sum == *theirs && l.storesExecutable() && differs(u.executable(), f.remote.Entry.Executable) {
		f.question = nil // the same content with another bit takes its place
		return u.src.check()
	}
	if sum == *theirs {
		f.whole = &Result{Local: u.job.Local, Remote: u.job.Remote, Entry: f.remote.Entry, Digest: *theirs, Identical: true}
		return u.src.check()
	}
	return nil
}

// lookAtStaged compares what is staged with the source and adds it to the
// question. Where nothing has the name and nothing can be continued, there is
// no question.
func (u *upload) lookAtStaged(ctx context.Context, l *link, f *standing) error {
	if f.staged == nil {
		return nil
	}
	there, err := l.staged(ctx, f.staged.Upload, u.src.size())
	if errors.Is(err, wire.NotFound) {
		f.staged = nil // it has gone meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	if err := u.compare(ctx, there); err != nil {
		return err
	}
	same := u.pieces.arrived
	size := max(f.staged.Received, same) // more may have arrived since
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
