package client

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangpan/wire"
)

const listed = `{"entries":[],"more":false}`

func TestCallsDoNotWaitForOneAnother(t *testing.T) {
	const calls = 20
	addr := serve(t, func(p *peer) {
		p.admit()
		var requests []wire.Request
		for range calls { // all of them are there before the first is answered
			requests = append(requests, p.request())
		}
		for _, r := range requests {
			if strings.Contains(string(r.Args), "/gone") {
				p.refuse(r.ID, wire.NotFound, "there is no such folder")
				continue
			}
			p.reply(r.ID, listed)
		}
		p.hangUp()
	})
	c := login(t, addr, trusting())
	var wg sync.WaitGroup
	for i := range calls {
		path := wire.Path("/here")
		if i%3 == 0 {
			path = "/gone"
		}
		wg.Go(func() {
			_, err := c.List(t.Context(), wire.ListArgs{Path: path})
			if gone := path == "/gone"; gone != errors.Is(err, wire.NotFound) || !gone && err != nil {
				t.Errorf("%s: %v", path, err)
			}
		})
	}
	wg.Wait()
}

func TestNoMoreRequestsAheadThanAllowed(t *testing.T) {
	const calls, ahead = 32, 4
	addr := serve(t, func(p *peer) {
		w := usual
		w.Limits.Ahead = ahead
		p.welcome(w)
		p.reply(p.request().ID, wire.SessionReply{User: "alice", Token: aToken})
		for range calls / ahead {
			var ids []uint64
			for range ahead {
				ids = append(ids, p.request().ID)
			}
			// The pong comes behind everything that was sent before it.
			p.send(wire.KindPing, "more?")
			f, err := p.ReadFrame()
			p.must(err)
			if f.Kind != wire.KindPong || string(f.Payload) != "more?" {
				t.Errorf("with %d requests ahead a frame of kind %d comes, want a pong", ahead, f.Kind)
			}
			for _, id := range ids {
				p.reply(id, listed)
			}
		}
		p.hangUp()
	})
	c := login(t, addr, trusting())
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestAbandonedCall cancels a call and shows that its late answer is dropped
// and that the connection is good.
func TestAbandonedCall(t *testing.T) {
	arrived, answer := make(chan struct{}), make(chan struct{})
	addr := serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		close(arrived)
		<-answer
		p.reply(r.ID, `{"entries":[{"name":"late","size":1,"mtime":"2026-01-01T00:00:00Z","version":"v"}],"more":false}`)
		p.reply(p.request().ID, listed)
		p.hangUp()
	})
	c := login(t, addr, trusting())
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	listing, err := c.List(ctx, wire.ListArgs{Path: "/"})
	if !errors.Is(err, context.Canceled) || listing.Entries != nil {
		t.Errorf("got %v, %v, want nothing and %v", listing, err, context.Canceled)
	}
	close(answer)
	if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Errorf("the connection is not good any more: %v", err)
	}
}

func TestCancelledBeforeItsTurn(t *testing.T) {
	addr := serve(t, func(p *peer) {
		w := usual
		w.Limits.Ahead = 1
		p.welcome(w)
		p.reply(p.request().ID, wire.SessionReply{User: "alice", Token: aToken})
		if r := p.request(); r.Request != wire.List {
			t.Errorf("the client sends %s, want list", r.Request)
		}
		p.hangUp()
	})
	c := login(t, addr, trusting())
	go func() { _, _ = c.List(t.Context(), wire.ListArgs{Path: "/"}) }()
	for len(c.ahead) == 0 {
		time.Sleep(time.Millisecond) // until the only place is taken
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Stat(ctx, "/a"); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := c.Stat(ctx, "/a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a place: %v", err)
	}
}

func TestRequestsThatAreNotSent(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.greet()
		r := p.request()
		t.Errorf("the client sent %s", r.Request)
	})
	c := dial(t, addr, trusting())
	ctx := t.Context()
	long := strings.Repeat("x", wire.MaxFrameBeforeLogin)
	some := int64(-1)
	tests := []struct {
		name string
		call func() error
		want wire.Code
	}{
		{"a password longer than a frame", func() error { _, err := c.Login(ctx, "alice", long); return err }, wire.TooLarge},
		{"a password that is not UTF-8", func() error { _, err := c.Login(ctx, "alice", "\xff"); return err }, wire.Invalid},
		{"a user that is not UTF-8", func() error { _, err := c.Login(ctx, "\xff", "x"); return err }, wire.Invalid},
		{"a new account's password", func() error {
			_, err := c.Register(ctx, wire.RegisterArgs{User: "alice", Password: "\xff"})
			return err
		}, wire.Invalid},
		{"a new password", func() error { return c.Password(ctx, "x", "\xff") }, wire.Invalid},
		{"a damaged token", func() error { _, err := c.Join(ctx, "12"); return err }, wire.Unauthenticated},
		{"no path", func() error { _, err := c.Stat(ctx, ""); return err }, wire.Invalid},
		{"too long a page", func() error { _, err := c.List(ctx, wire.ListArgs{Path: "/", Limit: 1e6}); return err }, wire.Invalid},
		{"a negative length", func() error {
			_, err := c.Get(ctx, wire.GetArgs{Path: "/a", Length: &some}, nil)
			return err
		}, wire.Invalid},
		{"no upload", func() error { return c.Discard(ctx, "") }, wire.Invalid},
		{"no precondition", func() error {
			_, err := c.Put(ctx, wire.PutArgs{Upload: anUpload, Path: "/a", ModTime: time.Unix(0, 0)}, strings.NewReader(""))
			return err
		}, wire.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.call()
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if err := c.Err(); err != nil {
		t.Errorf("the connection ended: %v", err)
	}
}

func TestCloseEndsEveryCall(t *testing.T) {
	var waiting atomic.Int32
	addr := serve(t, func(p *peer) {
		p.admit()
		for {
			p.request()
			waiting.Add(1)
		}
	})
	c := login(t, addr, trusting())
	errs := make(chan error, 3)
	go func() { _, err := c.Stat(t.Context(), "/a"); errs <- err }()
	go func() { _, err := c.Get(t.Context(), wire.GetArgs{Path: "/a"}, discard); errs <- err }()
	go func() { errs <- c.Logout(t.Context()) }()
	for waiting.Load() < 3 {
		time.Sleep(time.Millisecond) // until the server has all three
	}
	if err := c.Err(); err != nil {
		t.Errorf("an open connection has the error %v", err)
	}
	_ = c.Close()
	<-c.Done()
	_ = c.Close() // does nothing
	for range cap(errs) {
		if err := <-errs; !errors.Is(err, ErrClosed) {
			t.Errorf("a call that waited got %v, want %v", err, ErrClosed)
		}
	}
	if _, err := c.Stat(t.Context(), "/a"); !errors.Is(err, ErrClosed) {
		t.Errorf("a call afterwards got %v, want %v", err, ErrClosed)
	}
	if _, err := c.Ping(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("a ping afterwards got %v, want %v", err, ErrClosed)
	}
	if !errors.Is(c.Err(), ErrClosed) {
		t.Errorf("the connection ended with %v, want %v", c.Err(), ErrClosed)
	}
}

func discard(wire.GetReply) (io.Writer, error) { return io.Discard, nil }

func TestServerEndsTheConnection(t *testing.T) {
	tests := []struct {
		name string
		last func(*peer)
		want []error
	}{
		{"without a word", func(*peer) {}, []error{ErrLost, io.EOF}},
		{"and says why", func(p *peer) { p.refuse(0, wire.Unauthenticated, "the account was disabled") }, []error{ErrLost, wire.Unauthenticated}},
		{"within a frame", func(p *peer) { _, _ = p.raw.Write([]byte{0, 0}) }, []error{ErrLost, io.ErrUnexpectedEOF}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(p *peer) {
				p.admit()
				p.request()
				tt.last(p)
			})
			c := login(t, addr, trusting())
			_, err := c.Stat(t.Context(), "/a")
			<-c.Done()
			for _, want := range tt.want {
				if !errors.Is(err, want) || !errors.Is(c.Err(), want) {
					t.Errorf("got %v and %v, want %v", err, c.Err(), want)
				}
			}
		})
	}
}

func TestEvents(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		p.send(wire.KindEvent, `{"event":"going_down","text":"back at noon","at":12}`)
		p.send(wire.KindEvent, `{"event":"something_new"}`)
		p.reply(r.ID, listed)
		p.hangUp()
	})
	var got []wire.Event // written by the reader before the answer, read after it
	o := trusting()
	o.OnEvent = func(e wire.Event) { got = append(got, e) }
	c := login(t, addr, o)
	if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0] != (wire.Event{Event: wire.GoingDown, Text: "back at noon"}) || got[1].Event != "something_new" {
		t.Errorf("got %+v", got)
	}
}

func TestPing(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.greet()
		for {
			f, err := p.ReadFrame()
			p.must(err)
			p.send(wire.KindPong, string(f.Payload))
		}
	})
	c := dial(t, addr, trusting())
	for range 3 {
		if d, err := c.Ping(t.Context()); err != nil || d <= 0 {
			t.Errorf("ping: %v, %v", d, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Ping(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled ping: %v", err)
	}
}

func TestSilentServer(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		p.hangUp() // answers neither requests nor pings
	})
	tests := []struct {
		name     string
		timeouts Timeouts
		call     func(*Client) error
	}{
		{"owes an answer", Timeouts{Silence: 60 * time.Millisecond}, func(c *Client) error { _, err := c.Stat(t.Context(), "/a"); return err }},
		{"owes a pong", Timeouts{Silence: 60 * time.Millisecond}, func(c *Client) error { _, err := c.Ping(t.Context()); return err }},
		{"while nothing is asked", Timeouts{Silence: 60 * time.Millisecond, Idle: 30 * time.Millisecond}, func(c *Client) error { <-c.Done(); return c.Err() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := trusting()
			c := login(t, addr, o)
			_ = c.Close()
			o.Timeouts = tt.timeouts
			c = login(t, addr, o)
			if err := tt.call(c); !errors.Is(err, ErrSilent) || !errors.Is(err, ErrLost) {
				t.Errorf("got %v, want %v", err, ErrSilent)
			}
		})
	}
}

// TestSlowServer answers pings for longer than Silence before it answers a request.
func TestSlowServer(t *testing.T) {
	addr := serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		for range 4 { // each comes after a third of Silence
			f, err := p.ReadFrame()
			p.must(err)
			p.send(wire.KindPong, string(f.Payload))
		}
		p.reply(r.ID, listed)
		p.hangUp()
	})
	o := trusting()
	o.Timeouts.Silence = 1500 * time.Millisecond
	c := login(t, addr, o)
	before := c.Heard()
	if _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); err != nil {
		t.Errorf("a slow answer: %v", err)
	}
	if !c.Heard().After(before) {
		t.Errorf("the server was last heard at %v, as before the answer", before)
	}
}

// TestPingsWithinABody pings while a body goes out, although that moves: only
// the server's own voice says that it is well.
func TestPingsWithinABody(t *testing.T) {
	ponged := make(chan struct{})
	addr := serve(t, func(p *peer) {
		p.admit()
		r := p.request()
		for n := 0; n < 2; {
			f, err := p.ReadFrame()
			p.must(err)
			if f.Kind == wire.KindPing {
				p.send(wire.KindPong, string(f.Payload))
				n++
			}
		}
		close(ponged)
		p.body()
		p.refuse(r.ID, wire.NoSpace, "the disk is full")
		p.hangUp()
	})
	o := trusting()
	o.Timeouts.Silence = 900 * time.Millisecond
	c := login(t, addr, o)
	if _, err := c.Put(t.Context(), putArgs(1<<50), until{ponged}); !errors.Is(err, wire.NoSpace) {
		t.Errorf("got %v, want no_space", err)
	}
}

// until is a source that ends when its channel is closed.
type until struct{ closed <-chan struct{} }

func (u until) Read(p []byte) (int, error) {
	select {
	case <-u.closed:
		return 0, io.EOF
	default:
		return len(p), nil
	}
}
