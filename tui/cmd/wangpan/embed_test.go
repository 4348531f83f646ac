package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wangpan/accounts"
	"wangpan/daemon/control"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// Any number of wangpans use one drive, one of them runs it, and when that one
// ends another takes over: same key, same accounts, same sessions.
func TestEmbeddedDriveIsShared(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	drives := make([]*embedded, 8)
	records := make([]session.EmbeddedDrive, len(drives))
	var wg sync.WaitGroup
	for i := range drives {
		drives[i] = newEmbedded(dir)
		wg.Go(func() {
			var err error
			if records[i], err = drives[i].dial(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	running := -1
	for i, r := range records {
		if r != records[0] {
			t.Errorf("drive %d is %v, want %v like the first", i, r, records[0])
		}
		if drives[i].running != nil {
			if running >= 0 {
				t.Error("two run at once")
			}
			running = i
		}
	}
	if running < 0 {
		t.Fatal("nobody runs it")
	}

	user, next := drives[(running+1)%len(drives)], drives[(running+2)%len(drives)]
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: keeper, Name: "test", Embedded: user.dial}
	alice, err := dialer.Register(t.Context(), session.Embedded, "alice", "correct horse battery", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := drives[running].close(); err != nil {
		t.Fatal(err)
	}
	<-alice.Client().Done()
	now, err := next.dial(t.Context())
	if err != nil || next.running == nil || now.Fingerprint != records[0].Fingerprint {
		t.Fatalf("the next one is %v, %v", now, err)
	}
	if err := alice.Reconnect(t.Context()); err != nil {
		t.Errorf("the session did not outlive who ran the drive: %v", err)
	}
	if err := errors.Join(alice.Close(), next.close()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, recordName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a record is left behind: %v", err)
	}
}

// Whoever else has a login on this computer can reach the port, and finds no
// way to put files into somebody's data folder.
func TestEmbeddedDriveIsPrivate(t *testing.T) {
	e := newEmbedded(t.TempDir())
	drive, err := e.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.close(); err != nil {
			t.Error(err)
		}
	}()
	if info, err := os.Stat(filepath.Join(e.dir, recordName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the record with the invitation: %v, %v", info, err)
	}
	for invitation, want := range map[string]error{"": wire.Denied, "guessed": wire.Denied, drive.Invitation: nil} {
		c, err := client.Dial(t.Context(), drive.Addr, client.Options{Trust: func(context.Context, string, string) error { return nil }})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Register(t.Context(), wire.RegisterArgs{User: "mallory", Password: "correct horse battery", Invitation: invitation})
		if !errors.Is(err, want) {
			t.Errorf("with the invitation %q: %v, want %v", invitation, err, want)
		}
		_ = c.Close()
	}
}

// What a crash left behind, or somebody else wrote, stops nobody.
func TestEmbeddedRecordIsNotTrusted(t *testing.T) {
	for name, content := range map[string]string{
		"dead port":  `{"addr":"127.0.0.1:1","fingerprint":"SHA256:x"}`,
		"elsewhere":  `{"addr":"192.0.2.1:7440","fingerprint":"SHA256:x"}`,
		"no address": `{"addr":"nowhere"}`,
		"torn":       `{"addr":"127.0.`,
	} {
		t.Run(name, func(t *testing.T) {
			e := newEmbedded(t.TempDir())
			file := filepath.Join(e.dir, recordName)
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if r, ok := e.join(t.Context()); ok {
				t.Errorf("joined %v", r)
			}
			drive, err := e.dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var r session.EmbeddedDrive
			written, err := os.ReadFile(file)
			if err != nil || json.Unmarshal(written, &r) != nil || r != drive {
				t.Errorf("the record says %s, %v, want %+v", written, err, drive)
			}
			if err := e.close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A folder that something else than a wangpan holds is named as the reason.
func TestEmbeddedFolderInUse(t *testing.T) {
	e := newEmbedded(t.TempDir())
	e.patience = 2 * joinRetry
	book, err := accounts.Open(filepath.Join(e.dir, "accounts.xlsx"), accounts.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.dial(t.Context()); !errors.Is(err, errDriveBusy) {
		t.Errorf("dialing is %v, want errDriveBusy", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e.patience = time.Hour
	if _, err := e.dial(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("dialing is %v, want it to end with its context", err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.dial(t.Context()); err != nil {
		t.Errorf("dialing when the folder is free again: %v", err)
	}
	if err := e.close(); err != nil {
		t.Error(err)
	}
}

func TestEmbeddedLogIsBounded(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, logName)
	if err := os.WriteFile(file, make([]byte, longestLog+1), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := openLog(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if info, err := log.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("the log goes on behind %d bytes, %v", info.Size(), err)
	}
	if info, err := os.Stat(file + ".old"); err != nil || info.Size() != longestLog+1 {
		t.Errorf("the old log is gone: %v", err)
	}
}

// TestEmbeddedDriveTakesCommands: wangpand account works beside a wangpan, too.
func TestEmbeddedDriveTakesCommands(t *testing.T) {
	e := newEmbedded(t.TempDir())
	if _, err := e.dial(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := control.Dial(t.Context(), e.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []control.Request{
		{Command: control.Add, Name: "alice", Password: "correct horse"},
		{Command: control.Quota, Name: "alice", Quota: "10 GB"},
		{Command: control.List, Name: "ALICE"},
	} {
		done, err := c.Do(t.Context(), r)
		if err != nil || len(done.Accounts) != 1 || done.Accounts[0].Name != "alice" {
			t.Errorf("%s answers %+v, %v", r.Command, done, err)
		}
	}
	if err := errors.Join(c.Close(), e.close()); err != nil {
		t.Error(err)
	}
	if _, err := control.Dial(t.Context(), e.dir); !errors.Is(err, control.ErrNoDaemon) {
		t.Errorf("after its end: %v, want %v", err, control.ErrNoDaemon)
	}
}
