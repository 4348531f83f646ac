package accounts

import "fmt"

// edited says what was done to the workbook while no Book was open on it, and retires the folders of
// rows that were deleted: whoever registers such a name next must not find somebody else's files.
func (b *Book) edited(c *contents) error {
	expected := c.seal.roll
	if !c.seal.ok || c.seal.book != b.journal.head.Book || expected == nil {
		expected = b.backedUp(c)
	}
	missing := c.missing(expected)
	if err := tooMany(len(missing), len(expected)); err != nil {
		return err
	}
	ops := make([]op, 0, len(missing))
	for _, folder := range missing {
		if key := nameKey(folder); c.roster.retired[key] == "" { // else it was removed since, by a command
			ops = append(ops, op{Kind: opRetire, Folder: folder, At: b.o.now().UTC()})
			c.roster.retired[key] = folder
		}
	}
	if len(ops) > 0 {
		if err := b.journal.append(ops...); err != nil {
			return err
		}
	}
	if changed := c.changed(); len(ops)+len(changed) > 0 {
		b.log.Warn("accounts.xlsx was edited while nobody looked after it",
			"removed", len(ops), "removed_folders", someOf(missing), "changed", len(changed), "changed_folders", someOf(changed))
	}
	b.warnOfRows(c.roster)
	return nil
}

// backedUp takes the newest good backup for a seal that is lost: it returns who should be in the
// workbook, nil when nobody knows, and retires again what was retired.
func (b *Book) backedUp(c *contents) roll {
	good, ok := goodBackup(b.path)
	if !ok {
		return nil
	}
	data, _, err := readRegular(good.path, maxPacked)
	if err != nil {
		return nil
	}
	saved, err := loadWithin(limitsOf(int64(len(data))), data, nil)
	if err != nil || saved.seal.book != b.journal.head.Book {
		return nil
	}
	for key, folder := range saved.roster.retired {
		if c.roster.byFolder[key] == nil {
			c.roster.retired[key] = folder
		}
	}
	return saved.roster.roll()
}

// tooMany refuses what nobody means: in an editor it takes one key to delete everything.
func tooMany(lost, of int) error {
	if 2*lost <= of {
		return nil
	}
	return fmt.Errorf("accounts.xlsx has lost %d of %d accounts; that many are never removed at once "+
		"(remove fewer than half with each save, or use wangpand account remove)", lost, of)
}

// warnOfRows logs the rows that are wrong.
func (b *Book) warnOfRows(r *roster) {
	const most = 20 // of each kind; the sheet Problems has more
	problems, notes := 0, 0
	for _, e := range r.all() {
		if e.problem() != "" {
			if problems++; problems > most {
				continue
			}
			b.log.Warn("a row of accounts.xlsx is wrong; its account can not be used", "user", e.name, "problem", e.problem())
		}
		if e.note != "" {
			if notes++; notes > most {
				continue
			}
			b.log.Warn("a New password of accounts.xlsx was refused", "user", e.name, "reason", e.note)
		}
	}
	if problems > most || notes > most {
		b.log.Warn("there are more rows like these; look at the sheet Problems", "wrong", problems, "refused", notes)
	}
}
