package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"wangpan/wire"
)

// record says what a staged upload will be. It lies beside the data as JSON.
type record struct {
	Path    wire.Path `json:"path"`
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mtime"`
	Begun   time.Time `json:"begun"`
}

// maxRecord is the most that is read of a record, in bytes: JSON may write a
// byte of the path as six.
const maxRecord = 6*wire.MaxPath + 1024

func (r record) encode() ([]byte, error) { return json.Marshal(r) }

// errRecord says that a file is not the record of an upload.
var errRecord = errors.New("not the record of an upload")

// decodeRecord checks as if a peer had sent it: a crash may have cut it, and
// hands may have been at it.
func decodeRecord(data []byte) (record, error) {
	var r record
	if err := wire.Unmarshal(data, &r); err != nil {
		return record{}, fmt.Errorf("%w: %w", errRecord, err)
	}
	args := wire.PutArgs{
		Upload: "-", Path: r.Path, Size: r.Size, ModTime: r.ModTime,
		Precondition: wire.Precondition{If: wire.IfAny},
	}
	if err := args.Check(); err != nil {
		return record{}, fmt.Errorf("%w: %w", errRecord, err)
	}
	return r, nil
}

// is reports whether args continue the upload of r.
func (r record) is(args wire.PutArgs) bool {
	return r.Path == args.Path && r.Size == args.Size && r.ModTime.Equal(args.ModTime)
}

// Names of an upload's files in its account's folder below uploads/.
const (
	recordSuffix  = ".json"
	blocksSuffix  = ".blocks"
	extentsSuffix = ".extents"
)

func dataName(id wire.UploadID) string    { return string(id) }
func recordName(id wire.UploadID) string  { return string(id) + recordSuffix }
func blocksName(id wire.UploadID) string  { return string(id) + blocksSuffix }
func extentsName(id wire.UploadID) string { return string(id) + extentsSuffix }

// uploadOf returns the id of the upload that a file of this name belongs to.
func uploadOf(name string) (id wire.UploadID, ok bool) {
	for _, suffix := range []string{recordSuffix, blocksSuffix, extentsSuffix} {
		name = strings.TrimSuffix(name, suffix)
	}
	return wire.UploadID(name), checkUploadID(wire.UploadID(name)) == nil
}

func checkUploadID(id wire.UploadID) error {
	var parsed wire.UploadID
	return parsed.UnmarshalText([]byte(id))
}
