package remote

import "wangpan/tui/command"

// Commands returns what the user can do in the drive.
func (r *Remote) Commands() []command.Command {
	return []command.Command{
		{Name: "drive.go", Help: "path.go.key", Keys: []string{"ctrl+g"}, In: command.List, Group: command.FilesGroup, Online: true, Run: command.Do(r.askWhere)},
		{
			Name: "drive.search", Help: "search.key", Keys: []string{"F"}, In: command.List, Group: command.FilesGroup, Online: true,
			Run: command.DoOr(r.askSearch, r.typedFind), Usage: "find TEXT", Args: []command.Argument{command.Text},
		},
		{Name: "drive.bookmarks", Help: "bookmarks.key", Keys: []string{"b"}, In: command.List, Group: command.FilesGroup, Run: command.Just(r.askBookmarks)},
		{Name: "drive.bookmark", Help: "bookmarks.add", Keys: []string{"B"}, In: command.List, Group: command.FilesGroup, Run: command.Do(r.addBookmark)},
	}
}
