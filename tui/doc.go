// Package tui is the full-screen client. [Run] shows it.
//
// The client consists of features: user-visible functions in packages of their own,
// each with its state, its commands and its messages. Features never import one
// another or this package. A feature declares what it needs from the rest of the screen
// as an interface, its Host. This package is the root: it creates the features,
// connects them, divides the screen among them, and routes messages and keys.
//
//	signin     the login card, registration, keys of servers
//	remote     the drive: its list, connection, search, details, trash
//	here       the folders of this computer
//	transfers  uploads and downloads
//	changes    batches of changes on either side, and their undo
//	preview    the file under the cursor
//	edit       a file of the drive in the user's editor
//	external   other programs, and the clipboard
//	themes     the colours
//
// Features draw with components: plain structs without I/O (browse, queue, dialog,
// text, meter, theme, locale). The work itself is done by packages without Bubble Tea:
// transfer, change, session, draft, local, explain.
//
// # Reading order
//
//	model.go       the Model: its parts, and which of them a message or a key is for
//	route.go       envelopes: how the messages of a feature come back to it
//	features.go    the features, and what each of them gets
//	host.go        what the features need from the screen
//	visit.go       the time between signing in and leaving a drive
//	view.go        the lines of the screen; hints.go, the last one
//	panes.go       the drive and this computer side by side, copying between them, the mouse
//	commands.go    all commands, in one registry of package command
//	palette.go     commands by name
//	help.go        the keys of the place that has the focus
//	keys_file.go   the keys that the user chose
//	status.go      the sentence in the status bar, and the message log
//	background.go  settings and other work that the end of the program waits for
//	tick.go        the one shared tick
//
// # Rules
//
// Update changes the Model, View draws it, and commands do everything that may wait:
// the network, the disk, the settings. A key never waits. A message names the request
// that it answers, and a late one is dropped.
//
// Nothing ticks while nothing moves: an idle screen writes no byte. One tick animates
// all bars, ten times per second, and five times per second through SSH.
package tui
