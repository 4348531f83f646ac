package transfer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"

	"wangpan/wire"
)

// upload is one file on its way to the server.
type upload struct {
	job   Job
	env   *env
	count *progress
	opens int // the flag for openSource

	facts   *stamp    // of the source when the upload was planned, or looked at
	found   *standing // at the target, until there is a plan
	decided Answer    // to its question
	plan    *draft    // once it is decided what to do
	prior   *draft    // a plan that another look has to replace, with what is staged of it
	spoilt  int       // how often what arrived was not what was sent
	missing int       // how often the server could not find what it was to go on with

	mu sync.Mutex // guards what follows, while streams are at work
	// pieces are the digests of the source's blocks, as far as they are known,
	// and how much the server has of each.
	pieces *pieces
	unsure int // segments of which nobody knows how much has arrived

	src *source // during an attempt
}

// draft is what was decided about an upload.
type draft struct {
	id     wire.UploadID
	path   wire.Path // the name that the file is to get
	may    wire.Precondition
	copies int             // the n of "name (n)" to try next when the target is taken; 0: ask
	old    []wire.UploadID // staged uploads that the finished file makes useless
	begun  bool            // the server may have something of it
	sum    *wire.Digest    // a commit with it was sent, and its answer may be lost
	key    wire.Key        // of that commit, for its repetition; "" when it was refused
}

func (u *upload) attempt(ctx context.Context, l *link, t *terms) (*Result, error) {
	if _, err := wire.ParsePath(string(u.job.Remote)); err != nil {
		return nil, err
	}
	src, err := openSource(u.job.Local, u.opens)
	if err != nil {
		return nil, err
	}
	u.src = src
	defer src.close()
	if u.facts == nil || !u.facts.sameContent(src.stamp.info) {
		u.forget(ctx, l)
		u.facts = src.stamp
	} else if !u.facts.untouched(src.stamp.info) {
		u.pieces, u.facts = nil, src.stamp // it may hold something else under the same size and time
	}
	if u.pieces == nil {
		u.pieces = &pieces{size: src.size()}
	}
	u.count.size.Store(src.size())
	for range maxPasses {
		result, err := u.pass(ctx, l, t)
		if errors.Is(err, ErrLocalChanged) || errors.Is(err, ErrVanished) {
			u.forget(ctx, l)
		}
		if !errors.Is(err, errLookAgain) {
			return result, err
		}
	}
	return nil, &Error{Kind: ErrRemoteChanged, Path: string(u.job.Remote)}
}

// forget drops what belongs to a source that is no longer the same, here and
// on the server: nobody can continue it.
func (u *upload) forget(ctx context.Context, l *link) {
	if u.plan != nil && u.plan.begun && !l.broken() && ctx.Err() == nil {
		_ = l.discard(ctx, u.plan.id) // else it expires
	}
	u.facts, u.pieces, u.found, u.decided, u.plan, u.prior = nil, nil, nil, NoAnswer, nil, nil
}

// pass goes through all steps once. errLookAgain asks for another turn.
func (u *upload) pass(ctx context.Context, l *link, t *terms) (*Result, error) {
	if u.plan == nil {
		if result, err := u.prepare(ctx, l, t); result != nil || err != nil {
			return result, err
		}
	}
	if result, err := u.ask(ctx, l); result != nil || err != nil {
		return result, err
	}
	if err := u.send(ctx, l); err != nil {
		return nil, u.refused(ctx, l, err)
	}
	sum, err := u.sum(ctx)
	if err == nil {
		err = u.src.checkWhole(ctx, sum, u.count)
	}
	if err != nil {
		return nil, err
	}
	return u.commit(ctx, l, sum)
}

// ask finds out what the server has of the upload. A commit whose answer was
// lost may have gone through: then there is a result.
func (u *upload) ask(ctx context.Context, l *link) (*Result, error) {
	u.pieces.taken, u.unsure = nil, 0
	if !u.plan.begun {
		u.pieces.clear()
		return nil, nil
	}
	u.count.enter(Looking, 0)
	there, err := l.staged(ctx, u.plan.id, u.src.size())
	switch {
	case err == nil:
		err = u.compare(ctx, there)
		if err == nil && u.spoilt > 0 {
			u.count.restart(ReasonDamaged, u.pieces.arrived)
		}
		return nil, err
	case !errors.Is(err, wire.NotFound):
		return nil, err
	}
	if u.plan.sum != nil {
		result, err := u.committed(ctx, l)
		if result != nil || err != nil {
			return result, err
		}
	}
	if u.count.done.Load() > 0 {
		u.count.restart(ReasonExpired, 0)
	}
	u.plan.begun, u.plan.sum = false, nil
	u.pieces.clear()
	return nil, nil
}

// committed reports whether the file at the target is ours: the commit went
// through although nobody heard of it.
func (u *upload) committed(ctx context.Context, l *link) (*Result, error) {
	if u.plan.key != "" {
		reply, err := u.commitOnce(ctx, l)
		switch {
		case err == nil:
			return u.finished(ctx, l, reply.Entry, *u.plan.sum), nil
		case !isRefusal(err):
			return nil, err
		}
	}
	// The server does not know the key: the file tells.
	reply, err := l.stat(ctx, u.plan.path)
	if errors.Is(err, wire.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	sum, err := u.remoteDigest(ctx, l, u.plan.path, reply)
	if err != nil || sum == nil || *sum != *u.plan.sum {
		return nil, err
	}
	return u.finished(ctx, l, reply.Entry, *sum), nil
}

// remoteDigest returns the digest of a remote file that could be the source;
// nil when its size says that it is not, or when it has changed meanwhile.
func (u *upload) remoteDigest(ctx context.Context, l *link, path wire.Path, reply wire.StatReply) (*wire.Digest, error) {
	if reply.Entry.IsDir || reply.Entry.Size != u.src.size() {
		return nil, nil
	}
	if reply.Digest != nil {
		return reply.Digest, nil
	}
	blocks, _, err := l.blocks(ctx, wire.BlocksArgs{Path: path, Version: reply.Entry.Version}, -1)
	if errors.Is(err, wire.NotFound) || errors.Is(err, wire.Conflict) {
		return nil, nil
	}
	return blocks.Digest, err
}

func (u *upload) commit(ctx context.Context, l *link, sum wire.Digest) (*Result, error) {
	u.count.enter(Committing, 0)
	u.plan.sum = &sum
	reply, err := u.commitOnce(ctx, l)
	switch {
	case err == nil:
		return u.finished(ctx, l, reply.Entry, sum), nil
	case errors.Is(err, wire.Damaged):
		if u.spoilt++; u.spoilt > maxRepairs {
			u.spoilt = 0 // of the next try, when the user wants one
			return nil, &Error{Kind: ErrDamaged, Path: u.job.Local, Err: err}
		}
		u.plan.sum = nil
		return nil, errLookAgain // what it has is asked for, and what is wrong sent again
	default:
		return nil, u.refused(ctx, l, err)
	}
}

// commitOnce sends the commit of the plan, with the same key as long as its
// answer is lost.
func (u *upload) commitOnce(ctx context.Context, l *link) (wire.StatReply, error) {
	if u.plan.key == "" {
		u.plan.key = wire.NewKey()
	}
	args := wire.CommitArgs{Upload: u.plan.id, Digest: *u.plan.sum, Precondition: u.plan.may, Executable: u.executable()}
	reply, err := l.commit(wire.WithKey(ctx, u.plan.key), args)
	if isRefusal(err) {
		u.plan.key = ""
	}
	return reply, err
}

// refused turns the refusal of a put or a commit into another look where what
// was found before no longer holds.
func (u *upload) refused(ctx context.Context, l *link, err error) error {
	switch {
	case !isRefusal(err):
		return err
	case errors.Is(err, wire.Exists) && u.plan.copies > 0:
		return u.rename(u.plan.copies, err)
	case errors.Is(err, wire.Exists), errors.Is(err, wire.Conflict):
		same, statErr := u.asPlanned(ctx, l)
		if statErr != nil {
			return statErr
		}
		if !same {
			// What is staged stays: with a new answer it is continued.
			u.prior, u.plan = u.plan, nil
		}
		return errLookAgain // else it is about the offset
	case errors.Is(err, wire.NotFound) && u.plan.begun && u.missing == 0:
		u.missing++
		return errLookAgain // it has expired; or the folder is gone, and the next put says so
	default:
		return err
	}
}

// asPlanned reports whether the precondition of the plan still holds.
func (u *upload) asPlanned(ctx context.Context, l *link) (bool, error) {
	reply, err := l.stat(ctx, u.plan.path)
	switch {
	case errors.Is(err, wire.NotFound):
		return u.plan.may.If == wire.IfAbsent, nil
	case err != nil:
		return false, err
	default:
		return u.plan.may.If == wire.IfVersion && u.plan.may.Version == reply.Entry.Version, nil
	}
}

// rename takes the next free name for a copy. What is staged belongs to the
// old name and is sent again under the new one.
func (u *upload) rename(n int, err error) error {
	if n > maxCopies {
		return err
	}
	path, joinErr := u.job.Remote.Dir().Join(CopyName(string(u.job.Remote.Base()), n))
	if joinErr != nil {
		return joinErr
	}
	if u.plan.begun {
		u.plan.old = append(u.plan.old, u.plan.id)
	}
	u.plan.id, u.plan.path, u.plan.copies = newUploadID(), path, n+1
	u.plan.begun, u.plan.sum = false, nil
	return errLookAgain
}

// finished tidies up behind a commit.
func (u *upload) finished(ctx context.Context, l *link, entry wire.Entry, sum wire.Digest) *Result {
	for _, id := range u.plan.old {
		_ = l.discard(ctx, id) // else it expires
	}
	u.count.done.Store(u.src.size())
	return &Result{Local: u.job.Local, Remote: u.plan.path, Entry: entry, Digest: sum, Replaced: u.plan.may.If == wire.IfVersion}
}

func newUploadID() wire.UploadID {
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails
	return wire.UploadID(hex.EncodeToString(id[:]))
}
