package storage

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"wangpan/wire"
)

// keepTrash is how long what was removed or replaced is kept.
const keepTrash = 30 * 24 * time.Hour

// trashed says what an item of the trash is. It lies beside the item as JSON.
type trashed struct {
	Path      wire.Path `json:"path"` // where it was
	Size      int64     `json:"size"`
	Files     int64     `json:"files"`
	Folders   int64     `json:"folders,omitempty"` // in a folder
	IsDir     bool      `json:"is_dir,omitempty"`
	Replaced  bool      `json:"replaced,omitempty"`
	Uncounted bool      `json:"uncounted,omitempty"` // a folder, of which Size, Files and Folders are still to come
	Since     time.Time `json:"since"`
}

// Names of what belongs to an item, which is called as its id says, in its
// account's folder below trash/.
const (
	freshSuffix  = ".new"    // a record that will take the place of another
	purgedSuffix = ".purged" // an item that is being dropped for good
)

func itemName(id wire.ItemID) string       { return string(id) }
func itemRecordName(id wire.ItemID) string { return string(id) + recordSuffix }
func purgedName(id wire.ItemID) string     { return string(id) + purgedSuffix }

func isItemID(name string) bool {
	var id wire.ItemID
	return id.UnmarshalText([]byte(name)) == nil
}

func newItemID() wire.ItemID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return wire.ItemID(hex.EncodeToString(b[:]))
}

// all is the item with its contents; nothing as long as they are not counted.
func (t trashed) all() sum {
	switch {
	case t.Uncounted:
		return sum{}
	case t.IsDir:
		return sum{bytes: t.Size, files: t.Files, folders: t.Folders + 1}
	default:
		return sum{bytes: t.Size, files: 1}
	}
}

func (t trashed) room() room { return t.all().room() }

// item is what a client may know of t.
func (t trashed) item(id wire.ItemID) wire.Item {
	return wire.Item{
		Item: id, Path: t.Path, Size: t.Size, Files: t.Files, IsDir: t.IsDir, Replaced: t.Replaced, Uncounted: t.Uncounted,
		Since: t.Since, Expires: t.Since.Add(keepTrash),
	}
}

// errItemRecord says that a file is not the record of an item.
var errItemRecord = errors.New("not the record of an item of the trash")

// decodeTrashed checks as if a peer had sent it: hands may have been at it.
func decodeTrashed(data []byte) (trashed, error) {
	var t trashed
	if err := wire.Unmarshal(data, &t); err != nil {
		return trashed{}, fmt.Errorf("%w: %w", errItemRecord, err)
	}
	year := t.Since.Year()
	if t.Path == "" || t.Path == wire.Root || t.Size < 0 || t.Size > wire.MaxSize || t.Files < 0 || t.Files > wire.MaxSize || t.Folders < 0 || t.Folders > wire.MaxSize ||
		year < wire.MinYear || year > wire.MaxYear || t.Uncounted && !t.IsDir {
		return trashed{}, errItemRecord
	}
	t.Since = t.Since.UTC()
	return t, nil
}

func (a *account) readItem(id wire.ItemID) (trashed, error) {
	f, _, err := openFile(a.trash, itemRecordName(id))
	if err != nil {
		return trashed{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRecord))
	if err != nil {
		return trashed{}, err
	}
	return decodeTrashed(text)
}

var errNoTrash = errors.New("the folder of the trash was removed by hand")

// recordItem writes the record of an item that will come, under a new id. It is
// flushed before the item comes, so that no item is ever without its path.
func (a *account) recordItem(t trashed) (wire.ItemID, error) {
	id := newItemID()
	err := a.writeItem(itemRecordName(id), t)
	if isMissing(err) { // and not the path that the request is about
		err = errNoTrash
	}
	if err != nil {
		return "", fmt.Errorf("record an item of the trash: %w", err)
	}
	return id, nil
}

// amendItem replaces the record of an item.
func (a *account) amendItem(id wire.ItemID, t trashed) error {
	fresh := string(id) + freshSuffix
	if err := a.writeItem(fresh, t); err != nil {
		return err
	}
	return a.trash.Rename(fresh, itemRecordName(id))
}

func (a *account) writeItem(name string, t trashed) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	f, err := createFile(a.trash, name)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, a.trash.Remove(name))
	}
	return nil
}

// forgetItem removes the record of an item that is not there, or not any more.
// What it can not remove goes when the trash is read next.
func (a *account) forgetItem(id wire.ItemID) {
	if _, err := a.trash.Lstat(itemName(id)); !errors.Is(err, os.ErrNotExist) {
		return // a way back has failed: it is an item after all
	}
	if err := a.trash.Remove(itemRecordName(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		a.disk.log.Warn("the record of an item of the trash can not be removed", "drive", a.folder, "item", string(id), "error", err)
	}
}
