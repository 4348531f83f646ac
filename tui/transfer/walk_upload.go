package transfer

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"wangpan/wire"
)

// upload lists a local folder whose remote folder exists. It does not follow links.
func (w *walker) upload(ctx context.Context, at *place) error {
	f, err := w.openFolder(at)
	if err != nil {
		return w.fail(ctx, at, fromReading(ctx, at.local, err))
	}
	defer f.Close()
	theirs, err := w.theirs(ctx, at)
	if err != nil {
		return w.fail(ctx, at, err)
	}
	for {
		entries, err := f.ReadDir(walkBatch)
		if len(entries) > 0 {
			if err := w.uploadBatch(ctx, at, entries, theirs); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return w.fail(ctx, at, fromReading(ctx, at.local, err))
		}
	}
}

// openFolder opens the folder at a place. It fails if a link has replaced it.
func (w *walker) openFolder(at *place) (*os.File, error) {
	flag := os.O_RDONLY
	if at.local != w.job.Local {
		flag |= openNoFollow
		info, err := os.Lstat(at.local)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, &Error{Kind: ErrNotFolder, Path: at.local}
		}
	}
	f, err := os.OpenFile(at.local, flag|openNoHang, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && (!info.IsDir() || at.facts != nil && !os.SameFile(info, at.facts)) {
		err = &Error{Kind: ErrNotFolder, Path: at.local}
	}
	if err != nil {
		_ = f.Close() // it was not even read
		return nil, err
	}
	at.facts = info
	return f, nil
}

// uploadBatch adds the files among the entries and then lists the subfolders.
func (w *walker) uploadBatch(ctx context.Context, at *place, entries []fs.DirEntry, theirs map[wire.Name]wire.Entry) error {
	if err := w.count(len(entries)); err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	var files []found
	var folders []*place
	for _, e := range entries {
		local := filepath.Join(at.local, e.Name())
		// Some systems decompose names; the server stores them composed.
		remote, err := w.remoteOf(at.remote, norm.NFC.String(e.Name()))
		info, infoErr := e.Info()
		switch {
		case errors.Is(infoErr, fs.ErrNotExist):
			continue // it was removed
		case err != nil:
			w.omit(local, err, 1)
		case infoErr != nil:
			files = append(files, found{in: at, local: local, remote: remote}) // its transfer reports the error
		case info.IsDir():
			folders = append(folders, &place{local: local, remote: remote, facts: info})
		case info.Mode()&fs.ModeSymlink != 0:
			w.omit(local, ErrLink, 1)
		case !info.Mode().IsRegular():
			w.omit(local, ErrNotRegular, 1)
		default:
			there, known := theirs[remote.Base()]
			files = append(files, found{
				in: at, local: local, remote: remote, size: info.Size(), entry: there,
				same: known && !there.IsDir && there.Size == info.Size() && there.ModTime.Equal(info.ModTime()),
			})
		}
	}
	if err := w.emit(ctx, files); err != nil {
		return err
	}
	if err := w.prepare(ctx, folders); err != nil {
		return err
	}
	for _, folder := range folders {
		if folder.facts == nil {
			continue // it could not be made
		}
		if err := w.upload(ctx, folder); err != nil {
			return err
		}
	}
	return nil
}

// remoteOf returns the path of name in a remote folder. The error is ErrRemoteName or
// ErrTooDeep.
func (w *walker) remoteOf(folder wire.Path, name string) (wire.Path, error) {
	if _, err := wire.ParseName(name); err != nil {
		return "", ErrRemoteName
	}
	path, err := wire.ParsePath(strings.TrimSuffix(string(folder), "/") + "/" + name)
	if err != nil {
		return "", ErrTooDeep
	}
	return path, nil
}

// makeRemote makes remote folders. A folder that cannot be made loses its facts and
// counts as failed.
func (w *walker) makeRemote(ctx context.Context, at []*place) error {
	errs := make([]error, len(at))
	err := w.ask(ctx, func(l *link) error {
		return each(l, len(at), func(i int, l *link) error {
			errs[i] = l.mkdir(ctx, at[i])
			if isLost(errs[i]) || isTemporary(errs[i]) || ctx.Err() != nil {
				return errs[i]
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	for i, err := range errs {
		if err == nil {
			w.made(at[i])
			continue
		}
		at[i].facts = nil
		if err := w.fail(ctx, at[i], err); err != nil {
			return err
		}
	}
	return nil
}

// made counts a folder and adds it to Tree.Made if an upload made it.
func (w *walker) made(at *place) {
	w.q.mu.Lock()
	defer w.q.mu.Unlock()
	w.tr.Folders++
	w.tr.noteMade(at)
}

// theirs returns the remote entries of a folder if an earlier walk may have uploaded
// them; otherwise nil.
func (w *walker) theirs(ctx context.Context, at *place) (map[wire.Name]wire.Entry, error) {
	const most = 200_000 // entries; further files are compared one by one
	if !w.tr.again || at.empty {
		return nil, nil
	}
	there := make(map[wire.Name]wire.Entry)
	err := w.pages(ctx, at.remote, func(page wire.Listing) error {
		for _, e := range page.Entries {
			there[e.Name] = e
		}
		if len(there) > most {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return there, err
}

// errEnough ends a listing early.
var errEnough = errors.New("listing ended early")

// pages lists a folder of the server page by page.
func (w *walker) pages(ctx context.Context, folder wire.Path, page func(wire.Listing) error) error {
	args := wire.ListArgs{Path: folder, Limit: walkBatch}
	for {
		var listing wire.Listing
		err := w.ask(ctx, func(l *link) (err error) {
			listing, err = l.list(ctx, args)
			return err
		})
		if err == nil {
			err = page(listing)
		}
		if err != nil || !listing.More {
			return err
		}
		args.After = listing.Entries[len(listing.Entries)-1].Name
	}
}

// list requests a page of a folder and checks that its names increase.
func (l *link) list(ctx context.Context, args wire.ListArgs) (wire.Listing, error) {
	listing, err := l.server.List(ctx, args)
	if err := l.sort(ctx, err); err != nil {
		return listing, err
	}
	last := args.After
	for _, e := range listing.Entries {
		if e.Name <= last || e.Size < 0 || e.Size > wire.MaxSize || e.IsDir == (e.Version != "") {
			return listing, &Error{Kind: ErrServer, Path: string(args.Path)}
		}
		last = e.Name
	}
	if listing.More && len(listing.Entries) == 0 {
		return listing, &Error{Kind: ErrServer, Path: string(args.Path)}
	}
	return listing, nil
}

// mkdir makes the remote folder of a place if it does not exist.
func (l *link) mkdir(ctx context.Context, at *place) error {
	if at.remote == wire.Root {
		return nil
	}
	_, err := l.server.Mkdir(ctx, at.remote)
	err = l.sort(ctx, err)
	if !errors.Is(err, wire.Exists) || !isRefusal(err) {
		at.empty = err == nil
		return err
	}
	reply, err := l.stat(ctx, at.remote)
	if err == nil && !reply.Entry.IsDir {
		err = &Error{Kind: ErrNotFolder, Path: string(at.remote)}
	}
	return err
}
