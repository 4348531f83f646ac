package daemon_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// dialled is a client that has not logged in.
func dialled(b *testing.B, s *daemontest.Server) *client.Client {
	b.Helper()
	c, err := client.Dial(b.Context(), s.Addr, client.Options{Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return c
}

// registered is a client of a new account, and its token.
func registered(b *testing.B, s *daemontest.Server, user string) (*client.Client, wire.Token) {
	b.Helper()
	c := dialled(b, s)
	if _, err := c.Register(b.Context(), wire.RegisterArgs{User: user, Password: secret}); err != nil {
		b.Fatal(err)
	}
	session, err := c.Login(b.Context(), user, secret)
	if err != nil {
		b.Fatal(err)
	}
	return c, session.Token
}

// fill puts a tree of small files and one of 64 MiB into a drive.
func fill(b *testing.B, drive string) {
	b.Helper()
	for i := range 200 {
		folder := filepath.Join(drive, fmt.Sprintf("folder%03d", i))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			b.Fatal(err)
		}
		for n := range 100 {
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("file%03d", n)), nil, 0o600); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(drive, "big"), make([]byte, 64<<20), 0o600); err != nil {
		b.Fatal(err)
	}
}

// beside runs work on so many connections of a session until the returned
// function is called.
func beside(b *testing.B, s *daemontest.Server, token wire.Token, connections int, work func(context.Context, *client.Client, int) error) (stop func()) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	var done atomic.Int64
	for i := range connections {
		c := dialled(b, s)
		if _, err := c.Join(b.Context(), token); err != nil {
			b.Fatal(err)
		}
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := work(ctx, c, i); err != nil && ctx.Err() == nil {
					b.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	return func() {
		b.ReportMetric(float64(done.Load()), "others")
		cancel()
		wg.Wait()
	}
}

// changing is 64 MiB whose content does not matter.
type changing struct{ left int }

func (r *changing) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := min(r.left, len(p))
	r.left -= n
	return n, nil
}

// BenchmarkListBeside measures how long a list of another account takes, in the
// middle and at the 99th percentile, and a login, while one account keeps the
// daemon busy.
func BenchmarkListBeside(b *testing.B) {
	s := daemontest.Start(b)
	_, token := registered(b, s, "bob")
	fill(b, filepath.Join(s.Dir, "drives", "bob"))
	c, _ := registered(b, s, "alice")
	discard := func(wire.GetReply) (io.Writer, error) { return io.Discard, nil }
	get := func(ctx context.Context, c *client.Client, _ int) error {
		_, err := c.Get(ctx, wire.GetArgs{Path: "/big"}, discard)
		return err
	}
	put := func(ctx context.Context, c *client.Client, i int) error {
		args := wire.PutArgs{
			Upload: wire.UploadID(fmt.Sprintf("%032x", i)), Path: wire.Path(fmt.Sprintf("/new%d", i)), Size: 64 << 20,
			ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAny},
		}
		_, err := c.Put(ctx, args, &changing{64 << 20})
		return err
	}
	length := int64(64<<20 - 1)
	loads := []struct {
		name        string
		connections int
		work        func(context.Context, *client.Client, int) error
	}{
		{"nothing", 0, nil},
		{"search", 32, func(ctx context.Context, c *client.Client, _ int) error {
			_, err := c.Search(ctx, wire.SearchArgs{Path: "/", Text: "nowhere"})
			return err
		}},
		{"count", 32, func(ctx context.Context, c *client.Client, _ int) error {
			_, err := c.Count(ctx, "/")
			return err
		}},
		{"blocks", 32, func(ctx context.Context, c *client.Client, _ int) error {
			_, _, err := c.Blocks(ctx, wire.BlocksArgs{Path: "/big", Length: &length})
			return err
		}},
		{"transfers", 60, func(ctx context.Context, c *client.Client, i int) error {
			if i%2 == 0 {
				return get(ctx, c, i)
			}
			return put(ctx, c, i)
		}},
	}
	for _, load := range loads {
		b.Run(load.name, func(b *testing.B) {
			stop := beside(b, s, token, load.connections, load.work)
			defer stop()
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, err := c.List(b.Context(), wire.ListArgs{Path: "/"}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			other := dialled(b, s)
			began := time.Now()
			if _, err := other.Login(b.Context(), "alice", secret); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "login-ms")
		})
	}
}
