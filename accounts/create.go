package accounts

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
)

// newBookID returns a name for a book, which ties workbook and journal together.
func newBookID() string { return hex.EncodeToString(random(16)) }

// create makes an empty workbook where nothing of a book is. Where a journal or a backup shows that
// there was one, a blank workbook would be the loss of every account.
func (b *Book) create() error {
	there, err := exists(b.path)
	if err != nil || there {
		return err
	}
	journal, err := exists(journalPath(b.path))
	if err != nil {
		return err
	}
	backups, err := listBackups(b.path)
	if err != nil {
		return err
	}
	if journal || len(backups) > 0 {
		return b.refuse(errors.New("accounts.xlsx is missing"))
	}
	data, err := blank(newBookID())
	if err != nil {
		return fmt.Errorf("make accounts.xlsx: %w", err)
	}
	if err := replaceFile(b.path, data, always); err != nil {
		return fmt.Errorf("make accounts.xlsx: %w", err)
	}
	return nil
}

// blank returns the bytes of a workbook without accounts.
func blank(book string) ([]byte, error) {
	f, err := newWorkbook()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := writeOwn(f, newRoster()); err != nil {
		return nil, err
	}
	if err := writeSeal(f, seal{book: book}, newRoster(), keptSeal{}); err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	if err := f.Write(&buffer); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
