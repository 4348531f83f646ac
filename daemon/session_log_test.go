package daemon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"wangpan/daemon/clock"
	"wangpan/wire"
)

func mustOpen(tb testing.TB, dir string) *sessions {
	tb.Helper()
	s, err := openSessions(dir, clock.New(clock.System()))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.close() })
	return s
}

func mustBegin(tb testing.TB, s *sessions, account string) wire.Token {
	tb.Helper()
	_, token, err := s.begin(account, account, "192.0.2.1", s.checkpoint())
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func all(*session) bool { return true }

// TestSessionLogCut cuts the file after every byte: what was whole stays, and
// the next login is kept.
func TestSessionLogCut(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	tokens := []wire.Token{mustBegin(t, s, "ann"), mustBegin(t, s, "bob")}
	path := filepath.Join(dir, sessionsName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(data) + 1 {
		if err := os.WriteFile(path, data[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		whole := bytes.Count(data[:cut], []byte{'\n'})
		s := mustOpen(t, dir)
		for i, token := range tokens {
			if _, err := s.find(token); err == nil != (i < whole) {
				t.Fatalf("cut at %d: session %d is %v, want %d sessions", cut, i, err, whole)
			}
		}
		if cut%100 != 0 {
			continue // each append is an fsync
		}
		next := mustBegin(t, s, "carol")
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		if _, err := mustOpen(t, dir).find(next); err != nil {
			t.Fatalf("cut at %d: the next session is lost: %v", cut, err)
		}
	}
}

// TestSessionLogDamage: an acknowledged line that is damaged later is an error,
// since it may have ended a session.
func TestSessionLogDamage(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	mustBegin(t, s, "ann")
	if err := s.end("ann", wire.ReasonLoggedOut, false, all); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, sessionsName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(data) {
		damaged := slices.Clone(data)
		damaged[i] ^= 1
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openSessions(dir, clock.New(clock.System())); err == nil {
			t.Fatalf("byte %d is damaged and nobody notices", i)
		}
	}
	for _, tail := range [][]byte{make([]byte, 300), []byte("0123"), append(make([]byte, 50), "rest of a line\n"...)} {
		if err := os.WriteFile(path, append(slices.Clone(data), tail...), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openSessions(dir, clock.New(clock.System())); err != nil {
			t.Errorf("what a crash leaves behind the last line, %q: %v", tail, err)
		}
	}
}

// TestSessionsMigrate reads the file of an earlier version once.
func TestSessionsMigrate(t *testing.T) {
	dir := t.TempDir()
	token := wire.Token("a token")
	list := []*session{{Key: keyOf(token), Account: "ann", Folder: "ann", Began: time.Now(), Expires: time.Now().Add(time.Hour)}}
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, oldSessionsName)
	for _, round := range []string{"first", "again, after a crash before the file was removed"} {
		if err := os.WriteFile(old, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := mustOpen(t, dir).find(token); err != nil {
			t.Errorf("%s: the session is lost: %v", round, err)
		}
		if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the old file is still there", round)
		}
	}
	s := mustOpen(t, dir)
	found, err := s.find(token)
	if err != nil {
		t.Fatalf("after a restart: %v", err)
	}
	if err := s.end(found.Account, wire.ReasonLoggedOut, false, all); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, sessionsName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the new file is %v, %v", info, err)
	}
	if _, err := mustOpen(t, dir).find(token); wire.ReasonOf(err) != wire.ReasonLoggedOut {
		t.Errorf("the ended session is %v", err)
	}
}

// TestSessionsCompact logs in and out until the file is rewritten, several
// times and several at once, and reads it again.
func TestSessionsCompact(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	s.log.kept = -compactAfter / 2 // so that 40 lines are superfluous
	keep := mustBegin(t, s, "keeper")
	var rewritten bool
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			account := fmt.Sprint("user", i)
			for range 10 {
				mustBegin(t, s, account)
				if err := s.end(account, wire.ReasonLoggedOut, false, all); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	rewritten = s.log.kept > 0
	if !rewritten {
		t.Error("the file was never rewritten")
	}
	again := mustOpen(t, dir)
	if len(again.byKey) != 1 || len(s.byKey) != 1 || len(again.ended) != len(s.ended) || len(again.ended) != 8*endedOfAccount {
		t.Errorf("%d sessions and %d ended ones are read again, want 1 and %d", len(again.byKey), len(again.ended), len(s.ended))
	}
	if _, err := again.find(keep); err != nil {
		t.Error(err)
	}
	if !again.returning(guessed("User3"), "192.0.2.1") || again.returning(guessed("user3"), "192.0.2.2") {
		t.Error("the address of a login is not kept")
	}
}

// TestSessionsFullDisk: what could not be saved is saved later.
func TestSessionsFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	s := mustOpen(t, dir)
	_, token, err := s.begin("ann", "ann", "192.0.2.1", 0)
	if err == nil {
		t.Fatal("saving into no folder succeeds")
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	mustBegin(t, s, "bob")
	if _, err := mustOpen(t, dir).find(token); err != nil {
		t.Errorf("the session that could not be saved at first: %v", err)
	}
}

// TestSessionsBounds: of an account so many sessions, reasons and addresses are kept.
func TestSessionsBounds(t *testing.T) {
	f := &wall{at: time.Now()}
	s, err := openSessions(t.TempDir(), clock.New(f.source()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.close() }()
	first := mustBegin(t, s, "ann")
	for i := range sessionsOfAccount {
		if _, _, err := s.begin("ann", "ann", fmt.Sprint("192.0.2.", i), 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.find(first); wire.ReasonOf(err) != wire.ReasonReplaced {
		t.Errorf("the oldest session is %v", err)
	}
	last := mustBegin(t, s, "ann")
	for range sessionLife / clock.Tolerance {
		f.pass(clock.Tolerance)
	}
	if _, err := s.find(last); wire.ReasonOf(err) != wire.ReasonExpired {
		t.Errorf("after its life a session is %v", err)
	}
	if err := s.end("ann", wire.ReasonDisabled, true, all); err != nil {
		t.Fatal(err)
	}
	of := s.of("ann")
	if len(of.open) != 0 || len(of.ended) != endedOfAccount || len(s.ended) != endedOfAccount || len(of.addresses) != addressesOfAccount {
		t.Errorf("%d open, %d ended (%d), %d addresses", len(of.open), len(of.ended), len(s.ended), len(of.addresses))
	}
	if !s.returning(guessed("ann"), fmt.Sprint("192.0.2.", sessionsOfAccount-1)) || s.returning(guessed("ann"), "192.0.2.2") {
		t.Error("the kept addresses are not the last ones")
	}
	if _, err := s.find(last); wire.ReasonOf(err) != wire.ReasonDisabled {
		t.Errorf("the last session is %v", err)
	}
	if err := s.end("ann", wire.ReasonRemoved, true, all); err != nil {
		t.Fatal(err)
	}
	if s.returning(guessed("ann"), "192.0.2.9") {
		t.Error("the addresses of a removed account are kept")
	}
}

// wall is a clock that tests set.
type wall struct {
	at time.Time
	up time.Duration
}

func (w *wall) source() clock.Source {
	return clock.Source{Wall: func() time.Time { return w.at }, Uptime: func() time.Duration { return w.up }}
}

func (w *wall) pass(d time.Duration) { w.at, w.up = w.at.Add(d), w.up+d }

// TestSessionsSurviveAClockJump: a board without a battery starts a year ahead,
// somebody logs in, and the clock is corrected.
func TestSessionsSurviveAClockJump(t *testing.T) {
	dir, f := t.TempDir(), &wall{at: time.Now()}
	guard := clock.New(f.source())
	s, err := openSessions(dir, guard)
	if err != nil {
		t.Fatal(err)
	}
	before := mustBegin(t, s, "ann")
	f.at = f.at.Add(365 * 24 * time.Hour)
	if _, err := s.find(before); err != nil {
		t.Errorf("a year ahead the session is %v", err)
	}
	ahead := mustBegin(t, s, "ann")
	s.log.kept = -compactAfter // the next save rewrites the file
	mustBegin(t, s, "bob")
	f.at = f.at.Add(-365 * 24 * time.Hour)
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	s, err = openSessions(dir, guard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.close() }()
	if _, err := s.find(before); err != nil {
		t.Errorf("after the correction the session is %v", err)
	}
	if found, err := s.find(ahead); err != nil || found.Expires.After(f.at.Add(sessionLife)) {
		t.Errorf("the session that began a year ahead is %+v, %v", found, err)
	}
}

// BenchmarkLogin begins a session where 100,000 are open.
func BenchmarkLogin(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	for i := range 100_000 {
		account := fmt.Sprint("user", i)
		s.record(sessionRecord{Begin: &session{Key: keyOf(wire.Token(account)), Account: account, Folder: account, Began: time.Now(), Expires: time.Now().Add(sessionLife)}})
	}
	if err := s.save(); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		mustBegin(b, s, fmt.Sprint("user", i%100_000))
	}
}
