package storage

import (
	"context"
	"io"
	"iter"

	"wangpan/wire"
)

// Store holds the drives of all accounts. It is safe for concurrent use.
type Store interface {
	// Drive opens the drive in the folder of that name, which is made when it
	// is missing. The name obeys wire.ParseName and does not begin with a dot.
	// The caller closes the Drive.
	Drive(folder string) (Drive, error)

	// Damaged is how often, since the start, a file was not what its digest says.
	Damaged() int64

	// Close ends the Store's own work and waits for it. Drives are closed by
	// those who opened them.
	Close() error
}

// Drive is the files of one account, its staged uploads and its trash. It is
// safe for concurrent use, and several Drives may be open on one folder.
type Drive interface {
	Files
	Finding
	Uploads
	Trash
	Accounting

	// Close releases the Drive. What was opened through it stays open.
	Close() error
}

// Files are what is in a Drive.
type Files interface {
	// Stat describes a file or folder; errors: not_found.
	Stat(ctx context.Context, path wire.Path) (wire.StatReply, error)

	// List returns a page of a folder, sorted by the bytes of the names;
	// errors: not_found, invalid (path is a file).
	List(ctx context.Context, args wire.ListArgs) (wire.Listing, error)

	// Open opens the file at path, of this version unless version is "";
	// errors: not_found, conflict, invalid (path is a folder).
	Open(ctx context.Context, path wire.Path, version wire.Version) (Content, error)

	// Mkdir makes one folder; errors: exists, not_found (the folder above), no_space,
	// quota_exceeded, busy.
	Mkdir(ctx context.Context, path wire.Path) (wire.Entry, error)

	// Move gives a file, or a folder with all that is in it, another path, at
	// once, and never replaces anything. A file gets another version. Errors:
	// not_found, exists, conflict, invalid (the one lies within the other, or
	// something would lie deeper than paths go), no_space.
	Move(ctx context.Context, args wire.MoveArgs) (wire.Entry, error)

	// Copy makes a copy of a file, or of a folder with all that is in it, and
	// never replaces anything. It may take long, holds up nobody, and leaves
	// nothing when ctx ends. Errors: not_found, exists, conflict (also: a file
	// was written to, or the folder moved or removed, meanwhile), invalid (as
	// Move), no_space, quota_exceeded, damaged (a file is not any more what was
	// uploaded). A far that is not nil is called by the
	// same goroutine, at the beginning, after each file, and within large ones.
	Copy(ctx context.Context, args wire.CopyArgs, far Far) (wire.Entry, error)
}

// Far is told how many bytes of how many are done. done never falls, and is at
// most size, which stays the same. It is called often.
type Far func(done, size int64)

// Finding looks through all that is below a folder. Neither holds up anybody
// else who uses the Drive; both end with their context.
type Finding interface {
	// Search returns a page of what is found by name below a folder, in the
	// order of wire.CompareWalk, after a third of a second at the latest.
	// Errors: not_found, invalid (path is a file, or a pattern is none).
	Search(ctx context.Context, args wire.SearchArgs) (wire.SearchReply, error)

	// Count adds up what is below path; errors: not_found.
	Count(ctx context.Context, path wire.Path) (wire.CountReply, error)

	// Watch calls changed from now on whenever something in the folder at path
	// is not as it was, or the folder itself, until stop; often more than once
	// for a change. changed must not wait and may be called by any goroutine.
	// A folder that is gone is watched on: it may come back. Errors: not_found,
	// invalid (path is a file).
	Watch(path wire.Path, changed func()) (stop func(), err error)
}

// Trash is what was removed or replaced in the last 30 days. Everything comes
// into it and out of it at once and whole, and is there after a power cut when
// the method has returned. Of a path, the last 10 contents that were replaced
// are kept.
type Trash interface {
	// Remove moves a file, or a folder with all that is in it, to the trash.
	// It may have to count what is in the folder, after it is gone. Errors:
	// not_found, conflict.
	Remove(ctx context.Context, args wire.RemoveArgs) (wire.Item, error)

	// Trash returns a page of what is in the trash, the newest first; errors:
	// conflict (args.After is gone).
	Trash(ctx context.Context, args wire.TrashArgs) (wire.TrashReply, error)

	// Item returns one item, in constant time; errors: not_found.
	Item(ctx context.Context, id wire.ItemID) (wire.Item, error)

	// Restore takes an item out of the trash, to args.Path or where it was,
	// and makes the folders above. A file may replace a file, which goes to
	// the trash; a folder replaces nothing and is never replaced. Errors:
	// not_found, exists, conflict, invalid, no_space, quota_exceeded (folders above
	// are missing).
	Restore(ctx context.Context, args wire.RestoreArgs) (wire.RestoreReply, error)

	// Purge drops an item for good, or all; errors: not_found.
	Purge(ctx context.Context, args wire.PurgeArgs) (wire.PurgeReply, error)
}

// Uploads are the only way into a Drive.
type Uploads interface {
	// Stage begins to write a range of an upload, and with an unknown name and
	// offset 0 the upload itself. Ranges that share no block may be written at
	// once. It refuses at once what Commit would refuse later. Errors: conflict
	// (also: the upload is of another file, or nothing can begin at the
	// offset), exists, not_found, invalid, no_space, quota_exceeded (see Limit;
	// or too many uploads), busy.
	Stage(ctx context.Context, args wire.PutArgs) (Staging, error)

	// Commit makes a whole upload the file at its path. It is on the disk when
	// Commit returns; a file that it replaces is in the trash. Errors: not_found, conflict, exists, damaged (the upload
	// stays), invalid, no_space, busy. After no_space and errors that are not
	// of wire the upload may be gone: what a disk refused to flush is not trusted.
	Commit(ctx context.Context, args wire.CommitArgs) (wire.StatReply, error)

	// Uploads returns the staged uploads, in the order of their ids.
	Uploads(ctx context.Context) ([]wire.Upload, error)

	// UploadBlocks returns the digests of all blocks of an upload: zero for one
	// of which nothing is there, and that of its beginning for one that is
	// named as unfinished in the reply. Errors: not_found, busy (a range of it
	// is being written).
	UploadBlocks(ctx context.Context, id wire.UploadID) (wire.BlocksReply, iter.Seq[wire.Digest], error)

	// UploadPath returns the path of a staged upload; errors: not_found.
	UploadPath(id wire.UploadID) (wire.Path, error)

	// Discard drops a staged upload; errors: not_found, busy.
	Discard(ctx context.Context, id wire.UploadID) error
}

// Accounting says what a Drive takes, and bounds it.
type Accounting interface {
	// Usage says what the account takes. It may have to count first.
	Usage(ctx context.Context) (Usage, error)

	// Limit makes Stage refuse, with quota_exceeded, an upload with which files,
	// staged uploads and trash would take more bytes, for all Drives open on
	// this folder; 0, as it is at first, is no limit.
	Limit(bytes int64)

	// LimitEntries makes Stage, Mkdir, Copy and Restore refuse, with quota_exceeded,
	// what would give the account more entries, for all Drives open on this folder; 0,
	// as it is at first, is no limit.
	LimitEntries(entries int64)
}

// Usage is what an account takes, in bytes. A file that is being replaced counts
// beside the upload that replaces it.
type Usage struct {
	Used   int64 // of its files
	Staged int64 // announced by its staged uploads, whatever has arrived of them
	Trash  int64 // of what is in its trash
	Files  int64 // how many there are, folders not counted

	// Entries counts files and folders, items of the trash and their contents, and
	// staged uploads. Copies count from their beginning.
	Entries int64

	Free int64 // on the disk, for everybody
}

// Content is one version of a file. It is safe for concurrent use.
type Content interface {
	// ReadAt is that of io.ReaderAt. When the file is written to in place, by
	// hand, it fails with conflict and what it read is of no use.
	io.ReaderAt

	// Entry describes the version.
	Entry() wire.Entry

	// Digest is that of the whole, or nil when it is not known without reading.
	Digest() *wire.Digest

	// Blocks returns the digest of the whole and those of the blocks of the
	// first length bytes, the last one cut there. It may have to read all of
	// the file. Errors: invalid (length is past the end), conflict (it changed
	// in place), damaged (it is not any more what was committed).
	Blocks(ctx context.Context, length int64) (wire.Digest, []wire.Digest, error)

	Close() error
}

// Staging is a range of an upload while it is written. It belongs to one goroutine.
type Staging interface {
	// Write writes p behind what it wrote before. It replaces the bytes that were
	// staged there; those of the last block behind them stay. More bytes than the range has
	// are refused with invalid, all of p. Errors: invalid, no_space. What End
	// counts after an error is kept, unless the disk refused to flush it: then
	// the upload is gone, and every Write and Close of it says so again.
	io.Writer

	// Received is the number of bytes of the upload that are staged by now,
	// wherever they belong and whoever wrote them.
	Received() int64

	// End is the offset behind what was written.
	End() int64

	// Close keeps what was written, so that it can be continued or committed.
	Close() error
}
