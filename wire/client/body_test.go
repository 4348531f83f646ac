package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"wangpan/wire"
)

// getReply is a lawful reply to a get of /a with a body of n bytes.
func getReply(n int64) string {
	return fmt.Sprintf(`{"entry":{"name":"a","size":%d,"mtime":"2026-01-01T00:00:00Z","version":"v1"},"offset":0,"length":%d}`, n, n)
}

func TestGet(t *testing.T) {
	broken := errors.New("the local disk is full")
	tests := []struct {
		name   string
		length int64
		answer func(*peer, wire.Request)
		writer io.Writer // instead of one that keeps everything
		got    string
		want   error
		ends   error // of the connection; nil when it goes on
	}{
		{"whole", 6, func(p *peer, _ wire.Request) { p.data("abc", "def") }, nil, "abcdef", nil, nil},
		{"empty", 0, func(p *peer, _ wire.Request) { p.data() }, nil, "", nil, nil},
		{"with pings and events between", 6, func(p *peer, _ wire.Request) {
			p.send(wire.KindData, "abc")
			p.send(wire.KindEvent, `{"event":"going_down"}`)
			p.send(wire.KindPing, "still there?")
			if f, err := p.ReadFrame(); err != nil || f.Kind != wire.KindPong || string(f.Payload) != "still there?" {
				t.Errorf("got %d %q, %v, want the pong", f.Kind, f.Payload, err)
			}
			p.data("def")
		}, nil, "abcdef", nil, nil},
		{"the server's disk fails", 6, func(p *peer, r wire.Request) {
			p.send(wire.KindData, "abc")
			p.refuse(r.ID, wire.Damaged, "the disk fails")
		}, nil, "abc", wire.Damaged, nil},
		{"the server's disk fails at once", 6, func(p *peer, r wire.Request) { p.refuse(r.ID, wire.Damaged, "the disk fails") }, nil, "", wire.Damaged, nil},
		{"too short", 6, func(p *peer, _ wire.Request) { p.data("abc") }, nil, "abc", ErrNotWangpan, ErrNotWangpan},
		{"too long", 6, func(p *peer, _ wire.Request) { p.data("abc", "defg") }, nil, "abc", ErrNotWangpan, ErrNotWangpan},
		{"not empty", 0, func(p *peer, _ wire.Request) { p.data("a") }, nil, "", ErrNotWangpan, ErrNotWangpan},
		{"another's refusal within", 6, func(p *peer, r wire.Request) { p.refuse(r.ID+1, wire.Damaged, "x") }, nil, "", ErrNotWangpan, ErrNotWangpan},
		{"a reply within", 6, func(p *peer, r wire.Request) { p.reply(r.ID, getReply(6)) }, nil, "", ErrNotWangpan, ErrNotWangpan},
		{"the end of the session within", 6, func(p *peer, _ wire.Request) { p.refuse(0, wire.Unauthenticated, "logged out") }, nil, "", wire.Unauthenticated, ErrLost},
		{"the end of the connection within", 6, func(p *peer, _ wire.Request) { p.send(wire.KindData, "abc"); _ = p.Close() }, nil, "abc", io.EOF, ErrLost},
		{"local disk full, little to come", 6, func(p *peer, _ wire.Request) { p.data("abc", "def") }, failing{broken}, "", broken, nil},
		{"local disk full, much to come", 1 << 40, func(p *peer, _ wire.Request) { p.send(wire.KindData, "abc") }, failing{broken}, "", broken, ErrClosed},
		{"local writer takes less", 6, func(p *peer, _ wire.Request) { p.data("abc", "def") }, failing{nil}, "", io.ErrShortWrite, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(p *peer) {
				p.admit()
				r := p.request()
				p.reply(r.ID, getReply(tt.length))
				tt.answer(p, r)
				p.reply(p.request().ID, listed)
				p.hangUp()
			})
			c := login(t, addr, trusting())
			var got bytes.Buffer
			reply, err := c.Get(t.Context(), wire.GetArgs{Path: "/a"}, func(r wire.GetReply) (io.Writer, error) {
				if r.Length != tt.length {
					t.Errorf("sink is told of %d bytes, want %d", r.Length, tt.length)
				}
				if tt.writer != nil {
					return tt.writer, nil
				}
				return &got, nil
			})
			if !errors.Is(err, tt.want) || got.String() != tt.got || reply.Entry.Version != "v1" {
				t.Errorf("got %q, version %q, %v, want %q, v1, %v", &got, reply.Entry.Version, err, tt.got, tt.want)
			}
			_, err = c.List(t.Context(), wire.ListArgs{Path: "/"})
			if !errors.Is(err, tt.ends) || !errors.Is(c.Err(), tt.ends) {
				t.Errorf("afterwards: %v and %v, want %v", err, c.Err(), tt.ends)
			}
		})
	}
}

// failing takes nothing and says err.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestGetWithoutASink(t *testing.T) {
	refused := errors.New("there is a file already")
	for _, length := range []int64{6, 1 << 40} {
		addr := serve(t, func(p *peer) {
			p.admit()
			p.reply(p.request().ID, getReply(length))
			p.data("abcdef")
			p.reply(p.request().ID, listed)
			p.hangUp()
		})
		c := login(t, addr, trusting())
		_, err := c.Get(t.Context(), wire.GetArgs{Path: "/a"}, func(wire.GetReply) (io.Writer, error) { return nil, refused })
		if !errors.Is(err, refused) {
			t.Errorf("got %v, want what sink said", err)
		}
		_, err = c.List(t.Context(), wire.ListArgs{Path: "/"})
		if short := length == 6; short != (err == nil) || !short && !errors.Is(err, ErrClosed) {
			t.Errorf("after %d bytes that nobody wants: %v", length, err)
		}
	}
}

// cancelling cancels at the first byte.
type cancelling struct {
	cancel context.CancelFunc
	writes int
}

func (w *cancelling) Write(p []byte) (int, error) {
	w.cancel()
	w.writes++
	return len(p), nil
}

func TestGetCancelledWithinItsBody(t *testing.T) {
	tests := []struct {
		name   string
		length int64
		ends   error // of the connection; nil when it goes on
	}{
		{"little to come", drainLimit, nil},
		{"much to come", 1 << 40, ErrClosed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			left := make(chan struct{})
			addr := serve(t, func(p *peer) {
				p.admit()
				p.reply(p.request().ID, getReply(tt.length))
				p.send(wire.KindData, "abc")
				if <-left; tt.ends == nil { // the rest comes late
					p.data(strings.Repeat("x", drainLimit/2), strings.Repeat("y", drainLimit/2-3))
					p.reply(p.request().ID, listed)
				}
				p.hangUp()
			})
			c := login(t, addr, trusting())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := &cancelling{cancel: cancel}
			reply, err := c.Get(ctx, wire.GetArgs{Path: "/a"}, func(wire.GetReply) (io.Writer, error) { return w, nil })
			if !errors.Is(err, context.Canceled) || reply.Length != tt.length {
				t.Errorf("got %+v, %v, want the reply and %v", reply, err, context.Canceled)
			}
			// Written without a lock by the reader: the race detector sees if it still may.
			w.writes = 0
			close(left)
			if tt.ends != nil {
				<-c.Done()
			}
			_, err = c.List(t.Context(), wire.ListArgs{Path: "/"})
			if !errors.Is(err, tt.ends) || !errors.Is(c.Err(), tt.ends) || w.writes != 0 {
				t.Errorf("afterwards: %v and %v after %d writes, want %v after none", err, c.Err(), w.writes, tt.ends)
			}
		})
	}
}

func TestGetCancelledBeforeItsBody(t *testing.T) {
	for _, length := range []int64{6, 1 << 40} {
		arrived, answer := make(chan struct{}), make(chan struct{})
		addr := serve(t, func(p *peer) {
			p.admit()
			r := p.request()
			close(arrived)
			<-answer
			p.reply(r.ID, getReply(length))
			p.data("abcdef")
			p.reply(p.request().ID, listed)
			p.hangUp()
		})
		c := login(t, addr, trusting())
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-arrived
			cancel()
		}()
		_, err := c.Get(ctx, wire.GetArgs{Path: "/a"}, func(wire.GetReply) (io.Writer, error) {
			t.Error("sink is called for a call that was cancelled")
			return io.Discard, nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		close(answer)
		_, err = c.List(t.Context(), wire.ListArgs{Path: "/"})
		if short := length == 6; short != (err == nil) || !short && !errors.Is(err, ErrClosed) {
			t.Errorf("after %d bytes that nobody wants: %v", length, err)
		}
	}
}

func TestBlocks(t *testing.T) {
	var want []wire.Digest
	var all strings.Builder
	for i := range 5 {
		d := wire.Digest{byte(i), 31: byte(i)}
		want = append(want, d)
		all.Write(d[:])
	}
	const size = 4*wire.BlockSize + 1
	for _, step := range []int{1, 31, 32, 33, 160} {
		addr := serve(t, func(p *peer) {
			p.admit()
			p.reply(p.request().ID, wire.BlocksReply{Version: "v1", Size: size, Length: size})
			var chunks []string
			for rest := all.String(); rest != ""; {
				n := min(step, len(rest))
				chunks, rest = append(chunks, rest[:n]), rest[n:]
			}
			p.data(chunks...)
			p.hangUp()
		})
		c := login(t, addr, trusting())
		reply, got, err := c.Blocks(t.Context(), wire.BlocksArgs{Path: "/a"})
		if err != nil || reply.Size != size || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("in steps of %d: %+v, %v, %v", step, reply, got, err)
		}
	}
}
