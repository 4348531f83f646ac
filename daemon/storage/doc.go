// Package storage is where the files are: the [Store] interface that the daemon
// serves from, and [Disk], which keeps every account's files as plain files on
// the local disk. Package storagetest holds the suite that any Store must pass.
//
// # What a Store promises
//
// A [Drive] is one account's part of a Store. Files come into it by a staged
// upload and a commit and in no other way:
//
//	Stage         → Staging, a range of the upload, written to and closed; several
//	                at once, in any order, again and again, today and tomorrow
//	UploadBlocks  → which blocks are there, and what they are
//	Commit        → the staged bytes are the file at their path, at once and whole
//
// Before Commit nothing of an upload is visible; when it returns, the file
// outlives a power cut. [Drive.Open] gives a [Content], which is one version to
// its end, whatever is committed meanwhile. Nothing here renames, seeks or
// hands out paths of the host, so an object store can stand behind the same
// interface.
//
// Whatever a client can cause is a *[wire.Error] of a code that package wire
// lists for the request; its text names remote paths only. All other errors
// are the operating system's and are for the log.
//
// # How Disk lays it out
//
//	DIR/drives/FOLDER/…               the files, as their owner sees them
//	DIR/uploads/FOLDER/ID             what has arrived of an upload, each byte at its place
//	DIR/uploads/FOLDER/ID.json        what it will be: path, size, time
//	DIR/uploads/FOLDER/ID.blocks      32 bytes a block: its digest, zeros until it is on the disk
//	DIR/uploads/FOLDER/ID.extents     4 bytes a block: how much of it has arrived
//	DIR/uploads/FOLDER/ID.copy        a copy that is being made, a file or a folder
//	DIR/trash/FOLDER/ITEM             a file or folder that was removed or replaced
//	DIR/trash/FOLDER/ITEM.json        what it is: path, size, since when
//
// Files that somebody puts below drives/ by hand are files like any other.
// What cannot be served (links, devices, pipes, names that break the rules of
// package wire) is counted in listings and otherwise not there. Folders are
// 0700 and files 0600 under any umask.
//
// Names are the file system's: where it folds case or normal forms (macOS,
// Windows), names that it takes for one are one file.
//
// DIR must be one file system, since a commit is a rename from uploads/ to
// drives/, and a removal one from drives/ to trash/, and it must belong to one process: Open clears away what a crash
// left, and the preconditions of commits are kept by locks of this process.
//
// # Identity
//
// A version is a hash of inode, size, mtime and ctime. So files that were put
// there by hand have one as well, and every write and every replacement gives
// another one. (Kernels before Linux 6.13 stamp times in ticks of some
// milliseconds; two writes of the same size in one tick may share a version.)
//
// The digest of a committed file is in its extended attribute
// user.wangpan.digest together with the size and mtime that it was worked out
// for; when either differs it is ignored. Where there is none, the digest is
// worked out when somebody asks for blocks and is remembered in memory, never
// written: setting an attribute changes the ctime and with it the version.
//
// # What is on the disk when
//
// An upload is the shared state of those who write ranges of it (opened.go,
// staging.go), each with the blocks that it touches for itself. What is there
// is kept block by block (pieces.go): so many bytes from the block's beginning,
// and their digest. For a while that is remembered when nobody is at the upload
// any more; else it is found again from two files.
//
// The blocks file is trusted. The data is flushed every 64 MiB, whoever wrote
// it, and only then are the digests of whole blocks recorded, and flushed too
// (flush.go). Before a recorded block is written over, its digest is taken off
// the disk. So after a crash or a power cut every recorded digest is that of the
// bytes beside it.
//
// The extents file is a hint (extents.go). It is written at least every MiB of
// a range and never flushed; what it names beyond the recorded blocks, 128 MiB
// at most and what was left in the middle, is read and digested again. So a
// daemon that is killed loses at most a MiB of each range, and where a power
// cut took data that the extents name, digests show it and the client sends
// these blocks again.
//
// Both files have a fixed place for each block: no number of puts makes them
// grow. Uploads that nobody continues are dropped after 7 days.
//
// # The trash
//
// What is removed, and what a commit or a restore replaces, is kept for 30 days
// ([Trash]); of one path no more than the 10 contents that were replaced last,
// so that a program which saves each minute does not fill the account. All of
// it is renames, so it takes no time and a crash leaves the one or the other:
// never neither, never a part. The record is on the disk before the item is in
// the trash. An item without a record, which only hands can make, is kept under
// its own name; a record without an item is removed (bin.go). What is dropped
// for good first loses its name (purge.go). Reading a trash, counting a folder
// and removing one go on when the client has left, until the store is closed. Nobody
// waits for the count of a large one (counting.go).
//
// # What an account takes
//
// The bytes of its files and of its trash, and of each staged upload the size
// that it announced, so that uploads side by side cannot together exceed a limit. A drive is
// counted once after the start and kept up to date from then on (ledger.go);
// since files may also be changed by hand, it is counted anew when somebody asks
// and before anything is refused (count.go). A large drive is not while it changes,
// since all who change it would have to wait. A copy counts in full from before it
// is begun (copy.go).
//
// # What is watched
//
// Folders that somebody watches, and no others, are known to the system, which
// tells of changes in them whoever made them (watch.go). What this package itself
// changes it tells by itself, and a patrol finds the rest within seconds (patrol.go).
package storage
