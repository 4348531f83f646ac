package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// upload is a staged upload as it lies on the disk, opened by those who are at
// it (see opened).
type upload struct {
	*account
	id     wire.UploadID
	record record
	data   *os.File
	pieces *pieces // what is there

	mu       sync.Mutex
	extents  *os.File      // nil until something is noted
	writing  []*staging    // ranges that are being written
	flushing chan struct{} // closed when the flush under way is over; nil when none is
	failed   error         // why nothing more is taken: the upload is gone

	records sync.Mutex // held while the blocks file changes
	lasting bool       // the record was flushed; guarded by records
}

// begin makes the files of a new upload, over whatever was there.
func (a *account) begin(id wire.UploadID, r record) (*upload, error) {
	if err := a.remove(id); err != nil {
		return nil, errors.Join(err, a.drop(id))
	}
	text, err := r.encode()
	if err != nil {
		return nil, errors.Join(err, a.drop(id))
	}
	u := &upload{account: a, id: id, record: r, pieces: newPieces(r.Size)}
	if err := a.create(recordName(id), text); err != nil {
		return nil, errors.Join(err, a.drop(id))
	}
	if u.data, err = createFile(a.staged, dataName(id)); err != nil {
		return nil, errors.Join(err, a.drop(id))
	}
	if err := u.touch(); err != nil { // the file system stamps by the system clock
		return nil, errors.Join(err, u.data.Close(), a.drop(id))
	}
	return u, nil
}

// create makes a small file with this text.
func (a *account) create(name string, text []byte) error {
	f, err := createFile(a.staged, name)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// createFile makes a file that only the daemon may read, whatever the umask.
func createFile(folder *os.Root, name string) (*os.File, error) {
	f, err := folder.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(0o600); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// load opens an upload to continue, commit or inspect it.
func (a *account) load(ctx context.Context, id wire.UploadID) (_ *upload, err error) {
	u := &upload{account: a, id: id}
	if u.record, err = a.readRecord(id); err != nil {
		return nil, err
	}
	if u.data, err = a.staged.OpenFile(dataName(id), os.O_RDWR|openFlags, 0); err != nil {
		return nil, err
	}
	if err := u.resume(ctx); err != nil {
		return nil, errors.Join(err, u.data.Close())
	}
	return u, nil
}

func (a *account) readRecord(id wire.UploadID) (record, error) {
	f, _, err := openFile(a.staged, recordName(id))
	if err != nil {
		return record{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRecord))
	if err != nil {
		return record{}, err
	}
	return decodeRecord(text)
}

// resume finds out what is there: it is still known, or read.
func (u *upload) resume(ctx context.Context) error {
	info, err := u.data.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > u.record.Size {
		return fs.ErrNotExist
	}
	if warm, ok := u.disk.warm.take(u.key(u.id)); ok && sameContent(warm.closed, info) {
		u.pieces = warm
		return nil
	}
	return u.read(ctx, info.Size())
}

// sum is the digest of a whole upload.
func (u *upload) sum(ctx context.Context) (wire.Digest, error) {
	all, _ := u.pieces.there()
	digests := everyBlock(all, wire.BlockCount(u.record.Size)) // all of them have come
	if sum, ok := digest.Join(slices.Collect(digests)); ok {
		return sum, nil
	}
	if u.pieces.root != nil {
		return *u.pieces.root, nil
	}
	h := new(digest.Hasher)
	err := hashRange(ctx, h, u.data, 0, u.record.Size)
	return h.Sum(), err
}

// touch begins the time anew after which the upload is dropped.
func (u *upload) touch() error {
	return u.staged.Chtimes(recordName(u.id), time.Time{}, u.disk.now())
}

// keep closes the upload, to be continued or committed later. Nobody else is at it.
func (u *upload) keep() error {
	info, err := u.data.Stat()
	err = errors.Join(err, u.data.Close())
	if u.extents != nil {
		err = errors.Join(err, u.extents.Close())
	}
	switch {
	case u.failed != nil:
		err = errors.Join(err, u.drop(u.id)) // somebody may have counted it again
	case err == nil:
		u.pieces.closed = info
		u.disk.warm.put(u.key(u.id), u.pieces, u.pieces.cost())
	}
	return err
}

// drop ends an upload.
func (a *account) drop(id wire.UploadID) error {
	err := a.remove(id)
	a.ledger.release(id)
	return err
}

// remove removes the files of an upload, as far as they are there. The record
// goes first: without it the rest is rubbish and will be swept away.
func (a *account) remove(id wire.UploadID) error {
	a.disk.warm.take(a.key(id))
	var failed error
	for _, name := range []string{recordName(id), dataName(id), blocksName(id), extentsName(id)} {
		if err := a.staged.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
