package storage

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"

	"wangpan/wire"
)

// purge drops an item for good. With the rename it is gone and counts no more,
// so the rest is done even if the client does not wait for it; what can not be
// removed then is tried again by the sweeper.
func (a *account) purge(ctx context.Context, id wire.ItemID) (trashed, error) {
	if err := a.bin.settled(ctx, id); err != nil {
		return trashed{}, err
	}
	t, err := a.doom(id)
	if err != nil {
		return t, err
	}
	a.forgetItem(id)
	return t, a.beside(ctx, func(life context.Context) {
		if err := removeTree(pacedAs(life, ctx), a.trash, purgedName(id)); err != nil && life.Err() == nil {
			a.disk.log.Warn("an item of the trash can not be removed from the disk", "drive", a.folder, "item", string(id), "error", err)
		}
	})
}

// doom takes an item out of the trash without a way back.
func (a *account) doom(id wire.ItemID) (trashed, error) {
	folders, closing, err := openAll(a.trash)
	if err != nil {
		return trashed{}, err
	}
	defer closing()
	a.renames.Lock()
	defer a.renames.Unlock()
	t, ok := a.bin.get(id)
	if !ok {
		return trashed{}, errNoItem()
	}
	err = moveFile(folders[0], itemName(id), folders[0], purgedName(id), true)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // removed by hand is as good
		return trashed{}, err
	}
	a.takeItem(id)
	return t, nil
}

// dropSurplus purges what there is too much of a path. The commit that made it
// so is none the worse when it fails.
func (a *account) dropSurplus(path wire.Path) {
	for _, id := range a.bin.surplus(path) {
		if _, err := a.purge(context.Background(), id); err != nil && !errors.Is(err, wire.NotFound) {
			a.disk.log.Warn("an old version can not be dropped", "drive", a.folder, "item", string(id), "error", err)
		}
	}
}

// sweepTrash drops items of the trash of all accounts that have expired at now,
// and what is left of purges that were cut short. It reports whether there may be
// more. What it can not do it logs.
func (d *Disk) sweepTrash(now time.Time) (more bool) {
	f, err := d.trash.Open(".")
	if err != nil {
		d.log.Warn("the trash can not be looked through", "error", err)
		return false
	}
	defer f.Close()
	folders, err := f.ReadDir(-1)
	if err != nil {
		d.log.Warn("the trash can not be looked through", "error", err)
	}
	for _, folder := range folders {
		if d.life.Err() != nil {
			return false
		}
		if !folder.IsDir() {
			continue
		}
		full, err := d.sweepTrashOf(d.life, folder.Name(), now)
		if err != nil && d.life.Err() == nil {
			d.log.Warn("the trash of a drive can not be looked through", "drive", folder.Name(), "error", err)
		}
		more = more || full
	}
	return more
}

func (d *Disk) sweepTrashOf(ctx context.Context, folder string, now time.Time) (more bool, err error) {
	a, err := d.acquire(folder, enter)
	if isMissing(err) {
		return false, nil // its drive was taken away by hand, and may come back
	}
	if err != nil {
		return false, err
	}
	defer a.release() //nolint:errcheck // folders that were only read
	names, err := a.trashNames()
	if err != nil || len(names) == 0 {
		return false, err
	}
	if err := a.readTrash(ctx); err != nil {
		return false, err
	}
	for _, name := range names {
		if id, ok := strings.CutSuffix(name, purgedSuffix); ok && isItemID(id) {
			err = errors.Join(err, removeTree(ctx, a.trash, name))
		}
	}
	expired := 0
	for _, id := range slices.Backward(a.bin.sorted()) { // the oldest first
		t, ok := a.bin.get(id)
		if !ok || now.Before(t.Since.Add(keepTrash)) {
			continue
		}
		if expired++; expired > maxExpired {
			return true, err
		}
		d.log.LogAttrs(ctx, slog.LevelInfo, "an item of the trash has expired",
			slog.String("drive", a.folder), slog.String("item", string(id)), slog.String("path", string(t.Path)),
			slog.Int64("size", t.Size), slog.Time("since", t.Since))
		if _, failed := a.purge(ctx, id); failed != nil && !errors.Is(failed, wire.NotFound) {
			err = errors.Join(err, failed)
		}
	}
	return false, err
}
