package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/daemon/cmd/desk"
	"wangpan/daemon/control"
	"wangpan/wire"
)

const (
	// startWait is how long a daemon may take between opening its book and
	// taking commands, or between taking no more and closing its book.
	startWait = 5 * time.Second
	startLook = 50 * time.Millisecond
)

// ask has one request done: by the daemon that runs on the data folder or, when
// none does, here.
func (p *program) ask(ctx context.Context, r control.Request) (control.Reply, error) {
	waited := time.NewTimer(startWait)
	defer waited.Stop()
	for {
		done, err := p.askOnce(ctx, r)
		if !errors.Is(err, accounts.ErrInUse) {
			return done, err
		}
		// It is just starting or just ending; or it is on a file system without
		// sockets.
		select {
		case <-ctx.Done():
			return done, ctx.Err()
		case <-waited.C:
			return done, err
		case <-time.After(startLook):
		}
	}
}

func (p *program) askOnce(ctx context.Context, r control.Request) (control.Reply, error) {
	c, err := control.Dial(ctx, p.data)
	if err == nil {
		done, err := c.Do(ctx, r)
		return done, errors.Join(err, c.Close())
	}
	if !errors.Is(err, control.ErrNoDaemon) {
		return control.Reply{}, err
	}
	if r.Command == control.Check { // opening a book mends and makes; a check only reads
		found, err := accounts.Check(p.workbook())
		if errors.Is(err, fs.ErrNotExist) {
			err = p.noAccounts()
		}
		return control.Reply{Report: desk.ReportOf(found)}, err
	}
	return p.doHere(ctx, r)
}

// doHere opens the book for one request.
func (p *program) doHere(ctx context.Context, r control.Request) (control.Reply, error) {
	if err := p.prepare(r.Command == control.Add); err != nil {
		return control.Reply{}, err
	}
	log := newLog(p.stderr, "text", slog.LevelWarn)
	book, err := accounts.Open(p.workbook(), accounts.Options{Log: log})
	if err != nil {
		return control.Reply{}, err
	}
	here := &desk.Desk{Book: book, Log: log, End: func(account string, why wire.Reason) error { return daemon.EndSessions(p.data, account, why) }}
	done, err := here.Do(ctx, r)
	return done, errors.Join(err, book.Close())
}

// prepare makes sure that the book may be opened here. One that is not there
// yet is made for the first account only, so that a mistyped --data makes nothing.
func (p *program) prepare(create bool) error {
	if err := ownedByOther(p.data); err != nil {
		return err
	}
	if create {
		return os.MkdirAll(p.data, 0o700)
	}
	for _, name := range []string{"accounts.xlsx", "accounts.journal", "accounts.backups"} {
		if _, err := os.Lstat(filepath.Join(p.data, name)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return p.noAccounts()
}

func (p *program) noAccounts() error {
	return &hintedError{
		wire.Errorf(wire.NotFound, "there are no accounts in %s", p.data),
		"wangpand account add NAME --data DIR makes the first one",
	}
}
