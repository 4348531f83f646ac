package accounts

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Report is what a check found.
type Report struct {
	Accounts int       // in workbook and journal together, good rows and bad
	Waiting  int       // operations of the journal that the workbook does not contain yet
	Backups  int       // that load
	Newest   string    // name of the newest of them; "" when there is none
	NewestAt time.Time // when that was saved
	Problems []Problem // none: all is well
}

// Problem is what an administrator should act upon.
type Problem struct {
	What   string
	Remedy string // what to do about it
}

func (r *Report) complain(remedy, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{fmt.Sprintf(format, args...), remedy})
}

// Check reads workbook, journal and backups of the book at path through, as Open would, and changes
// nothing. Where there is nothing of a book its error is fs.ErrNotExist; while a Book is open on path
// it is ErrInUse, and that Book's Check answers instead.
func Check(path string) (Report, error) {
	path, err := resolve(path)
	if err != nil {
		return Report{}, fmt.Errorf("check accounts: %w", err)
	}
	release, err := holdStill(path)
	if err != nil {
		return Report{}, err
	}
	defer release()
	return readBook(path).report(false)
}

// Check is the function Check for a book that is open.
func (b *Book) Check() (Report, error) {
	b.change.Lock() // nothing is added to the journal, nor forgotten, between the two files
	files := readBook(b.path)
	b.change.Unlock()
	return files.report(true)
}

// holdStill takes the lock of a book if there is one, without making it.
func holdStill(path string) (release func(), err error) {
	lock := flock.New(beside(path, ".lock"), flock.SetFlag(os.O_RDONLY))
	locked, err := lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return func() {}, nil // nobody ever opened it here
	case err != nil:
		return nil, fmt.Errorf("check accounts: %w", err)
	case !locked:
		_ = lock.Close()
		return nil, errInUse
	}
	return func() { _ = lock.Close() }, nil
}

// bookFiles are the bytes of a book, or why they can not be had.
type bookFiles struct {
	path                  string
	workbook, journal     []byte
	noWorkbook, noJournal error
	backups               []backup
	noBackups             error
	remedy                string // for damage
}

func readBook(path string) *bookFiles {
	f := &bookFiles{path: path}
	f.workbook, _, f.noWorkbook = readRegular(path, maxPacked)
	f.journal, _, f.noJournal = readRegular(journalPath(path), maxJournal)
	f.backups, f.noBackups = listBackups(path)
	return f
}

// report looks at what was read.
func (f *bookFiles) report(running bool) (Report, error) {
	missing := errors.Is(f.noWorkbook, fs.ErrNotExist)
	if missing && errors.Is(f.noJournal, fs.ErrNotExist) && len(f.backups) == 0 && f.noBackups == nil {
		return Report{}, fmt.Errorf("check accounts: %w", f.noWorkbook)
	}
	r := Report{}
	f.checkBackups(&r)
	c := f.checkWorkbook(&r)
	j := f.checkJournal(&r)
	if c == nil {
		return r, nil
	}
	if j != nil {
		from, _ := j.seenBy(c.seal, running)
		if from < j.head.Base {
			r.complain(f.remedy, "%v", errOld)
		}
		unseen := j.after(from)
		for _, o := range unseen {
			c.roster.apply(o)
		}
		r.Waiting = len(unseen)
	}
	r.Accounts = c.roster.size()
	for _, row := range c.rows {
		if why := row.entry.problem(); why != "" {
			r.complain("mend this row in accounts.xlsx; until then nobody can log in with it", "row %d (%s): %s", row.number, row.entry.name, why)
		}
	}
	return r, nil
}

// checkBackups loads every backup: one that does not load is worse than none.
func (f *bookFiles) checkBackups(r *Report) {
	if f.noBackups != nil {
		r.complain("make the folder readable", "the backups can not be looked at: %v", f.noBackups)
	}
	for _, b := range f.backups {
		data, _, err := readRegular(b.path, maxPacked)
		if err == nil {
			_, err = loadWithin(limitsOf(int64(len(data))), data, nil)
		}
		if err != nil {
			r.complain("move this backup away; it can not be restored", "the backup %s is damaged: %v", filepath.Base(b.path), err)
			continue
		}
		if r.Backups++; r.Backups == 1 {
			r.Newest, r.NewestAt = filepath.Base(b.path), b.at
		}
	}
	f.remedy = "mend the file, or move accounts.* away to begin without accounts: there is no good backup"
	if r.Backups > 0 {
		f.remedy = restoreCommand(f.path)
	}
}

// restoreCommand is what puts the newest good backup in the place of the workbook at path.
func restoreCommand(path string) string {
	return "stop the daemon, then: wangpand account restore --data " + filepath.Dir(path)
}

func (f *bookFiles) checkWorkbook(r *Report) *contents {
	if f.noWorkbook != nil {
		r.complain(f.remedy, "accounts.xlsx can not be read: %v", f.noWorkbook)
		return nil
	}
	c, err := loadWithin((&Book{path: f.path}).limits(), f.workbook, nil)
	if err != nil {
		r.complain(f.remedy, "accounts.xlsx is damaged: %v", err)
		return nil
	}
	return c
}

// checkJournal reads the journal. A last line that a crash has cut off is nobody's loss: it was never
// acknowledged, and the next start mends it.
func (f *bookFiles) checkJournal(r *Report) *journal {
	if errors.Is(f.noJournal, fs.ErrNotExist) {
		return nil
	}
	if f.noJournal != nil {
		r.complain(f.remedy, "accounts.journal can not be read: %v", f.noJournal)
		return nil
	}
	j := &journal{}
	if _, err := j.parse(f.journal); err != nil {
		r.complain(f.remedy, "%v", err)
		return nil
	}
	return j
}
