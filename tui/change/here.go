package change

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"wangpan/tui/local"
	"wangpan/wire"
)

// RenameHere gives a file or folder of this computer another name in its folder.
// It never replaces a file.
func RenameHere(from, to wire.Path) Step {
	return Step{
		Path: from, To: to, moves: true,
		reissue: func(from wire.Path, _ wire.Version) Step {
			return RenameHere(from, local.Join(local.Dir(from), to.Base()))
		},
		run: func(context.Context, Server, wire.Version) (Step, error) {
			return RenameHere(to, from), local.Rename(from, string(to.Base()))
		},
	}
}

// MakeHere makes a folder on this computer. Undo removes the folder while it is
// empty.
func MakeHere(path wire.Path) Step {
	return Step{Path: path, run: func(context.Context, Server, wire.Version) (Step, error) {
		return removeEmptyHere(path), local.Mkdir(path)
	}}
}

func removeEmptyHere(path wire.Path) Step {
	return Step{Path: path, run: func(context.Context, Server, wire.Version) (Step, error) {
		host := local.Host(path)
		if info, err := os.Lstat(host); err == nil && !info.IsDir() {
			return Step{}, ErrMovedAway
		}
		err := os.Remove(host)
		if errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTEMPTY) {
			err = ErrNotEmpty
		}
		return Step{}, err
	}}
}

// TrashHere moves a file or folder to this computer's trash. It fails with
// local.ErrNoTrash when the trash does not take the file.
func TrashHere(path wire.Path) Step {
	again := func(path wire.Path, _ wire.Version) Step { return TrashHere(path) }
	return Step{Path: path, reissue: again, run: func(context.Context, Server, wire.Version) (Step, error) {
		trashed, err := local.Trash(path)
		return Step{Path: path, To: path, run: func(context.Context, Server, wire.Version) (Step, error) {
			return Step{}, trashed.Restore()
		}}, err
	}}
}

// DeleteHere deletes a file, or a folder with everything in it. Nothing undoes it.
func DeleteHere(path wire.Path) Step {
	return Step{Path: path, run: func(context.Context, Server, wire.Version) (Step, error) {
		return Step{}, os.RemoveAll(local.Host(path))
	}}
}
