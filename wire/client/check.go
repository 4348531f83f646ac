package client

import "wangpan/wire"

// What the types of package wire check while they are decoded (names, paths,
// versions) is not repeated here, but that a field is there at all is: an
// absent one is never decoded.

// checkEntry demands an entry that can stand in a folder.
func checkEntry(e wire.Entry) error {
	switch {
	case e.Name == "" || e.Name == wire.RootName:
		return violation("an entry has no name")
	case e.Size < 0 || e.Size > wire.MaxSize:
		return violation("an entry's size is out of bounds")
	case e.IsDir && e.Executable:
		return violation("a folder is executable")
	case e.IsDir == (e.Version != ""):
		return violation("an entry is neither a file with a version nor a folder without one")
	}
	return nil
}

// checkEntryOf demands the entry of path.
func checkEntryOf(e wire.Entry, path wire.Path) error {
	want := path.Base()
	if path == wire.Root {
		if e.Name != wire.RootName || !e.IsDir || e.Version != "" {
			return violation("/ is not what it must be")
		}
		return nil
	}
	if e.Name != want {
		return violation("it is about another name")
	}
	return checkEntry(e)
}

// checkListing demands entries in order, behind args.After, no more than were
// asked for, and progress: a page that is empty is the last one.
func checkListing(l *wire.Listing, args wire.ListArgs) error {
	limit := args.Limit
	if limit == 0 {
		limit = wire.MaxEntries
	}
	switch {
	case len(l.Entries) > limit:
		return violationf("%d entries, at most %d were asked for", len(l.Entries), limit)
	case l.Unlisted < 0:
		return violation("fewer than no entries are unlisted")
	case l.More && len(l.Entries) == 0:
		return violation("an empty page that is not the last")
	}
	last := args.After
	for _, e := range l.Entries {
		if err := checkEntry(e); err != nil {
			return err
		}
		if e.Name <= last {
			return violation("the entries are not in order")
		}
		last = e.Name
	}
	return nil
}

// checkGet demands the range that was asked for, of the version that was asked for.
func checkGet(r *wire.GetReply, args wire.GetArgs) error {
	if err := checkEntryOf(r.Entry, args.Path); err != nil {
		return err
	}
	switch {
	case r.Entry.IsDir:
		return violation("a folder has no bytes")
	case args.Version != "" && r.Entry.Version != args.Version:
		return violation("it is another version")
	case r.Offset != args.Offset:
		return violation("it begins elsewhere")
	case r.Length < 0 || r.Length > r.Entry.Size-r.Offset:
		return violation("it is longer than the file")
	case args.Length != nil && r.Length != *args.Length,
		args.Length == nil && r.Length != r.Entry.Size-r.Offset:
		return violation("it is not of the length that was asked for")
	}
	return nil
}

// checkBlocks demands digests for the length that was asked for.
func checkBlocks(r *wire.BlocksReply, args wire.BlocksArgs) error {
	switch {
	case r.Size < 0 || r.Size > wire.MaxSize || r.Length < 0 || r.Length > r.Size:
		return violation("a size is out of bounds")
	case args.Length != nil && r.Length != *args.Length,
		args.Length == nil && r.Length != r.Size:
		return violation("it is not of the length that was asked for")
	case args.Path != "" && r.Version == "":
		return violation("the version is missing")
	case args.Version != "" && r.Version != args.Version:
		return violation("it is another version")
	case wire.BlockCount(r.Length) > maxBlocks:
		return violationf("more than %d blocks at once", maxBlocks)
	case args.Path != "" && r.Unfinished != nil:
		return violation("a file has no unfinished blocks")
	}
	return checkUnfinished(r.Unfinished, r.Size)
}

// checkUnfinished demands blocks of an upload of so many bytes, in their order
// and with less than all of theirs.
func checkUnfinished(all []wire.Unfinished, size int64) error {
	last := int64(-1)
	for _, u := range all {
		if u.Block <= last || u.Block >= wire.BlockCount(size) {
			return violation("the unfinished blocks are not those of the upload, in their order")
		}
		if u.Bytes <= 0 || u.Bytes >= min(wire.BlockSize, size-u.Block*wire.BlockSize) {
			return violation("an unfinished block has none or all of its bytes")
		}
		last = u.Block
	}
	return nil
}

// checkPut demands that all sent bytes of the body ended where they must.
// Received may be more or less than that: other ranges may be staged as well,
// and these may have been written over others.
func checkPut(r *wire.PutReply, args wire.PutArgs, sent int64) error {
	switch {
	case r.Upload != args.Upload:
		return violation("it is about another upload")
	case r.End != args.Offset+sent:
		return violationf("the body is said to end at %d, and it ends at %d", r.End, args.Offset+sent)
	case r.Received < 0 || r.Received > args.Size:
		return violation("what is staged is out of bounds")
	}
	return nil
}

// checkCommit demands a file of the content that was committed.
func checkCommit(r *wire.StatReply, args wire.CommitArgs) error {
	switch {
	case r.Entry.IsDir:
		return violation("a folder, not a file")
	case r.Digest == nil || *r.Digest != args.Digest:
		return violation("it is about other content")
	}
	return checkEntry(r.Entry)
}

// checkUsage demands numbers that can be those of an account. A quota may be
// exceeded: it may have become less.
func checkUsage(r *wire.UsageReply) error {
	for _, n := range []int64{r.Used, r.Staged, r.Trash, r.Files, r.Quota, r.Free} {
		if n < 0 || n > wire.MaxSize {
			return violation("a number of the usage is out of bounds")
		}
	}
	return nil
}

func checkUpload(u wire.Upload) error {
	switch {
	case u.Upload == "":
		return violation("an upload has no name")
	case u.Path == "" || u.Path == wire.Root:
		return violation("an upload has no path")
	case u.Size < 0 || u.Size > wire.MaxSize || u.Received < 0 || u.Received > u.Size:
		return violation("an upload's size is out of bounds")
	}
	return nil
}
