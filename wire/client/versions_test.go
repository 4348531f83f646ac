package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/client"
)

// offered are the versions of one path that somebody has tried to commit, by
// their digests.
type offered struct {
	mu  sync.Mutex
	all map[wire.Digest]int // its size
}

func (o *offered) add(data []byte) wire.Digest {
	d := sum(data).Sum()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all[d] = len(data)
	return d
}

func (o *offered) has(d wire.Digest) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, ok := o.all[d]
	return ok
}

// TestOneVersionOrAnother lets several clients replace one file while others
// read it: each read is all of one version that was offered, whatever happens.
// WANGPAN_SOAK makes it 10,000 reads.
func TestOneVersionOrAnother(t *testing.T) {
	reads := int64(100)
	if os.Getenv("WANGPAN_SOAK") != "" {
		reads = 10_000
	}
	for _, writers := range []int{2, 20} {
		t.Run(fmt.Sprintf("%d writers", writers), func(t *testing.T) {
			s := daemontest.Start(t)
			first, session := enter(t, s, "alice", client.Options{})
			if _, err := store(t.Context(), first, 0, "/f", content(1000)); err != nil {
				t.Fatal(err)
			}
			o := &offered{all: map[wire.Digest]int{}}
			o.add(content(1000))
			join := func() *client.Client {
				c := dial(t, s, client.Options{})
				if _, err := c.Join(t.Context(), session.Token); err != nil {
					t.Error(err)
				}
				return c
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var wg sync.WaitGroup
			for n := range writers {
				c := join()
				wg.Go(func() { writeVersions(ctx, t, c, o, n+1) })
			}
			var count atomic.Int64
			var reading sync.WaitGroup
			for range 4 {
				c := join()
				reading.Go(func() {
					for count.Add(1) <= reads && !t.Failed() {
						readVersion(t, c, o)
					}
				})
			}
			reading.Wait()
			stop()
			wg.Wait()
			if len(o.all) < writers {
				t.Errorf("%d versions were offered by %d writers", len(o.all), writers)
			}
			t.Logf("%d reads of %d versions", reads, len(o.all))
			nothingStaged(t, first, s)
		})
	}
}

// writeVersions replaces the file again and again by one of another size.
func writeVersions(ctx context.Context, t *testing.T, c *client.Client, o *offered, writer int) {
	t.Helper()
	whatever := wire.Precondition{If: wire.IfAny}
	for n := 0; ctx.Err() == nil; n++ {
		data := content(50_000 + (writer*7919+n*104729)%400_000)
		copy(data, fmt.Sprintf("version %d of %d", n, writer))
		d := o.add(data)
		id := upload(writer<<16 + n)
		args := wire.PutArgs{Upload: id, Path: "/f", Size: int64(len(data)), ModTime: time.Unix(0, 0), Precondition: whatever}
		// To the end, so that nothing is left staged: the context is the test's.
		_, err := c.Put(t.Context(), args, bytes.NewReader(data))
		for err == nil {
			_, err = c.Commit(t.Context(), wire.CommitArgs{Upload: id, Digest: d, Precondition: whatever})
			if !errors.Is(err, wire.Busy) {
				break
			}
			err = nil // another one is replacing it just now
		}
		if err != nil {
			t.Errorf("version %d of writer %d: %v", n, writer, err)
			return
		}
	}
}

// readVersion fetches the file and holds it against what was offered.
func readVersion(t *testing.T, c *client.Client, o *offered) {
	t.Helper()
	var got bytes.Buffer
	reply, err := c.Get(t.Context(), wire.GetArgs{Path: "/f"}, func(wire.GetReply) (io.Writer, error) { return &got, nil })
	if err != nil {
		t.Errorf("read: %v", err)
		return
	}
	d := sum(got.Bytes()).Sum()
	if !o.has(d) || int64(got.Len()) != reply.Entry.Size || reply.Digest != nil && *reply.Digest != d {
		t.Errorf("%d bytes of version %s with the digest %v: nobody offered them", got.Len(), reply.Entry.Version, d)
	}
}

// nothingStaged demands that no upload is left, neither known nor on the disk.
func nothingStaged(t *testing.T, c *client.Client, s *daemontest.Server) {
	t.Helper()
	list, err := c.Uploads(t.Context(), wire.UploadsArgs{})
	if err != nil || len(list.Uploads) != 0 {
		t.Errorf("uploads: %+v, %v, want none", list, err)
	}
	left, err := filepath.Glob(filepath.Join(s.Dir, "uploads", "alice", "*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}
