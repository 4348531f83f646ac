package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"wangpan/wire"
)

// sweepEvery is how often uploads and trash are looked through for expired ones.
const sweepEvery = time.Hour

// firstSweep is how long after the start the trash is looked through: a daemon
// may be restarted more often than every hour, and has better things to do first.
const firstSweep = time.Minute

func (d *Disk) sweepHourly() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	first := time.After(firstSweep)
	for {
		select {
		case <-d.life.Done():
			return
		case now := <-first:
			d.sweepTrash(now)
		case now := <-tick.C:
			d.sweep(now, false)
			d.sweepTrash(now)
		}
	}
}

// sweep drops the uploads of all accounts that have expired. At the start,
// when nobody can be writing, it also removes what a crash left: data without
// a record and records without data. What it can not do it logs; the store is
// good without.
func (d *Disk) sweep(now time.Time, start bool) {
	f, err := d.uploads.Open(".")
	if err != nil {
		d.log.Warn("the uploads can not be looked through", "error", err)
		return
	}
	defer f.Close()
	folders, err := f.ReadDir(-1)
	if err != nil {
		d.log.Warn("the uploads can not be looked through", "error", err)
	}
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		if err := d.sweepAccount(folder.Name(), now, start); err != nil {
			d.log.Warn("the uploads of a drive can not be looked through", "drive", folder.Name(), "error", err)
		}
	}
}

func (d *Disk) sweepAccount(folder string, now time.Time, start bool) error {
	a, err := d.acquire(folder, enter)
	if isMissing(err) {
		return nil // its drive was taken away by hand, and may come back
	}
	if err != nil {
		return err
	}
	defer a.release() //nolint:errcheck // folders that were only read
	names, err := a.stagedNames()
	if err != nil {
		return err
	}
	if start {
		err = a.sweepCopies(names)
	}
	ids := make(map[wire.UploadID]bool)
	for _, name := range names {
		if id, ok := uploadOf(name); ok {
			ids[id] = true
		}
	}
	for id := range ids {
		err = errors.Join(err, a.sweepUpload(id, now, start))
	}
	return err
}

// sweepUpload drops one upload if it has expired or, at the start, is not whole.
func (a *account) sweepUpload(id wire.UploadID, now time.Time, start bool) error {
	if a.claim(id) != nil {
		return nil // somebody goes on with it
	}
	defer a.free(id)
	u, err := a.describe(id)
	why := "nobody went on with it"
	switch {
	case isNoUpload(err):
		if !start {
			return nil
		}
		why = "it is not whole"
	case err != nil:
		return fmt.Errorf("look at the upload %s: %w", id, err)
	case now.Before(u.Expires):
		return nil
	}
	a.disk.log.LogAttrs(context.Background(), slog.LevelInfo, "an upload is dropped",
		slog.String("drive", a.folder), slog.String("upload", string(id)), slog.String("why", why))
	return a.drop(id)
}
