// Package keymap reads which keys a person wants for what: keys.toml in the
// configuration folder.
//
//	[drive]
//	rename = ["F2", "r"]
//	[list]
//	up = "w"
//
// It knows nothing of the screen: whoever has the commands hands them over as
// [Command] values, and [Read] returns the keys that were chosen for some of
// them. An entry that will not do is left out, so that its command keeps the
// keys that it has by default, and comes back as a [Problem]: no mistake in the
// file may leave anybody without a way to go on, or without being told.
//
// [Parse] is what a key may be called; [Write] writes the file with everything
// in it as it is now, to begin from.
package keymap
