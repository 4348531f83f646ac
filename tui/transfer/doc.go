// Package transfer moves files between this computer and a wangpan server. The
// terminal client and the headless commands both use it. It draws nothing and
// reads no keys: where it needs a decision, it offers a [Question].
//
// # Guarantees
//
// A finished download is byte for byte the server's version. An upload is
// finished when the server has it on its disk. After a lost connection, a killed
// process or a full disk, completed work is not repeated, and no partial file has
// the name of a finished one.
//
// # Where to start
//
// A [Queue] holds transfers in order and runs a few of them at a time, each in a
// goroutine with its own connection ([Server]; [Options].Dial makes one).
// [Queue.Add] takes a [Job], which names one local file or folder and one remote
// path. The server cannot redirect a transfer to another local path.
// [Queue.Snapshot] copies the state of the queue; it may be called ten times per
// second. [Queue.Changed] receives when a state changed, so that callers need not
// poll while nothing moves. Byte counts are atomics and cause no event.
//
//	Queued → Active → Done | Failed
//	           ↓ ↑
//	  Asking, Waiting, Paused            Cancelled, from every state
//
// A transfer that needs a decision becomes Asking and gives its place to the next
// one. [Queue.Answer] returns it to the queue. A transfer that loses the server
// becomes Waiting. It continues after a random wait of about 1, 2, 5, 15 and then
// 60 seconds, or at once on [Queue.Nudge].
//
// # Downloads
//
// A download inspects the target before anything moves (download_look.go). It
// writes the data to a partial beside the target, NAME.wangpan-part. A record
// beside the partial holds its source and the digests of its blocks (partial.go,
// partial_write.go, record.go). When the partial is complete, the download
// verifies it, fetches damaged blocks again (download_verify.go) and renames it.
// The rename replaces a file only if the user agreed. A resumed download trusts
// the recorded blocks at first and reads them again at the end.
//
// # Uploads
//
// An upload reads the local file and checks that it does not change (source.go).
// It sends the file to a staged upload on the server. A commit with the digest
// turns that into the remote file. After a lost connection or in a later run, the
// upload asks the server for the digests of the staged blocks, compares them with
// the source, and sends only missing and wrong blocks (upload_send.go). When a
// commit finds damage, the upload repairs it the same way, at most three times.
//
// # Folders
//
// A [Job] for a folder is one row of the queue. A walker (walk.go, walk_upload.go,
// walk_download.go) lists the folder while its first files already move. Each file
// becomes a child: a transfer with [Transfer].Parent. At most ten thousand
// children are in memory. The walker makes folders as it finds them and does not
// follow links. It skips entries that the other side cannot store, and reports
// them in [Tree].Omitted. The queue derives the state of the folder from its children
// (tree.go) and drops children that are done. Failed children stay for
// [Queue.Retry]. A folder that was cancelled is walked again on retry; files with
// the same size and time on both sides are then done.
//
// # Small files
//
// Files of at most 256 KiB in a folder take a sixteenth of a place each and share
// connections (pool.go). The first attempt takes a short path (small.go): an
// upload sends the file and its commit in one request, and a download writes the
// file without a partial. Files that finish together share one flush of their
// folder (folder_sync.go). If the short path does not apply, the next attempt takes
// the ordinary path.
//
// # The journal
//
// A [Journal] stores the rows that have not ended (journal.go, journal_queue.go).
// A transfer starts after its row is stored. Each process has its own journal file
// under a lock, and adopts the files of processes that ended (journal_file.go).
// Each target has one entry: a transfer to the same target replaces it.
//
// [Queue.Survey] lists the stored entries, and the partials without an entry in
// the folders that downloads were written to (survey.go). [Queue.Continue]
// continues them, and [Queue.Drop] deletes the data that they have moved.
//
// # Blocks and streams
//
// A file moves in blocks of 4 MiB (pieces.go). A block always arrives from its
// beginning. Its digest is known when it is complete. The digest of the file is
// computed from those of its blocks, in whatever order they arrived.
//
// A file of which at least 64 MiB are missing moves in segments of 16 MiB over
// three streams, each with its own connection (streams.go). Each stream has two
// workers, so that the next request is on its way while the server answers the
// last one. A stream that loses its connection returns its segments to the others.
// The transfer becomes Waiting only when the last stream is lost.
//
// # What a lost connection costs
//
// A download loses the data in its sockets. A killed process also loses the bytes
// that its record does not name yet, which are less than 1 MiB per worker. The
// server reports the bytes of an upload that arrived; the client sends the rest
// again. No lost connection costs more than one block of the data that arrived.
package transfer
