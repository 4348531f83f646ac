package transfer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"wangpan/wire"
)

// download lists a remote folder whose local folder exists.
func (w *walker) download(ctx context.Context, at *place) error {
	unlisted := 0
	err := w.pages(ctx, at.remote, func(page wire.Listing) error {
		unlisted = max(unlisted, page.Unlisted)
		return w.downloadPage(ctx, at, page.Entries)
	})
	if unlisted > 0 {
		w.omit(string(at.remote), nil, unlisted)
	}
	if _, own := errors.AsType[*walkError](err); err == nil || own {
		return err
	}
	return w.fail(ctx, at, err)
}

// walkError ends the whole walk, unlike an error of listing one folder.
type walkError struct{ error }

func (e *walkError) Unwrap() error { return e.error }

// downloadPage adds the files of a page and then lists its subfolders.
func (w *walker) downloadPage(ctx context.Context, at *place, entries []wire.Entry) error {
	if err := w.count(len(entries)); err != nil {
		return &walkError{err}
	}
	var files []found
	var folders []*place
	for _, e := range entries {
		remote, err := w.remoteOf(at.remote, string(e.Name))
		if err == nil {
			err = CheckName(e.Name)
		}
		if err != nil {
			w.omit(string(at.remote)+"/"+string(e.Name), err, 1)
			continue
		}
		local := filepath.Join(at.local, string(e.Name))
		if e.IsDir {
			folders = append(folders, &place{local: local, remote: remote})
			continue
		}
		f := found{in: at, local: local, remote: remote, size: e.Size, entry: e}
		if w.tr.again && !at.empty {
			info, err := os.Lstat(local)
			f.same = err == nil && info.Mode().IsRegular() && info.Size() == e.Size && info.ModTime().Equal(e.ModTime)
		}
		files = append(files, f)
	}
	err := w.emit(ctx, files)
	if err == nil {
		err = w.prepare(ctx, folders)
	}
	for _, folder := range folders {
		if err == nil && folder.facts != nil {
			err = w.download(ctx, folder)
		}
	}
	if err != nil {
		return &walkError{err}
	}
	return nil
}

// makeLocal makes local folders. It follows no link and replaces no file. A folder that
// cannot be made has no facts and counts as failed.
func (w *walker) makeLocal(at []*place) error {
	made := false
	for _, p := range at {
		err := os.Mkdir(p.local, newFolder)
		if err == nil {
			p.empty, made = true, true
		}
		if err == nil || errors.Is(err, fs.ErrExist) {
			p.facts, err = ownFolder(p.local)
		}
		if err == nil {
			w.made(p)
			continue
		}
		p.facts = nil
		if err := w.fail(context.Background(), p, fromDisk(ErrTargetFolder, p.local, err)); err != nil {
			return err
		}
	}
	if !made {
		return nil
	}
	folder := filepath.Dir(at[0].local)
	return fromDisk(ErrTargetFolder, folder, w.q.syncs.sync(folder))
}

// ownFolder returns the facts of a folder, but not of a link.
func ownFolder(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, &Error{Kind: ErrLink, Path: path}
	case !info.IsDir():
		return nil, &Error{Kind: ErrNotFolder, Path: path}
	}
	return info, nil
}
