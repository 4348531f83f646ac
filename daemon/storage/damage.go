package storage

import "wangpan/wire"

// Damaged implements Store.
func (d *Disk) Damaged() int64 { return d.damaged.Load() }

// errDamaged logs and counts a file that is not what its digest says, although
// its size and mtime are unchanged, and returns the refusal for the client.
func (d *Disk) errDamaged(folder string, path wire.Path, expected, actual wire.Digest) error {
	d.damaged.Add(1)
	d.log.Error("a file is damaged on the disk: restore it from a backup, and run wangpand check --digests",
		"drive", folder, "path", string(path), "expected", expected.String(), "actual", actual.String())
	return wire.Errorf(wire.Damaged, "%s is damaged on the server: it is not any more what was uploaded", path)
}
