package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"math/big"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"wangpan/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is that of every peer of these tests.
var key = sync.OnceValue(func() tls.Certificate {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private, Leaf: leaf}
})

func serverTLS() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{key()}, NextProtos: []string{wire.ALPN}, MinVersion: tls.VersionTLS13}
}

// listen runs script for each connection to the address that it returns, until
// the test ends. The connection is closed behind it.
func listen(tb testing.TB, script func(net.Conn)) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []net.Conn
	wg.Go(func() {
		for {
			raw, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			all = append(all, raw)
			mu.Unlock()
			wg.Go(func() {
				defer func() { _ = raw.Close() }()
				script(raw)
			})
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, raw := range all {
			_ = raw.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

// peer is the server's end of a connection in the hands of a test. When the
// client is gone, its methods end the goroutine that calls them.
type peer struct {
	t testing.TB
	*wire.Conn
	raw net.Conn
}

// serve runs script behind TLS.
func serve(tb testing.TB, script func(*peer)) string {
	tb.Helper()
	return listen(tb, func(raw net.Conn) {
		secure := tls.Server(raw, serverTLS())
		script(&peer{t: tb, Conn: wire.NewConn(secure, wire.Timeouts{}), raw: secure})
	})
}

func (p *peer) must(err error) {
	if err != nil {
		runtime.Goexit()
	}
}

// request returns the next request; pings are answered on the way to it.
func (p *peer) request() wire.Request {
	for {
		f, err := p.ReadFrame()
		p.must(err)
		switch f.Kind {
		case wire.KindPing:
			p.must(p.WriteFrame(wire.KindPong, f.Payload))
			p.must(p.Flush())
		case wire.KindMessage:
			var r wire.Request
			if err := wire.Unmarshal(f.Payload, &r); err != nil {
				p.t.Errorf("the client sent %q: %v", f.Payload, err)
				runtime.Goexit()
			}
			return r
		default:
			p.t.Errorf("the client sent a frame of kind %d, want a request", f.Kind)
			runtime.Goexit()
		}
	}
}

// body returns the rest of a body.
func (p *peer) body() []byte {
	var all []byte
	for {
		f, err := p.ReadFrame()
		p.must(err)
		if f.EndMark() {
			return all
		}
		if f.Kind == wire.KindData {
			all = append(all, f.Payload...)
		}
	}
}

func (p *peer) send(kind wire.Kind, payload string) {
	p.must(p.WriteFrame(kind, []byte(payload)))
	p.must(p.Flush())
}

// reply answers request id with what is JSON already, or becomes it.
func (p *peer) reply(id uint64, v any) {
	raw, ok := v.(string)
	if !ok {
		encoded, err := json.Marshal(v)
		if err != nil {
			p.t.Error(err)
		}
		raw = string(encoded)
	}
	p.must(p.WriteMessage(wire.KindMessage, wire.Reply{ID: id, Reply: json.RawMessage(raw)}))
	p.must(p.Flush())
}

func (p *peer) refuse(id uint64, code wire.Code, text string) {
	p.must(p.WriteMessage(wire.KindMessage, wire.Reply{ID: id, Error: wire.Errorf(code, "%s", text)}))
	p.must(p.Flush())
}

// data sends body frames, and the end mark behind them.
func (p *peer) data(chunks ...string) {
	for _, chunk := range append(chunks, "") {
		p.send(wire.KindData, chunk)
	}
}

var usual = wire.Welcome{
	Magic: wire.Magic, Version: wire.Version1, Server: "peer", Registration: wire.RegistrationOpen,
	Limits: wire.Limits{Frame: wire.MaxFrame, Ahead: 64, Block: wire.BlockSize, IdleSeconds: 900},
}

// greet answers the hello.
func (p *peer) greet() { p.welcome(usual) }

func (p *peer) welcome(w wire.Welcome) { p.reply(p.request().ID, w) }

const aToken = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// admit answers hello and login.
func (p *peer) admit() {
	p.greet()
	p.reply(p.request().ID, wire.SessionReply{User: "alice", Token: aToken, Expires: time.Unix(2e9, 0).UTC()})
	p.Open(wire.MaxFrame)
}

// hangUp waits for the client to end the connection.
func (p *peer) hangUp() {
	for {
		_, err := p.ReadFrame()
		p.must(err)
	}
}

func trusting() Options {
	return Options{Name: "test", Trust: func(context.Context, string, string) error { return nil }}
}

// dial connects to addr and closes the connection when the test ends.
func dial(tb testing.TB, addr string, o Options) *Client {
	tb.Helper()
	c, err := Dial(tb.Context(), addr, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// login dials and logs in.
func login(tb testing.TB, addr string, o Options) *Client {
	tb.Helper()
	c := dial(tb, addr, o)
	if _, err := c.Login(tb.Context(), "alice", "correct horse"); err != nil {
		tb.Fatal(err)
	}
	return c
}

// trickling writes every byte on its own.
type trickling struct{ net.Conn }

func (c trickling) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := c.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}
