package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/tui/draft"
	"wangpan/tui/local"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// bench is an engine with a drive on a real daemon and a folder of this computer.
type bench struct {
	Engine
	session *session.Session
	drive   string    // the account's folder on the daemon's disk
	host    string    // the folder of this computer
	folder  wire.Path // the same
	uploads *Uploads
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	server := daemontest.Start(tb)
	keeper, err := session.Open(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: keeper, Name: "test", TrustNew: true}
	s, err := dialer.Register(tb.Context(), server.Addr, "alice", "correct horse 9", "")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	b := &bench{session: s, drive: filepath.Join(server.Dir, "drives", "alice"), host: tb.TempDir()}
	b.folder = local.Path(b.host)
	b.uploads = b.Connect(connect(s))
	return b
}

var _ Server = (*client.Client)(nil)

// connect returns how batches get connections of a session.
func connect(s *session.Session) Connect {
	return func(ctx context.Context, own bool) (Do, func(), error) {
		current, end := s.Client, func() {} // the one after a reconnect, too
		if own {
			dialed, err := s.Dial(ctx)
			if err != nil {
				return nil, nil, err
			}
			current = func() *client.Client { return dialed }
			end = func() { _ = dialed.Close() }
		}
		return func(ctx context.Context, do func(context.Context, Server) error) error {
			return s.Repeat(ctx, current(), func(ctx context.Context, c *client.Client) error { return do(ctx, c) })
		}, end, nil
	}
}

// put writes a file on the drive and returns its version.
func (b *bench) put(t *testing.T, path wire.Path, content string) wire.Version {
	t.Helper()
	c, id := b.session.Client(), wire.UploadID(fmt.Sprintf("%032x", rand.Uint64()))
	on := wire.Precondition{If: wire.IfAny}
	_, err := c.Put(t.Context(), wire.PutArgs{
		Upload: id, Path: path, Size: int64(len(content)), ModTime: time.Now(), Precondition: on,
	}, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := c.Commit(t.Context(), wire.CommitArgs{Upload: id, Digest: draft.Sum([]byte(content)), Precondition: on})
	if err != nil {
		t.Fatal(err)
	}
	return reply.Entry.Version
}

// write writes files of this computer, each with its name in it.
func (b *bench) write(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(b.host, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *bench) here(name string) wire.Path { return local.Join(b.folder, wire.Name(name)) }

// want compares the files of a folder with what they should hold, by name.
func want(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	found, err := os.ReadDir(dir)
	got := make(map[string]string)
	for _, one := range found {
		content, failed := os.ReadFile(filepath.Join(dir, one.Name()))
		if !one.IsDir() {
			err = errors.Join(err, failed)
		}
		got[one.Name()] = string(content)
	}
	if err != nil || !maps.Equal(got, files) {
		t.Errorf("there is %v, want %v (%v)", got, files, err)
	}
}

// do runs a batch and those that follow it, and returns the last summary.
func (b *bench) do(tb testing.TB, batch *Batch) Summary {
	tb.Helper()
	work, err := b.Add(batch)
	if err != nil || work == nil {
		tb.Fatalf("the batch does not start: %v", err)
	}
	return b.finish(tb, work)
}

// finish runs work and what follows it, and returns the last summary.
func (b *bench) finish(tb testing.TB, work Work) (s Summary) {
	tb.Helper()
	for work != nil {
		out, ok := b.Finish(work(tb.Context()))
		if !ok {
			tb.Fatal("the batch is not the engine's")
		}
		if out.Err != nil {
			tb.Fatal(out.Err)
		}
		s, work = out.Summary, out.Work
	}
	return s
}

// undo undoes the latest change and returns how that ended.
func (b *bench) undo(tb testing.TB) Summary {
	tb.Helper()
	batch, work, err := b.Undo()
	if err != nil || work == nil {
		tb.Fatalf("nothing is undone: %v, %v", batch, err)
	}
	return b.finish(tb, work)
}

func removing(path wire.Path, version wire.Version) *Batch {
	return &Batch{Kind: Removing, Steps: []Step{Remove(path, version)}}
}

func renamingHere(from, to wire.Path) *Batch {
	return &Batch{Kind: Renaming, Side: Here, Steps: []Step{RenameHere(from, to)}}
}
