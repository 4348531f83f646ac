package accounts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// errHeld says that the workbook may not be replaced now. Nothing is lost by it: the journal holds.
var errHeld = errors.New("the workbook can not be saved now")

// staleAfter is when the mark of an editor counts as left behind by a crash. Saving under an editor
// that is open after all loses nothing: when it saves its older copy, the journal's newer operations
// are repeated over it.
const staleAfter = 24 * time.Hour

// editorMarks are the files by which editors show that they have the workbook open.
func editorMarks(path string) []string {
	dir, base := filepath.Split(path)
	return []string{
		filepath.Join(dir, "~$"+base),          // Excel, WPS
		filepath.Join(dir, ".~lock."+base+"#"), // LibreOffice
		filepath.Join(dir, ".~"+base),          // WPS on Linux
	}
}

// free tells whether the workbook may be replaced: no editor has it open, and it was not made
// read-only. A rename would not ask for either.
func (b *Book) free() error {
	for _, mark := range editorMarks(b.path) {
		info, err := os.Lstat(mark)
		if err != nil {
			continue // not there, or not to be seen
		}
		age := b.o.now().Sub(info.ModTime())
		if age < staleAfter {
			return fmt.Errorf("%w: it is open in an editor, says %s", errHeld, filepath.Base(mark))
		}
		if b.file.stale != mark {
			b.file.stale = mark
			b.log.Warn("an editor's lock is left over and ignored; delete it when nobody has the accounts open",
				"file", filepath.Base(mark), "hours", int(age.Hours()))
		}
	}
	info, err := os.Lstat(b.path)
	if err != nil {
		return fmt.Errorf("%w: %w", errHeld, err)
	}
	if info.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("%w: accounts.xlsx is read-only", errHeld)
	}
	return nil
}
