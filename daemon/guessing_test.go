package daemon_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// loopback returns address number n of 127.0.0.0/8; 0 is 127.0.0.1.
func loopback(n int) net.IP { return net.IPv4(127, byte(n>>16), byte(n>>8), byte(n+1)) }

// greetedFrom connects to a daemon without TLS from an address and says hello. It
// returns nil when the daemon refuses the connection.
func greetedFrom(t *testing.T, s *daemontest.Server, from net.IP) *wire.Conn {
	t.Helper()
	raw, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}).Dial("tcp", s.Addr)
	if err != nil {
		t.Skipf("cannot connect from %v: %v", from, err)
	}
	c := wire.NewConn(raw, wire.Timeouts{})
	t.Cleanup(func() { _ = c.Close() })
	if _, err := exchange(c, wire.Hello, wire.HelloArgs{Magic: wire.Magic, Versions: []int{1}}); err != nil {
		t.Fatal(err)
	}
	return c
}

// exchange sends one request and returns its answer.
func exchange(c *wire.Conn, name wire.RequestName, args any) (json.RawMessage, error) {
	data, err := json.Marshal(args)
	if err == nil {
		err = c.WriteMessage(wire.KindMessage, wire.Request{ID: 1, Request: name, Args: data})
	}
	if err == nil {
		err = c.Flush()
	}
	if err != nil {
		return nil, err
	}
	f, err := c.ReadFrame()
	if err != nil {
		return nil, err
	}
	var r wire.Reply
	if err := json.Unmarshal(f.Payload, &r); err != nil {
		return nil, err
	}
	if r.Error != nil {
		return nil, r.Error
	}
	return r.Reply, nil
}

var soaking = os.Getenv("WANGPAN_SOAK") != ""

// guess fails to log in as user.
func guess(c *wire.Conn, user string) error {
	_, err := exchange(c, wire.Login, wire.LoginArgs{User: user, Password: "wrong horse"})
	return err
}

// TestOwnerPassesGuessers lets many addresses guess, each with another name, and
// counts the guesses that are checked while the owner of an account logs in.
func TestOwnerPassesGuessers(t *testing.T) {
	guessers := 12
	if soaking {
		guessers = 150
	}
	for _, test := range []struct {
		name string
		from int // the owner's address
	}{
		{"from an address used before", 0},
		{"from a new address", 9999},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := daemontest.Start(t, func(c *daemon.Config) { c.Plain, c.Limits.Login = true, 10*time.Minute })
			member(t, s, "alice")
			var checked atomic.Int64
			var wg sync.WaitGroup
			conns := make([]*wire.Conn, guessers)
			failed, busy := make(chan struct{}), make(chan struct{}, 1)
			for i := range conns {
				c := greetedFrom(t, s, loopback(1000+i))
				conns[i] = c
				wg.Go(func() {
					for n := 0; errors.Is(guess(c, fmt.Sprint("guessed", i)), wire.Unauthenticated); n++ {
						checked.Add(1)
						switch n {
						case 0:
							<-failed // until all have a recent failure
						case 1:
							select {
							case busy <- struct{}{}:
							default:
							}
						}
					}
				})
			}
			for range guessers {
				failed <- struct{}{}
			}
			<-busy
			owner := greetedFrom(t, s, loopback(test.from))
			before, began := checked.Load(), time.Now()
			if _, err := exchange(owner, wire.Login, wire.LoginArgs{User: "alice", Password: secret}); err != nil {
				t.Error(err)
			}
			passed, took := checked.Load()-before, time.Since(began)
			for _, c := range conns {
				_ = c.Close()
			}
			wg.Wait()
			t.Logf("the owner logged in after %v and %d other checks", took.Round(time.Millisecond), passed)
			if passed > 5 {
				t.Errorf("%d guesses were checked before the owner's password, want at most 5", passed)
			}
		})
	}
}

// TestGuessesAreBounded guesses at one account for 20 s, each time from another
// address, and then lets the owner log in.
func TestGuessesAreBounded(t *testing.T) {
	if !soaking {
		t.Skip("guesses for 20 s; task soak")
	}
	s := daemontest.Start(t, func(c *daemon.Config) { c.Plain = true })
	member(t, s, "alice")
	var next, checked atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(20 * time.Second)
	for range 16 {
		wg.Go(func() {
			for time.Now().Before(end) {
				c := greetedFrom(t, s, loopback(1000+int(next.Add(1))))
				if errors.Is(guess(c, "alice"), wire.Unauthenticated) {
					checked.Add(1)
				}
				_ = c.Close()
			}
		})
	}
	wg.Wait()
	t.Logf("%d guesses from %d addresses were checked in 20 s", checked.Load(), next.Load())
	if checked.Load() > 102 {
		t.Errorf("%d guesses were checked, want at most 102", checked.Load())
	}
	began := time.Now()
	if _, err := exchange(greetedFrom(t, s, loopback(0)), wire.Login, wire.LoginArgs{User: "alice", Password: secret}); err != nil {
		t.Errorf("the owner's login answers %v", err)
	}
	t.Logf("the owner logged in after %v", time.Since(began).Round(time.Millisecond))
}
