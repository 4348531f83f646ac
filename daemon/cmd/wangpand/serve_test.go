package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"wangpan/wire"
	"wangpan/wire/client"
)

// daemonRun is a wangpand that runs in this process.
type daemonRun struct {
	addr, key string
	stop      context.CancelFunc
	code      chan int
	stderr    strings.Builder // to be read after the code
}

func start(t *testing.T, args ...string) *daemonRun {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	d := &daemonRun{stop: stop, code: make(chan int, 1)}
	go func() {
		d.code <- run(ctx, args, nil, w, &d.stderr)
		_ = w.Close()
	}()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if addr, ok := strings.CutPrefix(lines.Text(), "wangpand: listening on "); ok {
			d.addr = addr
		}
		if key, ok := strings.CutPrefix(lines.Text(), "wangpand: key "); ok {
			d.key = key
			return d
		}
	}
	t.Fatalf("wangpand ended with %d: %s", <-d.code, d.stderr.String())
	return nil
}

func TestServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	d := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	trusted := ""
	c, err := client.Dial(t.Context(), d.addr, client.Options{Trust: func(_ context.Context, _, fingerprint string) error {
		trusted = fingerprint
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if trusted != d.key {
		t.Errorf("the key is %s, and %s was printed", trusted, d.key)
	}
	if _, err := c.Register(t.Context(), wire.RegisterArgs{User: "alice", Password: "correct horse"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "drives", "alice")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the user's folder: %v", err)
	}

	t.Run("a second daemon on the folder is refused", func(t *testing.T) {
		var stdout, stderr strings.Builder
		code := run(t.Context(), []string{"--data", dir, "--listen", "127.0.0.1:0"}, nil, &stdout, &stderr)
		if code != exitError || !strings.Contains(stderr.String(), "in use by another daemon") {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
	})
	t.Run("a taken address is refused, and nothing is left locked", func(t *testing.T) {
		other := filepath.Join(t.TempDir(), "other")
		var stdout, stderr strings.Builder
		if code := run(t.Context(), []string{"--data", other, "--listen", d.addr}, nil, &stdout, &stderr); code != exitError || !strings.Contains(stderr.String(), "in use") {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
		again := start(t, "--data", other, "--listen", "127.0.0.1:0")
		again.stop()
		if code := <-again.code; code != exitDone {
			t.Errorf("exit code %d: %s", code, again.stderr.String())
		}
	})

	d.stop()
	if code := <-d.code; code != exitDone {
		t.Errorf("exit code %d: %s", code, d.stderr.String())
	}
	if _, err := tls.Dial("tcp", d.addr, &tls.Config{InsecureSkipVerify: true}); err == nil {
		t.Error("the port is still open")
	}
	again := start(t, "--data", dir, "--listen", d.addr)
	defer again.stop()
	if again.key != d.key {
		t.Error("a restart changed the key")
	}
	_, err = client.Dial(t.Context(), again.addr, client.Options{Trust: func(context.Context, string, string) error { return errors.New("no") }})
	if err == nil {
		t.Error("a client that does not trust the key is connected")
	}
	again.stop()
	<-again.code
}

func TestUsage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"unknown flag", []string{"--dta", dir}, exitUsage, "hint"},
		{"unknown command", []string{"server"}, exitUsage, "unknown"},
		{"no address", []string{"--listen", "7440"}, exitUsage, "host:port"},
		{"registration", []string{"--registration", "maybe"}, exitUsage, "open, invitation or closed"},
		{"invitation without a code", []string{"--registration", "invitation"}, exitUsage, "--invitation-file"},
		{"invitation without a file", []string{"--registration", "invitation", "--invitation-file", dir}, exitUsage, "can not be read"},
		{"invitation with a blank code", []string{"--registration", "invitation", "--invitation-file", os.DevNull}, exitUsage, "no invitation code"},
		{"code without invitation", []string{"--invitation-file", os.DevNull}, exitUsage, "is for --registration invitation"},
		{"default quota", []string{"--default-quota", "much"}, exitUsage, "such as 10GB"},
		{"default entries", []string{"--default-entries", "0"}, exitUsage, "such as 50000"},
		{"reserve", []string{"--reserve", "much"}, exitUsage, "such as 1GB"},
		{"memory", []string{"--memory", "1MB"}, exitUsage, "such as 512MB"},
		{"log", []string{"--log", "xml"}, exitUsage, "text or json"},
		{"no connections", []string{"--max-connections", "3"}, exitUsage, "from 4"},
		{"negative limit", []string{"--max-per-address", "-1"}, exitUsage, "--max-per-address"},
		{"nobody could log in", []string{"--max-connections", "100", "--max-handshakes", "100"}, exitUsage, "100 together"},
		{"plain for all", []string{"--plain", "--listen", ":0"}, exitUsage, "loopback"},
		{"plain for others", []string{"--plain", "--listen", "192.0.2.1:0"}, exitUsage, "loopback"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			code := run(t.Context(), append([]string{"--data", dir}, test.args...), nil, &stdout, &stderr)
			if code != test.code || !strings.Contains(stderr.String(), test.want) {
				t.Errorf("exit code %d, want %d: %q, want %q in it", code, test.code, stderr.String(), test.want)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("a data folder was made")
			}
		})
	}
}

// TestPolicy: what the flags say about accounts, a client gets to feel.
func TestPolicy(t *testing.T) {
	dir := t.TempDir()
	code := filepath.Join(dir, "code")
	if err := os.WriteFile(code, []byte("come in\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name       string
		args       []string
		announced  wire.Registration
		invitation string
		want       error
	}{
		{"open", nil, wire.RegistrationOpen, "", nil},
		{"closed", []string{"--registration", "closed"}, wire.RegistrationClosed, "come in", wire.Denied},
		{"not invited", []string{"--registration", "invitation", "--invitation-file", code}, wire.RegistrationInvitation, "", wire.Denied},
		{"invited", []string{"--registration", "invitation", "--invitation-file", code}, wire.RegistrationInvitation, "come in", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := filepath.Join(dir, tt.name)
			d := start(t, append(tt.args, "--data", data, "--listen", "127.0.0.1:0", "--default-quota", "5MB", "--default-entries", "60")...)
			defer d.end(t)
			c := d.dial(t)
			if got := c.Welcome().Registration; got != tt.announced {
				t.Errorf("registration is said to be %s, want %s", got, tt.announced)
			}
			_, err := c.Register(t.Context(), wire.RegisterArgs{User: "alice", Password: password, Invitation: tt.invitation})
			if !errors.Is(err, tt.want) {
				t.Errorf("register answers %v, want %v", err, tt.want)
			}
			must(t, data, password, "add", "bob", "--password-file", "-") // whatever the policy
			bob, _ := d.login(t, "bob", password)
			if usage, err := bob.Usage(t.Context()); err != nil || usage.Quota != 5_000_000 || usage.EntryLimit != 60 {
				t.Errorf("bob's usage is %+v, %v, want the default limits", usage, err)
			}
			must(t, data, "", "quota", "bob", "unlimited")
			must(t, data, "", "entries", "bob", "70")
			if usage, err := bob.Usage(t.Context()); err != nil || usage.Quota != 0 || usage.EntryLimit != 70 {
				t.Errorf("bob's usage is %+v, %v, want no quota and 70 entries", usage, err)
			}
		})
	}
}

// TestDefaultRegistration: who may make an account when the flag is left out
// depends on who can connect, and a first start says how an account is made.
func TestDefaultRegistration(t *testing.T) {
	tests := []struct {
		name   string
		listen string
		flags  []string
		logged string
		want   wire.Registration
	}{
		{"loopback", "127.0.0.1:0", nil, "register themselves", wire.RegistrationOpen},
		{"loopback, version 6", "[::1]:0", nil, "register themselves", wire.RegistrationOpen},
		{"localhost", "localhost:0", nil, "register themselves", wire.RegistrationOpen},
		{"all interfaces", ":0", nil, "account add NAME --data DIR, or restart with --registration open or invitation", wire.RegistrationClosed},
		{"all of version 4", "0.0.0.0:0", nil, "registration is closed", wire.RegistrationClosed},
		{"opened", ":0", []string{"--registration", "open"}, "register themselves", wire.RegistrationOpen},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := &serveOptions{program: &program{stderr: io.Discard}, logFormat: "text", listen: tt.listen}
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			o.addFlags(flags)
			if err := flags.Parse(append(tt.flags, "--listen", tt.listen)); err != nil {
				t.Fatal(err)
			}
			var log strings.Builder
			if err := o.check(); err != nil {
				t.Fatal(err)
			}
			o.explainRegistration(newLog(&log, "text", slog.LevelInfo))
			if got := wire.Registration(o.registration); got != tt.want || !strings.Contains(log.String(), tt.logged) {
				t.Errorf("registration on %s is %s, and the log has %q, want %s and %q in it", tt.listen, got, log.String(), tt.want, tt.logged)
			}
		})
	}
}

// TestFirstAccount follows the README: a server on all interfaces takes no
// registrations, and serves the account that its administrator adds.
func TestFirstAccount(t *testing.T) {
	data := t.TempDir()
	d := start(t, "--data", data, "--listen", "127.0.0.1:0", "--registration", "closed", "--max-per-account", "7")
	defer d.end(t)
	c := d.dial(t)
	if got := c.Welcome(); got.Registration != wire.RegistrationClosed || got.Limits.PerAccount != 7 || got.Limits.PerAddress != 500 {
		t.Errorf("welcome is %+v, want closed registration, 7 connections per account and 500 per address", got)
	}
	must(t, data, password, "add", "alice", "--password-file", "-")
	d.login(t, "alice", password)
}
