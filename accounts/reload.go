package accounts

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// reload takes over what somebody else saved. A file that changed is read when it has stood still
// from one look to the next, because some editors write into it.
func (b *Book) reload() {
	info, err := os.Lstat(b.path)
	if err != nil {
		b.missed(err)
		return
	}
	b.file.gone = time.Time{}
	if unchanged(info, b.file.info) || unchanged(info, b.file.refused) {
		b.file.suspect = nil
		return
	}
	if !unchanged(info, b.file.suspect) {
		b.file.suspect = info
		return
	}
	data, info, err := readRegular(b.path, maxPacked)
	if err != nil {
		b.complain(info, fmt.Errorf("accounts.xlsx can not be read: %w", err))
		return
	}
	if sha256.Sum256(data) == b.file.sum {
		b.file.info, b.file.suspect = info, nil
		return
	}
	if err := b.take(data, info); err != nil {
		b.complain(info, err)
	}
}

// complain logs once why a changed workbook is not taken over.
func (b *Book) complain(info fs.FileInfo, why error) {
	b.file.refused, b.file.suspect = info, nil
	b.log.Error("the accounts in memory stay in use", "error", b.refuse(why))
}

// take replaces the index by what a workbook and the journal say together.
func (b *Book) take(data []byte, info fs.FileInfo) error {
	b.mu.RLock()
	earlier := b.roster.copy()
	b.mu.RUnlock()
	c, err := loadWithin(b.limits(), data, earlier)
	if err != nil {
		return fmt.Errorf("accounts.xlsx is damaged: %w", err)
	}
	b.change.Lock()
	defer b.change.Unlock()
	joined, err := b.join(c, true)
	if err != nil {
		return err
	}
	lost := b.lost(c)
	if joined.old && len(lost) > 0 {
		return errOld
	}
	if err := tooMany(len(lost), len(b.roster.byFolder)); err != nil {
		return err
	}
	b.arrive(c.roster)
	b.swap(c.roster, lost)
	b.file.read(data, info, c)
	changed := c.differing(earlier)
	b.log.Info("accounts.xlsx was changed and is in use", "accounts", c.roster.size(), "removed", len(lost),
		"removed_users", someOf(namesOf(lost)), "changed", len(changed), "changed_users", someOf(namesOf(changed)))
	return nil
}

// differing returns the accounts that mean something else than before, and the new ones.
func (c *contents) differing(earlier *roster) []*entry {
	var differing []*entry
	for key, e := range c.roster.byFolder {
		if was := earlier.byFolder[key]; was == nil || was.mark() != e.mark() {
			differing = append(differing, e)
		}
	}
	return differing
}

func namesOf(entries []*entry) []string {
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.name)
	}
	slices.Sort(names)
	return names
}

// lost returns the accounts that a workbook has no row of any more, not even a bad one.
func (b *Book) lost(c *contents) []*entry {
	var lost []*entry
	for key, e := range b.roster.byFolder {
		if c.roster.byFolder[key] == nil {
			lost = append(lost, e)
		}
	}
	return lost
}

// swap puts a new index in the place of the old one and ends the sessions of those who may not go
// on. The caller holds change.
func (b *Book) swap(r *roster, lost []*entry) {
	ops := make([]op, 0, len(lost))
	for _, e := range lost {
		ops = append(ops, op{Kind: opRetire, Folder: e.folder, At: b.o.now().UTC()})
		r.retired[nameKey(e.folder)] = e.folder
	}
	if len(ops) > 0 {
		if err := b.journal.append(ops...); err != nil {
			b.log.Error("the removal of accounts is not in the journal", "error", err)
		}
	}
	b.mu.Lock()
	before := b.roster
	for key, e := range r.byFolder {
		if known := before.byFolder[key]; known != nil {
			e.used, e.files, e.entries, e.lastLogin = known.used, known.files, known.entries, known.lastLogin
		}
	}
	b.roster = r
	b.mu.Unlock()
	for key, was := range before.byFolder {
		if e := r.byFolder[key]; was.usable() && (e == nil || !e.usable() || e.name != was.name || e.hash != was.hash) {
			b.ended.add(was.name)
		}
	}
	b.warnOfRows(r)
}

// typedPassword is a New password cell that was not hashed yet.
type typedPassword struct {
	folder, text string
}

// hashTyped turns what administrators typed into New password into hashes, as many as fit into one
// round. The cells are wiped with the next save.
func (b *Book) hashTyped(ctx context.Context) {
	start := b.o.now()
	for len(b.file.typed) > 0 && ctx.Err() == nil && b.o.now().Sub(start) < b.o.look {
		t := b.file.typed[0]
		err := b.typed(ctx, t)
		if err != nil && !errors.Is(err, errGone) {
			b.log.Warn("a New password could not be taken over yet", "error", err)
			b.file.retry = b.o.now().Add(retryAfter)
			return
		}
		b.file.typed = b.file.typed[1:]
		b.file.behind = true
	}
}

// typed sets one typed password, unless it is the one that was set last in this way: while an editor
// has the workbook open, its cell is seen again with every save.
func (b *Book) typed(ctx context.Context, t typedPassword) error {
	prepared, err := preparePassword(t.text)
	if err != nil {
		return err
	}
	if last := b.lastTyped(t.folder, b.file.contents.seal.sequence); last != "" {
		if same, err := b.hasher.verify(ctx, last, prepared); err != nil || same {
			return err
		}
	}
	hash, err := b.hasher.hash(ctx, prepared)
	if err != nil {
		return err
	}
	b.change.Lock()
	defer b.change.Unlock()
	e := b.roster.byFolder[nameKey(t.folder)]
	if e == nil {
		return errGone
	}
	if err := b.record(op{Kind: opPassword, Folder: e.folder, Hash: hash, Typed: true}); err != nil {
		return err
	}
	b.ended.add(e.name)
	return nil
}

// lastTyped returns the hash of the last New password of an account that the workbook does not
// contain yet, "" when there is none. Once a save has wiped the cell, the same text in it is a new wish.
func (b *Book) lastTyped(folder string, contained uint64) string {
	b.change.Lock()
	defer b.change.Unlock()
	ops := b.journal.after(contained)
	for i := range ops {
		o := ops[len(ops)-1-i]
		if o.Kind == opPassword && o.Typed && nameKey(o.Folder) == nameKey(folder) {
			return o.Hash
		}
	}
	return ""
}
