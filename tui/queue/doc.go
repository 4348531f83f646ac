// Package queue draws the transfers pane: a row for each transfer with its
// progress, speed and state, or its result, and the totals in the first line.
//
// The [Pane] does no I/O and reads no clock. Its owner samples the transfer queue
// on the shared tick of the screen and passes the snapshot and the time to
// [Pane.Sample].
//
// The bytes that a frame sends to the terminal decide how it is drawn. A bar
// moves with every sample: one cell changes. Numbers change a row from end to end,
// so they are written only once every [Options.Calm], and at once when a transfer
// changes its state.
//
// Start reading at [Pane] in pane.go; words.go has the contents of a row, view.go
// its layout, and cursor.go the transfer under the cursor.
package queue
