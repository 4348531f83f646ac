// Package change plans, runs and undoes file operations on the drive and on this
// computer. It has no user interface.
//
// A [Batch] is one change that the user asked for: its [Step]s are the requests to
// the server, or the operations on this computer's disk, one for each file. The
// [Engine] runs one batch at a time on each side and lets short ones wait in a
// queue. The caller drives it:
//
//	work, err := engine.Add(batch)  // nil work: the batch waits
//	result := work(ctx)             // in any goroutine; blocks
//	outcome, ok := engine.Finish(result)
//	// show outcome.Summary; run outcome.Work, if there is any, in the same way
//
// [Engine.Undo] undoes the latest change, whichever side it is on: each step that
// works returns the step that undoes it, and the engine keeps these on one stack.
//
// # Side by side, in order, and over a connection of its own
//
// Up to 16 steps run together, because one connection answers its requests in order.
// Batches whose steps need one another, and all on this computer, run one step after
// the other. Copies take long and run over a connection of their own. A refused step
// does not stop the others; a lost connection does. Undo can continue an undo that was
// stopped.
//
// # Never over a file
//
// No step replaces a file unless the user asked for that. Steps name the version of
// the file that the user saw. [RenamePlanner] orders the renames of many files so that
// each name is free when its turn comes, and refuses names that files would trade.
package change
