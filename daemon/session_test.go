package daemon_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// requests reads the names of all requests from where they are declared, so
// that one which is added is tested without anybody thinking of it.
func requests(t *testing.T) []wire.RequestName {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../wire/message.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []wire.RequestName
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "RequestName" {
			name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, wire.RequestName(name))
		}
		return true
	})
	if len(names) < 15 {
		t.Fatalf("only %d requests were found", len(names))
	}
	return names
}

// full is arguments that satisfy every request's fields at once.
var full = map[string]any{
	"magic": "wangpan", "versions": []int{1}, "user": "eve", "password": "x", "token": strings.Repeat("0", 64),
	"path": "/secret.txt", "upload": strings.Repeat("a", 32), "size": 0, "mtime": time.Unix(0, 0).UTC(), "if": "any",
	"digest": strings.Repeat("0", 64), "old": "a", "new": "b",
}

func TestEveryRequestNeedsASession(t *testing.T) {
	s := daemontest.Start(t)
	open := map[wire.RequestName]bool{wire.Hello: true, wire.Register: true, wire.Login: true, wire.Join: true}
	for _, name := range requests(t) {
		t.Run(string(name), func(t *testing.T) {
			p := strange(t, s)
			id := p.send(name, full)
			if name.HasBody() {
				p.data(nil)
			}
			if err := p.answer(id, nil); name != wire.Hello && !errors.Is(err, wire.Invalid) {
				t.Errorf("before hello the answer is %v, want invalid", err)
			}
			if open[name] {
				return
			}
			p = greeted(t, s)
			id = p.send(name, full)
			if name.HasBody() {
				p.data([]byte("some content"))
			}
			if err := p.answer(id, nil); !errors.Is(err, wire.Unauthenticated) {
				t.Errorf("without a login the answer is %v, want unauthenticated", err)
			}
			p.ask(wire.Hello, wire.HelloArgs{Magic: wire.Magic, Versions: []int{1}}, nil) // it goes on
		})
	}
}

func TestNobodyReachesAnothersFiles(t *testing.T) {
	s := daemontest.Start(t)
	users := []string{"an", "ann", "ann2", "ann-x"}
	staged := wire.UploadID(strings.Repeat("a", 32))
	items := map[string]wire.ItemID{}
	for _, user := range users {
		p := member(t, s, user)
		p.upload("/removed-"+user, []byte("removed by "+user))
		var removed wire.RemoveReply
		p.ask(wire.Remove, wire.RemoveArgs{Path: wire.Path("/removed-" + user)}, &removed)
		items[user] = removed.Item.Item
		p.upload("/secret.txt", []byte("of "+user))
		id := p.send(wire.Put, wire.PutArgs{Upload: staged, Path: "/staged", Size: 100, ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAny}})
		p.data([]byte(user))
		if err := p.answer(id, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, user := range users {
		p := member(t, s, user)
		if got, want := string(p.download("/secret.txt")), "of "+user; got != want {
			t.Errorf("%s reads %q, want %q", user, got, want)
		}
		var list wire.Listing
		p.ask(wire.List, wire.ListArgs{Path: wire.Root}, &list)
		if len(list.Entries) != 1 {
			t.Errorf("%s sees %d entries, want 1", user, len(list.Entries))
		}
		var uploads wire.UploadsReply
		p.ask(wire.Uploads, wire.Empty{}, &uploads)
		if len(uploads.Uploads) != 1 || uploads.Uploads[0].Received != int64(len(user)) {
			t.Errorf("%s sees the uploads %+v", user, uploads.Uploads)
		}
		var trash wire.TrashReply
		p.ask(wire.Trash, wire.TrashArgs{}, &trash)
		if len(trash.Items) != 1 || trash.Items[0].Item != items[user] {
			t.Errorf("%s sees the trash %+v", user, trash.Items)
		}
		for _, other := range users {
			if other != user {
				wantNotFound(t, p.try(wire.Purge, wire.PurgeArgs{Item: items[other]}, nil))
				wantNotFound(t, p.try(wire.Restore, wire.RestoreArgs{Item: items[other], Path: "/mine", Precondition: wire.Precondition{If: wire.IfAny}}, nil))
			}
			for _, path := range []string{"/../" + other + "/secret.txt", "/" + other + "/secret.txt", "../" + other, "/./../" + other} {
				if err := p.try(wire.Get, map[string]string{"path": path}, nil); err == nil {
					t.Errorf("%s gets %s", user, path)
				}
			}
		}
	}
	nobody := member(t, s, "nobody")
	for _, err := range []error{
		nobody.try(wire.Discard, wire.DiscardArgs{Upload: staged}, nil),
		nobody.try(wire.Blocks, wire.BlocksArgs{Upload: staged}, nil),
		nobody.try(wire.Commit, wire.CommitArgs{Upload: staged, Digest: digestOf(nil), Precondition: wire.Precondition{If: wire.IfAny}}, nil),
	} {
		if !errors.Is(err, wire.NotFound) {
			t.Errorf("another's upload answers %v, want not_found", err)
		}
	}
}

func wantNotFound(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, wire.NotFound) {
		t.Errorf("another's item answers %v, want not_found", err)
	}
}

func TestSessions(t *testing.T) {
	s := daemontest.Start(t)
	first, token := memberToken(t, s, "alice")
	second := greeted(t, s)
	second.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
	other, otherToken := memberToken(t, s, "alice")

	second.upload("/a", []byte("x"))
	if got := string(first.download("/a")); got != "x" {
		t.Fatalf("a joined connection wrote %q", got)
	}

	outer := t // peers live longer than the step that makes them
	t.Run("a restart logs nobody out", func(*testing.T) {
		t := outer
		s.Stop()
		s.Restart()
		first, second, other = greeted(t, s), greeted(t, s), greeted(t, s)
		first.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
		second.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
		other.ask(wire.Join, wire.JoinArgs{Token: otherToken}, nil)
	})
	t.Run("logout ends the session's other connections, and no other session", func(t *testing.T) {
		first.ask(wire.Logout, wire.Empty{}, nil)
		first.ended()
		second.ended()
		if err := greeted(t, s).try(wire.Join, wire.JoinArgs{Token: token}, nil); !errors.Is(err, wire.Unauthenticated) {
			t.Errorf("the old token answers %v, want unauthenticated", err)
		}
		other.ask(wire.Stat, wire.StatArgs{Path: "/a"}, nil)
	})
	t.Run("a new password ends the other sessions", func(t *testing.T) {
		here := member(t, s, "alice")
		if err := here.try(wire.Password, wire.PasswordArgs{Old: "wrong wrong", New: "another good one"}, nil); !errors.Is(err, wire.Denied) {
			t.Errorf("a wrong old password answers %v, want denied", err)
		}
		here.ask(wire.Password, wire.PasswordArgs{Old: secret, New: "another good one"}, nil)
		other.ended()
		here.ask(wire.Stat, wire.StatArgs{Path: "/a"}, nil)
		if err := greeted(t, s).try(wire.Login, wire.LoginArgs{User: "alice", Password: secret}, nil); !errors.Is(err, wire.Unauthenticated) {
			t.Errorf("the old password answers %v, want unauthenticated", err)
		}
	})
}

// TestLogoutEverywhere ends all sessions of an account, also those that only
// the file knows, and no other account's.
func TestLogoutEverywhere(t *testing.T) {
	s := daemontest.Start(t)
	_, token := memberToken(t, s, "alice")
	s.Stop()
	s.Restart()
	here, hereToken := memberToken(t, s, "alice")
	joined := greeted(t, s)
	joined.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
	bob := member(t, s, "bob")

	here.ask(wire.Logout, wire.LogoutArgs{Everywhere: true}, nil)
	here.ended()
	joined.ended()
	refused := func() {
		t.Helper()
		for _, token := range []wire.Token{token, hereToken} {
			if err := greeted(t, s).try(wire.Join, wire.JoinArgs{Token: token}, nil); !errors.Is(err, wire.Unauthenticated) {
				t.Errorf("a token answers %v, want unauthenticated", err)
			}
		}
	}
	refused()
	bob.ask(wire.Stat, wire.StatArgs{Path: wire.Root}, nil)
	bob.ask(wire.Logout, wire.LogoutArgs{}, nil)
	s.Stop()
	s.Restart()
	refused()
	member(t, s, "alice") // and can log in again
}

func TestOneNameOneAccount(t *testing.T) {
	s := daemontest.Start(t)
	names := []string{"Bob", "bob", "BOB", "bOb"}
	var won atomic.Int32
	var wg sync.WaitGroup
	peers := make([]*peer, 40)
	for i := range peers {
		peers[i] = greeted(t, s)
	}
	for i, p := range peers {
		wg.Go(func() {
			err := p.try(wire.Register, wire.RegisterArgs{User: names[i%len(names)], Password: secret}, nil)
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, wire.Exists):
				t.Errorf("register: %v, want exists", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d registrations of one name won, want 1", won.Load())
	}
}

func TestLoginAnswersAlike(t *testing.T) {
	s := daemontest.Start(t)
	member(t, s, "alice")
	p := greeted(t, s)
	unknown := p.try(wire.Login, wire.LoginArgs{User: "mallory", Password: secret}, nil)
	wrong := p.try(wire.Login, wire.LoginArgs{User: "alice", Password: secret + "!"}, nil)
	if !errors.Is(unknown, wire.Unauthenticated) || !errors.Is(wrong, wire.Unauthenticated) || unknown.Error() != wrong.Error() {
		t.Errorf("unknown user: %v; wrong password: %v; want the same words", unknown, wrong)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	s := daemontest.Start(t)
	member(t, s, "alice")
	p := greeted(t, s)
	var err error
	for range 11 {
		err = p.try(wire.Login, wire.LoginArgs{User: "alice", Password: "a wrong guess"}, nil)
	}
	if !errors.Is(err, wire.RateLimited) {
		t.Errorf("the eleventh guess answers %v, want rate_limited", err)
	}
}

func TestClosedRegistration(t *testing.T) {
	s := daemontest.Start(t, func(c *daemon.Config) { c.Registration = wire.RegistrationClosed })
	if err := greeted(t, s).try(wire.Register, wire.RegisterArgs{User: "alice", Password: secret}, nil); !errors.Is(err, wire.Denied) {
		t.Errorf("register answers %v, want denied", err)
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Run("unauthenticated", func(t *testing.T) {
		s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Unauthenticated = 3; c.Plain = true })
		first := greeted(t, s)
		for range 100 {
			greeted(t, s)
		}
		if err := first.refusal(0); !errors.Is(err, wire.Busy) {
			t.Errorf("the oldest connection ends with %v, want busy", err)
		}
		first.ended()
	})
	t.Run("account", func(t *testing.T) {
		s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.PerAccount = 2 })
		_, token := memberToken(t, s, "alice")
		join := func() error { return greeted(t, s).try(wire.Join, wire.JoinArgs{Token: token}, nil) }
		if err := join(); err != nil {
			t.Fatal(err)
		}
		if err := join(); !errors.Is(err, wire.Busy) {
			t.Errorf("the third connection answers %v, want busy", err)
		}
	})
}

func TestManyClientsAtOnce(t *testing.T) {
	s := daemontest.Start(t)
	var wg sync.WaitGroup
	for i := range 12 {
		p := member(t, s, fmt.Sprintf("user%d", i))
		wg.Go(func() {
			for j := range 5 {
				content := []byte(strings.Repeat(fmt.Sprintf("%d/%d ", i, j), 50_000))
				p.upload("/same name", content)
				if string(p.download("/same name")) != string(content) {
					t.Errorf("client %d reads something else than it wrote", i)
				}
			}
		})
	}
	wg.Wait()
}
