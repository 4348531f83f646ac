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

// batchEvery is how long after a full batch the next one follows.
const batchEvery = time.Minute

// maxExpired is how many uploads, and items of the trash, of one account a sweep
// drops: an administrator who reads in the log what is lost by a mistake must have
// time to stop it.
const maxExpired = 100

func (d *Disk) sweepHourly() {
	next := time.NewTimer(firstSweep)
	defer next.Stop()
	for {
		select {
		case <-d.life.Done():
			return
		case <-next.C:
		}
		if d.expire() {
			next.Reset(batchEvery)
		} else {
			next.Reset(sweepEvery)
		}
	}
}

// expire drops a batch of what has expired and reports whether there may be more.
func (d *Disk) expire() (more bool) {
	now := d.clock.Load().ExpiryTime() // zero while nothing may expire
	uploads, trash := d.sweep(now, false), d.sweepTrash(now)
	return uploads || trash
}

// sweep drops uploads of all accounts that have expired at now and reports
// whether there may be more. At the start,
// when nobody can be writing, it also removes what a crash left: data without
// a record and records without data. What it can not do it logs; the store is
// good without.
func (d *Disk) sweep(now time.Time, start bool) (more bool) {
	f, err := d.uploads.Open(".")
	if err != nil {
		d.log.Warn("the uploads can not be looked through", "error", err)
		return false
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
		full, err := d.sweepAccount(folder.Name(), now, start)
		if err != nil {
			d.log.Warn("the uploads of a drive can not be looked through", "drive", folder.Name(), "error", err)
		}
		more = more || full
	}
	return more
}

func (d *Disk) sweepAccount(folder string, now time.Time, start bool) (more bool, err error) {
	a, err := d.acquire(folder, enter)
	if isMissing(err) {
		return false, nil // its drive was taken away by hand, and may come back
	}
	if err != nil {
		return false, err
	}
	defer a.release() //nolint:errcheck // folders that were only read
	names, err := a.stagedNames()
	if err != nil {
		return false, err
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
	expired := 0
	for id := range ids {
		dropped, failed := a.sweepUpload(id, now, start)
		err = errors.Join(err, failed)
		if dropped && !start {
			expired++
		}
		if expired == maxExpired {
			return true, err
		}
	}
	return false, err
}

// sweepUpload drops one upload if it has expired or, at the start, is not whole.
func (a *account) sweepUpload(id wire.UploadID, now time.Time, start bool) (dropped bool, err error) {
	if a.claim(id) != nil {
		return false, nil // somebody goes on with it
	}
	defer a.free(id)
	u, err := a.describe(id)
	why := "nobody went on with it"
	switch {
	case isNoUpload(err):
		if !start {
			return false, nil
		}
		why = "it is not whole"
	case err != nil:
		return false, fmt.Errorf("look at the upload %s: %w", id, err)
	case now.Before(u.Expires):
		return false, nil
	}
	a.disk.log.LogAttrs(context.Background(), slog.LevelInfo, "an upload is dropped",
		slog.String("drive", a.folder), slog.String("upload", string(id)), slog.String("why", why),
		slog.String("path", string(u.Path)), slog.Int64("received", u.Received), slog.Time("expired", u.Expires))
	return true, a.drop(id)
}
