package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/daemon/cmd/desk"
	"wangpan/wire"
	"wangpan/wire/durable"
)

// This file is the process of the embedded drive; drive.go finds or starts it.
// It runs the real daemon on a loopback port, and ends when it is unused.

const (
	driveCommandName = "embedded-drive"
	// driveIdleName is the environment variable that changes driveIdle.
	driveIdleName = "WANGPAN_DRIVE_IDLE"
	// driveIdle is how long the process stays without a connection. The commands
	// of a script follow one another, and each start reads the workbook.
	driveIdle = time.Minute
	// driveGoodbye limits the wait for running requests at the end.
	driveGoodbye = 5 * time.Second
)

// driveCommand is hidden: only drive.go runs it.
func (a *app) driveCommand() *cobra.Command {
	return &cobra.Command{
		Use: driveCommandName, Hidden: true, Args: a.args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			idle, err := time.ParseDuration(a.env(driveIdleName))
			if err != nil || idle <= 0 {
				idle = driveIdle
			}
			log := slog.New(slog.NewTextHandler(a.stderr, nil))
			return a.serveDrive(cmd.Context(), a.flags.data, idle, log)
		},
	}
}

// serveDrive serves the drive in dir until ctx ends or nothing has used it for
// the time idle. It writes one driveReply to stdout when it is ready or has failed.
func (a *app) serveDrive(ctx context.Context, dir string, idle time.Duration, log *slog.Logger) error {
	lock, err := lockDrive(dir)
	if err != nil {
		return a.printJSON(replyOf(err))
	}
	defer lock.Close() // last: the next process must find the data folder closed
	r, err := startDrive(ctx, dir, log)
	if err != nil {
		log.Error("start the embedded drive", "error", err)
		return a.printJSON(replyOf(err))
	}
	_ = a.printJSON(driveReply{Record: r.record}) // the client may have been interrupted
	err = errors.Join(r.wait(ctx, idle), r.close())
	if err != nil {
		log.Error("end the embedded drive", "error", err)
	}
	return err
}

// lockDrive makes this process the only one that serves the drive. The lock ends
// with the process. The error is errDriveBusy when another process has it.
func lockDrive(dir string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(dir, driveLock), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	locked, err := durable.TryLock(lock)
	if err == nil && !locked {
		err = errDriveBusy
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// replyOf returns err as it crosses to the client.
func replyOf(err error) driveReply {
	reply := driveReply{Error: err.Error(), Busy: errors.Is(err, errDriveBusy) || errors.Is(err, accounts.ErrInUse)}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		reply.Errno = uintptr(number)
	}
	return reply
}

// runningDrive is the daemon with the record that clients read.
type runningDrive struct {
	file     string // of the record
	record   driveRecord
	book     *accounts.Book
	daemon   *daemon.Daemon
	accepted *countingListener
	served   chan error
	commands func() // stops the account commands
}

// countingListener counts the connections that it accepted.
type countingListener struct {
	net.Listener
	count atomic.Int64
}

// Accept implements net.Listener.
func (l *countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.count.Add(1)
	}
	return c, err
}

// startDrive serves dir. The error is accounts.ErrInUse when another program,
// such as wangpand, has its workbook open.
func startDrive(ctx context.Context, dir string, log *slog.Logger) (_ *runningDrive, err error) {
	r := &runningDrive{file: filepath.Join(dir, driveRecordName), served: make(chan error, 1)}
	// Every user of this computer can reach the port. Only the owner of the folder
	// can read the invitation.
	r.record.Invitation = rand.Text()
	r.book, err = accounts.Open(filepath.Join(dir, "accounts.xlsx"), accounts.Options{
		Log: log, Registration: accounts.RegistrationInvited, InvitationCode: r.record.Invitation,
		DefaultEntries: daemon.DefaultEntries,
		Occupied:       func(folder string) bool { return daemon.Occupied(dir, folder) },
	})
	if err != nil {
		return nil, err
	}
	r.daemon, err = daemon.New(daemon.Config{
		Dir: dir, Accounts: r.book, Log: log, Name: "wangpan " + version(), Registration: wire.RegistrationInvitation,
		Reserve: daemon.DefaultReserve,
	})
	if err != nil {
		return nil, errors.Join(err, r.book.Close())
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, r.stop())
	}
	r.accepted = &countingListener{Listener: listener}
	go func() { r.served <- r.daemon.Serve(r.accepted) }()
	r.commands = desk.Serve(context.WithoutCancel(ctx), dir, r.book, log)
	r.record.Addr, r.record.Fingerprint = listener.Addr().String(), r.daemon.Fingerprint()
	r.record.Protocol, r.record.PID = wire.Version1, os.Getpid()
	if err := r.publish(); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// publish writes the record. Clients read the old one, the new one or none.
func (r *runningDrive) publish() error {
	content, err := json.Marshal(r.record)
	if err != nil {
		return err
	}
	return durable.WriteFile(r.file, content, 0o600)
}

// published reports whether the record is in the folder. A client that cannot
// use this process removes it, and so does the user who deletes the folder.
func (r *runningDrive) published() bool {
	var found driveRecord
	content, err := os.ReadFile(r.file)
	return err == nil && json.Unmarshal(content, &found) == nil && found == r.record
}

// wait returns when ctx ends, the server ends, the record is removed, or there
// was no connection for the time idle. In the last case it removes the record and
// serves on for another tick: a client may have read the record just before.
func (r *runningDrive) wait(ctx context.Context, idle time.Duration) error {
	tick := time.NewTicker(min(idle/2, time.Second))
	defer tick.Stop()
	used, count, leaving := time.Now(), int64(0), false
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-r.served:
			r.served <- err // close reports it
			return nil
		case now := <-tick.C:
			before := count
			count = r.accepted.count.Load()
			inUse := count != before || r.daemon.Connections() > 0
			switch {
			case leaving && !inUse, !leaving && !r.published():
				return nil
			case leaving:
				leaving = false
				if err := r.publish(); err != nil {
					return err
				}
			case !inUse && now.Sub(used) >= idle:
				leaving = true
				if err := os.Remove(r.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
			}
			if inUse {
				used = now
			}
		}
	}
}

// close ends the daemon, and removes the record if it is still there.
func (r *runningDrive) close() error {
	if r.published() {
		_ = os.Remove(r.file) // without the lock the record counts for nothing
	}
	err := r.stop()
	if served := <-r.served; !errors.Is(served, daemon.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// stop ends everything but the goroutine of Serve.
func (r *runningDrive) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), driveGoodbye)
	defer cancel()
	err := r.daemon.Shutdown(ctx)
	if r.commands != nil {
		r.commands()
	}
	return errors.Join(err, r.book.Close())
}
