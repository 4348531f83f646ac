// Package change plans, runs and undoes file operations on the drive and on
// this computer. It has no user interface: a caller adds batches, runs their
// work in a goroutine and shows the summaries.
package change
