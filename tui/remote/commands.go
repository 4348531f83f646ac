package remote

import (
	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/locale"
)

// Commands returns the commands for the files of the drive, in the order of the help; see
// also Words.
func (r *Remote) Commands() []command.Command {
	files := func(name command.Name, help string, keys []string, able func() bool, run func([]string) (tea.Cmd, locale.Words)) command.Command {
		return command.Command{
			Name: name, Help: help, Keys: keys, In: command.List, Group: command.FilesGroup, Online: true, Able: able, Run: run,
		}
	}
	mkdir := files("drive.mkdir", "screen.keys.folder", []string{"n"}, nil, command.JustOr(r.askFolder, r.typedMkdir))
	mkdir.Usage, mkdir.Args = "mkdir PATH", []command.Argument{command.RemotePath}
	search := files("drive.search", "search.key", []string{"F"}, nil, command.DoOr(r.askSearch, r.typedFind))
	search.Usage, search.Args = "find TEXT", []command.Argument{command.Text}
	bookmarks := files("drive.bookmarks", "bookmarks.key", []string{"b"}, nil, command.Just(r.askBookmarks))
	bookmark := files("drive.bookmark", "bookmarks.add", []string{"B"}, nil, command.Do(r.addBookmark))
	bookmarks.Online, bookmark.Online = false, false
	return []command.Command{
		mkdir,
		files("drive.properties", "screen.keys.details", []string{"i"}, nil, command.Do(r.showSelected)),
		files("drive.rename", "act.rename.key", []string{"r"}, r.hasSelection, command.Do(r.askRename)),
		files("drive.move", "act.move.key", []string{"m"}, r.hasSelection, command.Do(r.askMove)),
		files("drive.copy_to", "act.copy.key", []string{"C"}, r.hasSelection, command.Do(r.AskCopy)),
		files("drive.remove", "act.remove.key", []string{"x", "delete"}, r.hasSelection, command.Do(r.removeSelected)),
		files("drive.trash", "act.trash.key", []string{"T"}, nil, command.Do(r.askTrash)),
		files("drive.go", "path.go.key", []string{"ctrl+g"}, nil, command.Do(r.askWhere)),
		search,
		bookmarks,
		bookmark,
		files("drive.checksum", "checksum.key", []string{"#"}, nil, command.Do(r.askSums)),
	}
}
