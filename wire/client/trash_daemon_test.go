package client_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// read is the whole file at path.
func read(t *testing.T, c *client.Client, path wire.Path) string {
	t.Helper()
	var b bytes.Buffer
	sink := func(wire.GetReply) (io.Writer, error) { return &b, nil }
	if _, err := c.Get(t.Context(), wire.GetArgs{Path: path}, sink); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTrash(t *testing.T) {
	s := daemontest.Start(t)
	c, _ := enter(t, s, "alice", client.Options{})
	ctx := t.Context()
	if _, err := c.Mkdir(ctx, "/d"); err != nil {
		t.Fatal(err)
	}
	put, err := store(ctx, c, 1, "/f", []byte("content"))
	if err != nil {
		t.Fatal(err)
	}

	if _, err := c.Move(ctx, wire.MoveArgs{From: "/f", To: "/d/g", Version: "other"}); !errors.Is(err, wire.Conflict) {
		t.Errorf("move of another version: %v, want conflict", err)
	}
	moved, err := c.Move(ctx, wire.MoveArgs{From: "/f", To: "/d/g", Version: put.Entry.Version})
	if err != nil || moved.Name != "g" || moved.Size != 7 {
		t.Fatalf("move: %+v, %v", moved, err)
	}
	item, err := c.Remove(ctx, wire.RemoveArgs{Path: "/d"})
	if err != nil || !item.IsDir || item.Files != 1 || item.Size != 7 {
		t.Fatalf("remove: %+v, %v", item, err)
	}
	page, err := c.Trash(ctx, wire.TrashArgs{})
	if err != nil || len(page.Items) != 1 || page.Items[0] != item {
		t.Fatalf("the trash is %+v (%v), want %+v", page, err, item)
	}
	usage, err := c.Usage(ctx)
	if err != nil || usage.Trash != 7 || usage.Used != 0 {
		t.Errorf("usage is %+v (%v), want 7 bytes in the trash", usage, err)
	}
	restored, err := c.Restore(ctx, wire.RestoreArgs{Item: item.Item, Path: "/new/e", Precondition: wire.Precondition{If: wire.IfAbsent}})
	if err != nil || restored.Path != "/new/e" || !restored.Entry.IsDir {
		t.Fatalf("restore: %+v, %v", restored, err)
	}
	if got := read(t, c, "/new/e/g"); got != "content" {
		t.Errorf("%q was restored", got)
	}
	if item, err = c.Remove(ctx, wire.RemoveArgs{Path: "/new/e/g"}); err != nil {
		t.Fatal(err)
	}
	if purged, err := c.Purge(ctx, wire.PurgeArgs{Item: item.Item}); err != nil || purged.Size != 7 {
		t.Errorf("purge: %+v, %v", purged, err)
	}
	if _, err := c.Purge(ctx, wire.PurgeArgs{Item: item.Item}); !errors.Is(err, wire.NotFound) {
		t.Errorf("purge again: %v, want not_found", err)
	}
	if purged, err := c.Purge(ctx, wire.PurgeArgs{}); err != nil || purged.Items != 0 {
		t.Errorf("purge of nothing: %+v, %v", purged, err)
	}
}

func TestLogoutEverywhere(t *testing.T) {
	s := daemontest.Start(t)
	here, mine := enter(t, s, "alice", client.Options{})
	there, theirs := enter(t, s, "alice", client.Options{})
	bob, _ := enter(t, s, "bob", client.Options{})
	if err := here.LogoutEverywhere(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-there.Done()
	for _, token := range []wire.Token{mine.Token, theirs.Token} {
		if _, err := dial(t, s, client.Options{}).Join(t.Context(), token); !errors.Is(err, wire.Unauthenticated) {
			t.Errorf("join: %v, want unauthenticated", err)
		}
	}
	if _, err := bob.Stat(t.Context(), "/"); err != nil {
		t.Errorf("another account: %v", err)
	}
}
