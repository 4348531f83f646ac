package storage_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/clock"
	"wangpan/daemon/storage"
	"wangpan/daemon/storage/storagetest"
	"wangpan/wire"
)

// TestWrongClock: a store that starts a year ahead drops nothing before hours of
// uptime, then a batch at a time, each item with a line in the log.
func TestWrongClock(t *testing.T) {
	dir := t.TempDir()
	wall, uptime := time.Now(), time.Duration(0)
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, nil))
	start := func() (*storage.Disk, storage.Drive) {
		t.Helper()
		uptime = 0
		source := clock.Source{Wall: func() time.Time { return wall }, Uptime: func() time.Duration { return uptime }}
		write := func(name string, data []byte) error { return os.WriteFile(name, data, 0o600) }
		guard, err := clock.Open(filepath.Join(dir, "clock.json"), write, source, log)
		if err != nil {
			t.Fatal(err)
		}
		d, err := storage.Open(dir, log)
		if err != nil {
			t.Fatal(err)
		}
		d.UseClock(guard)
		drive, err := d.Drive("ann")
		if err != nil {
			t.Fatal(err)
		}
		return d, drive
	}
	pass := func(d time.Duration) { wall, uptime = wall.Add(d), uptime+d }
	left := func(ann storage.Drive) string {
		t.Helper()
		uploads, err := ann.Uploads(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%d uploads, %d items", len(uploads), len(storagetest.Items(t, ann, 0)))
	}

	d, ann := start()
	data := []byte("data")
	storagetest.Stage(t, ann, storagetest.PutArgs("/unfinished", data, storagetest.IfAny), data, 2)
	const items = storage.MaxExpired + 3
	for i := range items {
		storagetest.Mkdir(t, ann, wire.Path(fmt.Sprintf("/%d", i)))
		remove(t, ann, wire.Path(fmt.Sprintf("/%d", i)))
	}
	d.Expire()
	pass(clock.Wait)
	d.Expire()
	all := fmt.Sprintf("1 uploads, %d items", items)
	if got := left(ann); got != all {
		t.Fatalf("under the right clock there are %s, want %s", got, all)
	}
	if err := ann.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	wall = wall.AddDate(1, 0, 0)
	d, ann = start()
	defer func() { _, _ = ann.Close(), d.Close() }()
	for range 3 {
		d.Expire()
		pass(clock.Wait/3 - time.Minute)
	}
	if got := left(ann); got != all {
		t.Fatalf("before the end of the wait there are %s, want %s", got, all)
	}
	logged.Reset()
	pass(time.Hour)
	if more := d.Expire(); !more {
		t.Error("after a full batch there is no more, want more")
	}
	if got, want := left(ann), "0 uploads, 3 items"; got != want {
		t.Errorf("after the wait and one batch there are %s, want %s", got, want)
	}
	if got := strings.Count(logged.String(), "has expired") + strings.Count(logged.String(), "path=/unfinished"); got != storage.MaxExpired+1 {
		t.Errorf("%d lines are in the log, want one per item", got)
	}
	if more := d.Expire(); more || left(ann) != "0 uploads, 0 items" {
		t.Errorf("after another batch there are %s, more: %v", left(ann), more)
	}
}
