package client

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"wangpan/wire"
)

func TestSplitAddress(t *testing.T) {
	tests := []struct{ name, addr, want string }{
		{"name", "drive.lab", "drive.lab:7440"},
		{"name and port", "drive.lab:7441", "drive.lab:7441"},
		{"IPv4", "192.0.2.7", "192.0.2.7:7440"},
		{"IPv4 and port", "192.0.2.7:1", "192.0.2.7:1"},
		{"IPv6", "2001:db8::1", "[2001:db8::1]:7440"},
		{"IPv6 in brackets", "[2001:db8::1]", "[2001:db8::1]:7440"},
		{"IPv6 and port", "[2001:db8::1]:7441", "[2001:db8::1]:7441"},
		{"IPv6 and zone", "fe80::1%eth0", "[fe80::1%eth0]:7440"},
		{"nothing", "", ""},
		{"port only", ":7440", ""},
		{"port 0", "drive.lab:0", ""},
		{"port too high", "drive.lab:65536", ""},
		{"port of letters", "drive.lab:http", ""},
		{"no port after the colon", "drive.lab:", ""},
		{"negative port", "drive.lab:-1", ""},
		{"user", "alice@drive.lab", ""},
		{"address of a page", "https://drive.lab", ""},
		{"space", "drive lab", ""},
		{"two colons", "drive:lab:7440", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := splitAddress(tt.addr)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("splitAddress(%q) is %q, %v, want %q", tt.addr, got, err, tt.want)
			}
		})
	}
}

// changedError is what a program's own list of keys may answer.
type changedError struct{ was string }

func (e *changedError) Error() string { return "the key has changed, it was " + e.was }

func TestTrustDecidesBeforeTheFirstByte(t *testing.T) {
	heard := make(chan error, 1)
	addr := serve(t, func(p *peer) {
		_, err := p.ReadFrame()
		heard <- err
	})
	var asked, shown string
	o := Options{Trust: func(_ context.Context, address, fingerprint string) error {
		asked, shown = address, fingerprint
		return &changedError{was: "SHA256:another"}
	}}
	c, err := Dial(t.Context(), addr, o)
	if changed, ok := errors.AsType[*changedError](err); !ok || changed.was != "SHA256:another" {
		t.Errorf("Dial answers %v, want the error of Trust", err)
	}
	if c != nil {
		t.Error("there is a Client although its server is not trusted")
	}
	if want := wire.Fingerprint(key().Leaf.RawSubjectPublicKeyInfo); asked != addr || shown != want {
		t.Errorf("Trust was asked about %s %s, want %s %s", asked, shown, addr, want)
	}
	if err := <-heard; !errors.Is(err, io.EOF) {
		t.Errorf("the server read %v, want nothing but the end", err)
	}
}

func TestDialNeedsAnAnswerAboutTrust(t *testing.T) {
	if _, err := Dial(t.Context(), "127.0.0.1:1", Options{}); err == nil || errors.Is(err, ErrUnreachable) {
		t.Errorf("got %v, want a refusal before anything is dialled", err)
	}
}

func TestPlainIsForThisMachine(t *testing.T) {
	for _, host := range []string{"192.0.2.1", "drive.lab", "127.0.0.1.drive.lab", "2001:db8::1", "0.0.0.0"} {
		if _, err := Dial(t.Context(), host, Options{Plain: true}); err == nil || errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: got %v, want a refusal before anything is dialled", host, err)
		}
	}
	addr := listen(t, func(raw net.Conn) {
		p := &peer{t: t, Conn: wire.NewConn(raw, wire.Timeouts{}), raw: raw}
		p.admit()
		p.hangUp()
	})
	c := login(t, addr, Options{Plain: true})
	if got := c.Welcome().Server; got != "peer" {
		t.Errorf("the server is %q, want peer", got)
	}
}

// talker says something, and then reads until the client goes.
func talker(secure *tls.Config, say string) func(net.Conn) {
	return func(raw net.Conn) {
		if secure != nil {
			raw = tls.Server(raw, secure)
		}
		_, _ = io.WriteString(raw, say)
		_, _ = io.Copy(io.Discard, raw)
	}
}

func TestDialErrors(t *testing.T) {
	other, older, none := serverTLS(), serverTLS(), serverTLS()
	other.NextProtos = []string{"h2"}
	older.MinVersion, older.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	none.NextProtos = nil
	tests := []struct {
		name   string
		script func(net.Conn)
		plain  bool
		want   error
	}{
		{"ssh", talker(nil, "SSH-2.0-OpenSSH_10.0\r\n"), false, ErrNotWangpan},
		{"http", talker(nil, "HTTP/1.1 400 Bad Request\r\n\r\n"), false, ErrNotWangpan},
		{"http, dialled plain", talker(nil, "HTTP/1.1 400 Bad Request\r\n\r\n"), true, ErrNotWangpan},
		{"TLS, dialled plain", talker(serverTLS(), ""), true, ErrUnreachable},
		{"TLS 1.2", talker(older, ""), false, ErrNotWangpan},
		{"https", talker(none, ""), false, ErrNotWangpan},
		{"https that insists", talker(other, ""), false, ErrNotWangpan},
		{"no frames", talker(serverTLS(), "220 mail.lab ESMTP\r\n"), false, ErrNotWangpan},
		{"hangs up at once", func(net.Conn) {}, false, ErrUnreachable},
		{"hangs up at once, dialled plain", func(net.Conn) {}, true, ErrUnreachable},
		{"hangs up after the handshake", func(raw net.Conn) { _ = tls.Server(raw, serverTLS()).Handshake() }, false, ErrUnreachable},
		{"never begins the handshake", talker(nil, ""), false, ErrUnreachable},
		{"never answers hello", talker(serverTLS(), ""), false, ErrUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := trusting()
			o.Plain = tt.plain
			o.Timeouts.Dial = 10 * time.Second
			if strings.HasPrefix(tt.name, "never") {
				o.Timeouts.Dial = 50 * time.Millisecond
			}
			addr := listen(t, tt.script)
			_, err := Dial(t.Context(), addr, o)
			if !errors.Is(err, tt.want) || !strings.HasPrefix(err.Error(), addr+" "+tt.want.Error()+": ") {
				t.Errorf("got %v, want %s %v: …", err, addr, tt.want)
			}
		})
	}
}

func TestDialRefusedConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	if _, err := Dial(t.Context(), addr, trusting()); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("got %v, want a refused connection", err)
	}
}

func TestDialStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	addr := listen(t, func(raw net.Conn) {
		_, _ = raw.Read(make([]byte, 1)) // of the handshake
		cancel()
		_, _ = io.Copy(io.Discard, raw)
	})
	if _, err := Dial(ctx, addr, trusting()); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnreachable) {
		t.Errorf("got %v, want %v alone", err, context.Canceled)
	}
}

func TestHello(t *testing.T) {
	tests := []struct {
		name   string
		answer func(*peer, wire.Request)
		want   error
	}{
		{"good", func(p *peer, r wire.Request) { p.reply(r.ID, usual) }, nil},
		{"after a ping", func(p *peer, r wire.Request) { p.send(wire.KindPing, ""); p.reply(r.ID, usual) }, nil},
		{"with fields that are not known yet", func(p *peer, r wire.Request) {
			p.reply(r.ID, `{"magic":"wangpan","version":1,"registration":"open","limits":{"frame":1048576},"motto":["…"]}`)
		}, nil},
		{"no wangpan client", func(p *peer, r wire.Request) { p.refuse(r.ID, wire.Invalid, "who are you") }, wire.Invalid},
		{"too old", func(p *peer, r wire.Request) { p.refuse(r.ID, wire.Unavailable, "update the client") }, wire.Unavailable},
		{"too many connections", func(p *peer, _ wire.Request) { p.refuse(0, wire.Busy, "too many connections") }, wire.Busy},
		{"another version", func(p *peer, r wire.Request) {
			p.reply(r.ID, `{"magic":"wangpan","version":2,"registration":"open","limits":{}}`)
		}, wire.Unavailable},
		{"another magic", func(p *peer, r wire.Request) { p.reply(r.ID, `{"magic":"cloud","version":1}`) }, ErrNotWangpan},
		{"empty", func(p *peer, r wire.Request) { p.reply(r.ID, `{}`) }, ErrNotWangpan},
		{"of another shape", func(p *peer, r wire.Request) { p.reply(r.ID, `{"magic":"wangpan","version":"1"}`) }, ErrNotWangpan},
		{"to another request", func(p *peer, r wire.Request) { p.reply(r.ID+1, usual) }, ErrNotWangpan},
		{"data", func(p *peer, _ wire.Request) { p.send(wire.KindData, "x") }, ErrNotWangpan},
		{"a long frame", func(p *peer, _ wire.Request) { p.send(wire.KindMessage, strings.Repeat(" ", wire.MaxFrameBeforeLogin)) }, ErrNotWangpan},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := serve(t, func(p *peer) {
				r := p.request()
				if want := `{"magic":"wangpan","versions":[1],"client":"test"}`; r.Request != wire.Hello || string(r.Args) != want {
					t.Errorf("the client begins with %s %s, want hello %s", r.Request, r.Args, want)
				}
				tt.answer(p, r)
				p.hangUp()
			})
			c, err := Dial(t.Context(), addr, trusting())
			if err == nil {
				_ = c.Close()
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if _, refused := errors.AsType[*wire.Error](err); refused == errors.Is(err, ErrNotWangpan) && err != nil {
				t.Errorf("%v looks both like a refusal and like a breach, or like neither", err)
			}
		})
	}
}

func TestClamp(t *testing.T) {
	usual := wire.Limits{Frame: wire.MaxFrame, Ahead: 64, Block: wire.BlockSize, IdleSeconds: 900}
	most := wire.Limits{Frame: wire.MaxFrame, Ahead: maxAhead, Block: wire.BlockSize, IdleSeconds: maxIdle}
	least := wire.Limits{Frame: wire.MaxFrameBeforeLogin, Ahead: 1, Block: wire.BlockSize, IdleSeconds: minIdle}
	tests := []struct {
		name      string
		announced wire.Limits
		want      wire.Limits
	}{
		{"usual", usual, usual},
		{"nothing", wire.Limits{}, usual},
		{"negative", wire.Limits{Frame: -1, Ahead: -1, Block: -1, IdleSeconds: -1}, usual},
		{"huge", wire.Limits{Frame: 1 << 62, Ahead: 1 << 62, Block: 1 << 62, IdleSeconds: 1 << 62}, most},
		{"tiny", wire.Limits{Frame: 1, Ahead: 1, Block: 1, IdleSeconds: 1}, least},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := clamp(tt.announced); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
