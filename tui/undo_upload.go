package tui

import (
	"context"
	"sync"

	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
)

// mostUploaded is how many files of one folder's upload are kept for undo, about
// 200 bytes each. An upload of more files cannot be undone.
const mostUploaded = 200_000

// uploaded is a file that an upload has put on the drive.
type uploaded struct {
	path     wire.Path
	version  wire.Version
	replaced bool // an older file is in the trash
}

// upload is what one upload, of a file or of a folder, has put on the drive.
type upload struct {
	files    []uploaded
	made     []wire.Path // folders, which may have folders in them
	replaced int         // of the files
	tooMany  bool        // there were more files than are kept
}

// add notes a file.
func (u *upload) add(r *transfer.Result) {
	if r.Replaced {
		u.replaced++
	}
	if u.tooMany = u.tooMany || len(u.files) == mostUploaded; u.tooMany {
		u.files = nil
		return
	}
	u.files = append(u.files, uploaded{r.Remote, r.Entry.Version, r.Replaced})
}

// uploads collects what uploads put on the drive. It is safe for concurrent use.
type uploads struct {
	mu      sync.Mutex
	folders map[transfer.ID]*upload // under way
	over    []*upload               // that have ended, in this order
}

// ended notes a transfer that has ended. The queue calls it for the files of a
// folder first, and then for the folder.
func (u *uploads) ended(t transfer.Transfer) {
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

// keep keeps an upload that can be undone: one that has replaced something. u.mu
// is held.
func (u *uploads) keep(one *upload) {
	if one.replaced > 0 {
		u.over = append(u.over, one)
	}
}

// take returns the uploads that have ended since the last call.
func (u *uploads) take() []*upload {
	u.mu.Lock()
	defer u.mu.Unlock()
	over := u.over
	u.over = nil
	return over
}

// uploadsEnded remembers the way back from the uploads that have ended.
func (m *Model) uploadsEnded() {
	for _, one := range m.drive.uploads.take() {
		m.canUndo(undone{upload: one})
	}
}

// steps returns the steps that undo an upload: what it replaced comes back, and
// what is new goes to the trash. A file that has changed since stays, and so
// does a folder with other files.
func (u *upload) steps(ctx context.Context, c *client.Client) ([]step, error) {
	items, err := u.items(ctx, c)
	if err != nil {
		return nil, err
	}
	steps := make([]step, 0, len(u.files)+len(u.made))
	for _, f := range u.files {
		item, found := items[f.path]
		switch {
		case !f.replaced:
			steps = append(steps, removeStep(f.path, f.version))
		case found:
			steps = append(steps, backStep(item, f.path, f.version))
		default:
			steps = append(steps, step{path: f.path, do: func(context.Context, *client.Client, wire.Version) (step, error) {
				return step{}, errNothingReplaced
			}})
		}
	}
	for _, folder := range u.made {
		steps = append(steps, unfilledStep(folder))
	}
	return steps, nil
}

// items returns the newest replaced file of each path that has one in the trash.
// Where the file of the upload is still in place, this is what it has replaced.
func (u *upload) items(ctx context.Context, c *client.Client) (map[wire.Path]wire.Item, error) {
	items := make(map[wire.Path]wire.Item, u.replaced)
	for _, f := range u.files {
		if f.replaced {
			items[f.path] = wire.Item{}
		}
	}
	missing := len(items)
	for args := (wire.TrashArgs{}); missing > 0; { // the newest come first
		page, err := c.Trash(ctx, args)
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

// unfilledStep removes a folder that an upload has made, once no file is in it.
func unfilledStep(path wire.Path) step {
	return step{path: path, after: true, do: func(ctx context.Context, c *client.Client, _ wire.Version) (step, error) {
		in, err := c.Count(ctx, path)
		if err == nil && in.Files > 0 {
			err = errNotEmpty
		}
		if err == nil {
			_, err = c.Remove(ctx, wire.RemoveArgs{Path: path})
		}
		return step{}, err
	}}
}
