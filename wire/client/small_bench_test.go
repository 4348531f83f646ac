package client_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
	"wangpan/wire/linetest"
)

// BenchmarkSmall moves files of 1 KiB on one connection to a real daemon, so
// many at once, also with 50 ms more for a round trip. For 10,000 of them:
//
//	go test ./wire/client -run - -bench Small -benchtime 10000x
func BenchmarkSmall(b *testing.B) {
	for _, delay := range []time.Duration{0, 25 * time.Millisecond} {
		for _, callers := range []int{1, 4, 16, 64} {
			name := fmt.Sprintf("round trip %v/in flight %d", 2*delay, callers)
			b.Run("store/"+name, func(b *testing.B) { benchmarkSmall(b, delay, callers, false) })
			b.Run("get/"+name, func(b *testing.B) { benchmarkSmall(b, delay, callers, true) })
		}
	}
}

func benchmarkSmall(b *testing.B, delay time.Duration, callers int, get bool) {
	b.Helper()
	s := daemontest.Start(b)
	line := linetest.Start(b, s.Addr)
	c, err := client.Dial(b.Context(), line.Addr, client.Options{Name: "bench", Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.Register(b.Context(), wire.RegisterArgs{User: "alice", Password: password}); err != nil {
		b.Fatal(err)
	}
	if _, err := c.Login(b.Context(), "alice", password); err != nil {
		b.Fatal(err)
	}
	data := content(1024)
	each := func(callers, n int, do func(n int) error) {
		numbers := make(chan int)
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				for n := range numbers {
					if err := do(n); err != nil {
						b.Error(err)
					}
				}
			})
		}
		for i := range n {
			numbers <- i
		}
		close(numbers)
		wg.Wait()
	}
	up := func(n int) error {
		_, err := storeSmall(b.Context(), c, n, data)
		return err
	}
	down := func(n int) error {
		var got bytes.Buffer
		_, err := c.Get(b.Context(), wire.GetArgs{Path: smallPath(n)}, func(wire.GetReply) (io.Writer, error) { return &got, nil })
		if err == nil && !bytes.Equal(got.Bytes(), data) {
			err = fmt.Errorf("file %d differs", n)
		}
		return err
	}
	move := up
	if get {
		each(64, b.N, up)
		move = down
	}
	line.Delay(delay)
	b.ResetTimer()
	each(callers, b.N, move)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

func smallPath(n int) wire.Path { return wire.Path(fmt.Sprintf("/%06d", n)) }

// storeSmall stores data as file n at once.
func storeSmall(ctx context.Context, c *client.Client, n int, data []byte) (wire.StatReply, error) {
	absent := wire.Precondition{If: wire.IfAbsent}
	return c.Store(ctx,
		wire.PutArgs{Upload: upload(n), Path: smallPath(n), Size: int64(len(data)), ModTime: time.Unix(0, 0), Precondition: absent}, data,
		wire.CommitArgs{Upload: upload(n), Digest: sum(data).Sum(), Precondition: absent})
}
