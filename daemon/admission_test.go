package daemon_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// dialFrom connects from a source address such as 127.0.0.2, which stands for
// another host. Only some systems have more loopback addresses than one.
func dialFrom(t *testing.T, s *daemontest.Server, source string) net.Conn {
	t.Helper()
	raw, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}}).Dial("tcp", s.Addr)
	if err != nil {
		t.Skipf("connect from %s: %v", source, err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return raw
}

// joinFrom connects from source and joins the session of token.
func joinFrom(t *testing.T, s *daemontest.Server, source string, token wire.Token) error {
	t.Helper()
	p := strangeOn(t, s, dialFrom(t, s, source))
	hello := p.send(wire.Hello, wire.HelloArgs{Magic: wire.Magic, Versions: []int{1}})
	join := p.send(wire.Join, wire.JoinArgs{Token: token})
	if err := p.refusal(hello); err != nil {
		return err
	}
	return p.refusal(join)
}

// refusal reads the answer to the request with id, or an error with id 0 before
// the end of the connection.
func (p *peer) refusal(id uint64) error {
	p.t.Helper()
	_ = p.conn.Flush()
	f, err := p.conn.ReadFrame()
	if err != nil {
		return err
	}
	var r wire.Reply
	if err := wire.Unmarshal(f.Payload, &r); err != nil {
		p.t.Fatal(err)
	}
	if r.Error != nil {
		return r.Error
	}
	if r.ID != id {
		p.t.Fatalf("the answer is to request %d, want %d", r.ID, id)
	}
	return nil
}

// hold joins the session of token from source until the daemon refuses, and
// returns how many connections it holds.
func hold(t *testing.T, s *daemontest.Server, source string, tokens ...wire.Token) int {
	t.Helper()
	for n := 0; ; n++ {
		err := joinFrom(t, s, source, tokens[n%len(tokens)])
		if err != nil {
			if !errors.Is(err, wire.Busy) {
				t.Errorf("the connection after %d from %s ends with %v, want busy", n, source, err)
			}
			return n
		}
		if n > 1000 {
			t.Fatalf("%s holds %d connections", source, n)
		}
	}
}

// TestOneAddressLeavesRoomForOthers holds all the connections that one address
// can get with several accounts.
func TestOneAddressLeavesRoomForOthers(t *testing.T) {
	s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Connections = 128; c.Plain = true })
	_, mallory := memberToken(t, s, "mallory")
	_, malice := memberToken(t, s, "malice")
	_, alice := memberToken(t, s, "alice")
	if held := hold(t, s, "127.0.0.2", mallory, malice); held < 16 {
		t.Errorf("one address holds %d connections of 128, want at least 16 for the users of a shared host", held)
	}
	for range 4 {
		if err := joinFrom(t, s, "127.0.0.3", alice); err != nil {
			t.Fatalf("a join from another address ends with %v", err)
		}
	}
	if err := joinFrom(t, s, "127.0.0.3", "no token"); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("an unknown token answers %v, want unauthenticated", err)
	}
}

// TestOneHostLeavesRoomForItsOtherUsers holds all the connections that one user
// of a shared host can get there.
func TestOneHostLeavesRoomForItsOtherUsers(t *testing.T) {
	s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.PerAddress = 16; c.Plain = true })
	_, mallory := memberToken(t, s, "mallory")
	_, alice := memberToken(t, s, "alice")
	if held := hold(t, s, "127.0.0.2", mallory); held != 14 {
		t.Errorf("one account holds %d of 16 connections of its address, want 14", held)
	}
	if err := joinFrom(t, s, "127.0.0.2", alice); err != nil {
		t.Errorf("another account of the same address is answered with %v", err)
	}
}

// TestSeveralAddressesLeaveAReserve holds all the connections that several
// addresses can get.
func TestSeveralAddressesLeaveAReserve(t *testing.T) {
	s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Connections = 128; c.Plain = true })
	_, mallory := memberToken(t, s, "mallory")
	_, malice := memberToken(t, s, "malice")
	_, alice := memberToken(t, s, "alice")
	held := 0
	for _, source := range []string{"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"} {
		held += hold(t, s, source, mallory, malice)
	}
	if held < 60 { // of the 80 that are authenticated, and the last 16 are reserved
		t.Errorf("several addresses hold %d connections, want at least 60", held)
	}
	for range 3 { // alice has one
		if err := joinFrom(t, s, "127.0.0.6", alice); err != nil {
			t.Errorf("a newcomer is answered with %v", err)
		}
	}
	if err := joinFrom(t, s, "127.0.0.6", alice); !errors.Is(err, wire.Busy) {
		t.Errorf("the fifth connection of the newcomer is answered with %v, want busy", err)
	}
}

// TestRefusedConnectionsAreToldWhy opens connections from an address that has
// its share. Each sends before it reads, so that the daemon closes a socket with
// unread bytes in it.
func TestRefusedConnectionsAreToldWhy(t *testing.T) {
	for _, plain := range []bool{false, true} {
		t.Run(fmt.Sprintf("plain %t", plain), func(t *testing.T) {
			s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.PerAddress = 1; c.Plain = plain })
			member(t, s, "alice")
			for range 30 {
				p := strange(t, s)
				for range 20 {
					p.send(wire.Hello, wire.HelloArgs{Magic: wire.Magic, Versions: []int{1}, Client: strings.Repeat("x", 1000)})
				}
				if err := p.refusal(0); !errors.Is(err, wire.Busy) {
					t.Fatalf("the connection ends with %v, want busy", err)
				}
				if _, err := p.conn.ReadFrame(); !errors.Is(err, io.EOF) {
					t.Fatalf("the connection ends with %v behind the reason, want %v", err, io.EOF)
				}
				_ = p.conn.Close()
			}
			options := client.Options{Plain: plain, Trust: func(context.Context, string, string) error { return nil }}
			if _, err := client.Dial(t.Context(), s.Addr, options); !errors.Is(err, wire.Busy) {
				t.Errorf("the client reports %v, want busy", err)
			}
		})
	}
}

// TestUnauthenticatedConnectionsLockNobodyOut keeps many connections open that
// do not log in, and replaces each that the daemon closes. Clients of the same
// address join.
func TestUnauthenticatedConnectionsLockNobodyOut(t *testing.T) {
	config := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{wire.ALPN}}
	tests := []struct {
		name  string
		begin func(net.Conn) // what a connection does before it says no more
	}{
		{"silent", func(net.Conn) {}},
		{"one byte", func(c net.Conn) { _, _ = c.Write([]byte{22}) }},
		{"TLS", func(c net.Conn) { _ = tls.Client(c, config).Handshake() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { joinBeside(t, 60, tt.begin) })
	}
}

func joinBeside(t *testing.T, attackers int, begin func(net.Conn)) {
	t.Helper()
	const joins = 64
	s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Connections = 400 }) // 25 silent ones, and 50 overdue
	_, token := memberToken(t, s, "alice")
	ctx, stop := context.WithCancel(t.Context())
	var running, ready sync.WaitGroup
	ready.Add(attackers)
	for range attackers {
		running.Go(func() { keepOpen(ctx, s.Addr, begin, ready.Done) })
	}
	defer running.Wait()
	defer stop()
	ready.Wait()
	took := make([]time.Duration, 0, joins)
	for range joins {
		start := time.Now()
		c, err := client.Dial(t.Context(), s.Addr, client.Options{Trust: func(context.Context, string, string) error { return nil }})
		if err != nil {
			t.Fatalf("after %d: %v", len(took), err)
		}
		if _, err := c.Join(t.Context(), token); err != nil {
			t.Fatalf("after %d: %v", len(took), err)
		}
		took = append(took, time.Since(start))
		_ = c.Close()
	}
	slices.Sort(took)
	t.Logf("%d joins beside %d connections: median %v, slowest %v", joins, attackers, took[joins/2], took[joins-1])
}

// keepOpen holds one connection on which only begin sends, again and again.
func keepOpen(ctx context.Context, addr string, begin func(net.Conn), ready func()) {
	for ctx.Err() == nil {
		raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err == nil {
			stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
			begin(raw)
			if ready != nil {
				ready()
				ready = nil
			}
			_, _ = io.Copy(io.Discard, raw)
			stop()
			_ = raw.Close()
		}
	}
}
