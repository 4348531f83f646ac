package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/control"
	"wangpan/wire"
	"wangpan/wire/client"
)

const (
	password = "correct horse"
	another  = "incorrect horse"
)

// command is one run of wangpand on a data folder, with what it was told and said.
type command struct {
	code           int
	stdout, stderr string
}

func (c command) said() string { return c.stdout + c.stderr }

// account runs `wangpand account …` on a data folder.
func account(t *testing.T, dir, stdin string, args ...string) command {
	t.Helper()
	var stdout, stderr strings.Builder
	args = append([]string{"account"}, append(args, "--data", dir)...)
	code := run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr)
	return command{code, stdout.String(), stderr.String()}
}

// must is account for what has to succeed.
func must(t *testing.T, dir, stdin string, args ...string) command {
	t.Helper()
	done := account(t, dir, stdin, args...)
	if done.code != exitDone {
		t.Fatalf("%v: exit code %d: %s", args, done.code, done.said())
	}
	return done
}

// bothWays runs a test on the folder of a running daemon, and on one without.
func bothWays(t *testing.T, test func(t *testing.T, dir string)) {
	t.Helper()
	t.Run("beside a daemon", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "data")
		d := start(t, "--data", dir, "--listen", "127.0.0.1:0")
		defer d.end(t)
		test(t, dir)
	})
	t.Run("without one", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "data")) })
}

func (d *daemonRun) end(t *testing.T) {
	t.Helper()
	d.stop()
	if code := <-d.code; code != exitDone {
		t.Errorf("wangpand ended with %d: %s", code, d.stderr.String())
	}
}

// dial connects a real client to a daemon.
func (d *daemonRun) dial(t *testing.T) *client.Client {
	t.Helper()
	c, err := client.Dial(t.Context(), d.addr, client.Options{Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (d *daemonRun) login(t *testing.T, user, password string) (*client.Client, wire.SessionReply) {
	t.Helper()
	c := d.dial(t)
	s, err := c.Login(t.Context(), user, password)
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

// TestAccountCommands uses every command on one folder, each on what the ones
// before it left.
func TestAccountCommands(t *testing.T) {
	steps := []struct {
		name  string
		args  []string
		stdin string
		code  int
		want  string // in what it says
	}{
		{"add", []string{"add", "alice", "--password-file", "-", "--quota", "10GB"}, password + "\n", exitDone, "alice can log in now"},
		{"add without a line break", []string{"add", "张三", "--password-file", "-"}, password, exitDone, "张三 can log in now"},
		{"add a taken name", []string{"add", "ALICE", "--password-file", "-"}, password, exitExists, "wangpand: this user name is taken"},
		{"add a bad name", []string{"add", "../etc", "--password-file", "-"}, password, exitError, "wangpand: choose a user name"},
		{"add a short password", []string{"add", "carol", "--password-file", "-"}, "horse", exitError, "wangpand: choose a password"},
		{"add no password", []string{"add", "carol", "--password-file", "-"}, "\n", exitUsage, "no password"},
		{"add without anybody to ask", []string{"add", "carol"}, "", exitUsage, "no terminal"},
		{"add a bad quota", []string{"add", "carol", "--password-file", "-", "--quota", "much"}, password, exitUsage, "no quota"},
		{"add with the password in argv", []string{"add", "carol", password}, "", exitUsage, "accepts 1 arg"},
		{"nothing of these was made", []string{"list", "carol"}, "", exitNotFound, `wangpand: there is no account "carol"`},
		{"passwd", []string{"passwd", "Alice", "--password-file", "-"}, another, exitDone, "alice has a new password"},
		{"passwd of nobody", []string{"passwd", "carol", "--password-file", "-"}, another, exitNotFound, "there is no account"},
		{"disable", []string{"disable", "alice"}, "", exitDone, "alice is disabled"},
		{"list what is disabled", []string{"list", "alice"}, "", exitDone, "alice  disabled  10 GB"},
		{"disable nobody", []string{"disable", "carol"}, "", exitNotFound, "there is no account"},
		{"enable", []string{"enable", "alice"}, "", exitDone, "alice is active"},
		{"quota", []string{"quota", "alice", "3", "GB"}, "", exitDone, "alice may store: 3.0 GB"},
		{"quota unlimited", []string{"quota", "alice", "unlimited"}, "", exitDone, "alice may store: unlimited"},
		{"quota default", []string{"quota", "alice", "default"}, "", exitDone, "alice may store: default"},
		{"quota of nothing", []string{"quota", "alice", "0"}, "", exitUsage, "no quota"},
		{"quota of nobody", []string{"quota", "carol", "1GB"}, "", exitNotFound, "there is no account"},
		{"entries", []string{"entries", "alice", "50,000"}, "", exitDone, "alice may have entries: 50,000"},
		{"list the entries", []string{"list", "alice"}, "", exitDone, "ENTRIES  ENTRY LIMIT"},
		{"list the entry limit", []string{"list", "alice"}, "", exitDone, "0  50,000 "},
		{"entries unlimited", []string{"entries", "alice", "unlimited"}, "", exitDone, "alice may have entries: unlimited"},
		{"entries default", []string{"entries", "alice", "default"}, "", exitDone, "alice may have entries: "},
		{"no entries", []string{"entries", "alice", "0"}, "", exitUsage, "no entry limit"},
		{"entries of nobody", []string{"entries", "carol", "5"}, "", exitNotFound, "there is no account"},
		{"check", []string{"check"}, "", exitDone, "accounts  2,"},
		{"remove", []string{"remove", "alice"}, "", exitDone, "alice is removed; the files stay in "},
		{"remove nobody", []string{"remove", "alice"}, "", exitNotFound, "there is no account"},
		{"list", []string{"list"}, "", exitDone, "张三  active"},
		{"an unknown command", []string{"rename", "张三"}, "", exitUsage, "wangpand --help"},
	}
	bothWays(t, func(t *testing.T, dir string) {
		t.Helper()
		for _, step := range steps {
			t.Run(step.name, func(t *testing.T) {
				done := account(t, dir, step.stdin, step.args...)
				if done.code != step.code || !strings.Contains(done.said(), step.want) {
					t.Errorf("exit code %d, want %d: %q, want %q in it", done.code, step.code, done.said(), step.want)
				}
				if step.code != exitDone && done.stdout != "" {
					t.Errorf("stdout has %q", done.stdout)
				}
			})
		}
	})
}

func TestAccountJSON(t *testing.T) {
	bothWays(t, func(t *testing.T, dir string) {
		t.Helper()
		must(t, dir, password, "add", "alice", "--password-file", "-")
		var added control.Account
		var gone removed
		if err := json.Unmarshal([]byte(must(t, dir, password, "add", "bob", "--password-file", "-", "--quota", "5 MB", "--json").stdout), &added); err != nil || added.Name != "bob" || !added.DefaultEntryLimit {
			t.Errorf("add says %+v, %v", added, err)
		}
		if err := json.Unmarshal([]byte(must(t, dir, "", "entries", "bob", "70", "--json").stdout), &added); err != nil || added.EntryLimit != 70 {
			t.Errorf("entries says %+v, %v", added, err)
		}
		lines := strings.Split(strings.TrimSpace(must(t, dir, "", "list", "--json").stdout), "\n")
		var second control.Account
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &second); err != nil || len(lines) != 2 {
			t.Fatalf("list says %q: %v", lines, err)
		}
		if second.Name != "bob" || second.Status != control.Active || second.Quota != 5_000_000 || second.EntryLimit != 70 || second.DefaultEntryLimit || second.Folder != "bob" || second.Registered == nil || second.LastLogin != nil {
			t.Errorf("bob is %+v", second)
		}
		if err := json.Unmarshal([]byte(must(t, dir, "", "remove", "bob", "--json").stdout), &gone); err != nil || gone.Files != filepath.Join(dir, "drives", "bob") {
			t.Errorf("remove says %+v, %v", gone, err)
		}
		var report control.Report
		if err := json.Unmarshal([]byte(must(t, dir, "", "check", "--json").stdout), &report); err != nil || report.Accounts != 1 || report.Problems == nil {
			t.Errorf("check says %+v, %v", report, err)
		}
	})
}

// TestSessionsEnd: what the administrator does reaches a client that is logged in.
func TestSessionsEnd(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	d := start(t, "--data", dir, "--listen", "127.0.0.1:0")
	defer d.end(t)
	must(t, dir, password, "add", "alice", "--password-file", "-")
	must(t, dir, password, "add", "bob", "--password-file", "-")
	bystander, _ := d.login(t, "bob", password)
	tests := []struct {
		name   string
		args   []string
		stdin  string
		before string // the password that is good before
		after  string // and after; blank for none
		want   error  // of a login with the password that was good before
	}{
		{"passwd", []string{"passwd", "alice", "--password-file", "-"}, another, password, another, wire.Unauthenticated},
		{"disable", []string{"disable", "alice"}, "", another, "", wire.Denied},
		{"enable and remove", []string{"remove", "alice"}, "", another, "", wire.Unauthenticated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			must(t, dir, "", "enable", "alice")
			c, session := d.login(t, "alice", tt.before)
			must(t, dir, tt.stdin, tt.args...)
			select {
			case <-c.Done():
			case <-time.After(30 * time.Second): // five are promised; a busy machine gets more
				t.Fatal("the session did not end")
			}
			if _, err := d.dial(t).Join(t.Context(), session.Token); err == nil {
				t.Error("the session can be joined")
			}
			if _, err := d.dial(t).Login(t.Context(), "alice", tt.before); !errors.Is(err, tt.want) {
				t.Errorf("the former password answers %v, want %v", err, tt.want)
			}
			if tt.after != "" {
				d.login(t, "alice", tt.after)
			}
		})
	}
	if _, err := bystander.Stat(t.Context(), wire.Root); err != nil {
		t.Errorf("somebody else's session: %v", err)
	}
}

// TestSessionsEndWithoutDaemon: a command without a daemon ends sessions too,
// though they are in a file that nobody reads at the time.
func TestSessionsEndWithoutDaemon(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	must(t, dir, password, "add", "alice", "--password-file", "-")
	must(t, dir, password, "add", "bob", "--password-file", "-")
	d := start(t, "--data", dir, "--listen", "127.0.0.1:0")
	_, alice := d.login(t, "alice", password)
	_, bob := d.login(t, "bob", password)
	d.end(t)
	must(t, dir, another, "passwd", "alice", "--password-file", "-")
	d = start(t, "--data", dir, "--listen", "127.0.0.1:0")
	defer d.end(t)
	if _, err := d.dial(t).Join(t.Context(), alice.Token); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("alice's session answers %v, want unauthenticated", err)
	}
	if _, err := d.dial(t).Join(t.Context(), bob.Token); err != nil {
		t.Errorf("bob's session: %v", err)
	}
	d.login(t, "alice", another)
}

func TestCheckAndRestore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	workbook := filepath.Join(dir, "accounts.xlsx")
	must(t, dir, password, "add", "alice", "--password-file", "-")
	must(t, dir, password, "add", "bob", "--password-file", "-")
	good, err := os.ReadFile(workbook)
	if err != nil {
		t.Fatal(err)
	}
	bad := slices.Clone(good)
	bad[len(bad)/2] ^= 1
	damage := func() {
		if err := os.WriteFile(workbook, bad, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	damage()
	t.Run("check", func(t *testing.T) {
		done := account(t, dir, "", "check")
		if done.code != exitError || !strings.Contains(done.stderr, "wangpand: accounts.xlsx is damaged") || !strings.Contains(done.stderr, "hint: stop the daemon, then: wangpand account restore --data "+dir) {
			t.Errorf("exit code %d: %s", done.code, done.said())
		}
		var report control.Report
		done = account(t, dir, "", "check", "--json")
		if err := json.Unmarshal([]byte(done.stdout), &report); err != nil || done.code != exitError || len(report.Problems) != 1 || done.stderr != "" {
			t.Errorf("exit code %d: %+v, %v", done.code, report, err)
		}
	})
	t.Run("nothing replaces it", func(t *testing.T) {
		done := account(t, dir, "", "list")
		if done.code != exitError || !strings.Contains(done.stderr, "wangpand account restore --data") {
			t.Errorf("exit code %d: %s", done.code, done.said())
		}
	})
	t.Run("restore", func(t *testing.T) {
		if done := must(t, dir, "", "restore"); !strings.Contains(done.stdout, "2 accounts") {
			t.Error(done.stdout)
		}
		must(t, dir, "", "check")
		must(t, dir, "", "list", "bob")
	})
	t.Run("beside a daemon", func(t *testing.T) {
		d := start(t, "--data", dir, "--listen", "127.0.0.1:0")
		damage()
		if done := account(t, dir, "", "check"); done.code != exitError || !strings.Contains(done.stderr, "accounts.xlsx is damaged") {
			t.Errorf("check: exit code %d: %s", done.code, done.said())
		}
		if done := account(t, dir, "", "restore"); done.code != exitError || !strings.Contains(done.stderr, "hint: stop the daemon") {
			t.Errorf("restore: exit code %d: %s", done.code, done.said())
		}
		d.login(t, "alice", password) // the last good accounts stay in use
		d.stop()
		<-d.code // whether it could save does not matter here
	})
	t.Run("restore a backup by name", func(t *testing.T) {
		names, err := os.ReadDir(filepath.Join(dir, "accounts.backups"))
		if err != nil {
			t.Fatal(err)
		}
		must(t, dir, "", "restore", "--from", names[0].Name(), "--json")
		must(t, dir, "", "check")
		if done := account(t, dir, "", "restore", "--from", "accounts-0.xlsx"); done.code != exitNotFound {
			t.Errorf("of no such backup: exit code %d: %s", done.code, done.said())
		}
	})
}

func TestNoDataFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mistyped")
	for _, args := range [][]string{{"list"}, {"check"}, {"disable", "alice"}, {"restore"}} {
		if done := account(t, dir, "", args...); done.code != exitNotFound || !strings.Contains(done.stderr, "hint: wangpand account add") {
			t.Errorf("%v: exit code %d: %s", args, done.code, done.said())
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a data folder was made")
	}
}

// TestStaleSocket: a daemon that crashed has left its socket.
func TestStaleSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "wp") //nolint:usetesting // t.TempDir holds the name of the test
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "control.sock"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	_ = left.Close()
	must(t, dir, password, "add", "alice", "--password-file", "-")
	d := start(t, "--data", dir, "--listen", "127.0.0.1:0")
	defer d.end(t)
	must(t, dir, "", "list", "alice")
}
