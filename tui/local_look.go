package tui

import (
	"context"

	"wangpan/tui/local"
	"wangpan/tui/preview"
	"wangpan/wire"
)

// localFiles reads what is in the files of this computer.
type localFiles struct{}

var _ preview.Source = localFiles{}

// Read reads a range of a file as it is now: its size and time, which the
// preview knows it by, tell its contents apart.
func (localFiles) Read(ctx context.Context, path wire.Path, _ wire.Version, offset, length int64) ([]byte, error) {
	return local.Peek(ctx, path, offset, length)
}

// List lists the first entries of a folder.
func (localFiles) List(ctx context.Context, path wire.Path, limit int) (wire.Listing, error) {
	listing, _, err := local.NewFolders().List(ctx, path, "")
	if len(listing.Entries) > limit {
		listing.Entries, listing.More = listing.Entries[:limit], true
	}
	return listing, err
}
