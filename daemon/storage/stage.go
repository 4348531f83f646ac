package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"wangpan/wire"
)

// maxUploads is how many staged uploads an account may have: a list of them
// must fit into a reply, and an upload of nothing still takes two files.
const maxUploads = 1000

// Stage implements Drive.
func (d *drive) Stage(ctx context.Context, args wire.PutArgs) (Staging, error) {
	if err := args.Check(); err != nil {
		return nil, err
	}
	if err := d.precheck(args); err != nil {
		return nil, err
	}
	begun := false
	u, err := d.join(ctx, args.Upload, func() (u *upload, err error) {
		u, begun, err = d.find(ctx, args)
		return u, err
	})
	if err != nil {
		return nil, refuse(wire.Put, args.Path, err)
	}
	if !begun {
		err = u.checkContinues(ctx, args)
	}
	var s *staging
	if err == nil {
		s, err = u.newStaging(ctx, args)
	}
	if err != nil {
		return nil, refuse(wire.Put, args.Path, errors.Join(err, d.leave(u)))
	}
	d.share()
	return s, nil
}

// find opens the upload of args, or begins it.
func (d *drive) find(ctx context.Context, args wire.PutArgs) (u *upload, begun bool, err error) {
	u, err = d.load(ctx, args.Upload)
	switch {
	case !isNoUpload(err):
		return u, false, err
	case args.Offset > 0:
		return nil, false, errNoUpload()
	}
	if err := d.roomFor(ctx, args); err != nil {
		return nil, false, err
	}
	u, err = d.begin(args.Upload, record{Path: args.Path, Size: args.Size, ModTime: args.ModTime.UTC(), Begun: d.disk.now()})
	return u, true, err
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
// and counts it from now on.
func (d *drive) roomFor(ctx context.Context, args wire.PutArgs) error {
	ids, err := d.uploadIDs()
	if err != nil {
		return err
	}
	if len(ids) >= maxUploads {
		return wire.Errorf(wire.QuotaExceeded, "there are %d unfinished uploads already: finish or discard some", len(ids)).
			WithDetails(wire.Details{Unit: wire.UnitUploads, Needed: 1, Limit: maxUploads})
	}
	if err := d.diskHas(args.Size); err != nil {
		return err
	}
	return d.reserve(ctx, args.Upload, uploadRoom(args.Size))
}

// uploadRoom is what an upload of so many bytes needs, as long as it is staged and
// as a file.
func uploadRoom(size int64) room { return room{bytes: size, entries: 1} }

// diskGoesOn refuses to write n bytes more of what was admitted when the disk had
// room for it. Of several at once each had that for itself, and together they
// must not take what is kept free.
func (a *account) diskGoesOn(n int64) error {
	if a.disk.reserve == 0 {
		return nil // the disk says so by itself
	}
	return a.diskHas(n)
}

// diskHas refuses when fewer than n bytes are free.
func (a *account) diskHas(n int64) error {
	free, err := a.diskFree()
	if err == nil && free < n {
		err = wire.Errorf(wire.NoSpace, "the server's disk has no room for %d bytes more", n).
			WithDetails(wire.Details{Unit: wire.UnitBytes, Needed: n, Available: free})
	}
	return err
}

// diskFree is how many bytes are free on the disk for files.
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
	return max(free-a.disk.reserve, 0), nil
}

// checkContinues demands that args are of u, and that there is room for the rest.
func (u *upload) checkContinues(ctx context.Context, args wire.PutArgs) error {
	if !u.record.is(args) {
		return wire.Errorf(wire.Conflict, "this upload is of another file: discard it first, or choose another name for it")
	}
	if err := u.failure(); err != nil {
		return err
	}
	if err := u.diskHas(u.record.Size - u.pieces.bytes()); err != nil {
		return err
	}
	if err := u.reserve(ctx, args.Upload, uploadRoom(args.Size)); err != nil {
		return err // it is counted already, but the limit may be another one now
	}
	return u.touch()
}
