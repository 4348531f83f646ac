package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"wangpan/wire"
)

const anUpload wire.UploadID = "00112233445566778899aabbccddeeff"

func putArgs(size int64) wire.PutArgs {
	return wire.PutArgs{Upload: anUpload, Path: "/a", Size: size, ModTime: time.Unix(0, 0), Precondition: wire.Precondition{If: wire.IfAbsent}}
}

// staging answers puts honestly and requests without a body with a listing.
func staging(t *testing.T, got *bytes.Buffer) string {
	t.Helper()
	return serve(t, func(p *peer) {
		p.admit()
		for {
			r := p.request()
			if r.Request != wire.Put {
				p.reply(r.ID, listed)
				continue
			}
			var args wire.PutArgs
			if err := wire.UnmarshalArgs(r.Args, &args); err != nil {
				t.Errorf("put %s: %v", r.Args, err)
			}
			body := p.body()
			got.Write(body)
			end := args.Offset + int64(len(body))
			p.reply(r.ID, wire.PutReply{Upload: args.Upload, Received: end, End: end})
		}
	})
}

func TestPut(t *testing.T) {
	broken := errors.New("the local file is gone")
	big := strings.Repeat("0123456789abcdef", wire.ChunkSize/16*3+1)
	tests := []struct {
		name   string
		offset int64
		length int64 // -1: up to the end
		body   io.Reader
		got    string
		want   error
	}{
		{"empty", 0, -1, strings.NewReader(""), "", nil},
		{"small", 0, -1, strings.NewReader("abc"), "abc", nil},
		{"several frames", 0, -1, strings.NewReader(big), big, nil},
		{"a byte at a time", 0, -1, iotest.OneByteReader(strings.NewReader("abcdef")), "abcdef", nil},
		{"continued", 7, -1, strings.NewReader("abc"), "abc", nil},
		{"cut by its reader", 0, -1, io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), "abc", broken},
		{"cut at once by its reader", 0, -1, iotest.ErrReader(io.ErrUnexpectedEOF), "", io.ErrUnexpectedEOF},
		{"a range", 4, 3, strings.NewReader("abc"), "abc", nil},
		{"a range of nothing", 4, 0, strings.NewReader(""), "", nil},
		{"less than its range", 4, 3, strings.NewReader("ab"), "ab", nil},
		{"more than its range", 4, 3, strings.NewReader("abcd"), "abc", wire.Invalid},
		{"more than a range of nothing", 0, 0, strings.NewReader("a"), "", wire.Invalid},
		{"more than several frames", 0, int64(len(big)) - 1, strings.NewReader(big), big[:len(big)-1], wire.Invalid},
		{"a range that its reader cuts", 4, 3, io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(broken)), "ab", broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got bytes.Buffer
			c := login(t, staging(t, &got), trusting())
			args := putArgs(int64(len(big)) + 7)
			if args.Offset = tt.offset; tt.length >= 0 {
				args.Length = &tt.length
			}
			reply, err := c.Put(t.Context(), args, tt.body)
			if !errors.Is(err, tt.want) || reply.Received != tt.offset+int64(len(tt.got)) || got.String() != tt.got {
				t.Errorf("got %+v, %v, with %d bytes staged, want %d and %v", reply, err, got.Len(), len(tt.got), tt.want)
			}
			if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
				t.Errorf("the connection is not good any more: %v", err)
			}
		})
	}
}

// endless is a source that does not end, and counts what is read of it.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	return len(p), nil
}

func TestPutRefusedEarly(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		p.refuse(p.request().ID, wire.QuotaExceeded, "the account is full")
		p.body() // comes to an end, although its source does not
		p.reply(p.request().ID, listed)
		p.hangUp()
	})
	c := login(t, addr, trusting())
	if _, err := c.Put(t.Context(), putArgs(1<<50), new(endless)); !errors.Is(err, wire.QuotaExceeded) {
		t.Errorf("got %v, want quota_exceeded", err)
	}
	if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Errorf("the connection is not good any more: %v", err)
	}
}

func TestPutAnsweredBeforeItIsWhole(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		p.reply(p.request().ID, wire.PutReply{Upload: anUpload})
		p.body()
	})
	c := login(t, addr, trusting())
	if _, err := c.Put(t.Context(), putArgs(1<<50), new(endless)); !errors.Is(err, ErrNotWangpan) {
		t.Errorf("got %v, want %v", err, ErrNotWangpan)
	}
}

// TestPutCancelledWithinItsBody cancels while the server does not read: the
// call that waits behind it ends, too.
func TestPutCancelledWithinItsBody(t *testing.T) {
	begun := make(chan struct{})
	addr := serve(t, func(p *peer) {
		p.admit()
		p.request()
		if f, err := p.ReadFrame(); err != nil || f.Kind != wire.KindData {
			t.Errorf("got a frame of kind %d, %v, want data", f.Kind, err)
		}
		close(begun)
		<-t.Context().Done()
	})
	c := login(t, addr, trusting())
	ctx, cancel := context.WithCancel(t.Context())
	behind := make(chan error, 1)
	go func() {
		<-begun
		go func() {
			_, err := c.Stat(t.Context(), "/b")
			behind <- err
		}()
		cancel()
	}()
	source := new(endless)
	if _, err := c.Put(ctx, putArgs(1<<50), source); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	source.read = 0 // without a lock: the race detector sees if it is still being read
	if err := <-behind; !errors.Is(err, ErrClosed) {
		t.Errorf("the call behind it got %v, want %v", err, ErrClosed)
	}
}

// TestPutIntoARefusal ends the connection while a body is being written: what
// the server said last is the error, not that nothing can be written any more.
func TestPutIntoARefusal(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		p.request()
		p.refuse(0, wire.Unauthenticated, "the account was disabled")
	})
	c := login(t, addr, trusting())
	if _, err := c.Put(t.Context(), putArgs(1<<50), new(endless)); !errors.Is(err, wire.Unauthenticated) || !errors.Is(err, ErrLost) {
		t.Errorf("got %v, want the server's last words", err)
	}
}

func TestFramesFitTheServer(t *testing.T) {
	const frame = 10_000
	longest := make(chan int, 1)
	addr := serve(t, func(p *peer) {
		w := usual
		w.Limits.Frame = frame
		p.welcome(w)
		p.reply(p.request().ID, wire.SessionReply{User: "alice", Token: aToken})
		p.Open(frame) // a longer one would be an error here
		r, most := p.request(), 0
		for {
			f, err := p.ReadFrame()
			if err != nil || f.EndMark() {
				break
			}
			most = max(most, len(f.Payload))
		}
		longest <- most
		p.reply(r.ID, wire.PutReply{Upload: anUpload, Received: 3 * frame, End: 3 * frame})
		p.hangUp()
	})
	c := login(t, addr, trusting())
	if _, err := c.Put(t.Context(), putArgs(3*frame), bytes.NewReader(make([]byte, 3*frame))); err != nil {
		t.Fatal(err)
	}
	if got := <-longest; got != frame-1 {
		t.Errorf("the longest chunk has %d bytes, want %d", got, frame-1)
	}
}

// TestUploadsInPages gathers pages, and stops where a server does not know After.
func TestUploadsInPages(t *testing.T) {
	page := func(more bool, ids ...int) wire.UploadsReply {
		reply := wire.UploadsReply{Uploads: []wire.Upload{}, More: more}
		for _, id := range ids {
			reply.Uploads = append(reply.Uploads, wire.Upload{Upload: wire.UploadID(fmt.Sprintf("%032x", id)), Path: "/a", Size: 9})
		}
		return reply
	}
	tests := []struct {
		name  string
		pages []wire.UploadsReply // the last one again and again
		want  wire.UploadsReply
	}{
		{"none", []wire.UploadsReply{page(false)}, page(false)},
		{"one page", []wire.UploadsReply{page(false, 1, 2)}, page(false, 1, 2)},
		{"three pages", []wire.UploadsReply{page(true, 1, 2), page(true, 3), page(false, 4, 5)}, page(false, 1, 2, 3, 4, 5)},
		{"an empty page at the end", []wire.UploadsReply{page(true, 1, 2), page(false)}, page(false, 1, 2)},
		{"the same page again", []wire.UploadsReply{page(true, 1, 2)}, page(true, 1, 2)},
		{"empty pages for ever", []wire.UploadsReply{page(true)}, page(true)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(p *peer) {
				p.admit()
				for n := 0; ; n = min(n+1, len(tt.pages)-1) {
					p.reply(p.request().ID, tt.pages[n])
				}
			})
			got, err := login(t, addr, trusting()).Uploads(t.Context(), wire.UploadsArgs{})
			if err != nil || got.More != tt.want.More || len(got.Uploads) != len(tt.want.Uploads) {
				t.Fatalf("%+v, %v, want %+v", got, err, tt.want)
			}
			for i, one := range got.Uploads {
				if one.Upload != tt.want.Uploads[i].Upload {
					t.Errorf("upload %d is %s, want %s", i, one.Upload, tt.want.Uploads[i].Upload)
				}
			}
		})
	}
}
