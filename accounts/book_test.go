package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soak lets the tests that take a sample take everything, which needs an hour: task soak-accounts.
var soak = os.Getenv("WANGPAN_ACCOUNTS_SOAK") != ""

const goodPassword = "correct horse"

// bookAt opens a book whose owner goroutine looks every few milliseconds.
func bookAt(tb testing.TB, path string, o Options) *Book {
	tb.Helper()
	b, err := openAt(path, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := b.Close(); err != nil {
			tb.Error(err)
		}
	})
	return b
}

func openAt(path string, o Options) (*Book, error) {
	if o.look == 0 {
		o.look = 5 * time.Millisecond
	}
	if testing.Verbose() && o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return Open(path, o)
}

func newPath(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "accounts.xlsx")
}

func mustRegister(tb testing.TB, b *Book, names ...string) {
	tb.Helper()
	for _, name := range names {
		if _, err := b.Register(tb.Context(), name, goodPassword); err != nil {
			tb.Fatalf("register %q: %v", name, err)
		}
	}
}

// eventually waits for what the owner goroutine will do.
func eventually(tb testing.TB, what string, done func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			tb.Fatalf("never happened: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func code(err error) string {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return fmt.Sprint(err)
}

func TestBook(t *testing.T) {
	path := newPath(t)
	b := bookAt(t, path, Options{DefaultQuota: 5000})
	ctx := t.Context()
	name, err := b.Register(ctx, "Alice", goodPassword)
	if err != nil || name != "alice" {
		t.Fatalf("register: %q, %v", name, err)
	}
	if got, err := b.Authenticate(ctx, "ALICE", goodPassword); err != nil || got != "alice" {
		t.Errorf("authenticate: %q, %v", got, err)
	}
	if got, err := b.Folder("alice"); err != nil || got != "alice" {
		t.Errorf("folder: %q, %v", got, err)
	}
	if got, err := b.Quota("alice"); err != nil || got != 5000 {
		t.Errorf("quota: %d, %v", got, err)
	}
	if err := b.ChangePassword(ctx, "alice", "wrong horse", "another horse"); !errors.Is(err, ErrCredentials) {
		t.Errorf("change with a wrong password: %v", err)
	}
	if err := b.ChangePassword(ctx, "alice", goodPassword, "another horse"); err != nil {
		t.Errorf("change: %v", err)
	}
	if _, err := b.Authenticate(ctx, "alice", goodPassword); !errors.Is(err, ErrCredentials) {
		t.Errorf("the old password: %v", err)
	}
	b.Seen("alice", 1234, 5, 8, time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Register(ctx, "carol", goodPassword); !errors.Is(err, ErrClosed) {
		t.Errorf("register after Close: %v", err)
	}

	// The workbook alone holds everything after Close.
	if err := os.Remove(journalPath(path)); err != nil {
		t.Fatal(err)
	}
	b = bookAt(t, path, Options{})
	if got, err := b.Authenticate(ctx, "alice", "another horse"); err != nil || got != "alice" {
		t.Errorf("after reopening: %q, %v", got, err)
	}
	if e := b.roster.named("alice"); e.used != 1234 || e.files != 5 || e.lastLogin.Hour() != 10 {
		t.Errorf("used %d, files %d, last login %v", e.used, e.files, e.lastLogin)
	}
}

func TestErrorsCarryCodes(t *testing.T) {
	b := bookAt(t, newPath(t), Options{})
	ctx := t.Context()
	mustRegister(t, b, "alice")
	register := func(name, password string) error { _, err := b.Register(ctx, name, password); return err }
	login := func(name, password string) error { _, err := b.Authenticate(ctx, name, password); return err }
	folder := func(name string) error { _, err := b.Folder(name); return err }
	for _, c := range []struct {
		name string
		err  error
		is   error
		want string
	}{
		{"taken", register("alice", goodPassword), ErrTaken, "exists"},
		{"taken in another case", register("ALICE", goodPassword), ErrTaken, "exists"},
		{"bad name", register("../etc", goodPassword), ErrName, "invalid"},
		{"device", register("con", goodPassword), ErrName, "invalid"},
		{"short password", register("bob", "short"), ErrPassword, "invalid"},
		{"unknown user", login("nobody", goodPassword), ErrCredentials, "unauthenticated"},
		{"wrong password", login("alice", "wrong horse"), ErrCredentials, "unauthenticated"},
		{"blank", login("", ""), ErrCredentials, "unauthenticated"},
		{"no folder", folder("nobody"), ErrGone, "denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !errors.Is(c.err, c.is) || code(c.err) != c.want {
				t.Errorf("got %v with code %s, want %s", c.err, code(c.err), c.want)
			}
		})
	}
}

func TestRegistration(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		code string
		want error
	}{
		{"open", Options{}, "", nil},
		{"closed", Options{Registration: RegistrationClosed}, "", ErrNotOpen},
		{"invited", Options{Registration: RegistrationInvited, InvitationCode: "spring"}, "spring", nil},
		{"wrong code", Options{Registration: RegistrationInvited, InvitationCode: "spring"}, "autumn", ErrInvitation},
		{"no code", Options{Registration: RegistrationInvited}, "", ErrInvitation},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := bookAt(t, newPath(t), c.o)
			if _, err := b.RegisterInvited(t.Context(), "alice", goodPassword, c.code); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestOneWinner(t *testing.T) {
	b := bookAt(t, newPath(t), Options{})
	spellings := []string{"Straße", "strasse", "STRASSE", "ｓtrasse", "Stra\u00dfe"}
	var mu sync.Mutex
	var wg sync.WaitGroup
	outcomes := map[string]int{}
	for i := range 20 {
		wg.Go(func() {
			_, err := b.Register(t.Context(), spellings[i%len(spellings)], goodPassword)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				outcomes["won"]++
			} else {
				outcomes[code(err)]++
			}
		})
	}
	wg.Wait()
	if outcomes["won"] != 1 || outcomes["exists"] != 19 {
		t.Errorf("outcomes %v, want one winner", outcomes)
	}
}

func TestHundredAtOnce(t *testing.T) {
	path := newPath(t)
	b := bookAt(t, path, Options{})
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() { mustRegister(t, b, fmt.Sprintf("user%d", i)) })
	}
	wg.Wait()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = bookAt(t, path, Options{})
	if n := b.roster.size(); n != 100 {
		t.Errorf("%d accounts, want 100", n)
	}
}

// Unknown users, wrong passwords and disabled accounts must cost the same: computations are counted,
// because a measured time would prove nothing on a busy machine.
func TestSameWork(t *testing.T) {
	b := bookAt(t, newPath(t), Options{})
	mustRegister(t, b, "alice", "bob", "blank")
	b.roster.named("bob").disabled = true
	b.roster.named("blank").hash = ""
	for _, c := range []struct{ name, user, password string }{
		{"unknown", "nobody", goodPassword},
		{"wrong", "alice", "wrong horse"},
		{"disabled", "bob", "wrong horse"},
		{"blank hash", "blank", goodPassword},
		{"not a name", "../x", goodPassword},
		{"too long", "alice", string(make([]byte, 1000))},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := b.hasher.done.Load()
			_, err := b.Authenticate(t.Context(), c.user, c.password)
			if !errors.Is(err, ErrCredentials) || err.Error() != ErrCredentials.Error() {
				t.Errorf("got %v", err)
			}
			if n := b.hasher.done.Load() - before; n != 1 {
				t.Errorf("%d hashes computed, want 1", n)
			}
		})
	}
}

func TestSecondOpenRefused(t *testing.T) {
	path := newPath(t)
	bookAt(t, path, Options{})
	if _, err := openAt(path, Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	link := filepath.Join(t.TempDir(), "link.xlsx")
	if err := os.Symlink(path, link); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if _, err := openAt(link, Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("through a link: %v, want ErrInUse", err)
	}
}

func TestWaitsHonourContext(t *testing.T) {
	b := bookAt(t, newPath(t), Options{})
	if err := b.hasher.slots.Acquire(t.Context(), hashesAtOnce); err != nil {
		t.Fatal(err)
	}
	defer b.hasher.slots.Release(hashesAtOnce)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Authenticate(ctx, "alice", goodPassword); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	b.hasher.waiting.Store(hashesWaiting)
	defer b.hasher.waiting.Store(0)
	if _, err := b.Register(t.Context(), "alice", goodPassword); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
}
