package daemon_test

import (
	"errors"
	"path/filepath"
	"testing"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// whileStopped changes the account book of a server that does not run.
func whileStopped(t *testing.T, s *daemontest.Server, change func(*accounts.Book) error) {
	t.Helper()
	s.Stop()
	book, err := accounts.Open(filepath.Join(s.Dir, "accounts.xlsx"), accounts.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(change(book), book.Close()); err != nil {
		t.Fatal(err)
	}
	s.Restart()
}

// TestASessionIsOfOneAccount: somebody who gets a name that was free again does
// not get the sessions of the one who had it.
func TestASessionIsOfOneAccount(t *testing.T) {
	s := daemontest.Start(t)
	before, token := memberToken(t, s, "alice")
	before.upload("/mine", []byte("x"))
	whileStopped(t, s, func(b *accounts.Book) error {
		_, err := b.Add(t.Context(), "bob", secret) // nothing changes for alice
		return err
	})
	greeted(t, s).ask(wire.Join, wire.JoinArgs{Token: token}, nil)
	whileStopped(t, s, func(b *accounts.Book) error {
		if err := b.Remove("alice"); err != nil {
			return err
		}
		_, err := b.Add(t.Context(), "alice", secret)
		return err
	})
	if err := greeted(t, s).try(wire.Join, wire.JoinArgs{Token: token}, nil); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("the former alice's token answers %v, want unauthenticated", err)
	}
	if err := member(t, s, "alice").try(wire.Stat, wire.StatArgs{Path: "/mine"}, nil); !errors.Is(err, wire.NotFound) {
		t.Errorf("the former alice's file: %v, want not_found", err)
	}
}

func TestEndSessions(t *testing.T) {
	s := daemontest.Start(t)
	_, alice := memberToken(t, s, "alice")
	_, bob := memberToken(t, s, "bob")
	s.Stop()
	if err := daemon.EndSessions(s.Dir, "alice", wire.ReasonRemoved); err != nil {
		t.Fatal(err)
	}
	s.Restart()
	if err := greeted(t, s).try(wire.Join, wire.JoinArgs{Token: alice}, nil); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("alice's token answers %v, want unauthenticated", err)
	}
	greeted(t, s).ask(wire.Join, wire.JoinArgs{Token: bob}, nil)
}
