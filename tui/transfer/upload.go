package transfer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"

	"wangpan/wire"
)

// upload moves one file to the server.
type upload struct {
	job   Job
	env   *env
	count *progress
	opens int // the flag for openSource

	facts   *stamp    // of the source when it was last inspected
	found   *standing // until there is a plan
	decided Answer    // to its question
	plan    *draft    // once it is decided
	prior   *draft    // the previous plan, whose staged bytes can be used
	spoilt  int       // number of commits that found damage
	missing int       // number of times that the server did not find the staged upload

	mu sync.Mutex // guards the fields below while streams run
	// pieces are the known digests of the source's blocks, and the number of bytes of
	// each that the server has.
	pieces *pieces
	unsure int // segments of which an unknown part has arrived

	src *source // during an attempt
}

// draft is the decision about an upload.
type draft struct {
	id     wire.UploadID
	path   wire.Path // the path of the finished file
	may    wire.Precondition
	copies int             // the n of "name (n)" to try next when the target is taken; 0: ask
	old    []wire.UploadID // other staged uploads, discarded at the end
	begun  bool            // the server may have staged bytes
	sum    *wire.Digest    // of a commit whose reply may be lost
	key    wire.Key        // of that commit, for a repetition; "" if the server refused it
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
		u.pieces, u.facts = nil, src.stamp // the content may differ
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

// forget resets the upload and discards its staged bytes, because the source has
// changed.
func (u *upload) forget(ctx context.Context, l *link) {
	if u.plan != nil && u.plan.begun && !l.broken() && ctx.Err() == nil {
		_ = l.discard(ctx, u.plan.id) // else it expires
	}
	u.facts, u.pieces, u.found, u.decided, u.plan, u.prior = nil, nil, nil, NoAnswer, nil, nil
}

// pass makes all steps once. errLookAgain requests another pass.
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

// ask asks the server for the staged blocks. It returns a result if a commit whose reply
// was lost has succeeded.
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

// committed returns a result if a commit whose reply was lost has succeeded.
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
	// The server does not have the key any more: compare the file.
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

// remoteDigest returns the digest of a remote file with the size of the source. It
// returns nil if the size differs, or if the file has changed since.
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
			u.spoilt = 0 // for a retry
			return nil, &Error{Kind: ErrDamaged, Path: u.job.Local, Err: err}
		}
		u.plan.sum = nil
		return nil, errLookAgain // the next pass sends the damaged blocks again
	default:
		return nil, u.refused(ctx, l, err)
	}
}

// commitOnce sends the commit of the plan. It repeats a commit whose reply was lost with
// the same key.
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

// refused handles the refusal of a put or a commit. It returns errLookAgain if the
// server has changed since it was inspected.
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
			// The staged bytes stay: a new answer may use them.
			u.prior, u.plan = u.plan, nil
		}
		return errLookAgain // otherwise the offset was wrong
	case errors.Is(err, wire.NotFound) && u.plan.begun && u.missing == 0:
		u.missing++
		return errLookAgain // it has expired, or the folder was removed, which the next put reports
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

// rename changes to the next free name for a copy. Staged bytes belong to the old name;
// the upload sends them again.
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

// finished discards old staged uploads after a commit and returns the result.
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
