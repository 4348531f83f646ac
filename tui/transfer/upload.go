package transfer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// upload is one file on its way to the server.
type upload struct {
	job   Job
	means *means
	count *progress

	facts   *stamp        // of the source when the upload was planned, or looked at
	known   []wire.Digest // of the source's whole blocks from the start, as far as they are known
	found   *standing     // at the target, until there is a plan
	decided Answer        // to its question
	plan    *draft        // once it is decided what to do
	prior   *draft        // a plan that another look has to replace, with what is staged of it
	spoilt  int           // how often what arrived was not what was sent
	missing int           // how often the server could not find what it was to go on with

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
}

func (u *upload) attempt(ctx context.Context, l *link, t *terms) (*Result, error) {
	if _, err := wire.ParsePath(string(u.job.Remote)); err != nil {
		return nil, err
	}
	src, err := openSource(u.job.Local)
	if err != nil {
		return nil, err
	}
	u.src = src
	defer src.close()
	if u.facts == nil || !u.facts.sameContent(src.stamp.info) {
		u.forget(ctx, l)
		u.facts = src.stamp
	} else if !u.facts.untouched(src.stamp.info) {
		u.known, u.facts = nil, src.stamp // it may hold something else under the same size and time
	}
	u.count.size.Store(src.size())
	for range maxTurns {
		result, err := u.turn(ctx, l, t)
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
	u.facts, u.known, u.found, u.decided, u.plan, u.prior = nil, nil, nil, NoAnswer, nil, nil
}

// turn goes through all steps once. errLookAgain asks for another turn.
func (u *upload) turn(ctx context.Context, l *link, t *terms) (*Result, error) {
	if u.plan == nil {
		if result, err := u.prepare(ctx, l, t); result != nil || err != nil {
			return result, err
		}
	}
	received, result, err := u.received(ctx, l)
	if result != nil || err != nil {
		return result, err
	}
	sum, err := u.send(ctx, l, received)
	if err != nil {
		return nil, u.refused(ctx, l, err)
	}
	if err := u.src.checkWhole(ctx, sum, u.count); err != nil {
		return nil, err
	}
	return u.commit(ctx, l, sum)
}

// received asks how much of the upload the server has. A commit whose answer
// was lost may have gone through: then there is a result.
func (u *upload) received(ctx context.Context, l *link) (int64, *Result, error) {
	if !u.plan.begun {
		return 0, nil, nil
	}
	u.count.enter(Looking, 0)
	list, err := l.uploads(ctx, u.plan.path)
	if err != nil {
		return 0, nil, err
	}
	for _, staged := range list {
		if staged.Upload == u.plan.id {
			if staged.Received < 0 || staged.Received > u.src.size() {
				return 0, nil, &Error{Kind: ErrServer, Path: string(u.plan.path)}
			}
			return staged.Received, nil, nil
		}
	}
	if u.plan.sum != nil {
		result, err := u.committed(ctx, l)
		if result != nil || err != nil {
			return 0, result, err
		}
	}
	if u.count.done.Load() > 0 {
		u.count.restart(ReasonExpired, 0)
	}
	u.plan.begun, u.plan.sum = false, nil
	return 0, nil, nil
}

// committed reports whether the file at the target is ours: the commit went
// through although nobody heard of it.
func (u *upload) committed(ctx context.Context, l *link) (*Result, error) {
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

// send appends everything behind the first received bytes and returns the
// digest of the whole.
func (u *upload) send(ctx context.Context, l *link, received int64) (wire.Digest, error) {
	hasher, err := u.hasherAt(ctx, received)
	if err != nil {
		return wire.Digest{}, err
	}
	u.count.start(u.src.size(), min(received, u.count.resumed.Load()))
	u.count.done.Store(received)
	u.count.enter(Moving, 0)
	if received == u.src.size() && u.plan.begun {
		return hasher.Sum(), nil
	}
	args := wire.PutArgs{
		Upload: u.plan.id, Path: u.plan.path, Size: u.src.size(), ModTime: u.src.stamp.info.ModTime().UTC(),
		Offset: received, Precondition: u.plan.may,
	}
	u.plan.begun = true
	body := &watched{ctx: ctx, source: u.src, hasher: hasher, offset: received, count: u.count}
	reply, err := l.put(ctx, args, body)
	u.known = hasher.Blocks()
	if err != nil {
		return wire.Digest{}, err
	}
	if reply.Received != u.src.size() {
		return wire.Digest{}, &Error{Kind: ErrServer, Path: string(u.plan.path)}
	}
	return hasher.Sum(), nil
}

// hasherAt returns a hasher that has digested the first n bytes of the source.
func (u *upload) hasherAt(ctx context.Context, n int64) (*digest.Hasher, error) {
	whole := min(int64(len(u.known)), n/wire.BlockSize)
	hasher, offset := digest.Resume(u.known[:whole], n)
	u.count.enter(Comparing, n-offset)
	if err := readRange(ctx, u.src.f, offset, n, hasher, u.count); err != nil {
		return nil, u.src.fromReading(ctx, err)
	}
	return hasher, nil
}

func (u *upload) commit(ctx context.Context, l *link, sum wire.Digest) (*Result, error) {
	u.count.enter(Committing, 0)
	u.plan.sum = &sum
	reply, err := l.commit(ctx, wire.CommitArgs{Upload: u.plan.id, Digest: sum, Precondition: u.plan.may})
	switch {
	case err == nil:
		return u.finished(ctx, l, reply.Entry, sum), nil
	case errors.Is(err, wire.Damaged):
		if u.spoilt++; u.spoilt > 1 {
			return nil, &Error{Kind: ErrDamaged, Path: u.job.Local, Err: err}
		}
		_ = l.discard(ctx, u.plan.id) // else it is begun anew at offset 0
		u.known, u.plan.begun, u.plan.sum = nil, false, nil
		u.count.restart(ReasonDamaged, 0)
		return nil, errLookAgain
	default:
		return nil, u.refused(ctx, l, err)
	}
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
	path, joinErr := u.job.Remote.Dir().Join(copyName(string(u.job.Remote.Base()), n))
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
	return &Result{Local: u.job.Local, Remote: u.plan.path, Entry: entry, Digest: sum}
}

func newUploadID() wire.UploadID {
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails
	return wire.UploadID(hex.EncodeToString(id[:]))
}
