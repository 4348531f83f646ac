// Package local is this computer's folders as the panes of the screen take
// them: listed in pages like a server's, followed while they are shown, and
// changed as a person asks.
//
// # Paths
//
// A pane knows wire.Path, and here one stands for a folder of this computer:
// [Path] and [Host] translate. On Unix both look the same; on Windows the top
// "/" holds the drives and C:\Users is /C:/Users. The rules of the protocol do
// not bind these paths: names may be anything that the system allows, and are
// shown as tui/text makes them visible.
//
// # Disks that are slow
//
// Everything here may take as long as the disk does, and a network file system
// that is gone takes for ever: call it in commands. [Folders] shows names as
// soon as they are known, and sizes and dates of those that answer quickly;
// what is still missing is said, and looked up until all of it is known. What
// waits is left behind when its context ends.
//
// # Never over something
//
// [Mkdir] and [Rename] refuse a name that is taken, in one step. [Trash] moves
// to the desktop's trash, or to that of the disk it lies on, from which things
// come back, or says that it cannot.
package local
