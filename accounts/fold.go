package accounts

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// factsEvery is how often the workbook is saved for nothing but Used, Files and Last login.
const factsEvery = time.Minute

// workbookFile is what the owner goroutine knows of the file.
type workbookFile struct {
	sum      [sha256.Size]byte
	info     fs.FileInfo
	contents *contents
	// behind is set when the file shall be saved though no operation is missing in it: somebody
	// edited it, and New passwords, new rows and problems are to be written.
	behind  bool
	typed   []typedPassword
	suspect fs.FileInfo // changed when last looked at; read when it stays so
	refused fs.FileInfo // could not be loaded, and was reported
	saved   time.Time
	gone    time.Time // when it was first seen to be missing; zero while it is there
	waiting string    // why the last save did not happen, already logged
	retry   time.Time // not before
	stale   string    // an editor's mark that is too old to be believed
}

// read remembers a file whose contents were taken over.
func (w *workbookFile) read(data []byte, info fs.FileInfo, c *contents) {
	w.sum, w.info, w.contents = sha256.Sum256(data), info, c
	w.suspect, w.refused = nil, nil
	w.typed = nil
	w.behind = !c.ours || slices.Contains(c.layout.at[:], 0) // an earlier version had fewer columns
	for _, r := range c.rows {
		w.behind = w.behind || r.cells[colNewPassword] != "" // to be wiped, whatever comes of it
		if r.newPassword != "" && r.entry.folder != "" {
			w.typed = append(w.typed, typedPassword{r.entry.folder, r.newPassword})
		}
	}
}

// unchanged tells whether two looks saw the same file.
func unchanged(a, b fs.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// picture copies what the workbook shall say, and tells whether it says something else now.
func (b *Book) picture(closing bool) (p *picture, needed bool) {
	b.change.Lock()
	defer b.change.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	late := b.facts && (closing || b.o.now().Sub(b.file.saved) >= factsEvery)
	if b.journal.last() == b.file.contents.seal.sequence && !b.file.behind && !late {
		return nil, false
	}
	b.facts = false
	return b.picturing(), true
}

// picturing makes a picture of this moment. The caller holds change and mu.
func (b *Book) picturing() *picture {
	p := &picture{roster: b.roster.copy(), pending: map[string]bool{}}
	p.seal = seal{ok: true, book: b.journal.head.Book, sequence: b.journal.last()}
	for _, t := range b.file.typed {
		p.pending[t.folder] = true
	}
	return p
}

// fold saves the workbook when it lacks anything. The owner goroutine and Close call it.
func (b *Book) fold(closing bool) error {
	p, needed := b.picture(closing)
	if !needed {
		return nil
	}
	err := b.save(p)
	if err != nil {
		b.mu.Lock()
		b.facts = true // of the failed picture
		b.mu.Unlock()
	}
	return err
}

// save brings one picture to the disk: into the file that is there, compared, replaced, read again.
func (b *Book) save(p *picture) error {
	if err := b.free(); err != nil {
		return err
	}
	data, info, err := readRegular(b.path, maxPacked)
	if err != nil {
		return fmt.Errorf("%w: %w", errHeld, err)
	}
	if sha256.Sum256(data) != b.file.sum {
		return errEdited
	}
	out, c, err := renderVerified(data, b.file.contents, p)
	if err != nil {
		return err
	}
	edited := b.file.behind || p.seal.sequence != b.file.contents.seal.sequence
	check := func() error { return b.untouched(info) }
	if err := putFile(b.path, out, check, func(temp string) error { return exchange(temp, b.path, info) }); err != nil {
		return err
	}
	now, info, err := readRegular(b.path, maxPacked)
	if err != nil || !bytes.Equal(now, out) {
		return errors.Join(errors.New("the workbook on the disk is not what was saved"), err)
	}
	typed := b.file.typed
	b.file.read(out, info, c)
	b.file.typed, b.file.behind, b.file.saved = typed, false, b.o.now()
	if edited && len(typed) == 0 {
		if err := keepBackup(b.path, out, p.seal.sequence, b.o.now()); err != nil {
			b.log.Warn("the accounts were saved, their backup was not", "error", err)
		}
	}
	b.change.Lock()
	defer b.change.Unlock()
	return b.journal.forget(p.seal.sequence, b.o.now())
}

// errEdited says that somebody else saved the workbook meanwhile.
var errEdited = fmt.Errorf("%w: somebody changed it, and it is read first", errHeld)

// untouched is the last look before the workbook is replaced: what an editor saved while the new
// file was made must not be lost.
func (b *Book) untouched(since fs.FileInfo) error {
	info, err := os.Lstat(b.path)
	if err != nil {
		return fmt.Errorf("%w: %w", errHeld, err)
	}
	if !unchanged(since, info) {
		return errEdited
	}
	return b.free()
}

// renderVerified renders a picture, and reads it back.
func renderVerified(data []byte, c *contents, p *picture) (out []byte, saved *contents, err error) {
	defer release(len(data))
	if out, err = render(data, c, p); err != nil {
		return nil, nil, err
	}
	if saved, err = verify(out, p); err != nil {
		return nil, nil, err
	}
	return out, saved, nil
}

// verify reads what was rendered as if it came from anywhere, and compares every account with the
// picture. What excelize lost or garbled never reaches the disk.
func verify(out []byte, p *picture) (*contents, error) {
	c, err := read(limitsOf(int64(len(out))), out, p.roster)
	if err != nil {
		return nil, fmt.Errorf("the workbook as it would be saved: %w", err)
	}
	if c.seal.book != p.seal.book || c.seal.sequence != p.seal.sequence {
		return nil, errors.New("the workbook as it would be saved has another seal")
	}
	if len(c.roster.byFolder) != len(p.roster.byFolder) || len(c.roster.retired) != len(p.roster.retired) {
		return nil, fmt.Errorf("the workbook as it would be saved has %d accounts and not %d", len(c.roster.byFolder), len(p.roster.byFolder))
	}
	for key, want := range p.roster.byFolder {
		if got := c.roster.byFolder[key]; got == nil || !got.equal(want) {
			return nil, fmt.Errorf("the workbook as it would be saved says something else about the account %q", want.name)
		}
	}
	return c, nil
}

// equal compares what a row says.
func (e *entry) equal(other *entry) bool {
	return e.name == other.name && e.folder == other.folder && e.hash == other.hash && e.disabled == other.disabled &&
		e.quota.same(other.quota) && e.entryLimit.same(other.entryLimit) &&
		e.used == other.used && e.files == other.files && e.entries == other.entries &&
		e.lastLogin.Equal(other.lastLogin) && e.registered.Equal(other.registered)
}
