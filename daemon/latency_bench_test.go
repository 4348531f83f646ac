package daemon_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
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

// loadVariable holds what a process of runLoad does: kind, connections, address
// and token.
const loadVariable = "WANGPAN_TEST_LOAD"

// load is what one connection does again and again, the one with this number.
var loads = map[string]func(ctx context.Context, c *client.Client, number int) error{
	"search": func(ctx context.Context, c *client.Client, _ int) error {
		_, err := c.Search(ctx, wire.SearchArgs{Path: "/", Text: "nowhere"})
		return err
	},
	"count": func(ctx context.Context, c *client.Client, _ int) error {
		_, err := c.Count(ctx, "/")
		return err
	},
	"blocks": func(ctx context.Context, c *client.Client, _ int) error {
		length := int64(64<<20 - 1) // that of the whole is computed once
		_, _, err := c.Blocks(ctx, wire.BlocksArgs{Path: "/big", Length: &length})
		return err
	},
	"transfers": func(ctx context.Context, c *client.Client, number int) error {
		if number%2 == 0 {
			_, err := c.Get(ctx, wire.GetArgs{Path: "/big"}, func(wire.GetReply) (io.Writer, error) { return io.Discard, nil })
			return err
		}
		args := wire.PutArgs{
			Upload: wire.UploadID(fmt.Sprintf("%016x%016x", os.Getpid(), number)), Path: wire.Path(fmt.Sprintf("/new%d-%d", os.Getpid(), number)), Size: 64 << 20,
			ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAny},
		}
		_, err := c.Put(ctx, args, io.LimitReader(zeros{}, args.Size))
		return err
	},
	"idle": func(ctx context.Context, c *client.Client, number int) error {
		path := wire.Path(fmt.Sprintf("/idle%d-%d", os.Getpid(), number))
		args := wire.PutArgs{
			Upload: wire.UploadID(fmt.Sprintf("%016x%016x", os.Getpid(), number)), Path: path, Size: 1 << 20,
			ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAny},
		}
		if _, err := c.Put(ctx, args, io.LimitReader(zeros{}, args.Size)); err != nil {
			return err
		}
		if err := c.Discard(ctx, args.Upload); err != nil {
			return err
		}
		if _, err := c.Get(ctx, wire.GetArgs{Path: "/big", Length: &args.Size}, func(wire.GetReply) (io.Writer, error) { return io.Discard, nil }); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	},
	"silent": func(ctx context.Context, c *client.Client, number int) error {
		args := wire.PutArgs{
			Upload: wire.UploadID(fmt.Sprintf("%032x", number)), Path: wire.Path(fmt.Sprintf("/silent%d", number)), Size: 64 << 20,
			ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAny},
		}
		_, err := c.Put(ctx, args, io.MultiReader(io.LimitReader(zeros{}, 5<<20), silence{ctx}))
		return err
	},
}

// silence is a body that does not go on.
type silence struct{ ctx context.Context } //nolint:containedctx // it is the body's end

func (s silence) Read([]byte) (int, error) { <-s.ctx.Done(); return 0, io.EOF }

// zeros has as many as are read.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// runLoad keeps a daemon busy until its standard input ends. It writes a line
// when all connections are at work.
func runLoad(load string) int {
	var kind, addr, token string
	var connections int
	if _, err := fmt.Sscan(load, &kind, &connections, &addr, &token); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	for i := range connections {
		c, err := client.Dial(context.Background(), addr, client.Options{Trust: func(context.Context, string, string) error { return nil }})
		if err == nil {
			_, err = c.Join(context.Background(), wire.Token(token))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		go func() {
			for {
				if err := loads[kind](context.Background(), c, i); err != nil {
					fmt.Fprintln(os.Stderr, kind, err)
					os.Exit(1)
				}
			}
		}()
	}
	fmt.Println("at work")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// beside starts processes that keep the daemon busy, one per token, until stop is
// called or the test ends.
func beside(tb testing.TB, s *daemontest.Server, kind string, connections int, tokens ...wire.Token) (stop func()) {
	tb.Helper()
	var stops []func()
	stop = sync.OnceFunc(func() {
		for _, one := range stops {
			one()
		}
	})
	tb.Cleanup(stop)
	for _, token := range tokens {
		load := exec.Command(os.Args[0])
		load.Env = append(os.Environ(), loadVariable+"="+fmt.Sprint(kind, " ", connections, " ", s.Addr, " ", string(token)))
		load.Stderr = os.Stderr
		in, err := load.StdinPipe()
		if err != nil {
			tb.Fatal(err)
		}
		out, err := load.StdoutPipe()
		if err != nil {
			tb.Fatal(err)
		}
		if err := load.Start(); err != nil {
			tb.Fatal(err)
		}
		stops = append(stops, func() {
			_ = in.Close()
			_ = load.Wait() // it was to end
		})
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			tb.Fatal(err)
		}
	}
	return stop
}

// BenchmarkListBeside measures how long a list of one account takes, in the
// middle and at the 99th percentile, and a login, while others keep the daemon
// busy.
func BenchmarkListBeside(b *testing.B) {
	s := daemontest.Start(b)
	_, bob := registered(b, s, "bob")
	_, carol := registered(b, s, "carol")
	fill(b, filepath.Join(s.Dir, "drives", "bob"))
	fill(b, filepath.Join(s.Dir, "drives", "carol"))
	c, _ := registered(b, s, "alice")
	tests := []struct {
		kind        string
		connections int
		tokens      []wire.Token
	}{
		{"nothing", 0, nil},
		{"search", 32, []wire.Token{bob}},
		{"count", 32, []wire.Token{bob}},
		{"blocks", 32, []wire.Token{bob}},
		{"transfers", 63, []wire.Token{bob, carol}},
	}
	for _, tt := range tests {
		b.Run(tt.kind, func(b *testing.B) {
			beside(b, s, tt.kind, tt.connections, tt.tokens...)
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
