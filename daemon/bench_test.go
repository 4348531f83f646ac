package daemon_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// connected is a client logged in as a new user, over TLS or plain.
func connected(b *testing.B, plain bool) *client.Client {
	b.Helper()
	s := daemontest.Start(b, func(c *daemon.Config) { c.Plain = plain })
	c, err := client.Dial(b.Context(), s.Addr, client.Options{
		Plain: plain,
		Trust: func(context.Context, string, string) error { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	if _, err := c.Register(b.Context(), wire.RegisterArgs{User: "alice", Password: secret}); err != nil {
		b.Fatal(err)
	}
	if _, err := c.Login(b.Context(), "alice", secret); err != nil {
		b.Fatal(err)
	}
	return c
}

func uploadAs(b *testing.B, c *client.Client, n int, path string, content []byte, sum wire.Digest) {
	b.Helper()
	id := wire.UploadID(fmt.Sprintf("%032x", n))
	anything := wire.Precondition{If: wire.IfAny}
	args := wire.PutArgs{Upload: id, Path: wire.Path(path), Size: int64(len(content)), ModTime: time.Unix(0, 0), Precondition: anything}
	if _, err := c.Put(b.Context(), args, bytes.NewReader(content)); err != nil {
		b.Fatal(err)
	}
	if _, err := c.Commit(b.Context(), wire.CommitArgs{Upload: id, Digest: sum, Precondition: anything}); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkTransfer(b *testing.B) {
	content := random(256 << 20)
	sum := digestOf(content)
	for _, plain := range []bool{false, true} {
		name := map[bool]string{false: "tls", true: "plain"}[plain]
		c := connected(b, plain)
		b.Run("upload/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			n := 0
			for b.Loop() {
				n++
				uploadAs(b, c, n, "/big", content, sum)
			}
		})
		b.Run("download/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				_, err := c.Get(b.Context(), wire.GetArgs{Path: "/big"}, func(wire.GetReply) (io.Writer, error) { return io.Discard, nil })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSmallFiles(b *testing.B) {
	c := connected(b, false)
	content := random(1024)
	sum := digestOf(content)
	n := 0
	for b.Loop() {
		n++
		uploadAs(b, c, n, fmt.Sprintf("/f%d", n), content, sum)
	}
}
