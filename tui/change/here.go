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

// RenameHere returns the step that gives a file or folder of this computer another
// name in its folder. It never replaces a file.
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

// MakeHere returns the step that makes a folder on this computer. Its undo removes the
// folder if it is empty, and fails with ErrNotEmpty otherwise.
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

// TrashHere returns the step that moves a file or folder to this computer's trash. The
// step fails with local.ErrNoTrash when the trash cannot hold the file.
func TrashHere(path wire.Path) Step {
	again := func(path wire.Path, _ wire.Version) Step { return TrashHere(path) }
	return Step{Path: path, reissue: again, run: func(context.Context, Server, wire.Version) (Step, error) {
		trashed, err := local.Trash(path)
		return Step{Path: path, To: path, run: func(context.Context, Server, wire.Version) (Step, error) {
			return Step{}, trashed.Restore()
		}}, err
	}}
}

// DeleteHere returns the step that deletes a file, or a folder with its content. It has
// no undo.
func DeleteHere(path wire.Path) Step {
	return Step{Path: path, run: func(context.Context, Server, wire.Version) (Step, error) {
		return Step{}, os.RemoveAll(local.Host(path))
	}}
}
