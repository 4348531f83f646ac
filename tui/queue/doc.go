// Package queue draws the transfers pane: a row for each transfer with its
// progress, speed and state, or its result, and the totals in the first line.
//
// The [Pane] does no I/O and reads no clock. Its owner samples the transfer queue
// on the shared tick of the screen and passes the snapshot and the time to
// [Pane.Sample].
//
// The pane is drawn so that a frame sends few bytes to the terminal. A bar moves with
// every sample, because that changes one cell. New numbers change most cells of a row, so
// they appear once per [Options.Calm], and at once when a transfer changes its state.
//
// Start reading at [Pane] in pane.go; words.go has the contents of a row, view.go
// its layout, and cursor.go the transfer under the cursor.
package queue
