package accounts

import "runtime/debug"

// largeFile is from what size on, in bytes packed, memory goes back to the system at once after a
// workbook was read or saved: some 6,000 accounts.
const largeFile = 256 << 10

// release gives back what a workbook of so many bytes took: excelize makes some 40 bytes out of every
// byte of a file, and the next workbook may be an hour away.
func release(size int) {
	if size >= largeFile {
		debug.FreeOSMemory()
	}
}
