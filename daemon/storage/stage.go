package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"wangpan/wire"
)

// maxUploads is how many staged uploads an account may have: a list of them
// must fit into a reply, and an upload of nothing still takes two files.
const maxUploads = 1000

// staging is an upload that is being written.
type staging struct {
	upload   *upload
	flushing chan error // gets the outcome of the flush that is under way; nil when none is
	flushed  int64      // received when the last flush began
	failed   error      // why nothing more is taken
}

var _ Staging = (*staging)(nil)

// Stage implements Drive.
func (d *drive) Stage(ctx context.Context, args wire.PutArgs) (Staging, error) {
	if err := args.Check(); err != nil {
		return nil, err
	}
	if err := d.claim(args.Upload); err != nil {
		return nil, err
	}
	u, err := d.stage(ctx, args)
	if err != nil {
		d.free(args.Upload)
		return nil, refuse(wire.Put, args.Path, err)
	}
	d.share()
	return &staging{upload: u, flushed: int64(u.recorded) * wire.BlockSize}, nil
}

func (d *drive) stage(ctx context.Context, args wire.PutArgs) (*upload, error) {
	if err := d.precheck(args); err != nil {
		return nil, err
	}
	if args.Offset == 0 {
		if err := d.roomFor(ctx, args); err != nil {
			return nil, err
		}
		return d.begin(args.Upload, record{Path: args.Path, Size: args.Size, ModTime: args.ModTime.UTC(), Begun: time.Now().UTC()})
	}
	u, err := d.load(ctx, args.Upload)
	if isNoUpload(err) {
		return nil, errNoUpload()
	}
	if err != nil {
		return nil, err
	}
	if err := d.checkContinues(ctx, u, args); err != nil {
		return nil, errors.Join(err, u.keep())
	}
	return u, nil
}

// precheck refuses what commit would refuse as things stand.
func (d *drive) precheck(args wire.PutArgs) error {
	parent, name, err := d.parentOf(args.Path)
	if err != nil {
		return refuseWrite(wire.Put, args.Path, err)
	}
	defer parent.Close()
	return checkTarget(parent, name, args.Path, args.Precondition)
}

// checkTarget holds what lies under name against a precondition.
func checkTarget(parent *os.Root, name wire.Name, path wire.Path, pre wire.Precondition) error {
	info, err := parent.Lstat(string(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if pre.If == wire.IfVersion {
			return errVersion(path)
		}
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return wire.Errorf(wire.Invalid, "%s is a folder", path)
	case !info.Mode().IsRegular():
		return wire.Errorf(wire.Invalid, "something that is neither a file nor a folder stands at %s: choose another name", path)
	case pre.If == wire.IfAbsent:
		return errTaken(path)
	case pre.If == wire.IfVersion && pre.Version != versionOf(info):
		return errVersion(path)
	}
	return nil
}

// roomFor refuses a new upload that the disk or the account has no room for,
// and counts it from now on. What was staged under the same name will be gone.
func (d *drive) roomFor(ctx context.Context, args wire.PutArgs) error {
	need := args.Size
	old, err := d.staged.Lstat(dataName(args.Upload))
	switch {
	case err == nil:
		need -= old.Size()
	case !errors.Is(err, fs.ErrNotExist):
		return err
	default:
		ids, err := d.uploadIDs()
		if err != nil {
			return err
		}
		if len(ids) >= maxUploads {
			return wire.Errorf(wire.QuotaExceeded, "there are %d unfinished uploads already: finish or discard some", len(ids))
		}
	}
	if err := d.diskHas(need); err != nil {
		return err
	}
	return d.reserve(ctx, args.Upload, args.Size)
}

// diskHas refuses when fewer than n bytes are free.
func (a *account) diskHas(n int64) error {
	free, err := a.diskFree()
	if err == nil && free < n {
		err = wire.Errorf(wire.NoSpace, "the server's disk has no room for %d bytes more", n)
	}
	return err
}

// diskFree is how many bytes are free on the disk.
func (a *account) diskFree() (int64, error) {
	f, err := a.staged.Open(".")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	free, err := freeSpace(f)
	if err != nil {
		return 0, fmt.Errorf("ask for the free space: %w", err)
	}
	return free, nil
}

// checkContinues demands that args go on with u, exactly where it is.
func (d *drive) checkContinues(ctx context.Context, u *upload, args wire.PutArgs) error {
	if !u.record.is(args) {
		return wire.Errorf(wire.Conflict, "this upload is of another file: begin a new one")
	}
	if args.Offset != u.received {
		return wire.Errorf(wire.Conflict, "the server has %d bytes of this upload: go on from there", u.received)
	}
	if err := d.diskHas(args.Size - args.Offset); err != nil {
		return err
	}
	if err := d.reserve(ctx, args.Upload, args.Size); err != nil {
		return err // it is counted already, but the limit may be another one now
	}
	return u.touch()
}

// Received implements Staging.
func (s *staging) Received() int64 { return s.upload.received }

// Write implements Staging.
func (s *staging) Write(p []byte) (int, error) {
	if s.failed != nil {
		return 0, s.failed
	}
	u := s.upload
	if int64(len(p)) > u.record.Size-u.received {
		return 0, wire.Errorf(wire.Invalid, "the body is longer than the %d bytes announced", u.record.Size)
	}
	n, err := u.data.WriteAt(p, u.received)
	_, _ = u.hasher.Write(p[:n])
	u.received += int64(n)
	if err != nil {
		// More may have got into the file than WriteAt counts.
		if err := u.data.Truncate(u.received); err != nil {
			s.failed = refuse(wire.Put, u.record.Path, err)
		}
		return n, refuse(wire.Put, u.record.Path, err)
	}
	if u.received-s.flushed >= u.disk.flushEvery {
		err = s.flush()
	}
	return n, err
}

// flush waits for the flush before and begins another beside the writing, so
// that neither the network waits for the disk nor the disk for the end.
func (s *staging) flush() error {
	if err := s.join(); err != nil {
		return err
	}
	u := s.upload
	first, blocks := u.recorded, slices.Clone(u.hasher.Blocks()[u.recorded:])
	u.recorded, s.flushed = first+len(blocks), u.received
	outcome := make(chan error, 1)
	s.flushing = outcome
	go func() { outcome <- u.save(first, blocks) }()
	return nil
}

// join waits for the flush that is under way. A disk that could not keep the
// data may have dropped it, so after a failure the upload is no good.
func (s *staging) join() error {
	if s.flushing == nil {
		return s.failed
	}
	err := <-s.flushing
	s.flushing = nil
	if err != nil {
		u := s.upload
		s.failed = refuse(wire.Put, u.record.Path, errors.Join(err, u.drop(u.id)))
	}
	return s.failed
}

// Close implements Staging.
func (s *staging) Close() error {
	if s.upload == nil {
		return nil
	}
	u := s.upload
	err := s.join()
	if err != nil {
		err = errors.Join(err, u.data.Close())
	} else {
		err = errors.Join(u.touch(), u.keep())
	}
	u.free(u.id)
	s.upload = nil
	return errors.Join(err, u.release())
}
