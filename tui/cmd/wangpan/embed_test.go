package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"wangpan/accounts"
	"wangpan/daemon/control"
	"wangpan/tui/explain"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
	"wangpan/wire/durable"
)

// newTestDrive returns an embedded drive that the real binary serves. The test
// waits for the end of the process.
func newTestDrive(t *testing.T, idle string) *embedded {
	t.Helper()
	t.Setenv(driveIdleName, idle)
	program, err := exec.LookPath("wangpan")
	if err != nil {
		t.Fatal(err)
	}
	e := newEmbedded(filepath.Join(t.TempDir(), "data"))
	e.program = program
	t.Cleanup(func() { stopDrive(t, e.dir) })
	return e
}

// stopDrive ends the process that serves dir, and waits until it has ended.
func stopDrive(t *testing.T, dir string) {
	t.Helper()
	_ = os.Remove(filepath.Join(dir, driveRecordName))
	waitForEnd(t, dir)
}

// waitForEnd waits until no process serves dir.
func waitForEnd(t *testing.T, dir string) {
	t.Helper()
	tick := time.NewTicker(driveRetry)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-tick.C {
		if isFree(t, dir) {
			return
		}
	}
	t.Errorf("a process still serves %s", dir)
}

func isFree(t *testing.T, dir string) bool {
	t.Helper()
	lock, err := os.OpenFile(filepath.Join(dir, driveLock), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if err != nil {
		t.Error(err)
		return true
	}
	defer lock.Close()
	free, err := durable.TryLock(lock)
	if err != nil {
		t.Error(err)
	}
	return free
}

func recordOf(t *testing.T, e *embedded) (r driveRecord) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(e.dir, driveRecordName))
	if err == nil {
		err = json.Unmarshal(content, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func kill(t *testing.T, pid int) {
	t.Helper()
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestEmbeddedDriveIsShared: clients that start at once share one process. When it
// is killed, the next client starts another with the same key, accounts and
// sessions.
func TestEmbeddedDriveIsShared(t *testing.T) {
	e := newTestDrive(t, "30s")
	drives := make([]session.EmbeddedDrive, 6)
	var wg sync.WaitGroup
	for i := range drives {
		other := &embedded{dir: e.dir, program: e.program, patience: time.Minute}
		wg.Go(func() {
			var err error
			if drives[i], err = other.dial(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i, d := range drives {
		if d != drives[0] {
			t.Errorf("client %d found %v, want %v like the first", i, d, drives[0])
		}
	}
	keeper, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: keeper, Name: "test", Embedded: e.dial}
	alice, err := dialer.Register(t.Context(), session.Embedded, "alice", "correct horse battery", "")
	if err != nil {
		t.Fatal(err)
	}
	defer alice.Close()
	kill(t, recordOf(t, e).PID)
	<-alice.Client().Done()
	waitForEnd(t, e.dir)
	now, err := e.dial(t.Context())
	if err != nil || now.Fingerprint != drives[0].Fingerprint {
		t.Fatalf("after the kill: %v, %v, want the key %s", now, err, drives[0].Fingerprint)
	}
	if err := alice.Reconnect(t.Context()); err != nil {
		t.Errorf("the session did not survive: %v", err)
	}
}

// TestEmbeddedDriveOutlivesClients runs whole commands: several at once, and one
// that is killed in the middle.
func TestEmbeddedDriveOutlivesClients(t *testing.T) {
	e := newTestDrive(t, "30s")
	home := t.TempDir()
	password := filepath.Join(home, "pw")
	if err := os.WriteFile(password, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), e.program, append([]string{"--data", e.dir, "--password-file", password}, args...)...)
		cmd.Env = append(os.Environ(), "HOME="+home)
		return cmd
	}
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			if out, err := command("register", "--user", fmt.Sprintf("user%d", i)).CombinedOutput(); err != nil {
				t.Errorf("register: %v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	first := recordOf(t, e)
	put := command("put", "-", "--as", "x", "--user", "user0")
	stdin, err := put.StdinPipe()
	if err == nil {
		err = put.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill(t, put.Process.Pid)
	_ = put.Wait()
	_ = stdin.Close()
	if out, err := command("ls", "--user", "user1").CombinedOutput(); err != nil {
		t.Errorf("ls: %v\n%s", err, out)
	}
	if now := recordOf(t, e); now != first {
		t.Errorf("the drive is %+v, want %+v: the process must outlive its clients", now, first)
	}
}

// TestEmbeddedDriveEndsWhenUnused: the process stays as long as there is a
// connection, and ends after the last one.
func TestEmbeddedDriveEndsWhenUnused(t *testing.T) {
	e := newTestDrive(t, "300ms")
	drive, err := e.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.Dial(t.Context(), drive.Addr, client.Options{Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-c.Done():
		t.Error("the process ended while a client was connected")
	case <-time.After(1200 * time.Millisecond):
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	waitForEnd(t, e.dir)
	if _, err := os.Stat(filepath.Join(e.dir, driveRecordName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the record is left: %v", err)
	}
}

// TestEmbeddedDriveIsPrivate: other users of this computer can reach the port.
// They cannot create an account without the record, which only the owner reads.
func TestEmbeddedDriveIsPrivate(t *testing.T) {
	e := newTestDrive(t, "30s")
	drive, err := e.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(e.dir, driveRecordName)); err != nil || info.Mode().Perm() != 0o600 {
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

// TestEmbeddedRecordIsNotTrusted: a record from a crash is replaced, and a process
// whose record this client cannot use ends for another one.
func TestEmbeddedRecordIsNotTrusted(t *testing.T) {
	e := newTestDrive(t, "30s")
	name := filepath.Join(e.dir, driveRecordName)
	if err := os.Mkdir(e.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	pid := 0
	for _, content := range []string{
		`{"addr":"127.0.0.1:1","fingerprint":"SHA256:x","protocol":1}`, // no process
		`{"addr":"192.0.2.1:7440","fingerprint":"SHA256:x","protocol":1}`,
		`{"addr":"127.0.0.1:1","fingerprint":"SHA256:x","protocol":99}`,
		`{"addr":"127.0.`,
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		drive, err := e.dial(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", content, err)
		}
		r := recordOf(t, e)
		if r.EmbeddedDrive != drive || r.PID == pid {
			t.Errorf("%s: the record is %+v after that of process %d, want %+v of a new process", content, r, pid, drive)
		}
		pid = r.PID
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Chown(name, 12345, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := e.dial(t.Context()); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the record of another user: %v, want %v", err, fs.ErrPermission)
	}
}

// TestEmbeddedFolderInUse: a folder that wangpand has open is named as the reason.
func TestEmbeddedFolderInUse(t *testing.T) {
	e := newTestDrive(t, "30s")
	if err := os.Mkdir(e.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	e.patience = 2 * driveRetry
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
}

// TestEmbeddedDriveCannotStart: the error of the system reaches the user.
func TestEmbeddedDriveCannotStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newEmbedded(filepath.Join(file, "data")).dial(t.Context()); !errors.Is(err, syscall.ENOTDIR) || !strings.Contains(err.Error(), "embedded drive") {
		t.Errorf("below a file: %v", err)
	}
	e := newTestDrive(t, "30s")
	if err := os.MkdirAll(filepath.Join(e.dir, "server.key"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := e.dial(t.Context()); err == nil || !strings.Contains(err.Error(), "server.key") {
		t.Errorf("with a folder in place of the key: %v", err)
	}
	a, _, _ := newApp("en")
	for number, want := range map[syscall.Errno]int{syscall.ENOSPC: explain.ExitNoSpace, syscall.EROFS: explain.ExitError} {
		reply := replyOf(fmt.Errorf("open the workbook: %w", &fs.PathError{Op: "open", Path: "x", Err: number}))
		if o := a.explain(&driveError{reply.Error, syscall.Errno(reply.Errno)}); o.Exit != want {
			t.Errorf("%v gives %+v, want the exit code %d", number, o, want)
		}
	}
}

func TestEmbeddedLogIsBounded(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, driveLog)
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

// TestEmbeddedDriveTakesCommands: wangpand account works while the drive runs.
func TestEmbeddedDriveTakesCommands(t *testing.T) {
	e := newTestDrive(t, "30s")
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
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	stopDrive(t, e.dir)
	if _, err := control.Dial(t.Context(), e.dir); !errors.Is(err, control.ErrNoDaemon) {
		t.Errorf("after its end: %v, want %v", err, control.ErrNoDaemon)
	}
}
