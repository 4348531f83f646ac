package accounts_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// addresses forwards connections to a daemon from addresses of this machine that it is told.
type addresses struct {
	listener net.Listener
	from     atomic.Pointer[net.TCPAddr]
	wait     sync.WaitGroup
}

func forward(t *testing.T, to string) *addresses {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &addresses{listener: l}
	a.wait.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := (&net.Dialer{LocalAddr: a.from.Load()}).DialContext(t.Context(), "tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			pipe := func(a, b net.Conn) {
				_, _ = io.Copy(a, b)
				_ = errors.Join(a.Close(), b.Close())
			}
			a.wait.Go(func() { pipe(in, out) })
			a.wait.Go(func() { pipe(out, in) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		a.wait.Wait()
	})
	return a
}

// login tries once from the address of a number.
func (a *addresses) login(t *testing.T, number int, user, password string) (took time.Duration, err error) {
	t.Helper()
	from := &net.TCPAddr{IP: net.IPv4(127, byte(1+number>>16), byte(number>>8), byte(number))}
	if probe, err := net.ListenTCP("tcp", from); err != nil {
		t.Skipf("this machine does not answer for all of 127.0.0.0/8: %v", err)
	} else if err := probe.Close(); err != nil {
		t.Fatal(err)
	}
	a.from.Store(from)
	trust := func(context.Context, string, string) error { return nil }
	c, err := client.Dial(t.Context(), a.listener.Addr().String(), client.Options{Trust: trust})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	began := time.Now()
	_, err = c.Login(t.Context(), user, password)
	return time.Since(began), err
}

// TestGuessing: an address gets ten tries and then one every six seconds, and the owner gets in from
// anywhere else.
func TestGuessing(t *testing.T) {
	s := daemontest.Start(t)
	entered(t, s, "alice")
	a := forward(t, s.Addr)
	began, tried := time.Now(), 0
	for range 30 {
		if _, err := a.login(t, 1, "alice", "wrong horse"); errors.Is(err, wire.Unauthenticated) {
			tried++
		} else if !errors.Is(err, wire.RateLimited) {
			t.Fatalf("a guess answers %v", err)
		}
	}
	if most := 10 + int(time.Since(began)/(6*time.Second)); tried > most {
		t.Errorf("%d of 30 guesses were tried, want at most %d", tried, most)
	}
	if _, err := a.login(t, 2, "alice", secret); err != nil {
		t.Errorf("the owner from elsewhere: %v", err)
	}
	t.Logf("%d of 30 guesses were tried", tried)
}

// TestManyGuessers: an account that is guessed at from many addresses is closed to them after a hundred
// tries, and open to its owner.
func TestManyGuessers(t *testing.T) {
	if os.Getenv("WANGPAN_ACCOUNTS_SOAK") == "" {
		t.Skip("hashes for a minute; task soak-accounts")
	}
	s := daemontest.Start(t)
	entered(t, s, "alice")
	a := forward(t, s.Addr)
	tried := 0
	for i := range 300 {
		_, err := a.login(t, 10+i/9, "alice", "wrong horse")
		if errors.Is(err, wire.Unauthenticated) {
			tried++
		} else if !errors.Is(err, wire.RateLimited) {
			t.Fatalf("a guess answers %v", err)
		}
	}
	// Each new address has a first try of its own, else its owner would be locked out.
	if most := 100 + 300/9 + 5; tried > most {
		t.Errorf("%d of 300 guesses were tried, want at most %d", tried, most)
	}
	if _, err := a.login(t, 5000, "alice", secret); err != nil {
		t.Errorf("the owner from a clean address: %v", err)
	}
	t.Logf("%d of 300 guesses from 34 addresses were tried", tried)
}

// TestTiming: from how long a refusal takes nobody can tell whether there is such an account. Of two
// samples, AUC is how often one of the first takes longer than one of the second: 0.5 is by chance.
func TestTiming(t *testing.T) {
	if os.Getenv("WANGPAN_ACCOUNTS_SOAK") == "" {
		t.Skip("needs 1,500 hashes on a quiet machine; task soak-accounts")
	}
	s := daemontest.Start(t)
	for _, user := range []string{"known", "disabled"} {
		entered(t, s, user)
	}
	if err := s.Book().Disable("disabled"); err != nil {
		t.Fatal(err)
	}
	a := forward(t, s.Addr)
	kinds := []struct{ name, user, password string }{
		{"known", "known", "wrong horse"},
		{"unknown", "unknown", "wrong horse"},
		{"disabled", "disabled", "wrong horse"},
	}
	took := map[string][]time.Duration{}
	for i := range 510 {
		for k := range kinds {
			kind := kinds[(i+k)%len(kinds)] // each is first, second and last as often
			d, err := a.login(t, 100+i*len(kinds)+k, kind.user, kind.password)
			if !errors.Is(err, wire.Unauthenticated) {
				t.Fatalf("%s answers %v", kind.name, err)
			}
			if i >= 10 { // until everything is warm
				took[kind.name] = append(took[kind.name], d)
			}
		}
	}
	for _, pair := range [][2]string{{"known", "unknown"}, {"known", "disabled"}, {"unknown", "disabled"}} {
		auc := auc(took[pair[0]], took[pair[1]])
		t.Logf("%s against %s: AUC %.3f, medians %v and %v", pair[0], pair[1], auc, median(took[pair[0]]), median(took[pair[1]]))
		if auc < 0.45 || auc > 0.55 {
			t.Errorf("%s can be told from %s", pair[0], pair[1])
		}
	}
}

func auc(a, b []time.Duration) float64 {
	longer := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				longer++
			case x == y:
				longer += 0.5
			}
		}
	}
	return longer / float64(len(a)*len(b))
}

func median(d []time.Duration) time.Duration { return slices.Sorted(slices.Values(d))[len(d)/2] }

// TestOneWinnerOverTheWire: a hundred registrations of one name at once, in every spelling: one wins.
func TestOneWinnerOverTheWire(t *testing.T) {
	s := daemontest.Start(t)
	spellings := []string{"Alice", "alice", "ALICE", "aLICE", "ａlice", "Ａｌｉｃｅ"}
	clients := make([]*client.Client, 10) // each sends ten, one behind the other
	for i := range clients {
		clients[i] = dial(t, s)
	}
	var wait sync.WaitGroup
	var won, taken atomic.Int64
	for i := range 100 {
		wait.Go(func() {
			_, err := clients[i%len(clients)].Register(t.Context(), wire.RegisterArgs{User: spellings[i%len(spellings)], Password: secret})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, wire.Exists):
				taken.Add(1)
			default:
				t.Errorf("registration %d: %v", i, err)
			}
		})
	}
	wait.Wait()
	if fmt.Sprint(won.Load(), taken.Load()) != "1 99" {
		t.Errorf("%d won and %d were told that it is taken, want 1 and 99", won.Load(), taken.Load())
	}
}
