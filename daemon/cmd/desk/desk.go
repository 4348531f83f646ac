// Package desk does what the administrator's account commands want, with an account book that is open in
// this process. Whoever runs a daemon serves them beside it: wangpand, and wangpan with its embedded drive.
// It stands between packages control, which knows no accounts, and accounts, which know no commands.
package desk

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"wangpan/accounts"
	"wangpan/daemon/control"
	"wangpan/wire"
)

// Desk has a book. Its method Do is a control.Handler.
type Desk struct {
	Book *accounts.Book
	Log  *slog.Logger
	// End ends the sessions of an account, where no daemon hears from the book
	// that they must; else nil.
	End func(account string, why wire.Reason) error
}

// Serve lets account commands for the data folder dir reach the book until stop
// is called, which has to be before the book is closed. Without it the drive is
// as good, so a file system that has no sockets is logged and no error.
func Serve(ctx context.Context, dir string, book *accounts.Book, log *slog.Logger) (stop func()) {
	l, err := control.Listen(ctx, dir)
	if err != nil {
		log.Error("account commands can not be used while this daemon runs", "error", err)
		return func() {}
	}
	s := control.Serve(l, (&Desk{Book: book, Log: log}).Do, log)
	return func() {
		if err := s.Close(); err != nil {
			log.Error("stop taking account commands", "error", err)
		}
	}
}

// Do does one request.
func (d *Desk) Do(ctx context.Context, r control.Request) (control.Reply, error) {
	done, err := d.handle(ctx, r)
	if err != nil {
		return control.Reply{}, coded(err)
	}
	return done, nil
}

func (d *Desk) handle(ctx context.Context, r control.Request) (control.Reply, error) {
	switch r.Command {
	case control.List:
		return d.list(r.Name)
	case control.Check:
		found, err := d.Book.Check()
		return control.Reply{Report: ReportOf(found)}, err
	case control.Add:
		return d.add(ctx, r)
	case control.Passwd:
		return d.alter(r, wire.ReasonPasswordChanged, func(name string) error { return d.Book.SetPassword(ctx, name, r.Password) })
	case control.Disable:
		return d.alter(r, wire.ReasonDisabled, d.Book.Disable)
	case control.Enable:
		return d.alter(r, "", d.Book.Enable)
	case control.Quota:
		return d.alter(r, "", func(name string) error { return d.Book.SetQuota(name, r.Quota) })
	case control.Entries:
		return d.alter(r, "", func(name string) error { return d.Book.SetEntryLimit(name, r.Entries) })
	case control.Remove:
		return d.alter(r, wire.ReasonRemoved, d.Book.Remove)
	default:
		return control.Reply{}, wire.Errorf(wire.Invalid, "the daemon does not know this command; is it of another version?")
	}
}

// list answers with one account, or with all when no name is given.
func (d *Desk) list(name string) (control.Reply, error) {
	if name == "" {
		var all control.Reply
		for _, a := range d.Book.List() {
			all.Accounts = append(all.Accounts, accountOf(a))
		}
		return all, nil
	}
	found, err := d.find(name)
	if err != nil {
		return control.Reply{}, err
	}
	return one(found), nil
}

func (d *Desk) find(name string) (accounts.Account, error) {
	found, ok := d.Book.Account(name)
	if !ok {
		return found, wire.Errorf(wire.NotFound, "there is no account %q", name)
	}
	return found, nil
}

func one(a accounts.Account) control.Reply {
	return control.Reply{Accounts: []control.Account{accountOf(a)}}
}

// add makes an account. Its quota is looked at first, so that nothing is made
// when it is wrong.
func (d *Desk) add(ctx context.Context, r control.Request) (control.Reply, error) {
	if _, err := accounts.ParseQuota(r.Quota); err != nil {
		return control.Reply{}, err
	}
	name, err := d.Book.Add(ctx, r.Name, r.Password)
	if err != nil {
		return control.Reply{}, err
	}
	if r.Quota != "" {
		if err := d.Book.SetQuota(name, r.Quota); err != nil {
			return control.Reply{}, err
		}
	}
	d.Log.Info("the administrator has changed an account", "command", r.Command, "account", name)
	return d.list(name)
}

// alter changes an account, ends its sessions unless ends is "", and answers
// with the account as it is now or, when it was removed, as it was.
func (d *Desk) alter(r control.Request, ends wire.Reason, change func(name string) error) (control.Reply, error) {
	found, err := d.find(r.Name)
	if err != nil {
		return control.Reply{}, err
	}
	err = change(found.Name)
	if errors.Is(err, accounts.ErrGone) && found.Folder == "" {
		return control.Reply{}, wire.Errorf(wire.Conflict, "the row of %s is wrong: %s; mend it in accounts.xlsx", found.Name, found.Problem)
	}
	if err == nil && ends != "" && d.End != nil {
		err = d.End(found.Name, ends)
	}
	if err != nil {
		return control.Reply{}, err
	}
	d.Log.Info("the administrator has changed an account", "command", r.Command, "account", found.Name)
	if now, ok := d.Book.Account(found.Name); ok {
		found = now
	}
	return one(found), nil
}

// coded gives the errors of the book, which have a code of their own, the form
// in which they reach a command.
func coded(err error) error {
	said, ok := errors.AsType[interface {
		error
		Code() string
	}](err)
	if !ok {
		return err
	}
	return wire.Errorf(wire.Code(said.Code()), "%s", said.Error())
}

// accountOf is an account as commands see it.
func accountOf(a accounts.Account) control.Account {
	status := control.Active
	switch {
	case a.Problem != "":
		status = control.Broken
	case a.Disabled:
		status = control.Disabled
	case a.NoPassword:
		status = control.NoPassword
	}
	return control.Account{
		Name: a.Name, Status: status, Problem: a.Problem, Quota: a.Quota, DefaultQuota: a.DefaultQuota,
		EntryLimit: a.EntryLimit, DefaultEntryLimit: a.DefaultEntryLimit, Entries: a.Entries,
		Used: a.Used, Files: a.Files, LastLogin: timeOf(a.LastLogin), Registered: timeOf(a.Registered), Folder: a.Folder,
	}
}

// timeOf is nil for no time, which JSON leaves out.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ReportOf is what a check found, as commands see it.
func ReportOf(r accounts.Report) *control.Report {
	report := &control.Report{
		Accounts: r.Accounts, Waiting: r.Waiting, Backups: r.Backups,
		Newest: r.Newest, NewestAt: timeOf(r.NewestAt), Problems: []control.Problem{},
	}
	for _, p := range r.Problems {
		report.Problems = append(report.Problems, control.Problem(p))
	}
	return report
}
