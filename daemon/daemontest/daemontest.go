// Package daemontest starts a real daemon for tests: real files in a temporary
// folder, a real account book, a real socket on 127.0.0.1. [Start] returns when
// it accepts connections, and the test's end stops it.
package daemontest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/wire"
)

// Invitation is the code that is wanted of those who register, when the
// configuration says that they must be invited.
const Invitation = "an invitation"

// Server is a running daemon.
type Server struct {
	Addr        string // host:port; the same after a Restart
	Fingerprint string // of its key; "" when plain
	Dir         string // its data folder

	tb     testing.TB
	config daemon.Config
	book   *accounts.Book
	daemon *daemon.Daemon
	served chan error
}

// Start runs a daemon. Each change, if any, may alter its configuration first.
func Start(tb testing.TB, changes ...func(*daemon.Config)) *Server {
	tb.Helper()
	s := &Server{tb: tb, Dir: filepath.Join(tb.TempDir(), "data"), Addr: "127.0.0.1:0"}
	s.config = daemon.Config{
		Dir:  s.Dir,
		Name: "wangpand/test",
		Log:  slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	for _, change := range changes {
		change(&s.config)
	}
	s.Restart()
	tb.Cleanup(s.Stop)
	return s
}

// Restart starts the daemon again on the same folder and address, after a Stop.
func (s *Server) Restart() {
	s.tb.Helper()
	err := os.MkdirAll(s.Dir, 0o700)
	if err != nil {
		s.tb.Fatal(err)
	}
	o := accounts.Options{Log: s.config.Log, Occupied: func(folder string) bool { return daemon.Occupied(s.Dir, folder) }}
	if s.config.Registration == wire.RegistrationInvitation {
		o.Registration, o.InvitationCode = accounts.RegistrationInvited, Invitation
	}
	if s.book, err = accounts.Open(filepath.Join(s.Dir, "accounts.xlsx"), o); err != nil {
		s.tb.Fatal(err)
	}
	s.config.Accounts = s.book
	if s.daemon, err = daemon.New(s.config); err != nil {
		s.tb.Fatal(err)
	}
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.Addr, s.Fingerprint = l.Addr().String(), s.daemon.Fingerprint()
	s.served = make(chan error, 1)
	go func() { s.served <- s.daemon.Serve(l) }()
}

// Daemon is the running daemon; nil after a Stop.
func (s *Server) Daemon() *daemon.Daemon { return s.daemon }

// Book is the open account book, for what only administrators do.
func (s *Server) Book() *accounts.Book { return s.book }

// Stop shuts the daemon down cleanly; a second Stop does nothing.
func (s *Server) Stop() {
	s.tb.Helper()
	if s.daemon == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.daemon.Shutdown(ctx); err != nil {
		s.tb.Error(err)
	}
	if err := <-s.served; !errors.Is(err, daemon.ErrServerClosed) {
		s.tb.Errorf("serve: %v", err)
	}
	if err := s.book.Close(); err != nil {
		s.tb.Error(err)
	}
	s.daemon = nil
}
