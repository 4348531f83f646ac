// Package accounts keeps the accounts of a drive in one Excel workbook, accounts.xlsx, because the
// person who runs a small drive knows Excel. They open it in Excel, LibreOffice or WPS, disable
// somebody, change a quota, type a new password, add a column of their own, save, and the running
// daemon follows within seconds. No crash, damage, attack or careless edit may lose an account.
//
// # How it works
//
// A [Book] answers from an index in memory (type roster); a login never touches a file. What changes
// an account goes three ways, in this order:
//
//  1. one line in the journal, accounts.journal, written and fsynced (journal.go);
//  2. the index, and then the caller is told that it is done;
//  3. the workbook, within about a second: many changes share one save (fold.go).
//
// Every line of the journal has a sequence number, and the workbook says which number it contains
// (the seal: a very hidden sheet, seal.go). So whatever file lies on the disk, be it this second's,
// an hour-old copy that somebody edited at home or a backup, loading it is always the same act: read
// its rows, then repeat over them the lines of the journal that it has not seen (replay.go). This is
// why an administrator who saves an old copy over new registrations does not undo them.
//
// One goroutine, started by [Open] and ended by [Book.Close], owns the workbook: it looks at the
// file about once a second, reloads it when somebody else changed it (reload.go), and folds what is
// waiting into it unless an editor has it open (editor.go).
//
// A workbook is hostile input. excelize drops XML and checksum errors silently, so nothing reaches
// it before every byte was read through (inspect.go), and what comes out is checked row by row
// (load.go). A file that fails is never replaced by a blank one: [Open] refuses and names the newest
// good backup, a running book keeps the last good accounts, [Check] says what is wrong without touching
// anything, and [Restore] puts a backup in place.
//
// # Files, all 0600, beside the workbook
//
//	accounts.xlsx          the workbook
//	accounts.journal       the journal
//	accounts.lock          held while a Book is open: one daemon on one folder
//	accounts.backups/      copies of what was saved: the last 10, and one a day for 7 days
//
// # Words
//
// An account has a name (what people type, folded to one spelling, name.go), and a folder under
// drives/. The folder is what the account *is*: it never changes and is never given to anybody else,
// so that a name can be changed in the workbook and files stay with their owner.
//
// Sizes are bytes. Times are UTC, also in the workbook. A book is comfortable up to 10,000 accounts
// and refuses registrations above 100,000.
package accounts
