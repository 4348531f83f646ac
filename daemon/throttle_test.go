package daemon

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"wangpan/daemon/clock"
	"wangpan/wire"
)

func TestThrottle(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	// guess tries to get in and fails.
	guess := func(th *throttle, address, account string, at time.Time) error {
		_, err := th.allow(address, account, false, at)
		if err == nil {
			th.failed(address, account, at)
		}
		return err
	}
	t.Run("an address has ten failures a minute", func(t *testing.T) {
		th := newThrottle()
		for i := range failuresOfAddress {
			if err := guess(th, "1.2.3.4", fmt.Sprint(i), now); err != nil {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		if _, err := th.allow("1.2.3.4", "x", false, now); !errors.Is(err, wire.RateLimited) {
			t.Errorf("the next answers %v, want rate_limited", err)
		}
		if _, err := th.allow("5.6.7.8", "x", false, now); err != nil {
			t.Errorf("another address: %v", err)
		}
		if _, err := th.allow("1.2.3.4", "x", false, now.Add(time.Minute)); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
	t.Run("successes and tries at work do not count", func(t *testing.T) {
		th := newThrottle()
		for i := range 10 * failuresOfAddress {
			if _, err := th.allow("1.2.3.4", "alice", false, now); err != nil {
				t.Fatalf("login %d: %v", i, err)
			}
		}
	})
	t.Run("failures of tries at once are owed", func(t *testing.T) {
		th := newThrottle()
		for range 2 * failuresOfAddress {
			th.failed("1.2.3.4", "alice", now)
		}
		if _, err := th.allow("1.2.3.4", "alice", false, now.Add(time.Minute)); !errors.Is(err, wire.RateLimited) {
			t.Errorf("a minute later the answer is %v, want rate_limited", err)
		}
	})
	t.Run("an account has a hundred failures an hour, whatever addresses come", func(t *testing.T) {
		th := newThrottle()
		tried := 0
		for i := range 5 * failuresOfAccount {
			if guess(th, fmt.Sprintf("10.0.%d.%d", i/250, i%250), "alice", now) == nil {
				tried++
			}
		}
		if tried != failuresOfAccount {
			t.Errorf("%d guesses were tried, want %d", tried, failuresOfAccount)
		}
		if _, err := th.allow("192.168.1.1", "alice", false, now); !errors.Is(err, wire.RateLimited) {
			t.Errorf("a new address answers %v, want rate_limited", err)
		}
		if lane, err := th.allow("192.168.1.1", "alice", true, now); err != nil || lane != laneReturning {
			t.Errorf("an address that was used before waits in lane %d, %v", lane, err)
		}
		if _, err := th.allow("192.168.1.1", "bob", false, now); err != nil {
			t.Errorf("another account: %v", err)
		}
	})
	t.Run("an address used before has no more failures than another", func(t *testing.T) {
		th := newThrottle()
		for range failuresOfAddress {
			th.failed("1.2.3.4", "alice", now)
		}
		if _, err := th.allow("1.2.3.4", "alice", true, now); !errors.Is(err, wire.RateLimited) {
			t.Errorf("it answers %v, want rate_limited", err)
		}
	})
	t.Run("lanes", func(t *testing.T) {
		th := newThrottle()
		if lane, err := th.allow("1.2.3.4", "alice", false, now); err != nil || lane != laneClean {
			t.Errorf("a new address waits in lane %d, %v", lane, err)
		}
		th.failed("1.2.3.4", "alice", now)
		if lane, err := th.allow("1.2.3.4", "bob", false, now); err != nil || lane != laneFailing {
			t.Errorf("one that failed waits in lane %d, %v", lane, err)
		}
		if lane, err := th.register("1.2.3.4", now); err != nil || lane != laneFailing {
			t.Errorf("its registration waits in lane %d, %v", lane, err)
		}
	})
	t.Run("registrations", func(t *testing.T) {
		th := newThrottle()
		for i := range registrationsOfAddress {
			if _, err := th.register("1.2.3.4", now); err != nil {
				t.Fatalf("registration %d: %v", i, err)
			}
			th.registered("1.2.3.4", now)
		}
		if _, err := th.register("1.2.3.4", now); !errors.Is(err, wire.RateLimited) {
			t.Errorf("the next answers %v, want rate_limited", err)
		}
		if _, err := th.register("5.6.7.8", now); err != nil {
			t.Errorf("another address: %v", err)
		}
	})
	t.Run("the tables are bounded", func(t *testing.T) {
		th := newThrottle()
		for i := range 3 * throttleSize {
			_ = guess(th, fmt.Sprint(i), fmt.Sprint(i), now)
		}
		if len(th.addresses) > throttleSize || len(th.accounts) > throttleSize {
			t.Errorf("%d addresses and %d accounts are kept, want at most %d", len(th.addresses), len(th.accounts), throttleSize)
		}
	})
}

func TestSpellingsOfOneNameAreGuessedTogether(t *testing.T) {
	for _, spelling := range []string{"Alice", "ALICE", "ａlice", "Ａｌｉｃｅ"} {
		if guessed(spelling) != guessed("alice") {
			t.Errorf("%s is counted apart from alice", spelling)
		}
	}
	if guessed("alice") == guessed("bob") {
		t.Error("two names are counted as one")
	}
}

// TestALoginDoesNotOutliveThePassword begins a session with a password that was
// right when it was checked and is not any more.
func TestALoginDoesNotOutliveThePassword(t *testing.T) {
	s, err := openSessions(t.TempDir(), clock.New(clock.System()))
	if err != nil {
		t.Fatal(err)
	}
	checked := s.checkpoint()
	if err := s.end("alice", wire.ReasonPasswordChanged, true, func(*session) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if began, _, err := s.begin("alice", "alice", "1.2.3.4", checked); began != nil || !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("the session begins all the same: %v", err)
	}
	if began, _, err := s.begin("bob", "bob", "1.2.3.4", checked); began == nil || err != nil {
		t.Errorf("somebody else's does not begin: %v", err)
	}
	if began, _, err := s.begin("alice", "alice", "1.2.3.4", s.checkpoint()); began == nil || err != nil {
		t.Errorf("one with the new password does not begin: %v", err)
	}
}

// TestAFullDiskKeepsNobodyOut lets saving fail: the session lives all the same.
func TestAFullDiskKeepsNobodyOut(t *testing.T) {
	s, err := openSessions(filepath.Join(t.TempDir(), "gone"), clock.New(clock.System()))
	if err != nil {
		t.Fatal(err)
	}
	began, token, err := s.begin("alice", "alice", "1.2.3.4", s.checkpoint())
	if err == nil || began == nil {
		t.Fatalf("the session is %v, the error %v; want a session and an error", began, err)
	}
	if found, err := s.find(token); found != began || err != nil {
		t.Errorf("the session found is %v, %v", found, err)
	}
}

func TestAddressOf(t *testing.T) {
	for remote, want := range map[string]string{
		"1.2.3.4:5":                "1.2.3.4",
		"[::ffff:1.2.3.4]:5":       "1.2.3.4",
		"[2001:db8:1:2:3:4:5:6]:7": "2001:db8:1:2::/64",
		"strange":                  "strange",
	} {
		if got := addressOf(remote); got != want {
			t.Errorf("addressOf(%q) = %q, want %q", remote, got, want)
		}
	}
}
