package main

import (
	"io"
	"net"
	"sync"
	"testing"
)

// proxy stands between client and server and stops the traffic towards the
// server, or from it, after some bytes: the line is there, and nothing comes.
type proxy struct {
	addr string

	mu      sync.Mutex    // guards the rest
	left    int64         // bytes that may still pass; negative: all
	towards bool          // the server, else from it
	stalled chan struct{} // closed when the traffic stops
	freed   chan struct{} // closed when it may go on
	conns   []net.Conn
}

// newProxy forwards to server without a limit at first.
func newProxy(t *testing.T, server string) *proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: l.Addr().String(), left: -1}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(client, server) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.free()
		p.mu.Lock()
		for _, c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
		wg.Wait()
	})
	return p
}

// stall lets so many bytes pass from now on, towards the server or from it. The
// channel is closed when no more come through.
func (p *proxy) stall(towards bool, bytes int64) (stalled <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.towards = bytes, towards
	p.stalled, p.freed = make(chan struct{}), make(chan struct{})
	return p.stalled
}

// free lets everything pass again.
func (p *proxy) free() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = -1
	if p.freed != nil {
		close(p.freed)
		p.freed = nil
	}
}

func (p *proxy) serve(client net.Conn, server string) {
	upstream, err := net.Dial("tcp", server)
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.conns = append(p.conns, client, upstream)
	p.mu.Unlock()
	var wg sync.WaitGroup
	for _, way := range []struct {
		to, from net.Conn
		towards  bool
	}{{upstream, client, true}, {client, upstream, false}} {
		wg.Go(func() {
			_, _ = io.Copy(&gate{p, way.to, way.towards}, way.from)
			_ = way.to.Close()
			_ = way.from.Close()
		})
	}
	wg.Wait()
}

// gate is one way through the proxy.
type gate struct {
	*proxy
	net.Conn
	towards bool
}

func (g *gate) Write(b []byte) (int, error) {
	g.mu.Lock()
	pass := int64(len(b))
	freed := g.freed
	if g.left >= 0 && g.proxy.towards == g.towards {
		pass = min(pass, g.left)
		g.left -= pass
		if pass < int64(len(b)) && g.stalled != nil {
			close(g.stalled)
			g.stalled = nil
		}
	}
	g.mu.Unlock()
	n, err := g.Conn.Write(b[:pass])
	if err != nil || n == len(b) {
		return n, err
	}
	<-freed
	m, err := g.Conn.Write(b[pass:])
	return n + m, err
}
