package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// What an administrator does. Each change is on the disk when it returns, and is folded into the
// workbook like any other.

// List returns all accounts by name, also those whose row in the workbook is bad.
func (b *Book) List() []Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	list := make([]Account, 0, b.roster.size())
	for _, e := range b.roster.all() {
		list = append(list, b.show(e))
	}
	slices.SortFunc(list, func(a, b Account) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Account returns the account that has this name, in any spelling that is taken for it.
func (b *Book) Account(name string) (Account, bool) {
	canonical, err := canonicalName(name)
	if err != nil {
		return Account{}, false
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.roster.named(canonical)
	if e == nil {
		return Account{}, false
	}
	return b.show(e), true
}

func (b *Book) show(e *entry) Account {
	return Account{
		Name: e.name, Folder: e.folder, Disabled: e.disabled, Problem: e.problem(), NoPassword: e.hash == "",
		Quota: e.quota.or(b.o.DefaultQuota), DefaultQuota: !e.quota.set,
		EntryLimit: e.entryLimit.or(b.o.DefaultEntries), DefaultEntryLimit: !e.entryLimit.set,
		Used: e.used, Files: e.files, Entries: e.entries, LastLogin: e.lastLogin, Registered: e.registered,
	}
}

// SetPassword sets a new password and ends the account's sessions.
func (b *Book) SetPassword(ctx context.Context, account, password string) error {
	prepared, err := preparePassword(password)
	if err != nil {
		return err
	}
	hash, err := b.hasher.hash(ctx, prepared)
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return b.alterAndEnd(account, op{Kind: opPassword, Hash: hash})
}

// Disable ends the account's sessions and lets nobody log in to it.
func (b *Book) Disable(account string) error {
	return b.alterAndEnd(account, op{Kind: opStatus, Disabled: true})
}

// Enable is the reverse of Disable.
func (b *Book) Enable(account string) error {
	return b.alter(account, func(*entry) (op, error) { return op{Kind: opStatus}, nil })
}

// SetQuota sets the quota from what would stand in the cell: bytes, 10 GB, unlimited, or nothing for
// the server's default.
func (b *Book) SetQuota(account, size string) error {
	q, err := parseQuota(size)
	if err != nil {
		return err
	}
	return b.alter(account, func(*entry) (op, error) { return op{Kind: opQuota, Quota: q.text}, nil })
}

// SetEntryLimit sets the entry limit from the text of a cell: a positive whole number, unlimited, or nothing for
// the server's default.
func (b *Book) SetEntryLimit(account, number string) error {
	limit, err := parseEntryLimit(number)
	if err != nil {
		return err
	}
	return b.alter(account, func(*entry) (op, error) { return op{Kind: opEntries, Entries: limit.text}, nil })
}

// Remove takes an account out of the book and ends its sessions. Its folder stays where it is, and is
// never given to anybody else.
func (b *Book) Remove(account string) error {
	return b.alterAndEnd(account, op{Kind: opRemove})
}

func (b *Book) alterAndEnd(account string, o op) error {
	var name string
	err := b.alter(account, func(e *entry) (op, error) {
		name = e.name
		return o, nil
	})
	if err == nil {
		b.ended.add(name)
	}
	return err
}
