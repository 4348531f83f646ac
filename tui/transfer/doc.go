// Package transfer moves files between this machine and a wangpan server. It
// is the engine behind the terminal client and behind the headless commands;
// it draws nothing and asks nobody, but says what it would like to know.
//
// # The promise
//
// A finished download is byte for byte the server's version. An upload is
// finished when the server has it on its disk. Whatever is cut, killed or
// filled up, work already done is not done again, and no half file ever stands
// under a real name.
//
// # Where to start
//
// A [Queue] holds transfers in order and runs some of them at a time, each in
// a goroutine with a connection of its own ([Server]; [Options].Dial makes
// one). [Queue.Add] takes a [Job], which names one local file or folder and one
// remote path; nothing a server says ever makes a byte go anywhere else. [Queue.Snapshot]
// copies the state of everything and is cheap enough to be called ten times a
// second; [Queue.Changed] tells when a state changed, so that nobody polls
// while nothing moves. Bytes are counted in atomics and never announced.
//
//	Queued → Active → Done | Failed
//	           ↓ ↑
//	  Asking, Waiting, Paused            Cancelled from everywhere
//
// A transfer that needs a decision becomes Asking, with a [Question], and
// gives its place to the next one; [Queue.Answer] puts it back into the line.
// One that loses the server becomes Waiting and continues after a random wait of
// about 1, 2, 5, 15 and then 60 seconds, or at once on [Queue.Nudge].
//
// # How a download works
//
// The target is looked at before anything moves (download_look.go). Data goes
// to a partial beside it, NAME.wangpan-part, with a record of where it comes
// from and what is there of each block (partial.go, partial_write.go,
// record.go). When it is complete it is verified, bad blocks are fetched again
// (download_verify.go), and it gets its name in one step that replaces only
// what the user agreed to replace. Blocks of a former run are trusted to go on
// at once, and are read again at the end, where damage is mended.
//
// # How an upload works
//
// The local file is watched (source.go) and sent into a staged upload of the
// server; a commit with its digest makes it real. Whenever the server may have
// something of it already, after a lost connection or a former run, it is asked
// which blocks it has; these are held against the source, and what is missing
// or wrong is sent (upload_send.go). So is an upload mended that a commit finds
// damaged: at most three times, and only the bad blocks.
//
// # Folders
//
// A [Job] of a folder is one row. Its walker (walk.go, walk_upload.go,
// walk_download.go) runs ahead of the work and makes of every file a child, a
// transfer with [Transfer].Parent, at most ten thousand in memory at a time; the
// first file moves before the tree is counted. Folders are made as the walk
// comes to them, links are not followed, and what the other side cannot have is
// left out and said ([Tree].Left). A child that ends is only counted; the
// folder's own state follows from those that are left (tree.go). Children that
// failed stay for [Queue.Retry]; a folder that was given up as a whole is walked
// again, and what is alike on both sides by size and time is done.
//
// # Small files
//
// Files of at most 256 KiB, found by a walk, take a sixteenth of a place and
// share connections (pool.go). Each is tried the short way once (small.go): an
// upload is sent from memory and committed for a name that nothing has, a
// download is fetched in the version that was listed and gets its name whole,
// with one flush of the folder for all that came meanwhile (folder_sync.go).
// Whatever comes in the way goes the ordinary way.
//
// # The journal
//
// A [Journal] keeps the rows that have not ended (journal.go, journal_queue.go);
// nothing starts before it is written there. Each program has a file of its own
// under a lock, and takes over those whose programs live no more
// (journal_file.go). Each target has one entry: a transfer to the same target
// takes over the entry of an earlier one.
//
// [Queue.Survey] lists the entries that are left and the partials that no entry
// covers, as after Skip or of the headless get, in the folders that
// Options.Wrote was called with (survey.go). [Queue.Continue] continues them and
// [Queue.Drop] deletes what they have moved.
//
// # Pieces and lanes
//
// A file moves by blocks of 4 MiB (pieces.go). What is there of a block is
// always its beginning, and its digest is known when it is whole; the digest of
// the file is joined from those of its blocks, whatever their order was.
//
// A file of which at least 64 MiB are missing moves in segments of 16 MiB, and
// may take further connections, lanes, while the queue has idle places
// (lanes.go, lend.go). Every lane has two hands, so that its next request is on
// the way before the last one is served. A lane is kept when the rate rises by
// a fifth with it; else it goes, and none is tried for a minute (tempo.go). A
// place is given back as soon as another transfer is due. A lane that loses its
// connection leaves its segment to the others; the transfer waits for the
// network only when the last one is lost.
//
// # What a cut costs
//
// A download loses what its sockets held; one whose program was killed also the
// bytes that no line of the record tells, which is less than 1 MiB a lane. Of
// an upload the server tells what arrived; what sockets held, some MiB when the
// server is slow, did not. So of what has arrived no cut costs more than a block.
package transfer
