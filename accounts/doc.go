// Package accounts keeps the accounts of a drive in one Excel workbook, accounts.xlsx, because the
// person who runs a small drive knows Excel. They open it in Excel, LibreOffice or WPS, disable
// somebody, change a quota or an entry limit, type a new password, add a column of their own, save, and the running
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
// A workbook is hostile input. excelize drops XML and checksum errors silently, so nothing reaches it
// before every byte was read through; that pass hands out the rows, too (inspect.go), and each of them
// is checked (load.go). excelize changes and writes workbooks, and what it wrote is read back in the same
// way and compared with memory before it takes the place of the old file (fold.go). A file that fails is never replaced by a blank one: [Open] refuses and names the newest
// good backup, a running book keeps the last good accounts, [Check] says what is wrong without touching
// anything, and [Restore] puts a backup in place.
//
// # What an edit means
//
// Somebody saved another workbook, under a running daemon or while none ran. This is what it does:
//
//	cell changed           taken over; a Status, Password or User that changes ends the sessions
//	cell that is wrong     nobody can log in to that account until it is mended; the cell stays, and the
//	                       sheet Problems says why; all other accounts go on
//	New password typed     hashed into Password, wiped, the sessions end
//	New password refused   (too short, a formula) wiped, explained in Problems; the former password stays
//	User renamed           the account has the new name, keeps folder, password and limits
//	User taken by two      the row that had the name before keeps it, else the one whose folder it is,
//	                       else the upper one; nobody can log in to the other
//	row copied             the copy has somebody's Folder: nobody can log in to it until that cell is
//	                       emptied, and the row that it was made of loses nothing, wherever the copy stands
//	row added              a new account, with a folder of its own; without a password nobody can log in
//	row added, Folder set  as before; this is how an account that was removed gets its files back
//	row deleted            the account is gone and its sessions end; its folder stays on the disk, is
//	                       retired, and is given to nobody who registers the name later
//	most rows deleted      (more than half) refused: the former accounts stay in use
//	rows sorted, filtered, columns moved, blank rows, more columns and sheets    nothing
//	a column missing       refused, when accounts would mean something else without it (User, Password,
//	                       Status, Quota, Folder); the others are put back, Entry limit blank
//	an old copy            what the journal knows since is repeated over it; refused when it is older
//	                       than the journal reaches back and accounts would be lost
//	a damaged file         refused, and left as it is
//	the file deleted       written anew within seconds, from the newest backup and memory
//	rows missing in a file that no editor saved    refused: this is damage
//
// What was changed and removed, and of whom, is in the log.
//
// # The format, version 2
//
// An OOXML workbook with these sheets, found by name; a workbook may have others:
//
//	Accounts   one header row among the first 20, its columns found by the words User, Password, New
//	           password, Status, Quota, Entry limit, Used, Files, Entries, Last login, Registered, Folder,
//	           in any order, with any others between them; below it, one row per account. A workbook
//	           of an earlier version has no Entry limit and no Entries, and gets them with the next save
//	Help 说明, Usage, Problems   the daemon's; made again when they are missing
//	wangpan    the seal, very hidden: A1:B5 are the words wangpan, book, sequence, accounts, sum and
//	           their values: the version of the format, the name of the book, the last operation of the
//	           journal that the rows contain, how many rows there are, and a sum of the seal. Column D lists retired folders;
//	           F and G the folder of every row and its mark (a number made of what the row means);
//	           I and J folders and what Problems says about them though no cell does any more
//
// Entry limit is a positive whole number, with or without separators of thousands, or unlimited; blank is the
// daemon's default. Entries counts files, folders, items of the trash with their contents, and staged uploads.
//
// Text cells are text, dates are Excel's days since 1900 in UTC, sizes are bytes. Version 1 had no
// sum and no columns F to J in the seal; it is read, and written as version 2 with the next save. A later
// version is refused: half understood, it would be damaged by the next save.
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
// so that a name can be changed in the workbook and files stay with their owner. Nor does who
// registers get a folder that is on the disk with something in it and in no book (Options.Occupied):
// the administrator can, by adding the account or by typing the folder's name.
//
// Sizes are bytes. Times are UTC, also in the workbook. A book is comfortable up to 10,000 accounts
// and refuses registrations above 100,000.
package accounts
