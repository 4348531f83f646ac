package transfer

import "io/fs"

// hasModes says that files here have none.
const hasModes = false

func umask() fs.FileMode { return 0 }

// executableOf is for systems that have such a bit.
func executableOf(fs.FileInfo) *bool { return nil }
