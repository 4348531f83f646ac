// Package command holds the table of all commands that a user can run by key, by
// word, in the palette or by mouse. It is the one source of their keys. Read
// command.go first, then registry.go.
//
// A [Command] has a name, a help sentence and keys. A [Registry] holds all
// commands of the program. The screen derives from it what a key does, the key
// file, the palette, typed words with their arguments, the hints and the help.
//
// A feature declares its commands as closures over its own state, so that a
// command depends on no other package:
//
//	func (f *Feature) Commands() []command.Command {
//		return []command.Command{
//			{
//				Name: "drive.trash", Help: "trash.key", Keys: []string{"T"}, In: command.List,
//				Online: true, Run: command.Do(f.openTrash),
//			},
//			{
//				Name: "rm", Help: "trash.rm", In: command.Panes, Usage: "rm PATH",
//				Args: []command.Argument{command.RemotePath}, Least: 1, Run: f.removePath,
//			},
//		}
//	}
//
// Each key press belongs to one [Place], such as a pane, a dialog or a text field.
// [Registry.Find] returns the command of a key in a place with one map lookup.
// Dialogs and text fields get a [Press], which names the command, and act on
// that name. Two commands may have the same key if they share no place.
//
// Users choose other keys in keys.toml ([Registry.Load]):
//
//	[drive]
//	rename = ["F2", "r"]
//	[list]
//	up = "w"
//
// An entry with a mistake is left out and reported as a [Problem], so that its
// command keeps its default keys. [Registry.Write] writes the file with all
// commands and their present keys.
package command
