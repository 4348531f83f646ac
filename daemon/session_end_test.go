package daemon_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// goodbye reads the error that says why the server ends the connection.
func goodbye(t *testing.T, p *peer) *wire.Error {
	t.Helper()
	var r wire.Reply
	if err := json.Unmarshal(p.frame().Payload, &r); err != nil {
		t.Fatal(err)
	}
	if r.ID != 0 || r.Error == nil {
		t.Fatalf("the last message is %+v, want an error with id 0", r)
	}
	p.ended()
	return r.Error
}

// TestClientsLearnWhyTheirSessionEnded: on the open connection, and later with
// the token, also after a restart.
func TestClientsLearnWhyTheirSessionEnded(t *testing.T) {
	s := daemontest.Start(t)
	tests := []struct {
		user string
		end  func(other *peer) error
		want wire.Reason
	}{
		{"disabled", func(*peer) error { return s.Book().Disable("disabled") }, wire.ReasonDisabled},
		{"removed", func(*peer) error { return s.Book().Remove("removed") }, wire.ReasonRemoved},
		{"reset", func(*peer) error { return s.Book().SetPassword(t.Context(), "reset", "another one") }, wire.ReasonPasswordChanged},
		{"changed", func(other *peer) error {
			return other.try(wire.Password, wire.PasswordArgs{Old: secret, New: "another one"}, nil)
		}, wire.ReasonPasswordChanged},
		{"everywhere", func(other *peer) error {
			return other.try(wire.Logout, wire.LogoutArgs{Everywhere: true}, nil)
		}, wire.ReasonLoggedOutEverywhere},
	}
	tokens := map[string]wire.Token{}
	for _, test := range tests {
		p, token := memberToken(t, s, test.user)
		tokens[test.user] = token
		if err := test.end(member(t, s, test.user)); err != nil {
			t.Fatal(err)
		}
		if why := goodbye(t, p); why.Reason != test.want || why.Code != wire.Unauthenticated || why.Text == "" {
			t.Errorf("%s: the connection ends with %+v, want %s", test.user, why, test.want)
		}
	}
	for range 2 {
		for _, test := range tests {
			err := greeted(t, s).try(wire.Join, wire.JoinArgs{Token: tokens[test.user]}, nil)
			if wire.ReasonOf(err) != test.want || !errors.Is(err, wire.Unauthenticated) {
				t.Errorf("%s: a join answers %v (%s), want %s", test.user, err, wire.ReasonOf(err), test.want)
			}
		}
		s.Stop()
		s.Restart()
	}
}

// TestOnlyTheRightPasswordLearnsThatAnAccountIsDisabled: for any other the
// answer is that for an unknown user.
func TestOnlyTheRightPasswordLearnsThatAnAccountIsDisabled(t *testing.T) {
	s := daemontest.Start(t)
	member(t, s, "alice")
	if err := s.Book().Disable("alice"); err != nil {
		t.Fatal(err)
	}
	p := greeted(t, s)
	right := p.try(wire.Login, wire.LoginArgs{User: "alice", Password: secret}, nil)
	if !errors.Is(right, wire.Denied) || wire.ReasonOf(right) != wire.ReasonDisabled {
		t.Errorf("the right password answers %v (%s), want denied and disabled", right, wire.ReasonOf(right))
	}
	wrong := p.try(wire.Login, wire.LoginArgs{User: "alice", Password: "wrong horse"}, nil)
	unknown := p.try(wire.Login, wire.LoginArgs{User: "mallory", Password: secret}, nil)
	if !errors.Is(wrong, wire.Unauthenticated) || wrong.Error() != unknown.Error() || wire.ReasonOf(wrong) != "" {
		t.Errorf("a wrong password answers %v, an unknown user %v; want the same", wrong, unknown)
	}
}

// logged is a log that tests read.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestTheLogNamesAccountAddressAndReason of what an administrator looks for.
func TestTheLogNamesAccountAddressAndReason(t *testing.T) {
	log := &logged{}
	s := daemontest.Start(t, func(c *daemon.Config) { c.Log = slog.New(slog.NewJSONHandler(log, nil)) })
	p := member(t, s, "alice")
	p.upload("/a.txt", []byte("twelve bytes"))
	var removed wire.RemoveReply
	p.ask(wire.Remove, wire.RemoveArgs{Path: "/a.txt"}, &removed)
	p.ask(wire.Purge, wire.PurgeArgs{Item: removed.Item.Item}, nil)
	guesser := greeted(t, s)
	for _, user := range []string{"alice", "mal\nlory\x1b[2J", "alice", "alice", "alice", "alice", "alice", "alice", "alice", "alice", "alice"} {
		_ = guesser.try(wire.Login, wire.LoginArgs{User: user, Password: "wrong horse"}, nil)
	}
	_ = p.try(wire.Password, wire.PasswordArgs{Old: "wrong horse", New: "another one"}, nil)
	s.Stop()
	lines := log.String()
	for _, want := range []string{
		`"msg":"moved to the trash","account":"alice","address":"127.0.0.1","path":"/a.txt","item":"` + string(removed.Item.Item) + `","bytes":12`,
		`"msg":"purged from the trash","account":"alice","address":"127.0.0.1","item":"` + string(removed.Item.Item) + `","items":1,"bytes":12`,
		`"msg":"login refused","address":"127.0.0.1","account":"alice","code":"unauthenticated","reason":"user name or password is wrong`,
		`"account":"mal\\nlory\\x1b[2J"`,
		`"msg":"login refused: 6 more in `,
		`"msg":"locked out after too many failures","address":"127.0.0.1","account":"alice","locked_out":"address"`,
		`"msg":"change of password refused","address":"127.0.0.1","account":"alice","code":"rate_limited","reason":"too many failed logins from your address`,
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(lines)
	}
	if n := strings.Count(lines, `"msg":"login refused"`); n != 5 {
		t.Errorf("%d refused logins are logged one by one, want 5", n)
	}
}
