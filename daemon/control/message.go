package control

import (
	"context"
	"time"

	"wangpan/wire"
)

// Command is what an administrator wants done.
type Command string

// The commands. Each answers with the accounts that it is about, as they are
// afterwards.
const (
	List    Command = "list"    // all accounts
	Add     Command = "add"     // Name, Password, Quota
	Passwd  Command = "passwd"  // Name, Password
	Disable Command = "disable" // Name
	Enable  Command = "enable"  // Name
	Quota   Command = "quota"   // Name, Quota
	Entries Command = "entries" // Name, Entries
	Remove  Command = "remove"  // Name; the account as it was
	Check   Command = "check"   // answers with a Report
)

// Request is one wish. It may hold a password: it is never logged.
type Request struct {
	Command  Command `json:"command"`
	Name     string  `json:"name,omitempty"`
	Password string  `json:"password,omitempty"`
	Entries  string  `json:"entries,omitempty"` // the entry limit, as with Quota
	Quota    string  `json:"quota,omitempty"`   // as a cell says it; blank is the server's default
}

// Reply is what came of a request.
type Reply struct {
	Accounts []Account `json:"accounts,omitempty"`
	Report   *Report   `json:"report,omitempty"`
}

// Handler does what a request wants. An error that is a *wire.Error has a code
// and a sentence for the administrator.
type Handler func(context.Context, Request) (Reply, error)

// Account is one row of the book. Sizes are bytes.
type Account struct {
	Name              string     `json:"name"`
	Status            Status     `json:"status"`
	Problem           string     `json:"problem,omitempty"` // what is wrong with the row
	Quota             int64      `json:"quota,omitempty"`   // absent: no limit
	DefaultQuota      bool       `json:"default_quota,omitempty"`
	Used              int64      `json:"used"`
	Files             int64      `json:"files"`
	Entries           int64      `json:"entries"`               // files, folders, the trash with its contents, staged uploads
	EntryLimit        int64      `json:"entry_limit,omitempty"` // absent: no limit
	DefaultEntryLimit bool       `json:"default_entry_limit,omitempty"`
	LastLogin         *time.Time `json:"last_login,omitempty"`
	Registered        *time.Time `json:"registered,omitempty"`
	Folder            string     `json:"folder"` // under drives/
}

// Status says whether an account's owner may log in.
type Status string

// The statuses.
const (
	Active     Status = "active"
	Disabled   Status = "disabled"
	NoPassword Status = "no password" // blank: nobody can log in
	Broken     Status = "broken"      // see Problem
)

// Report is what a check of the book found.
type Report struct {
	Accounts int        `json:"accounts"`
	Waiting  int        `json:"waiting"` // changes that are not in the workbook yet
	Backups  int        `json:"backups"`
	Newest   string     `json:"newest_backup,omitempty"`
	NewestAt *time.Time `json:"newest_backup_at,omitempty"`
	Problems []Problem  `json:"problems"`
}

// Problem is what an administrator should act upon.
type Problem struct {
	What   string `json:"problem"`
	Remedy string `json:"remedy"`
}

// reply is a frame of an answer. More says that other accounts follow in
// another one; only the last one has a report or an error.
type reply struct {
	Reply
	More  bool        `json:"more,omitempty"`
	Error *wire.Error `json:"error,omitempty"`
}

// page is how many accounts a frame carries: a row of the book is far below
// 1 KiB, and a frame holds 1 MiB.
const page = 500
