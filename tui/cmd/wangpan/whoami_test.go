//go:build !windows

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/tui/tuitest"
	"wangpan/wire"
)

// A script reads who it is from one line; a person, and who asks for JSON, is
// told what the account takes, too.
func TestWhoamiSaysWhatIsUsed(t *testing.T) {
	server := daemontest.Start(t)
	p := newPlace(t, "WANGPAN_SERVER="+server.Addr)
	p.run(0, "register", "--user", "alice", "--password-file", "pw", "--trust-new-server")
	p.run(0, "login", "--password-file", "pw")
	p.write("f", make([]byte, 3_100_000))
	p.run(0, "put", "f")
	used := func() (u struct {
		User string
		wire.UsageReply
	},
	) {
		out, _ := p.run(0, "whoami", "--json")
		if err := json.Unmarshal([]byte(out), &u); err != nil || u.User != "alice" {
			t.Fatalf("%q: %v", out, err)
		}
		return u
	}
	if u := used(); u.Used != 3_100_000 || u.Files != 1 || u.Quota != 0 || u.Free <= 0 {
		t.Errorf("without a quota: %+v", u)
	}
	if err := server.Book().SetQuota("alice", "10 MB"); err != nil {
		t.Fatal(err)
	}
	if u := used(); u.Quota != 10_000_000 || u.Free != 6_900_000 {
		t.Errorf("with a quota: %+v", u)
	}
	if out, _ := p.run(0, "whoami"); out != "alice@"+server.Addr+"\n" {
		t.Errorf("a script is told %q", out)
	}
	term := tuitest.Start(t, p.command("whoami"), 80, 24)
	term.Wait("alice@"+server.Addr, "3.1 of 10 MB used, 6.9 MB free")
	p.write("more", make([]byte, 7_000_000))
	if _, said := p.run(14, "put", "more"); !strings.Contains(said, "this needs 7.0 MB, and 6.9 MB of your 10.0 MB are free") {
		t.Errorf("too much is refused with %q", said)
	}
}

// The code comes from a file, as the password does.
func TestRegisterByInvitation(t *testing.T) {
	server := daemontest.Start(t, func(c *daemon.Config) { c.Registration = wire.RegistrationInvitation })
	p := newPlace(t, "WANGPAN_SERVER="+server.Addr)
	p.write("code", []byte(daemontest.Invitation+"\n"))
	p.write("empty", nil)
	tests := []struct {
		name string
		args []string
		code int
		want string // in what it says
	}{
		{"none", nil, 11, "invitation"},
		{"another", []string{"--invitation-file", "pw"}, 11, "invitation"},
		{"no file", []string{"--invitation-file", "missing"}, 2, "cannot read the invitation from missing"},
		{"an empty file", []string{"--invitation-file", "empty"}, 2, "the first line of empty is not an invitation code"},
		{"on the command line", []string{"--invitation", "an invitation"}, 2, "unknown flag --invitation"},
		{"the right one", []string{"--invitation-file", "code"}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"register", "--user", "alice", "--password-file", "pw", "--trust-new-server"}, tt.args...)
			if _, said := p.run(tt.code, args...); !strings.Contains(said, tt.want) {
				t.Errorf("it says %q, want %q in it", said, tt.want)
			}
		})
	}
	p.run(0, "login", "--user", "alice", "--password-file", "pw")
}
