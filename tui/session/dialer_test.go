package session_test

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"wangpan/daemon/daemontest"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "correct horse"

func dialer(t *testing.T) *session.Dialer {
	t.Helper()
	k, err := session.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &session.Dialer{Keeper: k, Name: "session.test"}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// register returns a dialer that trusts the server, and a session on it.
func register(t *testing.T, s *daemontest.Server) (*session.Dialer, *session.Session) {
	t.Helper()
	d := dialer(t)
	must(t, d.Keeper.Pin(s.Addr, s.Fingerprint))
	alice, err := d.Register(t.Context(), s.Addr, "alice", password, "")
	must(t, err)
	t.Cleanup(func() { must(t, alice.Close()) })
	return d, alice
}

func TestUnknownKeyIsAsked(t *testing.T) {
	s := daemontest.Start(t)
	d := dialer(t)
	_, err := d.Connect(t.Context(), s.Addr)
	unknown, ok := errors.AsType[*session.KeyError](err)
	if !ok || !errors.Is(err, session.ErrUnknownKey) || errors.Is(err, session.ErrChangedKey) {
		t.Fatalf("first contact is %v, want ErrUnknownKey", err)
	}
	if unknown.Server != s.Addr || unknown.Presented != s.Fingerprint || unknown.Known != "" {
		t.Errorf("the question is %+v, want %s with %s", unknown, s.Addr, s.Fingerprint)
	}
	if _, ok := d.Keeper.Pinned(s.Addr); ok {
		t.Error("the key was pinned without an answer")
	}
	must(t, d.Keeper.Pin(unknown.Server, unknown.Presented))
	c, err := d.Connect(t.Context(), s.Addr)
	must(t, err)
	must(t, c.Close())
}

func TestTrustNew(t *testing.T) {
	s := daemontest.Start(t)
	d := dialer(t)
	d.TrustNew = true
	c, err := d.Connect(t.Context(), s.Addr)
	must(t, err)
	must(t, c.Close())
	if got, _ := d.Keeper.Pinned(s.Addr); got != s.Fingerprint {
		t.Errorf("pinned is %q, want %s", got, s.Fingerprint)
	}
}

// A changed key is refused whatever the options are, before a password or a
// token is sent; Forget is the only way on.
func TestChangedKey(t *testing.T) {
	s := daemontest.Start(t)
	d := dialer(t)
	d.TrustNew = true
	must(t, d.Keeper.Pin(s.Addr, "SHA256:another"))
	must(t, d.Keeper.SaveToken(s.Addr, "alice", "token"))
	for name, try := range map[string]func() error{
		"connect": func() error { _, err := d.Connect(t.Context(), s.Addr); return err },
		"login":   func() error { _, err := d.Login(t.Context(), s.Addr, "alice", password); return err },
		"restore": func() error { _, err := d.Restore(t.Context(), s.Addr, "alice"); return err },
	} {
		err := try()
		changed, ok := errors.AsType[*session.KeyError](err)
		if !ok || !errors.Is(err, session.ErrChangedKey) || errors.Is(err, session.ErrUnknownKey) {
			t.Fatalf("%s: %v, want ErrChangedKey", name, err)
		}
		if changed.Known != "SHA256:another" || changed.Presented != s.Fingerprint {
			t.Errorf("%s: the keys are %+v", name, changed)
		}
	}
	if _, ok := d.Keeper.Token(s.Addr, "alice"); !ok {
		t.Error("the token of the right server was dropped because of a wrong one")
	}
	_, err := d.Keeper.Forget(s.Addr)
	must(t, err)
	c, err := d.Connect(t.Context(), s.Addr)
	must(t, err)
	must(t, c.Close())
}

// What another wangpan pins, drops and stores counts at the next connection.
func TestAnotherWangpanIsHeard(t *testing.T) {
	s := daemontest.Start(t)
	dir := t.TempDir()
	k, err := session.Open(dir)
	must(t, err)
	other, err := session.Open(dir)
	must(t, err)
	d := &session.Dialer{Keeper: k, Name: "session.test", TrustNew: true}
	alice, err := d.Register(t.Context(), s.Addr, "alice", password, "")
	must(t, err)
	defer alice.Close()

	_, err = other.Forget(s.Addr)
	must(t, err)
	must(t, other.Pin(s.Addr, "SHA256:another"))
	if _, err := d.Connect(t.Context(), s.Addr); !errors.Is(err, session.ErrChangedKey) {
		t.Errorf("a key that is not trusted any more is %v, want ErrChangedKey", err)
	}
	_, err = other.Forget(s.Addr)
	must(t, err)
	must(t, other.Pin(s.Addr, s.Fingerprint))
	must(t, alice.Remember(other))
	again, err := d.Restore(t.Context(), s.Addr, "alice")
	must(t, err)
	must(t, again.Close())
	must(t, other.DropToken(s.Addr, "alice"))
	if _, err := d.Restore(t.Context(), s.Addr, "alice"); !errors.Is(err, session.ErrLoggedOut) {
		t.Errorf("restoring what another logged out of is %v, want ErrLoggedOut", err)
	}
}

func TestLoginAndRestore(t *testing.T) {
	s := daemontest.Start(t)
	d, alice := register(t, s)
	if alice.User != "alice" || alice.Server != s.Addr {
		t.Errorf("session is %v", alice)
	}
	if _, err := d.Restore(t.Context(), s.Addr, "alice"); !errors.Is(err, session.ErrLoggedOut) {
		t.Fatalf("restoring what was not remembered: %v, want ErrLoggedOut", err)
	}
	must(t, alice.Remember(d.Keeper))
	if got := d.Keeper.Settings(); got.LastServer != s.Addr || got.LastUser != "alice" {
		t.Errorf("settings are %+v after Remember", got)
	}

	again, err := d.Restore(t.Context(), s.Addr, "ALICE")
	must(t, err)
	if again.User != "alice" {
		t.Errorf("restored %q, want the user as the server spells it", again.User)
	}
	_, err = again.Client().Mkdir(t.Context(), "/made")
	must(t, err)

	must(t, again.Logout(t.Context()))
	if _, err := d.Restore(t.Context(), s.Addr, "alice"); !errors.Is(err, session.ErrLoggedOut) {
		t.Errorf("restoring after logout: %v, want ErrLoggedOut", err)
	}
	<-alice.Client().Done() // a logout ends the session on all its connections
	if err := alice.Reconnect(t.Context()); !errors.Is(err, session.ErrLoggedOut) {
		t.Errorf("reconnecting after logout: %v, want ErrLoggedOut", err)
	}
}

func TestWrongPassword(t *testing.T) {
	s := daemontest.Start(t)
	d, _ := register(t, s)
	if _, err := d.Login(t.Context(), s.Addr, "alice", "wrong horse"); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("a wrong password is %v, want unauthenticated", err)
	}
	if _, err := d.Register(t.Context(), s.Addr, "Alice", password, ""); !errors.Is(err, wire.Exists) {
		t.Errorf("a taken name is %v, want exists", err)
	}
}

// A token that the server has ended is forgotten, one that replaced it is not.
func TestVoidTokenIsDropped(t *testing.T) {
	s := daemontest.Start(t)
	d, alice := register(t, s)
	must(t, d.Keeper.SaveToken(s.Addr, "alice", "0000"))
	if _, err := d.Restore(t.Context(), s.Addr, "alice"); !errors.Is(err, session.ErrLoggedOut) {
		t.Fatalf("a void token is %v, want ErrLoggedOut", err)
	}
	if _, ok := d.Keeper.Token(s.Addr, "alice"); ok {
		t.Error("the void token is still there")
	}
	must(t, alice.Remember(d.Keeper))
	again, err := d.Restore(t.Context(), s.Addr, "alice")
	must(t, err)
	must(t, again.Close())
}

func TestReconnectAfterRestart(t *testing.T) {
	s := daemontest.Start(t)
	_, alice := register(t, s)
	more, err := alice.Dial(t.Context())
	must(t, err)
	_, err = more.Stat(t.Context(), wire.Root)
	must(t, err)

	s.Stop()
	<-alice.Client().Done()
	<-more.Done()
	if err := alice.Reconnect(t.Context()); !errors.Is(err, client.ErrUnreachable) {
		t.Errorf("reconnecting to nobody is %v, want ErrUnreachable", err)
	}
	must(t, more.Close())

	s.Restart()
	must(t, alice.Reconnect(t.Context()))
	_, err = alice.Client().Stat(t.Context(), wire.Root)
	must(t, err)

	must(t, alice.Close())
	if err := alice.Reconnect(t.Context()); !errors.Is(err, client.ErrClosed) {
		t.Errorf("reconnecting a closed session is %v, want ErrClosed", err)
	}
	if err := alice.Client().Err(); !errors.Is(err, client.ErrClosed) {
		t.Errorf("a closed session has a connection that ended with %v", err)
	}
}

func TestEmbedded(t *testing.T) {
	s := daemontest.Start(t)
	d := dialer(t)
	if _, err := d.Connect(t.Context(), session.Embedded); !errors.Is(err, session.ErrNoEmbedded) {
		t.Errorf("no embedded drive is %v, want ErrNoEmbedded", err)
	}
	fingerprint := s.Fingerprint
	d.Embedded = func(context.Context) (session.EmbeddedDrive, error) {
		return session.EmbeddedDrive{Addr: s.Addr, Fingerprint: fingerprint}, nil
	}
	alice, err := d.Register(t.Context(), session.Embedded, "alice", password, "")
	must(t, err)
	if alice.Server != session.Embedded {
		t.Errorf("the session is on %q, want %q", alice.Server, session.Embedded)
	}
	must(t, alice.Remember(d.Keeper))
	must(t, alice.Close())
	again, err := d.Restore(t.Context(), session.Embedded, "alice")
	must(t, err)
	must(t, again.Close())

	fingerprint = "SHA256:another"
	if _, err := d.Restore(t.Context(), session.Embedded, "alice"); !errors.Is(err, session.ErrChangedKey) {
		t.Errorf("somebody else on the embedded drive's port is %v, want ErrChangedKey", err)
	}
	broken := errors.New("the disk is full")
	d.Embedded = func(context.Context) (session.EmbeddedDrive, error) { return session.EmbeddedDrive{}, broken }
	if _, err := d.Connect(t.Context(), session.Embedded); !errors.Is(err, broken) {
		t.Errorf("a drive that does not start is %v, want its error", err)
	}
}

// What is no wangpan server is told from one that is down, and never pinned.
func TestNotAServer(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(t.Output(), "", 0)
	secure.StartTLS()
	defer secure.Close()
	gone, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	must(t, gone.Close())

	tests := []struct {
		name, addr string
		want       error
	}{
		{"HTTP", plain.Listener.Addr().String(), client.ErrNotWangpan},
		{"HTTPS", secure.Listener.Addr().String(), client.ErrNotWangpan},
		{"nobody", gone.Addr().String(), client.ErrUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := dialer(t)
			d.TrustNew = true
			if _, err := d.Connect(t.Context(), tt.addr); !errors.Is(err, tt.want) {
				t.Errorf("connecting is %v, want %v", err, tt.want)
			}
			if got, ok := d.Keeper.Pinned(tt.addr); ok {
				t.Errorf("the key %s of something else was pinned", got)
			}
		})
	}
}

func TestBadAddress(t *testing.T) {
	d := dialer(t)
	for name, try := range map[string]func() error{
		"connect": func() error { _, err := d.Connect(t.Context(), "a b"); return err },
		"login":   func() error { _, err := d.Login(t.Context(), "a b", "alice", password); return err },
		"restore": func() error { _, err := d.Restore(t.Context(), "a b", "alice"); return err },
	} {
		if _, ok := errors.AsType[*session.AddressError](try()); !ok {
			t.Errorf("%s takes an address that is none", name)
		}
	}
}
