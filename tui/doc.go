// Package tui is the full-screen client: the one tea.Model, its messages and
// its commands. [Run] is the way in.
//
// # Who does what
//
// Update changes the model, View draws it, commands do everything that may
// wait: the network, the disk, the settings. So no key ever waits. A command's
// message carries what it answers, and one that is late is dropped.
//
// The screens and panes (login, browse, queue) and the dialogs are plain
// structs in packages of their own; they know neither one another nor this
// package. Here they are put together:
//
//	model.go      the Model, and which part a message goes to
//	view.go       where everything stands on the screen; hints.go, its last line
//	resize.go     another size
//	commands.go   the commands of all parts, in the registry of package command
//	keys_file.go  the key file: keys that the user chose
//	palette.go    the command palette; typed*.go, commands that are only typed
//	help.go       the help for the place that takes the keys
//	log.go        what was said, to be read again

//	store.go      what is chosen and kept for the next run
//	route.go      which feature a message belongs to, and the Host of the features;
//	              sides.go and tools.go, what some of them need of it
//	panes.go      the drive and this computer side by side, and the mouse
//	tick.go       the shared tick
//
// The features are packages of their own: signin, preview, remote (the drive), here
// (this computer), changes (runs and undoes changes of files on both), transfers, edit
// and external.
//
//	drive.go      logging in and out
//	across.go     copying between the drive and this computer
//
// And for all:
//
//	explain.go    the sentence for an error
//
// # Light on the line
//
// Nothing ticks while nothing moves: an idle screen writes no byte. One tick
// animates all bars, ten times a second, and half as often through SSH.
package tui
