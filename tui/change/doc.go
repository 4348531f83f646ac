// Package change plans, runs and undoes file operations on the drive and on this
// computer. It has no user interface.
//
// A [Batch] is one change that the user asked for: its [Step]s are the requests to
// the server, or the operations on this computer's disk, one for each file. The
// [Engine] runs one batch at a time on each [Side]. Short batches wait in a queue.
// Read batch.go first, then step.go and engine.go. The caller drives the Engine:
//
//	work, err := engine.Add(batch)  // nil work: the batch waits
//	result := work(ctx)             // in any goroutine; blocks
//	outcome, ok := engine.Finish(result)
//	// show outcome.Summary; run outcome.Work, if there is any, in the same way
//
// [Engine.Undo] undoes the latest change of both sides. Each step that succeeds returns
// the step that undoes it. The engine keeps these undo steps on one stack.
//
// # Parallel and sequential steps
//
// Up to 16 requests of a batch are sent at once: one connection answers them in order,
// so they cost one round trip. Batches whose steps depend on one another, and all
// batches on this computer, run one step after another. Copies take long, so they use
// a separate connection. A step that the server refuses does not stop the others; a
// lost connection does. Undo can continue an undo that was stopped.
//
// # No file is replaced unasked
//
// A step replaces a file only if the user asked for that. Steps name the version of the
// file that the user saw. [RenamePlanner] orders the renames of many files so that each
// new name is free when its file gets it. It refuses to swap the names of files.
package change
