package storage

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangpan/wire"
)

// names is what a folder held when it had this version.
type names struct {
	version  wire.Version
	sorted   []string // those that can be served
	folders  []bool   // which of them are folders
	unlisted int
}

// settled is how long a folder must have been left alone before its names are
// remembered: two changes within one tick of the clock look like one.
const settled = time.Second

// List implements Drive.
func (d *drive) List(ctx context.Context, args wire.ListArgs) (wire.Listing, error) {
	if err := args.Check(); err != nil {
		return wire.Listing{}, err
	}
	if args.Limit == 0 {
		args.Limit = wire.MaxEntries
	}
	listing, err := d.list(ctx, args)
	return listing, refuse(wire.List, args.Path, err)
}

func (d *drive) list(ctx context.Context, args wire.ListArgs) (wire.Listing, error) {
	parent, info, err := d.lookup(args.Path)
	if err != nil {
		return wire.Listing{}, err
	}
	defer parent.Close()
	if !info.IsDir() {
		return wire.Listing{}, wire.Errorf(wire.Invalid, "%s is a file", args.Path)
	}
	folder, err := enter(parent, hostName(args.Path.Base()))
	if err != nil {
		return wire.Listing{}, err
	}
	defer folder.Close()
	all, _, err := d.namesIn(ctx, args.Path, folder, args.Limit)
	if err != nil {
		return wire.Listing{}, err
	}
	from, found := slices.BinarySearch(all.sorted, string(args.After))
	if found {
		from++
	}
	return page(folder, all, from, args.Limit)
}

// pageBytes bounds the JSON of a page, so that it fits into a frame with what
// stands around it.
const pageBytes = wire.MaxFrame - 4<<10

// entryBytes is what an entry takes beside its name: {"name":"","size":…,
// "mtime":"…","is_dir":true,"version":"…"}, with the longest of each.
const entryBytes = 224

// encodedBytes is how long name becomes as JSON, where <, > and & are escaped too.
func encodedBytes(name string) int {
	n := len(name)
	for i := range len(name) {
		switch name[i] {
		case '<', '>', '&':
			n += len(`\u003c`) - 1
		case '"', '\\':
			n++
		}
	}
	return n
}

// page describes names of a folder from the index on: limit of them, or fewer
// when their names are so long that they would not fit into a frame.
func page(folder *os.Root, all *names, from, limit int) (wire.Listing, error) {
	rest := all.sorted[from:]
	listing := wire.Listing{Entries: make([]wire.Entry, 0, min(limit, len(rest))), Unlisted: all.unlisted}
	size := 0
	for _, name := range rest {
		size += entryBytes + encodedBytes(name)
		if len(listing.Entries) == limit || size > pageBytes {
			listing.More = true
			break
		}
		info, err := folder.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !servable(info.Mode()) {
			continue // gone or replaced since the names were read
		}
		if err != nil {
			return wire.Listing{}, err
		}
		listing.Entries = append(listing.Entries, entryOf(wire.Name(name), info))
	}
	return listing, nil
}

// namesIn returns the names in a folder, from memory when the folder has not
// changed since: a client asks for a big one page by page. read tells that they
// were read from the disk.
func (d *drive) namesIn(ctx context.Context, path wire.Path, folder *os.Root, limit int) (all *names, read bool, err error) {
	f, err := folder.Open(".")
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	key, version := place{d.folder, path}, versionOf(info)
	if all, ok := d.disk.names.get(key); ok && all.version == version {
		return all, false, nil
	}
	entries, err := outOfRoot(f)
	if err != nil {
		return nil, false, err
	}
	defer entries.Close()
	all, samples, err := readNames(ctx, entries)
	if err != nil {
		return nil, false, err
	}
	all.version = version
	if len(all.sorted) > limit && time.Since(info.ModTime()) > settled {
		d.disk.names.put(key, all, len(all.sorted))
	}
	d.logUnlisted(ctx, key, all.unlisted, samples)
	return all, true, nil
}

// logUnlisted names what a folder holds that its owner does not see, once.
func (d *drive) logUnlisted(ctx context.Context, key place, count int, samples []string) {
	if count == 0 {
		return
	}
	if _, done := d.disk.logged.get(key); done {
		return
	}
	d.disk.logged.put(key, struct{}{}, 1)
	// Clients send their users to the log, so it says so at its usual level.
	// Names on the disk can hold anything, line breaks too.
	quoted := make([]string, len(samples))
	for i, name := range samples {
		quoted[i] = strconv.Quote(name)
	}
	d.disk.log.InfoContext(ctx, "a folder holds what can not be listed",
		"drive", key.folder, "path", string(key.path), "count", count, "names", strings.Join(quoted, " "))
}
