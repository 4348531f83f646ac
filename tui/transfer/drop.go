package transfer

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"wangpan/wire"
)

// dropCopies is up to which "name (n)" what was moved is looked for.
const dropCopies = 9

// dropPartials removes the partials of a download that is not to be continued.
func dropPartials(ctx context.Context, job Job, origin string) {
	if job.Folder {
		dropPartialsIn(ctx, job, origin)
		return
	}
	folder, name := filepath.Split(job.Local)
	for n := 1; n <= dropCopies; n++ {
		target := job.Local
		if n > 1 {
			target = folder + CopyName(name, n)
		}
		at, err := inspect(target, origin, job.Remote)
		if err != nil {
			return
		}
		for _, path := range at.others("") {
			dropPartial(path)
		}
	}
}

// dropPartialsIn removes those in a folder and all below it, without following
// links.
func dropPartialsIn(ctx context.Context, job Job, origin string) {
	_ = filepath.WalkDir(job.Local, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return fs.SkipAll
		}
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(path, partialSuffix) {
			dropPartialOf(path, job.Remote, origin)
		}
		return nil // what cannot be looked at stays
	})
}

// dropPartialOf removes a partial of a file in the remote folder.
func dropPartialOf(path string, folder wire.Path, origin string) {
	info, err := os.Lstat(path)
	if err != nil {
		return
	}
	h, _, err := readRecord(recordPath(path), info.Size())
	if err == nil && h.Origin == origin && isWithin(h.Path, folder) {
		dropPartial(path)
	}
}

// isWithin reports whether path is in folder, or in a folder in it.
func isWithin(path, folder wire.Path) bool {
	return strings.HasPrefix(string(path), strings.TrimSuffix(string(folder), "/")+"/")
}

// discardAll discards what is staged of an upload that is not to be continued.
func (l *link) discardAll(ctx context.Context, u Unfinished) {
	path := u.Job.Remote
	if u.Job.Folder {
		path = "" // of all
	}
	staged, err := l.uploads(ctx, path)
	if err != nil {
		return
	}
	for _, s := range staged {
		local := u.Job.Local
		if u.Job.Folder {
			if !isWithin(s.Path, u.Job.Remote) {
				continue
			}
			below := strings.TrimPrefix(string(s.Path), strings.TrimSuffix(string(u.Job.Remote), "/"))
			local = filepath.Join(local, filepath.FromSlash(below))
		}
		if !isOf(s, local, u) {
			continue
		}
		if err := l.discard(ctx, s.Upload); isLost(err) {
			return
		}
	}
}

// isOf reports whether a staged upload is that of the local file: others may
// upload to the same place.
func isOf(s wire.Upload, local string, u Unfinished) bool {
	info, err := os.Stat(local)
	if err != nil {
		return !u.Job.Folder && u.Size > 0 && s.Size == u.Size
	}
	return info.Mode().IsRegular() && info.Size() == s.Size && info.ModTime().Equal(s.ModTime)
}
