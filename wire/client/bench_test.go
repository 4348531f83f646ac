package client

import (
	"io"
	"strings"
	"sync"
	"testing"

	"wangpan/wire"
)

// zeroReader is a body of so many bytes.
type zeroReader struct{ left int64 }

func (z *zeroReader) Read(p []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(z.left, int64(len(p)))
	z.left -= n
	return int(n), nil
}

// BenchmarkGet measures bodies from a peer that has them at hand, over TLS on
// loopback.
func BenchmarkGet(b *testing.B) {
	const size = 64 << 20
	addr := serve(b, func(p *peer) {
		p.admit()
		chunk := make([]byte, wire.ChunkSize)
		for {
			p.reply(p.request().ID, getReply(size))
			_, err := p.WriteBody(&zeroReader{left: size}, chunk)
			p.must(err)
			p.data()
		}
	})
	c := login(b, addr, trusting())
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Get(b.Context(), wire.GetArgs{Path: "/a"}, discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPut measures bodies into a peer that drops them.
func BenchmarkPut(b *testing.B) {
	const size = 64 << 20
	addr := serve(b, func(p *peer) {
		p.admit()
		for {
			r := p.request()
			for end := false; !end; {
				f, err := p.ReadFrame()
				p.must(err)
				end = f.EndMark()
			}
			p.reply(r.ID, wire.PutReply{Upload: anUpload, Received: size, End: size})
		}
	})
	c := login(b, addr, trusting())
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Put(b.Context(), putArgs(size), &zeroReader{left: size}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRequests measures small requests, one after the other and by many
// callers at once.
func BenchmarkRequests(b *testing.B) {
	addr := serve(b, func(p *peer) {
		p.admit()
		for {
			p.reply(p.request().ID, `{"entry":`+fileA+`}`)
		}
	})
	b.Run("in turn", func(b *testing.B) {
		c := login(b, addr, trusting())
		for b.Loop() {
			if _, err := c.Stat(b.Context(), "/a"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("64 at once", func(b *testing.B) {
		c := login(b, addr, trusting())
		numbers := make(chan int)
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for range numbers {
					if _, err := c.Stat(b.Context(), "/a"); err != nil {
						b.Error(err)
					}
				}
			})
		}
		for b.Loop() {
			numbers <- 0
		}
		close(numbers)
		wg.Wait()
	})
}

// BenchmarkList measures a full page, decoded and checked.
func BenchmarkList(b *testing.B) {
	page := `{"entries":[` + strings.TrimSuffix(pageOf(wire.MaxEntries), ",") + `],"more":true}`
	addr := serve(b, func(p *peer) {
		p.admit()
		for {
			p.reply(p.request().ID, page)
		}
	})
	c := login(b, addr, trusting())
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := c.List(b.Context(), wire.ListArgs{Path: "/"}); err != nil {
			b.Fatal(err)
		}
	}
}
