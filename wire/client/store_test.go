package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"wangpan/wire"
)

// storing is what stores "abc" as /a.
func storing(ctx context.Context, c *Client) (wire.StatReply, error) {
	return c.Store(ctx, putArgs(3), []byte("abc"), aCommit)
}

var aCommit = wire.CommitArgs{Upload: anUpload, Digest: aDigest, Precondition: wire.Precondition{If: wire.IfAbsent}}

const (
	stored3 = `{"entry":{"name":"a","size":3,"mtime":"2026-01-01T00:00:00Z","version":"v1"},"digest":"0100000000000000000000000000000000000000000000000000000000000000"}`
	staged3 = `{"upload":"` + string(anUpload) + `","received":3,"end":3}`
)

// TestStoreDoesNotWait answers only when the put, its body and the commit have come.
func TestStoreDoesNotWait(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		put := p.request()
		if body := p.body(); string(body) != "abc" {
			t.Errorf("the body is %q, want abc", body)
		}
		commit := p.request()
		if put.Request != wire.Put || commit.Request != wire.Commit {
			t.Errorf("the client sends %s and %s, want put and commit", put.Request, commit.Request)
		}
		p.reply(put.ID, staged3)
		p.reply(commit.ID, stored3)
		p.reply(p.request().ID, listed)
		p.hangUp()
	})
	c := login(t, addr, trusting())
	if reply, err := storing(t.Context(), c); err != nil || reply.Entry.Name != "a" || reply.Entry.Version != "v1" {
		t.Errorf("got %+v, %v", reply, err)
	}
	if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Errorf("the connection is not good any more: %v", err)
	}
}

func TestStoreRefused(t *testing.T) {
	tests := []struct {
		name        string
		put, commit wire.Code // empty: a reply
		want        error
	}{
		{"neither", "", "", nil},
		{"the put", wire.Exists, wire.NotFound, wire.Exists},
		{"the commit", "", wire.Damaged, wire.Damaged},
		{"the put only", wire.Busy, "", wire.Busy},
	}
	for _, ahead := range []int{1, 2, 64} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s, %d ahead", tt.name, ahead), func(t *testing.T) {
				answer := func(p *peer, code wire.Code, reply string) {
					r := p.request()
					if r.Request == wire.Put {
						p.body()
					}
					if code == "" {
						p.reply(r.ID, reply)
						return
					}
					p.refuse(r.ID, code, "no")
				}
				addr := serve(t, func(p *peer) {
					w := usual
					w.Limits.Ahead = ahead
					p.welcome(w)
					p.reply(p.request().ID, wire.SessionReply{User: "alice", Token: aToken})
					p.Open(wire.MaxFrame)
					answer(p, tt.put, staged3)
					answer(p, tt.commit, stored3)
					p.reply(p.request().ID, listed)
					p.hangUp()
				})
				c := login(t, addr, trusting())
				if _, err := storing(t.Context(), c); !errors.Is(err, tt.want) || err != nil && !strings.HasPrefix(err.Error(), "put /a: ") {
					t.Errorf("got %v, want %v", err, tt.want)
				}
				if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
					t.Errorf("the connection is not good any more: %v", err)
				}
			})
		}
	}
}

// TestStoreLeft leaves while the server reads nothing: all of it arrives later,
// and the connection goes on.
func TestStoreLeft(t *testing.T) {
	went, answer := make(chan struct{}), make(chan struct{})
	addr := serve(t, func(p *peer) {
		p.admit()
		put := p.request()
		close(went)
		<-answer
		if body := p.body(); len(body) != StoreLimit || strings.Trim(string(body), "x") != "" {
			t.Errorf("%d bytes came of what was left, want %d", len(body), StoreLimit)
		}
		p.reply(put.ID, wire.PutReply{Upload: anUpload, Received: StoreLimit, End: StoreLimit})
		r := p.request()
		if r.Request == wire.Commit { // it may have been on its way already
			p.refuse(r.ID, wire.Damaged, "no")
			r = p.request()
		}
		p.reply(r.ID, listed)
		p.hangUp()
	})
	c := login(t, addr, trusting())
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-went
		cancel()
	}()
	body := bytes.Repeat([]byte("x"), StoreLimit)
	if _, err := c.Store(ctx, putArgs(StoreLimit), body, aCommit); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	clear(body) // the race detector sees if it is still being read
	close(answer)
	if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Errorf("the connection is not good any more: %v", err)
	}
}

// TestStoreLeftBeforeItsBody leaves when nothing but the request is out:
// neither body nor commit follow.
func TestStoreLeftBeforeItsBody(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		put := p.request()
		if body := p.body(); len(body) != 0 {
			t.Errorf("%d bytes come of what was left, want none", len(body))
		}
		p.reply(put.ID, wire.PutReply{Upload: anUpload})
		r := p.request()
		if r.Request != wire.List {
			t.Errorf("the client sends %s, want list", r.Request)
		}
		p.reply(r.ID, listed)
		p.hangUp()
	})
	c := login(t, addr, trusting())
	s, err := newStore(putArgs(3), []byte("abc"), aCommit)
	if err != nil {
		t.Fatal(err)
	}
	c.writer <- struct{}{}
	payload, err := c.admit(t.Context(), s.put, s.rawPut, true)
	if err != nil {
		t.Fatal(err)
	}
	c.small = []byte("abc")
	left, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.sendStore(left, s, payload); err != nil {
		t.Error(err)
	}
	<-c.writer
	if <-s.commit.done; !errors.Is(s.commit.err, context.Canceled) {
		t.Errorf("the commit got %v, want %v", s.commit.err, context.Canceled)
	}
	if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Error(err)
	}
}

func TestStoreOfWhatIsNotWhole(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		t.Errorf("the client sent %s", r.Request)
	})
	c := login(t, addr, trusting())
	short := int64(2)
	tests := []struct {
		name string
		body int
		edit func(*wire.PutArgs, *wire.CommitArgs)
		want wire.Code
	}{
		{"too large", StoreLimit + 1, func(a *wire.PutArgs, _ *wire.CommitArgs) { a.Size = StoreLimit + 1 }, wire.TooLarge},
		{"another size", 3, func(a *wire.PutArgs, _ *wire.CommitArgs) { a.Size = 4 }, wire.Invalid},
		{"an offset", 3, func(a *wire.PutArgs, _ *wire.CommitArgs) { a.Offset = 1 }, wire.Invalid},
		{"a range", 3, func(a *wire.PutArgs, _ *wire.CommitArgs) { a.Length = &short }, wire.Invalid},
		{"another upload", 3, func(_ *wire.PutArgs, c *wire.CommitArgs) { c.Upload = anotherU }, wire.Invalid},
		{"no digest", 3, func(_ *wire.PutArgs, c *wire.CommitArgs) { c.Digest = wire.Digest{} }, wire.Invalid},
		{"no path", 3, func(a *wire.PutArgs, _ *wire.CommitArgs) { a.Path = "" }, wire.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args, commit := putArgs(3), aCommit
			tt.edit(&args, &commit)
			if _, err := c.Store(t.Context(), args, make([]byte, tt.body), commit); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if err := c.Err(); err != nil {
		t.Errorf("the connection ended: %v", err)
	}
}

func TestStoreHostile(t *testing.T) {
	tests := []struct{ name, put, commit string }{
		{"another end", `{"upload":"` + string(anUpload) + `","received":3,"end":2}`, stored3},
		{"more than its size staged", `{"upload":"` + string(anUpload) + `","received":4,"end":3}`, stored3},
		{"another name", staged3, `{"entry":{"name":"b","size":3,"version":"v"},"digest":"` + aDigest.String() + `"}`},
		{"another size", staged3, `{"entry":{"name":"a","size":2,"version":"v"},"digest":"` + aDigest.String() + `"}`},
		{"another digest", staged3, `{"entry":{"name":"a","size":3,"version":"v"},"digest":"` + aToken + `"}`},
		{"no digest", staged3, `{"entry":{"name":"a","size":3,"version":"v"}}`},
		{"a folder", staged3, `{"entry":` + folderA + `,"digest":"` + aDigest.String() + `"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(p *peer) {
				p.admit()
				put := p.request()
				p.body()
				commit := p.request()
				p.reply(put.ID, tt.put)
				p.reply(commit.ID, tt.commit)
				p.hangUp()
			})
			c := login(t, addr, trusting())
			_, err := storing(t.Context(), c)
			wantBreach(t, c, err)
		})
	}
}

// TestStoreOnADyingConnection ends the connection under many callers: each
// gets an answer, and nothing is left running.
func TestStoreOnADyingConnection(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		for range 10 {
			p.request()
			p.body()
			p.request()
		}
	})
	c := login(t, addr, trusting())
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := storing(t.Context(), c); !errors.Is(err, ErrLost) {
				t.Errorf("got %v, want %v", err, ErrLost)
			}
		})
	}
	wg.Wait()
}
