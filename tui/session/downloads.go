package session

import (
	"cmp"
	"encoding/hex"
	"slices"
	"time"
	"unicode/utf8"
)

// wroteName is the file of the state folder that names the folders of downloads.
const wroteName = "downloads.toml"

const (
	maxWrote  = 1000                // the maximum number of folders; WriteTo removes the oldest ones
	keepWrote = 30 * 24 * time.Hour // how long a folder without partials stays in the list
)

// WroteTo is a folder of this computer that downloads were written to.
type WroteTo struct {
	Path string
	Deep bool // including all folders below it
}

// wroteFile is downloads.toml.
type wroteFile struct {
	Folders []savedWrote `toml:"folders"`
}

type savedWrote struct {
	Path string    `toml:"path,omitempty"`
	Raw  string    `toml:"raw,omitempty"` // the path in hexadecimal, where it is not valid UTF-8
	Deep bool      `toml:"deep,omitempty"`
	Last time.Time `toml:"last"` // when it was last written to
}

func (s savedWrote) folder() WroteTo {
	if raw, err := hex.DecodeString(s.Raw); s.Path == "" && err == nil {
		return WroteTo{string(raw), s.Deep}
	}
	return WroteTo{s.Path, s.Deep}
}

func loadWrote(f *folder) (wrote wroteFile, err error) {
	err = f.read(wroteName, &wrote)
	return wrote, err
}

func storeWrote(f *folder, wrote wroteFile) error { return f.write(wroteName, wrote) }

// Wrote returns the folders that downloads were written to. It reads the disk.
func (k *Keeper) Wrote() ([]WroteTo, error) {
	var list []WroteTo
	err := k.folder.locked(func() error {
		now, err := k.wrote.reload()
		for _, s := range now.Folders {
			list = append(list, s.folder())
		}
		return err
	})
	return list, err
}

// WriteTo stores that a download writes to a folder at the time now.
func (k *Keeper) WriteTo(to WroteTo, now time.Time) error {
	return k.changeWrote(func(list []savedWrote) []savedWrote {
		list = slices.DeleteFunc(list, func(s savedWrote) bool { return s.folder() == to })
		saved := savedWrote{Path: to.Path, Deep: to.Deep, Last: now.UTC()}
		if !utf8.ValidString(to.Path) {
			saved.Path, saved.Raw = "", hex.EncodeToString([]byte(to.Path))
		}
		list = append(list, saved)
		return list[max(0, len(list)-maxWrote):]
	})
}

// ForgetWrote removes folders without partials from the list. It keeps a folder that
// was written to within the last 30 days before now: a download may start there.
func (k *Keeper) ForgetWrote(clean []WroteTo, now time.Time) error {
	old := func(s savedWrote) bool {
		return now.Sub(s.Last) > keepWrote && slices.Contains(clean, s.folder())
	}
	if !slices.ContainsFunc(k.wrote.get().Folders, old) {
		return nil // without a lock and a write
	}
	return k.changeWrote(func(list []savedWrote) []savedWrote { return slices.DeleteFunc(list, old) })
}

// changeWrote stores the list that edit returns, sorted by the time of the last write.
// edit may change its argument.
func (k *Keeper) changeWrote(edit func([]savedWrote) []savedWrote) error {
	return k.wrote.change(func(now wroteFile) (wroteFile, error) {
		list := edit(slices.Clone(now.Folders))
		slices.SortStableFunc(list, func(a, b savedWrote) int { return cmp.Compare(a.Last.UnixNano(), b.Last.UnixNano()) })
		return wroteFile{list}, nil
	})
}
