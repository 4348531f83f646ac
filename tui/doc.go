// Package tui is the full-screen client: the one tea.Model, which lays out the
// features, moves the focus between them and routes their messages. Start at [Run].
//
// # Structure
//
// Update changes the model, View draws it, and commands do everything that may wait:
// the network, the disk, the settings. No key ever waits. The message of a command
// names its request, so that a late one is dropped.
//
// The features are packages of their own: signin, preview, remote (the drive), here
// (this computer), changes (runs and undoes changes of files on both), transfers, edit,
// external and themes. They draw with components (browse, dialog, queue), which are
// plain structs. Neither import this package; it puts them together:
//
//	model.go      the Model, and the part that a message goes to
//	route.go      the envelopes of the features' messages, and the features' Host;
//	              sides.go and tools.go, what some features need of the Host
//	view.go       the layout; hints.go, the last line; resize.go, another size
//	panes.go      the drive and this computer side by side, and the mouse
//	across.go     copying between the drive and this computer
//	writing.go    text that is typed into a pane
//	drive.go      logging in and out
//	tick.go       the shared tick
//	commands.go   the commands of all parts, in the registry of package command
//	keys_file.go  the key file: keys that the user chose
//	palette.go    the command palette; typed_list.go, commands that are only typed
//	help.go       the help for the place that takes the keys
//	log.go        the message log
//	store.go      choices that the next run needs
//	explain.go    the sentence for an error
//
// # Output over a slow line
//
// Nothing ticks while nothing moves: an idle screen writes no byte. One tick
// animates all bars, ten times per second, and half as often through SSH.
package tui
