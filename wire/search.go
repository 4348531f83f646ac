package wire

import "strings"

// Limits of a search.
const (
	MaxFound      = 256 // hits in one SearchReply
	MaxSearchText = 256 // bytes
)

// SearchArgs ask for a page of what is found by name below a folder.
type SearchArgs struct {
	Path  Path   `json:"path"` // the folder to search
	Text  string `json:"text"` // words that a name must match
	After Path   `json:"after,omitempty"`
	Limit int    `json:"limit,omitempty"` // 0 means MaxFound
}

// SearchReply is a page of what was found, in the order of the search.
type SearchReply struct {
	Found []Found `json:"found"`
	More  bool    `json:"more"`            // the search goes on
	After Path    `json:"after,omitempty"` // behind which it goes on; set if More is
}

// Found is a file or folder that a search found.
type Found struct {
	Path  Path  `json:"path"`
	Entry Entry `json:"entry"`
}

// CountArgs ask what is below a path.
type CountArgs struct {
	Path Path `json:"path"`
}

// CountReply says what is below a path. A file counts as itself, and a folder
// not as one of those in it.
type CountReply struct {
	Size    int64 `json:"size"`    // bytes, of all files
	Files   int64 `json:"files"`   // how many they are
	Folders int64 `json:"folders"` // how many folders are in it
}

// Check demands a path.
func (a CountArgs) Check() error { return checkPath(a.Path) }

// Check demands a folder, words, a limit within bounds, and to go on within the
// folder.
func (a SearchArgs) Check() error {
	switch {
	case a.Limit < 0 || a.Limit > MaxFound:
		return Errorf(Invalid, "a page of a search has at most %d hits", MaxFound)
	case len(a.Text) > MaxSearchText:
		return Errorf(Invalid, "the text to search is longer than %d bytes", MaxSearchText)
	case strings.TrimSpace(a.Text) == "":
		return Errorf(Invalid, "there is nothing to search for")
	case a.After != "" && !a.After.Within(a.Path):
		return Errorf(Invalid, "a search goes on within its folder")
	}
	return checkPath(a.Path)
}

// CompareWalk orders paths as a search goes through them, which is depth first
// and in the byte order of the names: everything in a folder comes behind the
// folder and before its next neighbour. It is that of the bytes with the slash
// below all others.
func CompareWalk(a, b Path) int {
	n := min(len(a), len(b))
	for i := range n {
		switch {
		case a[i] == b[i]:
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		case a[i] < b[i]:
			return -1
		default:
			return 1
		}
	}
	return len(a) - len(b)
}
