package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// upload is a staged upload as it lies on the disk, opened by the one who has
// claimed it.
type upload struct {
	*account
	id     wire.UploadID
	record record
	data   *os.File
	hasher *digest.Hasher // has seen all of data

	received int64 // bytes in data
	recorded int   // blocks of which the digest is in the blocks file
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
	u := &upload{account: a, id: id, record: r, hasher: new(digest.Hasher)}
	if err := a.create(recordName(id), text); err != nil {
		return nil, errors.Join(err, a.drop(id))
	}
	if u.data, err = createFile(a.staged, dataName(id)); err != nil {
		return nil, errors.Join(err, a.drop(id))
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

// resume brings the hasher to where the data is: the one that is still warm, or
// from the recorded blocks and what was written after them.
func (u *upload) resume(ctx context.Context) error {
	info, err := u.data.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fs.ErrNotExist
	}
	u.received = info.Size()
	blocks, err := u.readBlocks()
	if err != nil {
		return err
	}
	u.recorded = len(blocks)
	if warm, ok := u.disk.warm.take(u.key(u.id)); ok && warm.Size() == u.received {
		u.hasher = warm
		return nil
	}
	var from int64
	u.hasher, from = digest.Resume(blocks, u.received)
	return hashRange(ctx, u.hasher, u.data, from, u.received)
}

// readBlocks returns the recorded digests. Only whole ones below the end of
// the data count, and none from the first zero on: a file system may leave
// zeros at the end of what it was writing when the power went.
func (u *upload) readBlocks() ([]wire.Digest, error) {
	f, _, err := openFile(u.staged, blocksName(u.id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, u.received/wire.BlockSize*int64(len(wire.Digest{}))))
	if err != nil {
		return nil, err
	}
	var blocks []wire.Digest
	for len(text) >= len(wire.Digest{}) {
		d := wire.Digest(text)
		if d == (wire.Digest{}) {
			break
		}
		blocks, text = append(blocks, d), text[len(d):]
	}
	return blocks, nil
}

// save flushes the data and then records the digests of these blocks, which
// follow those recorded before. So no recorded block is ever missing on the
// disk, and with the first ones the upload itself outlives a power cut.
func (u *upload) save(first int, blocks []wire.Digest) error {
	if err := u.data.Sync(); err != nil {
		return fmt.Errorf("flush an upload: %w", err)
	}
	f, err := u.staged.OpenFile(blocksName(u.id), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if first == 0 {
		if err := errors.Join(f.Chmod(0o600), u.saveRecord()); err != nil {
			return err
		}
	}
	var text []byte
	for _, d := range blocks {
		text = append(text, d[:]...)
	}
	// At its place and not appended: a crash may have left part of a digest.
	_, err = f.WriteAt(text, int64(first*len(wire.Digest{})))
	return err
}

func (u *upload) saveRecord() error {
	f, err := u.staged.OpenFile(recordName(u.id), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("flush the record of an upload: %w", err)
	}
	return syncRoot(u.staged)
}

// touch begins the time anew after which the upload is dropped.
func (u *upload) touch() error {
	return u.staged.Chtimes(recordName(u.id), time.Time{}, time.Now())
}

// keep closes the upload, to be continued or committed later.
func (u *upload) keep() error {
	u.disk.warm.put(u.key(u.id), u.hasher, 1)
	return u.data.Close()
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
	for _, name := range []string{recordName(id), dataName(id), blocksName(id)} {
		if err := a.staged.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
