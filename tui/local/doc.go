// Package local lists, watches and changes the folders of this computer for the panes
// of the screen. Read folders.go first.
//
// # Paths
//
// A pane uses wire.Path for the drive and for this computer. [Path] and [Host] convert
// between such a path and a path of the operating system. On Unix both are the same. On
// Windows the folder "/" contains the drives, and C:\Users is /C:/Users. The rules of
// the protocol do not apply to these paths: a name may be anything that the system
// allows. The screen passes names through tui/text before it draws them.
//
// # Slow disks
//
// Every function may block as long as the disk does; a network file system may never
// answer. Call them in a tea.Cmd. [Folders] returns the names as soon as they are known,
// with the sizes and dates of the files that answer quickly. It reports whether some are
// missing, and [Folders.Settle] reads those. When a context ends, functions return and
// leave blocked calls to the system behind.
//
// # No file is replaced
//
// [Mkdir] and [Rename] fail when the name exists; check and change are one step.
// [Trash] moves a file to the trash of the desktop or of the file's disk, from which it
// can be restored, or fails with [ErrNoTrash].
package local
