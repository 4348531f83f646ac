package storagetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// race stages one upload a competitor and lets all commit at once. It returns
// what each was told.
func race(t *testing.T, drives []storage.Drive, path wire.Path, pre wire.Precondition) []error {
	t.Helper()
	commits := make([]wire.CommitArgs, len(drives))
	for i, d := range drives {
		data := Bytes(100+i, byte(i))
		args := PutArgs(path, data, IfAny)
		Stage(t, d, args, data, len(data))
		sum, _ := Sum(data)
		commits[i] = wire.CommitArgs{Upload: args.Upload, Digest: sum, Precondition: pre}
	}
	outcomes := make([]error, len(drives))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, d := range drives {
		all.Go(func() {
			<-start
			_, outcomes[i] = d.Commit(t.Context(), commits[i])
		})
	}
	close(start)
	all.Wait()
	return outcomes
}

func competitors(t *testing.T, open Open) []storage.Drive {
	t.Helper()
	s := store(t, open)
	drives := make([]storage.Drive, 8)
	for i := range drives {
		drives[i] = drive(t, s, "ann")
	}
	return drives
}

// wantOneWinner fails unless one outcome is good and the others carry the code,
// and the winner's bytes are at path.
func wantOneWinner(t *testing.T, d storage.Drive, path wire.Path, outcomes []error, loser wire.Code) {
	t.Helper()
	winner := -1
	for i, err := range outcomes {
		if err != nil {
			wantCode(t, fmt.Sprint("competitor ", i), err, loser)
			continue
		}
		if winner >= 0 {
			t.Fatalf("%d and %d have both won", winner, i)
		}
		winner = i
	}
	if winner < 0 {
		t.Fatal("nobody has won")
	}
	wantContent(t, d, path, Bytes(100+winner, byte(winner)))
}

func testOneCreator(t *testing.T, open Open) {
	t.Helper()
	drives := competitors(t, open)
	for round := range 20 {
		path := wire.Path(fmt.Sprintf("/f%d", round))
		wantOneWinner(t, drives[0], path, race(t, drives, path, IfAbsent), wire.Exists)
	}
}

func testOneReplacer(t *testing.T, open Open) {
	t.Helper()
	drives := competitors(t, open)
	Put(t, drives[0], "/f", []byte("first"), IfAbsent)
	for range 20 {
		stat, err := drives[0].Stat(t.Context(), "/f")
		if err != nil {
			t.Fatal(err)
		}
		wantOneWinner(t, drives[0], "/f", race(t, drives, "/f", IfVersion(stat.Entry.Version)), wire.Conflict)
	}
}

// testReaders lets two writers replace one file while others read it: each read
// must give one whole version, and stat and list must always find the file.
func testReaders(t *testing.T, open Open) {
	t.Helper()
	const rounds = 60
	s := store(t, open)
	// Each version says in all of its bytes which one it is.
	version := func(writer, round int) []byte {
		return bytes.Repeat([]byte{byte(2*round + writer)}, 100_000+1000*writer+round)
	}
	first := drive(t, s, "ann")
	Put(t, first, "/f", version(0, 0), IfAbsent)

	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for writer := range 2 {
		d := drive(t, s, "ann")
		writing.Go(func() {
			for round := range rounds {
				Put(t, d, "/f", version(writer, round), IfAny)
			}
		})
	}
	for range 2 {
		d := drive(t, s, "ann")
		reading.Go(func() {
			for !done.Load() {
				if err := readOnce(t, d); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
}

// readOnce reads /f of testReaders and says what is wrong with it.
func readOnce(t *testing.T, d storage.Drive) error {
	t.Helper()
	if listing, err := d.List(t.Context(), wire.ListArgs{Path: wire.Root}); err != nil || len(listing.Entries) != 1 {
		return fmt.Errorf("list: %d entries, %w", len(listing.Entries), err)
	}
	c, err := d.Open(t.Context(), "/f", "")
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	data, err := io.ReadAll(io.NewSectionReader(c, 0, c.Entry().Size))
	if err := errors.Join(err, c.Close()); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if len(data) == 0 {
		return errors.New("the file is empty")
	}
	writer, round := int(data[0])%2, int(data[0])/2
	if len(data) != 100_000+1000*writer+round || len(bytes.TrimLeft(data, string(data[:1]))) != 0 {
		return fmt.Errorf("%d bytes that begin with %d are no version that was ever put", len(data), data[0])
	}
	if sum, _ := Sum(data); c.Digest() != nil && *c.Digest() != sum {
		return errors.New("the digest is that of another version")
	}
	return nil
}
