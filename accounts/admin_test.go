package accounts

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAdministrator(t *testing.T) {
	path := newPath(t)
	b := bookAt(t, path, Options{Registration: RegistrationClosed, DefaultQuota: 99})
	ctx := t.Context()
	for _, name := range []string{"alice", "bob", "carol"} {
		if _, err := b.Add(ctx, name, goodPassword); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"disable", b.Disable("alice"), nil},
		{"password", b.SetPassword(ctx, "bob", "set by an administrator"), nil},
		{"quota", b.SetQuota("bob", "2 GB"), nil},
		{"bad quota", b.SetQuota("bob", "0"), ErrQuota},
		{"remove", b.Remove("carol"), nil},
		{"remove twice", b.Remove("carol"), ErrGone},
		{"bad password", b.SetPassword(ctx, "bob", "short"), ErrPassword},
		{"nobody", b.Enable("nobody"), ErrGone},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
	for _, want := range []string{"alice", "bob", "carol"} {
		if got := <-b.Ended(); got != want {
			t.Errorf("ended %q, want %q", got, want)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, open := <-b.Ended(); open {
		t.Error("Ended is open after Close")
	}
	b = bookAt(t, path, Options{DefaultQuota: 99})
	list := b.List()
	if len(list) != 2 || list[0].Name != "alice" || !list[0].Disabled || list[1].Quota != 2e9 || list[0].Quota != 99 {
		t.Errorf("list %+v", list)
	}
	if err := b.Enable("alice"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Authenticate(ctx, "alice", goodPassword); err != nil {
		t.Error(err)
	}
}

// TestEndedNeverBlocks: nobody reads Ended, and the book goes on.
func TestEndedNeverBlocks(t *testing.T) {
	b := running(t, 1, Options{})
	for range 100 {
		if err := errors.Join(b.Disable("user0"), b.Enable("user0")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSeenIsCoalesced(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	b := running(t, 1, Options{look: time.Hour, now: func() time.Time { return now }})
	b.file.saved = now
	for _, c := range []struct {
		name  string
		after time.Duration
		want  int64
	}{
		{"at once", 0, 0},
		{"within the minute", factsEvery - time.Second, 0},
		{"after a minute", factsEvery, 4096},
	} {
		now = b.file.saved.Add(c.after)
		b.Seen("user0", 4096, 1, 2, now)
		if err := b.fold(false); err != nil {
			t.Fatal(err)
		}
		if got := onDisk(t, b.path).roster.named("user0").used; got != c.want {
			t.Errorf("%s: used %d, want %d", c.name, got, c.want)
		}
	}
	if list := must(listBackups(b.path)); len(list) != 0 {
		t.Errorf("%d backups for nothing but numbers", len(list))
	}
}

func TestSurplus(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var list []backup
	for hour := range 20 * 24 { // one an hour for 20 days, the newest first
		list = append(list, backup{at: now.Add(-time.Duration(hour) * time.Hour)})
	}
	drop := surplus(list, now)
	kept := len(list) - len(drop)
	// The newest ten are of today; six former days have one each, and the seventh is cut by the hour.
	if kept != keepLatest+keepDays-1 && kept != keepLatest+keepDays {
		t.Errorf("kept %d", kept)
	}
	for _, b := range drop {
		if now.Sub(b.at) < keepLatest*time.Hour {
			t.Errorf("dropped one of the latest, %v", b.at)
		}
	}
}

// TestPermissions: hashes of passwords are for the owner only, whatever the files were before.
func TestPermissions(t *testing.T) {
	path := newPath(t)
	b := bookAt(t, path, Options{})
	mustRegister(t, b, "alice")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, journalPath(path)} {
		if err := os.Chmod(file, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	b = bookAt(t, path, Options{})
	mustRegister(t, b, "bob")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(filepath.Dir(path), func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == filepath.Dir(path) {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", d.Name(), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
