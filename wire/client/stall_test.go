package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"wangpan/wire"
)

// impatient gives a request that makes no progress 300 ms, so that a write has
// 3 s and work of the server 108 s.
func impatient() Options {
	o := trusting()
	o.Timeouts.Answer = 300 * time.Millisecond
	return o
}

// flood sends events and answers pings until the client hangs up, whatever it asks.
func flood(event string) func(*peer) {
	return func(p *peer) {
		p.admit()
		go func() {
			for {
				f, err := p.ReadFrame()
				if err != nil {
					return
				}
				if f.Kind == wire.KindPing {
					_ = p.WriteFrame(wire.KindPong, f.Payload)
				}
			}
		}()
		for {
			p.send(wire.KindEvent, event)
		}
	}
}

// What arrives beside the answer to a request is no progress of it.
func TestRequestWithoutProgress(t *testing.T) {
	stat := func(c *Client) error { _, err := c.Stat(t.Context(), "/a"); return err }
	get := func(c *Client) error {
		_, err := c.Get(t.Context(), wire.GetArgs{Path: "/a"}, discard)
		return err
	}
	tests := []struct {
		name   string
		script func(*peer)
		call   func(*Client) error
	}{
		{"events without end", flood(`{"event":"changed","path":"/"}`), stat},
		{"progress that is none", flood(`{"event":"progress","id":3,"done":1,"size":2}`), stat},
		{"an event that never ends", func(p *peer) {
			p.admit()
			_, _ = p.raw.Write(wire.AppendHeader(nil, wire.KindEvent, wire.MaxFrame-1))
			for {
				_, err := p.raw.Write([]byte(" "))
				p.must(err)
			}
		}, stat},
		{"a body that stops", func(p *peer) {
			p.admit()
			p.reply(p.request().ID, getReply(6))
			p.send(wire.KindData, "abc")
			for {
				p.send(wire.KindEvent, `{"event":"changed","path":"/"}`)
			}
		}, get},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := login(t, serve(t, tt.script), impatient())
			if err := tt.call(c); !errors.Is(err, ErrStalled) || !errors.Is(err, ErrLost) {
				t.Errorf("got %v, want %v", err, ErrStalled)
			}
		})
	}
}

// A request that moves on, or that may take long, is not given up.
func TestRequestWithProgress(t *testing.T) {
	slowly := func(p *peer, step func(i int)) {
		for i := range 4 { // four times two thirds of Answer
			time.Sleep(200 * time.Millisecond)
			step(i)
		}
	}
	tests := []struct {
		name   string
		script func(*peer, wire.Request)
		call   func(*Client) error
	}{
		{"a body that arrives slowly", func(p *peer, r wire.Request) {
			p.reply(r.ID, getReply(4))
			slowly(p, func(int) { p.send(wire.KindData, "x") })
			p.send(wire.KindData, "")
		}, func(c *Client) error {
			_, err := c.Get(t.Context(), wire.GetArgs{Path: "/a"}, discard)
			return err
		}},
		{"a long frame that arrives slowly", func(p *peer, r wire.Request) {
			answer := fmt.Sprintf(`{"id":%d,"reply":`, r.ID) + listed + strings.Repeat(" ", 1000)
			_, _ = p.raw.Write(wire.AppendHeader(nil, wire.KindMessage, len(answer)+1))
			slowly(p, func(i int) { _, _ = p.raw.Write([]byte(answer[i*200 : (i+1)*200])) })
			_, _ = p.raw.Write([]byte(answer[800:] + "}"))
		}, func(c *Client) error { _, err := c.List(t.Context(), wire.ListArgs{Path: "/"}); return err }},
		{"work of the server", func(p *peer, r wire.Request) {
			slowly(p, func(int) { p.send(wire.KindEvent, `{"event":"changed","path":"/"}`) })
			p.reply(r.ID, `{"size":1,"files":1,"folders":0}`)
		}, func(c *Client) error { _, err := c.Count(t.Context(), "/"); return err }},
		{"a body that its source fills slowly", func(p *peer, r wire.Request) {
			p.reply(r.ID, wire.PutReply{Upload: anUpload, Received: int64(len(p.body())), End: 4})
		}, func(c *Client) error {
			_, err := c.Put(t.Context(), putArgs(4), slowReader{200 * time.Millisecond, strings.NewReader("abcd")})
			return err
		}},
		{"a writer that takes its time", func(p *peer, r wire.Request) {
			p.reply(r.ID, getReply(4))
			p.data("ab", "cd")
		}, func(c *Client) error {
			_, err := c.Get(t.Context(), wire.GetArgs{Path: "/a"}, func(wire.GetReply) (io.Writer, error) { return slowWriter{}, nil })
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := login(t, serve(t, func(p *peer) {
				p.admit()
				tt.script(p, p.request())
				p.hangUp()
			}), impatient())
			if err := tt.call(c); err != nil {
				t.Error(err)
			}
		})
	}
}

// slowReader gives one byte at a time, after a while.
type slowReader struct {
	pause time.Duration
	r     io.Reader
}

func (s slowReader) Read(p []byte) (int, error) {
	time.Sleep(s.pause)
	return s.r.Read(p[:1])
}

// slowWriter takes longer than Answer.
type slowWriter struct{}

func (slowWriter) Write(p []byte) (int, error) {
	time.Sleep(400 * time.Millisecond)
	return len(p), nil
}

func TestAllowance(t *testing.T) {
	c := &Client{answer: time.Minute}
	tests := []struct {
		name wire.RequestName
		want time.Duration
	}{
		{wire.Stat, time.Minute},
		{wire.List, time.Minute},
		{wire.Get, time.Minute},
		{wire.Search, time.Minute},
		{wire.Login, time.Minute},
		{wire.Put, 10 * time.Minute},
		{wire.Mkdir, 10 * time.Minute},
		{wire.Blocks, 6 * time.Hour},
		{wire.Commit, 6 * time.Hour},
		{wire.Copy, 6 * time.Hour},
		{wire.Count, 6 * time.Hour},
	}
	for _, tt := range tests {
		if got := c.allowance(tt.name); got != tt.want {
			t.Errorf("%s may take %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A violation is one for those who know only package wire.
func TestViolationIsErrProtocol(t *testing.T) {
	c := login(t, answering(t, `{"id":%d,"reply":{}}`), trusting())
	if _, err := c.Stat(context.Background(), "/a"); !errors.Is(err, wire.ErrProtocol) || errors.Is(err, ErrLost) {
		t.Errorf("got %v, want %v", err, wire.ErrProtocol)
	}
}
