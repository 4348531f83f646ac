package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"time"

	"wangpan/wire"
)

// keepFor is how long an upload that nobody goes on with is kept.
const keepFor = 7 * 24 * time.Hour

// Uploads implements Drive.
func (d *drive) Uploads(ctx context.Context) ([]wire.Upload, error) {
	ids, err := d.uploadIDs()
	if err != nil {
		return nil, fmt.Errorf("uploads: %w", err)
	}
	uploads := make([]wire.Upload, 0, len(ids))
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		described, err := d.describe(id)
		if isNoUpload(err) {
			continue // just begun, just committed, or rubbish that will be swept
		}
		if err != nil {
			return nil, fmt.Errorf("uploads: %w", err)
		}
		uploads = append(uploads, described)
	}
	return uploads, nil
}

// uploadIDs returns the ids of which there is a record, sorted.
func (a *account) uploadIDs() ([]wire.UploadID, error) {
	entries, err := a.stagedNames()
	if err != nil {
		return nil, err
	}
	var ids []wire.UploadID
	for _, name := range entries {
		id, ok := strings.CutSuffix(name, recordSuffix)
		if ok && checkUploadID(wire.UploadID(id)) == nil {
			ids = append(ids, wire.UploadID(id))
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func (a *account) stagedNames() ([]string, error) {
	f, err := a.staged.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// describe says what a client may know of an upload.
func (a *account) describe(id wire.UploadID) (wire.Upload, error) {
	r, err := a.readRecord(id)
	if err != nil {
		return wire.Upload{}, err
	}
	data, err := a.staged.Lstat(dataName(id))
	if err != nil {
		return wire.Upload{}, err
	}
	touched, err := a.staged.Lstat(recordName(id))
	if err != nil {
		return wire.Upload{}, err
	}
	if !data.Mode().IsRegular() || !touched.Mode().IsRegular() {
		return wire.Upload{}, fs.ErrNotExist
	}
	received, open := a.received(id)
	if !open {
		err := a.survey(id, r.Size, data.Size(), func(_, have int64, _ wire.Digest) { received += have })
		if err != nil {
			return wire.Upload{}, err
		}
	}
	return wire.Upload{
		Upload: id, Path: r.Path, Size: r.Size, ModTime: r.ModTime, Received: received,
		Begun: r.Begun, Expires: touched.ModTime().Add(keepFor).UTC(),
	}, nil
}

// UploadPath implements Drive.
func (d *drive) UploadPath(id wire.UploadID) (wire.Path, error) {
	if err := checkUploadID(id); err != nil {
		return "", err
	}
	r, err := d.readRecord(id)
	if err == nil {
		_, err = d.staged.Lstat(dataName(id)) // without it a crash has left the record
	}
	if isNoUpload(err) {
		return "", errNoUpload()
	}
	return r.Path, err
}

// isNoUpload reports whether err says that there is no whole upload.
func isNoUpload(err error) bool { return isMissing(err) || errors.Is(err, errRecord) }

func errNoUpload() error {
	return wire.Errorf(wire.NotFound, "there is no such upload any more: begin it again")
}

// maxUnfinished is how many unfinished blocks UploadBlocks names, as many as fit
// into a reply. A client that leaves more behind sends the others again.
const maxUnfinished = 4096

// UploadBlocks implements Drive.
func (d *drive) UploadBlocks(ctx context.Context, id wire.UploadID) (wire.BlocksReply, iter.Seq[wire.Digest], error) {
	if err := d.claim(id); err != nil {
		return wire.BlocksReply{}, nil, err
	}
	defer d.free(id)
	u, err := d.load(ctx, id)
	if isNoUpload(err) {
		return wire.BlocksReply{}, nil, errNoUpload()
	}
	if err != nil {
		return wire.BlocksReply{}, nil, fmt.Errorf("blocks: load the upload: %w", err)
	}
	all, unfinished := u.pieces.there()
	if err := u.keep(); err != nil {
		return wire.BlocksReply{}, nil, refuse(wire.Blocks, u.record.Path, err)
	}
	all, unfinished = fewer(all, unfinished)
	reply := wire.BlocksReply{Size: u.record.Size, Length: u.record.Size, Unfinished: unfinished}
	return reply, everyBlock(all, wire.BlockCount(u.record.Size)), nil
}

// fewer returns as many unfinished blocks as are named. Of the others it is told
// as if nothing were there.
func fewer(all []held, unfinished []wire.Unfinished) ([]held, []wire.Unfinished) {
	n := min(len(unfinished), maxUnfinished)
	others := unfinished[n:]
	all = slices.DeleteFunc(all, func(one held) bool {
		_, other := slices.BinarySearchFunc(others, one.block, func(u wire.Unfinished, block int64) int {
			return cmp.Compare(u.Block, block)
		})
		return other
	})
	return all, unfinished[:n]
}

// Discard implements Drive.
func (d *drive) Discard(_ context.Context, id wire.UploadID) error {
	if err := d.claim(id); err != nil {
		return err
	}
	defer d.free(id)
	if _, err := d.staged.Lstat(recordName(id)); errors.Is(err, fs.ErrNotExist) {
		return errNoUpload()
	}
	if err := d.drop(id); err != nil {
		return fmt.Errorf("discard: %w", err)
	}
	return nil
}
