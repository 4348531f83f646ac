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
//	themes.go     the colours
//	store.go      what is chosen and kept for the next run
//	route.go      which feature a message belongs to, and what features need from the screen
//	drive.go      what one can do in a drive: list, make folders, look at details
//	paths.go      asking for a path of the drive, with completion; goto.go, going there
//	search.go     searching all of the drive
//	bookmarks.go  folders to come back to
//
// Changing what is on the server:
//
//	selection.go  what is marked, or under the cursor
//	act.go        removing and renaming what is marked
//	act_move.go   moving and copying it
//	(package changes runs these changes, also those of this computer, and undoes them)
//	trash.go      what was removed
//
// Doing something with single files: package edit edits one and saves the text,
// package external opens one with another program and copies text; tools.go gives
// both what they need.
//
//	details.go    what is known of it; checksum.go, what the server has of it
//	(package preview shows the file under the cursor; route.go connects it)
//
// Transfers, and this computer:
//
//	enqueue.go    uploads and downloads, from the choice to the queue
//	picking.go    the files of this computer to choose from
//	transfers.go  the engine's transfers: the shared tick, questions, actions
//	details_transfer.go  one of them, with how it went
//	unfinished.go what earlier runs have not finished
//	staged.go     what uploads have left on the server
//	speed.go      the limit of the speed
//	panes.go      the drive and this computer side by side, and the mouse
//	(package here shows this computer's folders)
//	across.go     copying from one pane to the other
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
