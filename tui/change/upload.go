package change

import (
	"context"
	"sync"

	"wangpan/tui/transfer"
	"wangpan/wire"
)

// maxUploaded is how many files of one folder's upload are recorded for undo, about
// 200 bytes each. An upload of more files has no undo.
const maxUploaded = 200_000

// uploaded is a file that an upload put on the drive.
type uploaded struct {
	path     wire.Path
	version  wire.Version
	replaced bool // the trash has an older file
}

// upload records the files and folders that one upload put on the drive.
type upload struct {
	files    []uploaded
	made     []wire.Path // new folders; see transfer.Tree.Made
	replaced int         // the number of files that replaced another one
	tooMany  bool        // more than maxUploaded files; files is empty
}

// add records a file.
func (u *upload) add(r *transfer.Result) {
	if r.Replaced {
		u.replaced++
	}
	if u.tooMany = u.tooMany || len(u.files) == maxUploaded; u.tooMany {
		u.files = nil
		return
	}
	u.files = append(u.files, uploaded{r.Remote, r.Entry.Version, r.Replaced})
}

// Uploads collects what the uploads to one drive replaced, so that they can be
// undone. It is safe for concurrent use.
type Uploads struct {
	mu      sync.Mutex
	folders map[transfer.ID]*upload // folders whose upload is running
	ended   []*upload               // the oldest first
}

// Ended records a transfer that has ended. The transfer queue must call it for the
// files of a folder before the folder.
func (u *Uploads) Ended(t transfer.Transfer) {
	if t.Direction != transfer.Upload {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch r := t.Result; {
	case t.Tree != nil:
		if one := u.folders[t.ID]; one != nil {
			delete(u.folders, t.ID)
			one.made = t.Tree.Made
			u.keep(one)
		}
	case t.State != transfer.Done || r == nil || r.Identical || r.Skipped:
	case t.Parent == 0:
		one := new(upload)
		one.add(r)
		u.keep(one)
	default:
		if u.folders == nil {
			u.folders = make(map[transfer.ID]*upload)
		}
		if u.folders[t.Parent] == nil {
			u.folders[t.Parent] = new(upload)
		}
		u.folders[t.Parent].add(r)
	}
}

// keep records an upload for undo if it replaced a file. The caller holds u.mu.
func (u *Uploads) keep(one *upload) {
	if one.replaced > 0 {
		u.ended = append(u.ended, one)
	}
}

// take returns the uploads that have ended since the last call.
func (u *Uploads) take() []*upload {
	u.mu.Lock()
	defer u.mu.Unlock()
	ended := u.ended
	u.ended = nil
	return ended
}

// plan returns the steps that undo an upload. They restore the replaced files, move the
// new files to the trash and then remove the new folders. The steps of files that have
// changed since the upload fail, and so do those of folders with other files.
func (u *upload) plan(ctx context.Context, s Server) ([]Step, error) {
	items, err := u.items(ctx, s)
	if err != nil {
		return nil, err
	}
	steps := make([]Step, 0, len(u.files)+len(u.made))
	for _, f := range u.files {
		item, found := items[f.path]
		switch {
		case !f.replaced:
			steps = append(steps, Remove(f.path, f.version))
		case found:
			steps = append(steps, restoreOver(item, f.path, f.version))
		default:
			steps = append(steps, Step{Path: f.path, run: func(context.Context, Server, wire.Version) (Step, error) {
				return Step{}, ErrNotInTrash
			}})
		}
	}
	for _, folder := range u.made {
		steps = append(steps, removeUnfilled(folder))
	}
	return steps, nil
}

// items returns, for each replaced path of the upload, the newest replaced file of that
// path in the trash. That is the file which the upload replaced, unless the path has
// changed since.
func (u *upload) items(ctx context.Context, s Server) (map[wire.Path]wire.Item, error) {
	items := make(map[wire.Path]wire.Item, u.replaced)
	for _, f := range u.files {
		if f.replaced {
			items[f.path] = wire.Item{}
		}
	}
	missing := len(items)
	for args := (wire.TrashArgs{}); missing > 0; { // the newest come first
		page, err := s.Trash(ctx, args)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			if known, wanted := items[item.Path]; wanted && known.Item == "" && item.Replaced {
				items[item.Path] = item
				missing--
			}
		}
		if !page.More {
			break
		}
		args.After = page.Items[len(page.Items)-1].Item
	}
	for path, item := range items {
		if item.Item == "" {
			delete(items, path)
		}
	}
	return items, nil
}

// removeUnfilled returns the step that removes a folder that an upload made. The step
// fails with ErrNotEmpty when the folder, or a folder in it, has files.
func removeUnfilled(path wire.Path) Step {
	return Step{Path: path, barrier: true, run: func(ctx context.Context, s Server, _ wire.Version) (Step, error) {
		in, err := s.Count(ctx, path)
		if err == nil && in.Files > 0 {
			err = ErrNotEmpty
		}
		if err == nil {
			_, err = s.Remove(ctx, wire.RemoveArgs{Path: path})
		}
		return Step{}, err
	}}
}
