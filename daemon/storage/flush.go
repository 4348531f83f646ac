package storage

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"wangpan/wire"
)

// flush begins one beside the writing when enough has come since the last, so
// that neither the network waits for the disk nor the disk for the end. It
// waits for the one before. The error is why nothing more is taken.
func (u *upload) flush() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	for u.failed == nil && u.pieces.unflushed() >= u.disk.flushEvery {
		if before := u.flushing; before != nil {
			u.mu.Unlock()
			<-before
			u.mu.Lock()
			continue
		}
		whole := u.pieces.takeFresh()
		over := make(chan struct{})
		u.flushing = over
		go func() {
			defer close(over)
			u.flushed(u.save(whole))
		}()
	}
	return u.failed
}

// flushed notes the outcome of a flush. A disk that could not keep the data may
// have dropped it without another word, so after a failure the upload is no good.
func (u *upload) flushed(err error) {
	if err != nil {
		err = refuse(wire.Put, u.record.Path, errors.Join(err, u.drop(u.id)))
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.failed, u.flushing = err, nil
}

// settled waits for the flush that is under way.
func (u *upload) settled() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if under := u.flushing; under != nil {
		u.mu.Unlock()
		<-under
		u.mu.Lock()
	}
	return u.failed
}

// failure is why nothing more is taken, or nil.
func (u *upload) failure() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.failed
}

// save flushes the data and then records the digests of these blocks, which
// were whole before, and flushes them too. So no recorded block is ever missing
// on the disk, and what was flushed of an upload outlives a power cut.
func (u *upload) save(whole []finished) error {
	if err := u.data.Sync(); err != nil {
		return fmt.Errorf("flush an upload: %w", err)
	}
	u.records.Lock()
	defer u.records.Unlock()
	f, err := u.ensure(blocksName(u.id))
	if err != nil {
		return err
	}
	defer f.Close()
	if !u.lasting {
		if err := u.saveRecord(); err != nil {
			return err
		}
		u.lasting = true
	}
	for len(whole) > 0 {
		run := u.pieces.record(whole)
		if err := writeDigests(f, run); err != nil {
			return err
		}
		whole = whole[max(len(run), 1):]
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("flush the digests of an upload: %w", err)
	}
	return nil
}

// writeDigests writes those of blocks that follow one another.
func writeDigests(f *os.File, run []finished) error {
	if len(run) == 0 {
		return nil
	}
	var text []byte
	for _, one := range run {
		text = append(text, one.digest[:]...)
	}
	_, err := f.WriteAt(text, run[0].block*int64(len(wire.Digest{})))
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

// restart makes a block ready to be written from its beginning. A digest that is
// recorded is taken off the disk first, or after a power cut it might vouch for
// what is about to be written.
func (u *upload) restart(block int64) error {
	if u.pieces.have(block) == 0 {
		return nil
	}
	u.records.Lock()
	defer u.records.Unlock()
	if u.pieces.recorded(block) {
		if err := u.forget(block); err != nil {
			return fmt.Errorf("forget the digest of a block: %w", err)
		}
	}
	u.pieces.restart(block)
	return nil
}

// forget takes the digest of a block out of the blocks file. The caller holds
// u.records.
func (u *upload) forget(block int64) error {
	f, err := u.staged.OpenFile(blocksName(u.id), os.O_RDWR|openFlags, 0)
	if err != nil {
		return err
	}
	var none wire.Digest
	_, err = f.WriteAt(none[:], block*int64(len(none)))
	return errors.Join(cmp.Or(err, f.Sync()), f.Close())
}
