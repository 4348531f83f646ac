package daemon

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"wangpan/wire"
)

func TestThrottle(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	t.Run("an address has ten failures a minute", func(t *testing.T) {
		th := newThrottle()
		for i := range triesOfAddress {
			if _, err := th.try("1.2.3.4", fmt.Sprint(i), now); err != nil {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if _, err := th.try("1.2.3.4", "x", now); !errors.Is(err, wire.RateLimited) {
			t.Errorf("the next answers %v, want rate_limited", err)
		}
		if _, err := th.try("5.6.7.8", "x", now); err != nil {
			t.Errorf("another address: %v", err)
		}
		if _, err := th.try("1.2.3.4", "x", now.Add(time.Minute)); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
	t.Run("successes do not count", func(t *testing.T) {
		th := newThrottle()
		for i := range 10 * triesOfAddress {
			giveBack, err := th.try("1.2.3.4", "alice", now)
			if err != nil {
				t.Fatalf("login %d: %v", i, err)
			}
			giveBack()
		}
	})
	t.Run("the owner of a guessed account gets in from elsewhere", func(t *testing.T) {
		th := newThrottle()
		for i := range triesOfAccount {
			if _, err := th.try(fmt.Sprintf("10.0.0.%d", i/5), "alice", now); err != nil {
				t.Fatalf("guess %d: %v", i, err)
			}
		}
		if _, err := th.try("10.0.0.1", "alice", now); !errors.Is(err, wire.RateLimited) {
			t.Errorf("a guesser's address answers %v, want rate_limited", err)
		}
		if _, err := th.try("192.168.1.1", "alice", now); err != nil {
			t.Errorf("a clean address: %v", err)
		}
	})
	t.Run("the tables are bounded", func(t *testing.T) {
		th := newThrottle()
		for i := range 3 * throttleSize {
			_, _ = th.try(fmt.Sprint(i), fmt.Sprint(i), now)
		}
		if len(th.addresses) > throttleSize || len(th.accounts) > throttleSize {
			t.Errorf("%d addresses and %d accounts are kept, want at most %d", len(th.addresses), len(th.accounts), throttleSize)
		}
	})
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
