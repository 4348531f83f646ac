package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// begin asks for an upload of so many bytes, of which some come, and returns
// what the daemon says.
func (p *peer) begin(n int, size int64, body string) error {
	p.t.Helper()
	id := p.send(wire.Put, wire.PutArgs{
		Upload: wire.UploadID(fmt.Sprintf("%032x", n)), Path: wire.Path(fmt.Sprintf("/%d", n)), Size: size,
		ModTime: time.Unix(1700000000, 0), Precondition: wire.Precondition{If: wire.IfAny},
	})
	p.data([]byte(body))
	return p.answer(id, nil)
}

func (p *peer) usage() (u wire.UsageReply) {
	p.t.Helper()
	p.ask(wire.Usage, wire.Empty{}, &u)
	u.Entries, u.EntryLimit = 0, 0 // TestEntries checks them
	return u
}

// TestEntries: an account may have so many files and folders, whatever their size.
func TestEntries(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	if err := s.Book().SetEntryLimit("alice", "3"); err != nil {
		t.Fatal(err)
	}
	p.ask(wire.Mkdir, wire.MkdirArgs{Path: "/d"}, nil)
	p.upload("/d/empty", nil)
	if err := p.begin(1, 0, ""); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		ask  func() error
	}{
		{"mkdir", func() error { return p.try(wire.Mkdir, wire.MkdirArgs{Path: "/e"}, nil) }},
		{"put", func() error { return p.begin(2, 0, "") }},
		{"copy", func() error { return p.try(wire.Copy, wire.CopyArgs{From: "/d", To: "/e"}, nil) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.ask()
			refused, _ := errors.AsType[*wire.Error](err)
			if refused == nil || refused.Code != wire.QuotaExceeded || refused.Details == nil || refused.Details.Unit != wire.UnitEntries || refused.Details.Limit != 3 {
				t.Errorf("it answers %#v, want quota_exceeded for entries", refused)
			}
		})
	}
	var u wire.UsageReply
	if p.ask(wire.Usage, wire.Empty{}, &u); u.Entries != 3 || u.EntryLimit != 3 {
		t.Errorf("the usage is %+v, want 3 entries of 3", u)
	}
	var removed wire.RemoveReply
	p.ask(wire.Remove, wire.RemoveArgs{Path: "/d"}, &removed)
	p.ask(wire.Purge, wire.PurgeArgs{Item: removed.Item.Item}, nil)
	p.ask(wire.Mkdir, wire.MkdirArgs{Path: "/e"}, nil)
	member(t, s, "bob").upload("/b", nil)
}

func TestQuota(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	free := p.usage()
	if want := (wire.UsageReply{Free: free.Free}); free != want || free.Free <= 0 {
		t.Errorf("without a quota the usage is %+v, want %+v", free, want)
	}
	limit := func(size string) {
		t.Helper()
		if err := s.Book().SetQuota("alice", size); err != nil {
			t.Fatal(err)
		}
	}
	limit("5 MB")
	p.upload("/a", make([]byte, 2_000_000))
	if err := p.begin(1, 1_800_000, "some of it"); err != nil {
		t.Fatal(err)
	}
	if got, want := p.usage(), (wire.UsageReply{Used: 2_000_000, Staged: 1_800_000, Files: 1, Quota: 5_000_000, Free: 1_200_000}); got != want {
		t.Errorf("the usage is %+v, want %+v", got, want)
	}
	// Of what is refused not one byte is looked at, and the connection goes on.
	err := p.begin(2, 3_100_000, "body")
	if !errors.Is(err, wire.QuotaExceeded) || !strings.HasPrefix(err.Error(), "this needs 3.1 MB and 1.2 MB are free in your account") {
		t.Errorf("too much answers %v, want quota_exceeded with what is needed and free", err)
	}
	refused, _ := errors.AsType[*wire.Error](err)
	if want := (wire.Details{Unit: wire.UnitBytes, Needed: 3_100_000, Available: 1_200_000, Limit: 5_000_000}); refused == nil || refused.Details == nil || *refused.Details != want {
		t.Errorf("the refusal is %+v, want the details %+v", refused, want)
	}
	limit("7 MB") // at once
	if err := p.begin(2, 3_100_000, "body"); err != nil {
		t.Errorf("with more quota: %v", err)
	}
	p.ask(wire.Discard, wire.DiscardArgs{Upload: wire.UploadID(fmt.Sprintf("%032x", 1))}, nil)
	limit("1 MB")
	if got := p.usage(); got.Free != 0 || got.Used != 2_000_000 || got.Staged != 3_100_000 {
		t.Errorf("above the quota the usage is %+v, want nothing free", got)
	}
	if err := p.begin(3, 1, "x"); !errors.Is(err, wire.QuotaExceeded) {
		t.Errorf("above the quota one byte answers %v, want quota_exceeded", err)
	}
	p.download("/a")
	member(t, s, "bob").upload("/b", make([]byte, 2_000_000))
}

// TestQuotaOfCopies: a quota that was set while nothing was uploaded holds for
// copies, too, and one that was raised lets them pass.
func TestQuotaOfCopies(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	p.upload("/a", make([]byte, 2_000_000))
	for _, tt := range []struct {
		quota, to string
		want      error
	}{
		{"3 MB", "/b", wire.QuotaExceeded},
		{"4 MB", "/b", nil},
		{"5 MB", "/c", wire.QuotaExceeded},
	} {
		if err := s.Book().SetQuota("alice", tt.quota); err != nil {
			t.Fatal(err)
		}
		if err := p.try(wire.Copy, wire.CopyArgs{From: "/a", To: wire.Path(tt.to)}, nil); !errors.Is(err, tt.want) {
			t.Errorf("with %s a copy to %s answers %v, want %v", tt.quota, tt.to, err, tt.want)
		}
	}
}

// TestQuotaOfTrash: what is in the trash counts, is named where there is no
// room, and is free again when it is dropped.
func TestQuotaOfTrash(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	if err := s.Book().SetQuota("alice", "5 MB"); err != nil {
		t.Fatal(err)
	}
	p.upload("/a", make([]byte, 2_000_000))
	p.upload("/b", make([]byte, 1_000_000))
	p.ask(wire.Move, wire.MoveArgs{From: "/a", To: "/c"}, nil)
	var removed wire.RemoveReply
	p.ask(wire.Remove, wire.RemoveArgs{Path: "/c"}, &removed)
	if got, want := p.usage(), (wire.UsageReply{Used: 1_000_000, Trash: 2_000_000, Files: 1, Quota: 5_000_000, Free: 2_000_000}); got != want {
		t.Errorf("the usage is %+v, want %+v", got, want)
	}
	err := p.begin(1, 2_500_000, "body")
	want := "this needs 2.5 MB and 2.0 MB are free in your account; the trash holds 2.0 MB: empty it, or ask the administrator for more"
	if !errors.Is(err, wire.QuotaExceeded) || err.Error() != want {
		t.Errorf("too much answers %v, want %s", err, want)
	}
	var purged wire.PurgeReply
	p.ask(wire.Purge, wire.PurgeArgs{Item: removed.Item.Item}, &purged)
	if err := p.begin(1, 2_500_000, "body"); err != nil || purged.Size != 2_000_000 {
		t.Errorf("after %+v was dropped: %v", purged, err)
	}
}

// TestQuotaOfManyConnections: each upload alone has room.
func TestQuotaOfManyConnections(t *testing.T) {
	s := daemontest.Start(t)
	_, token := memberToken(t, s, "alice")
	if err := s.Book().SetQuota("alice", "350"); err != nil {
		t.Fatal(err)
	}
	peers := make([]*peer, 8)
	for i := range peers {
		peers[i] = greeted(t, s)
		peers[i].ask(wire.Join, wire.JoinArgs{Token: token}, nil)
	}
	var begun atomic.Int32
	var all sync.WaitGroup
	for i, p := range peers {
		all.Go(func() {
			if err := p.begin(i, 100, "some"); err == nil {
				begun.Add(1)
			} else if !errors.Is(err, wire.QuotaExceeded) {
				t.Errorf("begin answers %v, want quota_exceeded", err)
			}
		})
	}
	all.Wait()
	if begun.Load() != 3 {
		t.Errorf("%d uploads of 100 bytes have room in 350", begun.Load())
	}
}

// TestTheBookIsTold of logins and of what accounts take, while the daemon runs
// and, of the last, when it goes down.
func TestTheBookIsTold(t *testing.T) {
	began := time.Now().Add(-2 * time.Second) // the book rounds to seconds
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	member(t, s, "bob")
	p.upload("/a", make([]byte, 1234))
	told := func(name string) accounts.Account {
		a, ok := s.Book().Account(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		return a
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for told("alice").Used == 0 || told("bob").LastLogin.IsZero() {
		select {
		case <-ctx.Done():
			t.Fatalf("the book says %+v and %+v", told("alice"), told("bob"))
		case <-time.After(10 * time.Millisecond):
		}
	}
	if a := told("alice"); a.Used != 1234 || a.Files != 1 || a.LastLogin.Before(began) {
		t.Errorf("the book says %+v", a)
	}
	p.upload("/b", make([]byte, 100))
	p.ask(wire.Remove, wire.RemoveArgs{Path: "/a"}, nil) // it counts all the same
	s.Stop()
	s.Restart()
	if a := told("alice"); a.Used != 1334 || a.Files != 1 || a.LastLogin.Before(began) {
		t.Errorf("after a restart the book says %+v", a)
	}
}

func TestInvitation(t *testing.T) {
	s := daemontest.Start(t, func(c *daemon.Config) { c.Registration = wire.RegistrationInvitation })
	p := greeted(t, s)
	register := func(user, invitation string) error {
		return p.try(wire.Register, wire.RegisterArgs{User: user, Password: secret, Invitation: invitation}, nil)
	}
	tests := []struct {
		name, user, invitation string
		want                   error
	}{
		{"none", "alice", "", wire.Denied},
		{"another", "alice", "an invitatioN", wire.Denied},
		{"the right one", "alice", daemontest.Invitation, nil},
		{"the right one, a taken name", "alice", daemontest.Invitation, wire.Exists},
		{"the right one again", "bob", daemontest.Invitation, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := register(tt.user, tt.invitation); !errors.Is(err, tt.want) {
				t.Errorf("register answers %v, want %v", err, tt.want)
			}
		})
	}
	t.Run("guessing is slowed down", func(t *testing.T) {
		var err error
		for i := 0; i < 20 && !errors.Is(err, wire.RateLimited); i++ {
			err = register("mallory", fmt.Sprint("guess ", i))
		}
		if !errors.Is(err, wire.RateLimited) {
			t.Errorf("the last guess answers %v, want rate_limited", err)
		}
	})
}
