//go:build !unix

package accounts

// syncFolder does nothing where a folder can not be opened for syncing; NTFS journals its renames.
func syncFolder(string) error { return nil }
