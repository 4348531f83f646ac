// Package queue is the transfers pane: what moves, how far it is, how fast it
// goes, what it waits for, what came of it.
//
// The [Pane] does no I/O and reads no clock. The root takes a snapshot of the
// engine on its shared tick and hands it over with the time ([Pane.Sample]);
// keys come back as an [Act] for the root to carry out.
//
// What a frame costs on the line decides how it is drawn. A bar moves with
// every sample: one cell changes. Numbers change a row from end to end, and so
// they are written anew only once every [Options.Calm], and at once when a
// transfer changes its state.
//
// Start reading at [Pane] in pane.go; words.go is what stands in a row, view.go
// where it stands, keys.go what the keys ask for.
package queue
