package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"wangpan/wire"
)

func errNoItem() error { return wire.Errorf(wire.NotFound, "this is not in the trash any more") }

// Remove implements Drive. The order is what makes it safe:
//
//	record     the item gets its record, flushed
//	rename     at once and whole, into the trash
//	flush      both folders, before anybody is told
//	count      what is in a folder, which nobody has to wait for (counting.go)
//
// A crash before the rename leaves the file and a record of nothing, one after
// it the item; readTrash clears up and counts.
func (d *drive) Remove(ctx context.Context, args wire.RemoveArgs) (wire.Item, error) {
	if err := args.Check(); err != nil {
		return wire.Item{}, err
	}
	item, err := d.remove(ctx, args)
	return item, refuse(wire.Remove, args.Path, err)
}

func (d *drive) remove(ctx context.Context, args wire.RemoveArgs) (wire.Item, error) {
	if err := d.readTrash(ctx); err != nil {
		return wire.Item{}, fmt.Errorf("look through the trash: %w", err)
	}
	parent, name, err := d.parentOf(args.Path)
	if err != nil {
		return wire.Item{}, err
	}
	defer parent.Close()
	for range maxReplaced {
		info, err := meant(parent, name, args.Path, args.Version)
		if err != nil {
			return wire.Item{}, err
		}
		t := trashed{Path: args.Path, Since: d.disk.now(), IsDir: info.IsDir(), Uncounted: info.IsDir()}
		if !t.IsDir {
			t.Size, t.Files = info.Size(), 1
		}
		id, err := d.recordItem(t)
		late := isNoSpace(err)
		if late { // a full disk must not keep anybody from making room
			id, err = newItemID(), nil
		}
		if err != nil {
			return wire.Item{}, err
		}
		err = d.take(parent, name, info, id, t)
		if err == nil {
			d.disk.watches.changed(d.folder, args.Path, t.IsDir)
			return d.settleRemoval(ctx, parent, id, t, late)
		}
		d.forgetItem(id)
		if !errors.Is(err, errMeanwhile) {
			return wire.Item{}, err
		}
	}
	return wire.Item{}, wire.Errorf(wire.Busy, "the file is being replaced: try again soon")
}

// take renames what was looked at to the item id, which then is in the trash. A
// folder is to be counted: see counting.
func (d *drive) take(parent *os.Root, name wire.Name, info fs.FileInfo, id wire.ItemID, t trashed) error {
	folders, closing, err := openAll(parent, d.trash)
	if err != nil {
		return err
	}
	defer closing()
	d.renames.Lock()
	defer d.renames.Unlock()
	if err := d.stands(parent, t.Path); err != nil {
		return err
	}
	now, err := parent.Lstat(string(name))
	if err != nil {
		return err
	}
	if !os.SameFile(info, now) || !t.IsDir && versionOf(info) != versionOf(now) {
		return errMeanwhile
	}
	if err := moveFile(folders[0], string(name), folders[1], itemName(id), true); err != nil {
		return err
	}
	if t.IsDir {
		d.ledger.move(sum{}) // a count that is under way may have seen half of it
		d.bin.begin(id)
	}
	d.addItem(id, t) // first, so that nobody gets the room of both
	if !t.IsDir {
		d.ledger.move(t.all().negative())
	}
	return nil
}

// settleRemoval makes a removal outlive a power cut, records what is late, and
// has a folder counted, also if the disk fails: it is in the trash by now. If even
// then the disk has no room for the record, the bin alone knows the path until
// it has ended.
func (d *drive) settleRemoval(ctx context.Context, parent *os.Root, id wire.ItemID, t trashed, late bool) (wire.Item, error) {
	// First the folder that has the item: for a moment the disk may know of
	// two names, and never of none.
	failed := errors.Join(syncRoot(d.trash), syncRoot(parent))
	if failed != nil {
		failed = fmt.Errorf("flush the folders: %w", failed)
	}
	if late && failed == nil {
		if err := d.amendItem(id, t); err != nil && !isNoSpace(err) {
			failed = fmt.Errorf("record an item of the trash: %w", err)
		}
	}
	if t.IsDir {
		t = d.countRemoved(ctx, id, t)
	}
	return t.item(id), failed
}

// itemBytes is what an item takes in JSON beside its path, with the longest of each.
const itemBytes = 320

// Trash implements Drive.
func (d *drive) Trash(ctx context.Context, args wire.TrashArgs) (wire.TrashReply, error) {
	if err := args.Check(); err != nil {
		return wire.TrashReply{}, err
	}
	if err := d.readTrash(ctx); err != nil {
		return wire.TrashReply{}, fmt.Errorf("trash: %w", err)
	}
	all := d.bin.sorted()
	if args.After != "" {
		at := slices.Index(all, args.After)
		if at < 0 {
			return wire.TrashReply{}, wire.Errorf(wire.Conflict, "the trash has changed since: look again")
		}
		all = all[at+1:]
	}
	reply := wire.TrashReply{Items: []wire.Item{}} // an empty list, not null
	size := 0
	for _, id := range all {
		t, ok := d.bin.get(id)
		if !ok {
			continue // restored or dropped just now
		}
		size += itemBytes + encodedBytes(string(t.Path))
		if len(reply.Items) == cmp.Or(args.Limit, wire.MaxItems) || size > pageBytes {
			reply.More = true
			break
		}
		reply.Items = append(reply.Items, t.item(id))
	}
	return reply, nil
}

// Item implements Drive.
func (d *drive) Item(ctx context.Context, id wire.ItemID) (wire.Item, error) {
	if err := d.readTrash(ctx); err != nil {
		return wire.Item{}, fmt.Errorf("trash: %w", err)
	}
	t, ok := d.bin.get(id)
	if !ok {
		return wire.Item{}, errNoItem()
	}
	return t.item(id), nil
}

// Purge implements Drive.
func (d *drive) Purge(ctx context.Context, args wire.PurgeArgs) (wire.PurgeReply, error) {
	if err := d.readTrash(ctx); err != nil {
		return wire.PurgeReply{}, fmt.Errorf("purge: %w", err)
	}
	ids := []wire.ItemID{args.Item}
	if args.Item == "" {
		ids = d.bin.sorted()
	}
	var reply wire.PurgeReply
	for _, id := range ids {
		t, err := d.purge(ctx, id)
		if args.Item == "" && errors.Is(err, wire.NotFound) {
			continue // restored or dropped just now
		}
		if err != nil {
			return reply, refuse(wire.Purge, wire.Root, err)
		}
		reply.Items++
		reply.Size += t.Size
	}
	if err := syncRoot(d.trash); err != nil {
		return reply, fmt.Errorf("purge: flush the trash: %w", err)
	}
	return reply, nil
}
