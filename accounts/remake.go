package accounts

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// goneLooks is after how many looks a workbook that is gone is written anew, 3 s: some editors take
// their file away for a moment while they save.
const goneLooks = 6

// missed deals with a workbook that can not be seen while the book is open. One that was deleted or moved
// away is written anew from memory: nobody deletes the list of accounts under a running daemon on
// purpose, and should it come back, edited, its seal says what is missing in it.
func (b *Book) missed(why error) {
	now := b.o.now()
	if b.file.gone.IsZero() {
		b.file.gone = now
		b.log.Error("accounts.xlsx is gone; the accounts in memory stay in use", "error", why)
	}
	if !errors.Is(why, fs.ErrNotExist) || now.Sub(b.file.gone) < goneLooks*b.o.look || now.Before(b.file.retry) {
		return
	}
	from, err := b.remake()
	switch {
	case err == nil:
		b.log.Warn("accounts.xlsx was gone and is written anew, with every account; to begin without accounts, stop the daemon and move accounts.* away",
			"from", from)
	case errors.Is(err, errHeld):
	default:
		b.report(fmt.Errorf("write accounts.xlsx anew: %w", err))
	}
}

// remake writes the workbook that is gone: the newest good backup, for the columns, sheets and formats
// of people, with the accounts of memory. It returns what it took.
func (b *Book) remake() (from string, err error) {
	for _, mark := range editorMarks(b.path) {
		if there, err := exists(mark); err != nil || there {
			return "", fmt.Errorf("%w: an editor has it, says %s", errHeld, filepath.Base(mark))
		}
	}
	// Without its journal it is the folder that is gone, or the disk.
	if there, err := exists(journalPath(b.path)); err != nil || !there {
		return "", errors.Join(errors.New("accounts.journal is gone, too"), err)
	}
	b.change.Lock()
	b.mu.RLock()
	p := b.picturing()
	b.mu.RUnlock()
	b.change.Unlock()
	from, out, saved, err := b.rewritten(p)
	if err != nil {
		return "", err
	}
	if err := replaceFile(b.path, out, b.stillGone); err != nil {
		return "", err
	}
	info, err := os.Lstat(b.path)
	if err != nil {
		return "", err
	}
	typed := b.file.typed
	b.file.read(out, info, saved)
	b.file.typed = typed
	return from, nil
}

// rewritten puts a picture into the newest good backup or, where that does not take it, into a new
// workbook.
func (b *Book) rewritten(p *picture) (from string, out []byte, saved *contents, err error) {
	if good, ok := goodBackup(b.path); ok {
		data, _, err := readRegular(good.path, maxPacked)
		if err == nil {
			out, saved, err = p.into(data)
		}
		if err == nil {
			return filepath.Base(good.path), out, saved, nil
		}
		b.log.Warn("the newest backup does not take the accounts; a new workbook is made", "error", err)
	}
	data, err := blank(b.journal.head.Book)
	if err != nil {
		return "", nil, nil, err
	}
	out, saved, err = p.into(data)
	return "memory alone", out, saved, err
}

// into renders and verifies a picture.
func (p *picture) into(data []byte) ([]byte, *contents, error) {
	c, err := loadWithin(limitsOf(int64(len(data))), data, p.roster)
	if err != nil {
		return nil, nil, err
	}
	return renderVerified(data, c, p)
}

// stillGone is the last look before the new workbook takes its place.
func (b *Book) stillGone() error {
	if there, err := exists(b.path); err != nil || there {
		return errors.Join(fmt.Errorf("%w: it is back", errHeld), err)
	}
	return nil
}
