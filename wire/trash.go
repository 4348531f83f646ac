package wire

import "time"

// MaxItems is the most items in one TrashReply.
const MaxItems = 1024

// ItemID names something in an account's trash: 32 lower-case hexadecimal
// digits of the server's choice.
type ItemID string

// UnmarshalText accepts 32 lower-case hexadecimal digits.
func (i *ItemID) UnmarshalText(text []byte) error {
	if !isHex128(text) {
		return Errorf(Invalid, "an item of the trash is named by 32 lower-case hexadecimal digits")
	}
	*i = ItemID(text)
	return nil
}

// Item is a file or folder in the trash.
type Item struct {
	Item     ItemID `json:"item"`
	Path     Path   `json:"path"`  // where it was
	Size     int64  `json:"size"`  // bytes, of all that is in it
	Files    int64  `json:"files"` // how many are in it; 1 for a file
	IsDir    bool   `json:"is_dir,omitempty"`
	Replaced bool   `json:"replaced,omitempty"` // another content took its place; else it was removed

	Uncounted bool `json:"uncounted,omitempty"` // a folder of which Size and Files are still to come

	Since   time.Time `json:"since"`
	Expires time.Time `json:"expires"` // when the server drops it
}

// MoveArgs give a file or folder another path.
type MoveArgs struct {
	From    Path    `json:"from"`
	To      Path    `json:"to"`
	Version Version `json:"version,omitempty"` // only this one
}

// CopyArgs make a copy of a file, or of a folder with all that is in it.
type CopyArgs struct {
	From    Path    `json:"from"`
	To      Path    `json:"to"`
	Version Version `json:"version,omitempty"` // only this one

	Progress bool `json:"progress,omitempty"` // the server tells how far it is
}

// RemoveArgs move a file or folder to the trash.
type RemoveArgs struct {
	Path    Path    `json:"path"`
	Version Version `json:"version,omitempty"` // only this one
}

// RemoveReply says what it is in the trash.
type RemoveReply struct {
	Item Item `json:"item"`
}

// TrashArgs ask for a page of the trash.
type TrashArgs struct {
	After ItemID `json:"after,omitempty"` // items behind this one only
	Limit int    `json:"limit,omitempty"` // 0 means MaxItems
}

// TrashReply is a page of the trash, the newest items first.
type TrashReply struct {
	Items []Item `json:"items"`
	More  bool   `json:"more"` // others follow
}

// RestoreArgs take an item out of the trash.
type RestoreArgs struct {
	Item ItemID `json:"item"`
	Path Path   `json:"path,omitempty"` // absent: where it was
	Precondition
}

// RestoreReply says where the item is now.
type RestoreReply struct {
	Path  Path  `json:"path"`
	Entry Entry `json:"entry"`
}

// PurgeArgs drop one item of the trash, or all.
type PurgeArgs struct {
	Item ItemID `json:"item,omitempty"` // absent: all
}

// PurgeReply says what was dropped.
type PurgeReply struct {
	Items int64 `json:"items"`
	Size  int64 `json:"size"` // bytes
}

// Check demands two paths that can be those of a file or folder, and that the
// one does not lie within the other.
func (a MoveArgs) Check() error {
	if err := checkBelowRoot(a.From); err != nil {
		return err
	}
	if err := checkBelowRoot(a.To); err != nil {
		return err
	}
	if a.To.Within(a.From) {
		return Errorf(Invalid, "%s cannot be moved to %s, which lies within it", a.From, a.To)
	}
	return nil
}

// Check demands two paths that can be those of a file or folder, and that the
// one does not lie within the other.
func (a CopyArgs) Check() error {
	if err := checkBelowRoot(a.From); err != nil {
		return err
	}
	if err := checkBelowRoot(a.To); err != nil {
		return err
	}
	if a.To.Within(a.From) {
		return Errorf(Invalid, "%s cannot be copied to %s, which lies within it", a.From, a.To)
	}
	return nil
}

// Check demands a path, which is not that of the drive itself.
func (a RemoveArgs) Check() error { return checkBelowRoot(a.Path) }

// Check demands a limit within bounds.
func (a TrashArgs) Check() error {
	if a.Limit < 0 || a.Limit > MaxItems {
		return Errorf(Invalid, "a page of the trash has at most %d items", MaxItems)
	}
	return nil
}

// Check demands an item and a precondition.
func (a RestoreArgs) Check() error {
	if a.Item == "" {
		return Errorf(Invalid, "the item is missing")
	}
	if a.Path == Root {
		return Errorf(Invalid, "/ is the drive itself")
	}
	return a.Precondition.Check()
}

func checkBelowRoot(p Path) error {
	if p == Root {
		return Errorf(Invalid, "/ is the drive itself")
	}
	return checkPath(p)
}
