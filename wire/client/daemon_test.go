package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
	"wangpan/wire/digest"
)

const password = "correct horse battery"

// dial connects to a real daemon and pins its key.
func dial(t *testing.T, s *daemontest.Server, o client.Options) *client.Client {
	t.Helper()
	o.Name = "test"
	o.Trust = func(_ context.Context, address, fingerprint string) error {
		if address != s.Addr || fingerprint != s.Fingerprint {
			return fmt.Errorf("%s shows the key %s, want %s of %s", address, fingerprint, s.Fingerprint, s.Addr)
		}
		return nil
	}
	c, err := client.Dial(t.Context(), s.Addr, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// enter dials, makes the account user if there is none, and logs in.
func enter(t *testing.T, s *daemontest.Server, user string, o client.Options) (*client.Client, wire.SessionReply) {
	t.Helper()
	c := dial(t, s, o)
	_, err := c.Register(t.Context(), wire.RegisterArgs{User: user, Password: password})
	if err != nil && !errors.Is(err, wire.Exists) {
		t.Fatal(err)
	}
	session, err := c.Login(t.Context(), user, password)
	if err != nil {
		t.Fatal(err)
	}
	return c, session
}

func upload(n int) wire.UploadID { return wire.UploadID(fmt.Sprintf("%032x", n)) }

// content is n bytes that are not all the same.
func content(n int) []byte {
	p := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(p)
	return p
}

func sum(data []byte) *digest.Hasher {
	h := new(digest.Hasher)
	_, _ = h.Write(data)
	return h
}

// store puts data at path and commits it.
func store(ctx context.Context, c *client.Client, n int, path wire.Path, data []byte) (wire.StatReply, error) {
	condition := wire.Precondition{If: wire.IfAbsent}
	args := wire.PutArgs{Upload: upload(n), Path: path, Size: int64(len(data)), ModTime: time.Unix(0, 0), Precondition: condition}
	if _, err := c.Put(ctx, args, bytes.NewReader(data)); err != nil {
		return wire.StatReply{}, err
	}
	return c.Commit(ctx, wire.CommitArgs{Upload: upload(n), Digest: sum(data).Sum(), Precondition: condition})
}

func TestDaemonAccount(t *testing.T) {
	s := daemontest.Start(t)
	ctx := t.Context()
	c, session := enter(t, s, "alice", client.Options{})
	if session.User != "alice" || c.Welcome().Registration != wire.RegistrationOpen {
		t.Errorf("got %+v, %+v", session, c.Welcome())
	}
	second := dial(t, s, client.Options{})
	if _, err := second.List(ctx, wire.ListArgs{Path: "/"}); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("before a login: %v, want unauthenticated", err)
	}
	if _, err := second.Login(ctx, "alice", "wrong"); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("a wrong password: %v, want unauthenticated", err)
	}
	if joined, err := second.Join(ctx, session.Token); err != nil || joined.User != "alice" {
		t.Errorf("join: %+v, %v", joined, err)
	}
	if _, err := second.List(ctx, wire.ListArgs{Path: "/"}); err != nil {
		t.Errorf("after a join: %v", err)
	}
	if err := c.Password(ctx, "wrong", "another long one"); !errors.Is(err, wire.Denied) {
		t.Errorf("a wrong old password: %v, want denied", err)
	}
	if err := c.Password(ctx, password, "another long one"); err != nil {
		t.Error(err)
	}
	if _, err := c.Ping(ctx); err != nil {
		t.Error(err)
	}
	if err := c.Logout(ctx); err != nil {
		t.Error(err)
	}
	<-second.Done()
	if !errors.Is(second.Err(), client.ErrLost) {
		t.Errorf("another connection of a session that ended: %v, want %v", second.Err(), client.ErrLost)
	}
	third := dial(t, s, client.Options{})
	if _, err := third.Join(ctx, session.Token); !errors.Is(err, wire.Unauthenticated) {
		t.Errorf("the token of a session that ended: %v, want unauthenticated", err)
	}
}

func TestDaemonFiles(t *testing.T) {
	c, _ := enter(t, daemontest.Start(t), "alice", client.Options{})
	ctx := t.Context()
	if root, err := c.Stat(ctx, wire.Root); err != nil || !root.Entry.IsDir {
		t.Errorf("stat /: %+v, %v", root, err)
	}
	if entry, err := c.Mkdir(ctx, "/照片"); err != nil || entry.Name != "照片" {
		t.Errorf("mkdir: %+v, %v", entry, err)
	}
	if _, err := c.Mkdir(ctx, "/照片"); !errors.Is(err, wire.Exists) {
		t.Errorf("mkdir again: %v, want exists", err)
	}
	data := content(2*wire.BlockSize + 12345)
	stored, err := store(ctx, c, 1, "/照片/a b.bin", data)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := c.Stat(ctx, "/照片/a b.bin")
	if err != nil || stat.Entry.Version != stored.Entry.Version || stat.Entry.Size != int64(len(data)) {
		t.Errorf("stat: %+v, %v, want %+v", stat, err, stored)
	}
	if _, err := store(ctx, c, 2, "/照片/a b.bin", data); !errors.Is(err, wire.Exists) {
		t.Errorf("creating it again: %v, want exists", err)
	}
	reply, blocks, err := c.Blocks(ctx, wire.BlocksArgs{Path: "/照片/a b.bin"})
	if want := sum(data); err != nil || fmt.Sprint(blocks) != fmt.Sprint(want.AllBlocks()) || reply.Digest == nil || *reply.Digest != want.Sum() {
		t.Errorf("blocks: %+v, %d of them, %v", reply, len(blocks), err)
	}
	length := int64(wire.BlockSize)
	for _, args := range []wire.GetArgs{
		{Path: "/照片/a b.bin"},
		{Path: "/照片/a b.bin", Offset: 17},
		{Path: "/照片/a b.bin", Offset: int64(len(data))},
		{Path: "/照片/a b.bin", Offset: 17, Length: &length, Version: stored.Entry.Version},
	} {
		want := data[args.Offset:]
		if args.Length != nil {
			want = want[:length]
		}
		var got bytes.Buffer
		_, err := c.Get(ctx, args, func(wire.GetReply) (io.Writer, error) { return &got, nil })
		if err != nil || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("get from %d: %d bytes, %v, want %d", args.Offset, got.Len(), err, len(want))
		}
	}
	_, err = c.Get(ctx, wire.GetArgs{Path: "/照片/a b.bin", Version: "another"}, nil)
	if !errors.Is(err, wire.Conflict) {
		t.Errorf("get of another version: %v, want conflict", err)
	}
	if _, err := c.Get(ctx, wire.GetArgs{Path: "/照片"}, nil); !errors.Is(err, wire.Invalid) {
		t.Errorf("get of a folder: %v, want invalid", err)
	}
	if _, err := c.Stat(ctx, "/nothing"); !errors.Is(err, wire.NotFound) {
		t.Errorf("stat of nothing: %v, want not_found", err)
	}
}

func TestDaemonUploads(t *testing.T) {
	s := daemontest.Start(t)
	c, session := enter(t, s, "alice", client.Options{})
	ctx := t.Context()
	data := content(wire.BlockSize + 4321)
	args := wire.PutArgs{Upload: upload(7), Path: "/a", Size: int64(len(data)), ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAny}}
	const first = 100_000
	reply, err := c.Put(ctx, args, bytes.NewReader(data[:first]))
	if err != nil || reply.Received != first {
		t.Fatalf("a part: %+v, %v", reply, err)
	}
	if list, err := c.Uploads(ctx, wire.UploadsArgs{Path: "/a"}); err != nil || len(list.Uploads) != 1 || list.Uploads[0].Received != first || list.Uploads[0].Path != "/a" {
		t.Errorf("uploads: %+v, %v", list, err)
	}
	if summary, blocks, err := c.Blocks(ctx, wire.BlocksArgs{Upload: upload(7)}); err != nil || len(blocks) != 2 || summary.Length != args.Size ||
		!slices.Equal(summary.Unfinished, []wire.Unfinished{{Block: 0, Bytes: first}}) || blocks[1] != (wire.Digest{}) {
		t.Errorf("blocks of an upload: %+v, %v, %v", summary, blocks, err)
	}
	args.Offset = first + 1
	if _, err := c.Put(ctx, args, bytes.NewReader(data[first+1:])); !errors.Is(err, wire.Conflict) {
		t.Errorf("with a gap: %v, want conflict", err)
	}
	args.Offset = first
	if reply, err = c.Put(ctx, args, bytes.NewReader(data[first:])); err != nil || reply.Received != args.Size {
		t.Errorf("the rest: %+v, %v", reply, err)
	}
	commit := wire.CommitArgs{Upload: upload(7), Digest: wire.Digest{1}, Precondition: wire.Precondition{If: wire.IfAny}}
	if _, err := c.Commit(ctx, commit); !errors.Is(err, wire.Damaged) {
		t.Errorf("another digest: %v, want damaged", err)
	}
	commit.Digest = sum(data).Sum()
	second := dial(t, s, client.Options{})
	if _, err := second.Join(ctx, session.Token); err != nil {
		t.Fatal(err)
	}
	if stored, err := second.Commit(ctx, commit); err != nil || stored.Entry.Name != "a" {
		t.Errorf("commit: %+v, %v", stored, err)
	}
	if err := c.Discard(ctx, upload(7)); !errors.Is(err, wire.NotFound) {
		t.Errorf("discard of what was committed: %v, want not_found", err)
	}
	args = wire.PutArgs{Upload: upload(8), Path: "/no/such/folder", Size: 1 << 40, ModTime: time.Unix(0, 0), Precondition: args.Precondition}
	source := strings.NewReader(strings.Repeat("x", 64<<20))
	if _, err := c.Put(ctx, args, source); !errors.Is(err, wire.NotFound) {
		t.Errorf("into a folder that is not there: %v, want not_found", err)
	}
	if _, err := c.Stat(ctx, "/a"); err != nil {
		t.Errorf("after a refused put: %v", err)
	}
}

// TestDaemonManyCallers stores and fetches small files from many goroutines on
// one connection, while others list.
func TestDaemonManyCallers(t *testing.T) {
	c, _ := enter(t, daemontest.Start(t), "alice", client.Options{})
	ctx := t.Context()
	const files, callers = 200, 100
	numbers := make(chan int)
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for n := range numbers {
				if err := roundTrip(ctx, c, n); err != nil {
					t.Errorf("file %d: %v", n, err)
				}
			}
		})
	}
	for n := range files {
		numbers <- n
	}
	close(numbers)
	wg.Wait()
	listing, err := c.List(ctx, wire.ListArgs{Path: "/"})
	if err != nil || len(listing.Entries) != files {
		t.Errorf("%d entries, %v, want %d", len(listing.Entries), err, files)
	}
	page := wire.ListArgs{Path: "/", Limit: 7}
	seen := 0
	for more := true; more; {
		listing, err := c.List(ctx, page)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(listing.Entries)
		if more = listing.More; more {
			page.After = listing.Entries[len(listing.Entries)-1].Name
		}
	}
	if seen != files {
		t.Errorf("%d entries on pages, want %d", seen, files)
	}
}

// roundTrip stores file n and compares what comes back.
func roundTrip(ctx context.Context, c *client.Client, n int) error {
	path, data := wire.Path(fmt.Sprintf("/%04d", n)), content(n*37)
	if _, err := store(ctx, c, n, path, data); err != nil {
		return err
	}
	if _, err := c.List(ctx, wire.ListArgs{Path: "/", Limit: 3}); err != nil {
		return err
	}
	var got bytes.Buffer
	if _, err := c.Get(ctx, wire.GetArgs{Path: path}, func(wire.GetReply) (io.Writer, error) { return &got, nil }); err != nil {
		return err
	}
	if !bytes.Equal(got.Bytes(), data) {
		return errors.New("what comes back differs")
	}
	return nil
}

// TestDaemonGoesDown sees the server go and come back, with the same key.
func TestDaemonGoesDown(t *testing.T) {
	s := daemontest.Start(t)
	events := make(chan wire.Event, 1)
	c, _ := enter(t, s, "alice", client.Options{OnEvent: func(e wire.Event) { events <- e }})
	s.Stop()
	<-c.Done()
	if !errors.Is(c.Err(), client.ErrLost) {
		t.Errorf("the connection ended with %v, want %v", c.Err(), client.ErrLost)
	}
	if e := <-events; e.Event != wire.GoingDown {
		t.Errorf("the event is %+v, want %s", e, wire.GoingDown)
	}
	if _, err := client.Dial(t.Context(), s.Addr, client.Options{Plain: true}); !errors.Is(err, client.ErrUnreachable) {
		t.Errorf("while it is down: %v, want %v", err, client.ErrUnreachable)
	}
	s.Restart()
	again, _ := enter(t, s, "alice", client.Options{})
	if _, err := again.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Error(err)
	}
}

// TestDaemonPlain mixes up TLS and plain TCP, both ways.
func TestDaemonPlain(t *testing.T) {
	plain := daemontest.Start(t, func(c *daemon.Config) { c.Plain = true })
	c, _ := enter(t, plain, "alice", client.Options{Plain: true})
	if _, err := store(t.Context(), c, 1, "/a", content(300_000)); err != nil {
		t.Error(err)
	}
	trust := func(context.Context, string, string) error { return nil }
	if _, err := client.Dial(t.Context(), plain.Addr, client.Options{Trust: trust}); !errors.Is(err, client.ErrNotWangpan) {
		t.Errorf("TLS to a plain server: %v, want %v", err, client.ErrNotWangpan)
	}
	secure := daemontest.Start(t)
	if _, err := client.Dial(t.Context(), secure.Addr, client.Options{Plain: true}); !errors.Is(err, client.ErrUnreachable) {
		t.Errorf("plain to a TLS server: %v, want %v", err, client.ErrUnreachable)
	}
}
