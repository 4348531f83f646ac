package accounts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Restored says what Restore did.
type Restored struct {
	Backup   string // the file whose rows were taken
	Accounts int    // in the workbook now
	Repeated int    // operations of the journal that the backup did not contain
	Damaged  int    // lines of the journal that could not be read, and are lost
	Aside    string // the former workbook; "" when there was none
}

// Restore puts a backup in the place of the workbook at path, and repeats over it what the journal
// knows and the backup does not contain. With no backup named it takes the newest that loads; any
// workbook may be named. Nothing is thrown away: the former workbook and a damaged journal are kept
// under another name. No Book may be open on path.
func Restore(path, from string, o Options) (Restored, error) {
	o = o.complete()
	path, err := resolve(path)
	if err != nil {
		return Restored{}, fmt.Errorf("restore accounts: %w", err)
	}
	lock, err := lockBook(path)
	if err != nil {
		return Restored{}, err
	}
	defer lock.Close()
	b := &Book{path: path, o: o, log: o.Log}
	done, err := b.restore(from)
	if b.journal != nil {
		err = errors.Join(err, b.journal.close())
	}
	if err != nil {
		return done, fmt.Errorf("restore accounts: %w", err)
	}
	return done, nil
}

func (b *Book) restore(from string) (Restored, error) {
	if from == "" {
		good, ok := goodBackup(b.path)
		if !ok {
			return Restored{}, errors.New("there is no good backup; name a workbook to restore from")
		}
		from = good.path
	}
	done := Restored{Backup: from}
	data, _, err := readRegular(from, maxPacked)
	if err != nil {
		return done, fmt.Errorf("read the backup: %w", err)
	}
	c, err := loadWithin(limitsOf(int64(len(data))), data, nil)
	if err != nil {
		return done, fmt.Errorf("the backup is damaged: %w", err)
	}
	if done.Damaged, err = b.salvage(c.seal); err != nil {
		return done, err
	}
	// However old the backup is: that it is put back is what was asked for.
	joined, err := b.join(c, false)
	if err != nil {
		return done, err
	}
	b.arrive(c.roster)
	done.Repeated, done.Accounts = joined.repeated, c.roster.size()
	done.Aside, err = b.put(data, c)
	return done, err
}

// salvage opens the journal; a damaged one is set aside, and every line that can be read is kept.
func (b *Book) salvage(s seal) (damaged int, err error) {
	book := s.book
	if book == "" {
		book = newBookID()
	}
	path := journalPath(b.path)
	b.journal, err = openJournal(path, book, s.sequence, b.log)
	if _, damaged := errors.AsType[*damageError](err); !damaged {
		return 0, err
	}
	data, _, err := readRegular(path, maxJournal)
	if err != nil {
		return 0, err
	}
	if _, err := b.setAside(path); err != nil {
		return 0, err
	}
	ops, damaged := readableOps(data)
	b.journal = &journal{path: path, log: b.log, head: heading{journalName, journalVersion, book, s.sequence}}
	for _, o := range ops {
		if o.Seq > s.sequence {
			o.Seq = b.journal.last() + 1
			b.journal.ops = append(b.journal.ops, o)
		}
	}
	return damaged, b.journal.rewrite()
}

// put writes the workbook and keeps the former one.
func (b *Book) put(data []byte, c *contents) (aside string, err error) {
	p := &picture{roster: c.roster.copy(), pending: map[string]bool{}}
	p.seal = seal{ok: true, book: b.journal.head.Book, sequence: b.journal.last()}
	for _, r := range c.rows {
		if r.newPassword != "" {
			p.pending[r.entry.folder] = true
		}
	}
	out, err := render(data, c, p)
	if err != nil {
		return "", err
	}
	if _, err := verify(out, p); err != nil {
		return "", err
	}
	if aside, err = b.setAside(b.path); err != nil {
		return "", err
	}
	if err := replaceFile(b.path, out, always); err != nil {
		return aside, err
	}
	// It shows also how large a workbook may be here: see limitsOf.
	return aside, keepBackup(b.path, out, p.seal.sequence, b.o.now())
}

// setAside gives a file a name that tells when it was replaced, and returns it.
func (b *Book) setAside(path string) (string, error) {
	aside := path + ".replaced-" + b.o.now().UTC().Format(backupTime) + "Z"
	if there, err := exists(path); err != nil || !there {
		return "", err
	}
	// A second name where the file system has them: then there is no moment without a workbook.
	err := os.Link(path, aside)
	if err != nil {
		err = os.Rename(path, aside)
	}
	if err != nil {
		return "", fmt.Errorf("set %s aside: %w", filepath.Base(path), err)
	}
	return aside, syncFolder(filepath.Dir(path))
}
