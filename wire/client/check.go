package client

import "wangpan/wire"

// The types of package wire check their values when they are decoded (names, paths,
// versions). The functions in this file do not repeat that. They check that required
// fields are present, since an absent field is not decoded, and that the reply matches
// the request. Each returns a violation.

// checkEntry checks that e is a valid entry of a folder.
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

// checkEntryOf checks that e is the entry of path.
func checkEntryOf(e wire.Entry, path wire.Path) error {
	want := path.Base()
	if path == wire.Root {
		if e.Name != wire.RootName || !e.IsDir || e.Version != "" {
			return violation("the entry of / is not a root folder")
		}
		return nil
	}
	if e.Name != want {
		return violation("the reply is about another name")
	}
	return checkEntry(e)
}

// checkListing checks that the entries are sorted, follow args.After, and are not more
// than requested. An empty page must be the last one.
func checkListing(l *wire.Listing, args wire.ListArgs) error {
	limit := args.Limit
	if limit == 0 {
		limit = wire.MaxEntries
	}
	switch {
	case len(l.Entries) > limit:
		return violationf("%d entries, at most %d were asked for", len(l.Entries), limit)
	case l.Unlisted < 0:
		return violation("a negative number of unlisted entries")
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

// checkGet checks that the reply has the requested range and version.
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

// checkBlocks checks that the reply has digests for the requested length.
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

// checkUnfinished checks that the blocks belong to an upload of size bytes, are sorted,
// and have at least one byte but not all of theirs.
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

// checkPut checks that the staged range ends after the sent bytes. Received may be
// more or less than sent: other ranges may be staged, too, and may overlap this one.
func checkPut(r *wire.PutReply, args wire.PutArgs, sent int64) error {
	switch {
	case r.Upload != args.Upload:
		return violation("the reply is about another upload")
	case r.End != args.Offset+sent:
		return violationf("the body is said to end at %d, and it ends at %d", r.End, args.Offset+sent)
	case r.Received < 0 || r.Received > args.Size:
		return violation("the number of staged bytes is out of bounds")
	}
	return nil
}

// checkCommit checks that the reply is a file with the committed content.
func checkCommit(r *wire.StatReply, args wire.CommitArgs) error {
	switch {
	case r.Entry.IsDir:
		return violation("a folder, not a file")
	case r.Digest == nil || *r.Digest != args.Digest:
		return violation("the reply is about other content")
	}
	return checkEntry(r.Entry)
}

// checkUsage checks that all numbers are in range. The usage may exceed the quota, since
// the operator can lower a quota.
func checkUsage(r *wire.UsageReply) error {
	for _, n := range []int64{r.Used, r.Staged, r.Trash, r.Files, r.Quota, r.Free} {
		if n < 0 || n > wire.MaxSize {
			return violation("a number of the usage is out of bounds")
		}
	}
	return nil
}

// checkUpload checks that u has a name, a path and sizes in range.
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
