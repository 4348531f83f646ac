package preview

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"wangpan/daemon/daemontest"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// signedIn starts a server and returns a session of an account, and the folder
// of its files on the disk.
func signedIn(tb testing.TB) (s *session.Session, drive string) {
	tb.Helper()
	server := daemontest.Start(tb)
	keeper, err := session.Open(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: keeper, Name: "test", TrustNew: true}
	if s, err = dialer.Register(tb.Context(), server.Addr, "alice", "correct horse 9", ""); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s, filepath.Join(server.Dir, "drives", "alice")
}

// The files of a drive are read over a connection of their own, which comes back
// after it was closed, because it was idle or because it broke.
func TestRemoteFiles(t *testing.T) {
	t.Parallel()
	s, drive := signedIn(t)
	content := make([]byte, 100_000)
	for i := range content {
		content[i] = byte(i * 7 >> 3)
	}
	for _, err := range []error{
		os.WriteFile(filepath.Join(drive, "a.bin"), content, 0o600),
		os.Mkdir(filepath.Join(drive, "folder"), 0o700),
		os.WriteFile(filepath.Join(drive, "folder", "b.txt"), []byte("b"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	files := newRemoteFiles(s)
	defer files.end()
	stat, err := s.Client().Stat(t.Context(), "/a.bin")
	if err != nil {
		t.Fatal(err)
	}
	version := stat.Entry.Version
	left, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name           string
		ctx            context.Context
		path           wire.Path
		version        wire.Version
		offset, length int64
		err            error
		want           int
	}{
		{"a range", t.Context(), "/a.bin", version, 500, 1000, nil, 1000},
		{"another version", t.Context(), "/a.bin", "other", 0, 10, wire.Conflict, 0},
		{"gone", t.Context(), "/b.bin", version, 0, 10, wire.NotFound, 0},
		{"left", left, "/a.bin", version, 0, 10, context.Canceled, 0},
		{"after that", t.Context(), "/a.bin", version, 99_990, 10, nil, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			content, err := files.Read(tt.ctx, tt.path, tt.version, tt.offset, tt.length)
			if len(content) != tt.want || !errors.Is(err, tt.err) {
				t.Fatalf("%d bytes, %v, want %d, %v", len(content), err, tt.want, tt.err)
			}
			for i, b := range content {
				if want := byte((int(tt.offset) + i) * 7 >> 3); b != want {
					t.Fatalf("byte %d is %d, want %d", i, b, want)
				}
			}
		})
	}
	first := files.client
	if first == nil || first == s.Client() {
		t.Fatal("there is no connection of its own")
	}
	files.rest()
	if first.Err() == nil || files.client != nil {
		t.Error("an idle connection stays open")
	}
	listing, err := files.List(t.Context(), "/folder", 10)
	if err != nil || len(listing.Entries) != 1 {
		t.Errorf("the folder is %+v, %v", listing, err)
	}
	_ = files.client.Close()
	if _, err := files.Read(t.Context(), "/a.bin", version, 0, 1); err != nil {
		t.Errorf("after the connection broke: %v", err)
	}
	files.end()
	if _, err := files.Read(t.Context(), "/a.bin", version, 0, 1); !errors.Is(err, client.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}
