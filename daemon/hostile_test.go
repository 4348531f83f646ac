package daemon_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"wangpan/daemon"
	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// TestGarbage sends what is no wangpan, encrypted and not: the daemon answers
// with a reason where it can, ends that connection, and serves the others.
func TestGarbage(t *testing.T) {
	s := daemontest.Start(t)
	witness := member(t, s, "alice")
	hello := `{"id":1,"request":"hello","args":{"magic":"wangpan","versions":[1]}}`
	frame := func(kind wire.Kind, payload string) string {
		return string(wire.AppendHeader(nil, kind, len(payload))) + payload
	}
	tests := []struct {
		name  string
		bytes string
		want  string // in the last message before the end; "" is none
	}{
		{"http", "GET / HTTP/1.1\r\nHost: drive\r\n\r\n", "too_large"},
		{"4 GiB frame", "\xff\xff\xff\xff\x01", "too_large"},
		{"frame above the limit", string(wire.AppendHeader(nil, wire.KindMessage, wire.MaxFrameBeforeLogin)), "too_large"},
		{"empty frame", "\x00\x00\x00\x00\x01", "too_large"},
		{"unknown kind", frame(99, "x"), "unknown kind"},
		{"no json", frame(wire.KindMessage, "hello"), "invalid"},
		{"not utf-8", frame(wire.KindMessage, "{\"id\":1,\"request\":\"\xff\"}"), "UTF-8"},
		{"data before a request", frame(wire.KindData, "x"), "does not belong"},
		{"event from a client", frame(wire.KindEvent, "{}"), "does not belong"},
		{"another magic", frame(wire.KindMessage, `{"id":1,"request":"hello","args":{"magic":"ftp","versions":[1]}}`), "wangpan protocol"},
		{"another version", frame(wire.KindMessage, `{"id":1,"request":"hello","args":{"magic":"wangpan","versions":[0,9]}}`), "update"},
		{"unknown request", frame(wire.KindMessage, hello) + frame(wire.KindMessage, `{"id":2,"request":"reboot"}`), "log in first"},
		{"a message inside a body", frame(wire.KindMessage, hello) + frame(wire.KindMessage, `{"id":2,"request":"put"}`) + frame(wire.KindMessage, hello), "does not belong"},
		{"deep json", frame(wire.KindMessage, strings.Repeat("[", 4000)), "invalid"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			raw, err := net.Dial("tcp", s.Addr)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = raw.Close() }()
			_, _ = io.WriteString(raw, test.bytes) // without TLS: only an end is owed
			_ = raw.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, raw)

			secure, err := tls.Dial("tcp", s.Addr, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{wire.ALPN}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = secure.Close() }()
			_ = secure.SetDeadline(time.Now().Add(30 * time.Second))
			if _, err := io.WriteString(secure, test.bytes); err != nil {
				t.Fatal(err)
			}
			_ = secure.CloseWrite()
			answer, _ := io.ReadAll(secure)
			if !strings.Contains(string(answer), test.want) {
				t.Errorf("the answer is %q, want %q in it", answer, test.want)
			}
		})
	}
	witness.ask(wire.Stat, wire.StatArgs{Path: wire.Root}, nil)
}

func TestOtherApplicationProtocolsAreRefused(t *testing.T) {
	s := daemontest.Start(t)
	for _, protocols := range [][]string{nil, {"http/1.1"}} {
		conn, err := tls.Dial("tcp", s.Addr, &tls.Config{InsecureSkipVerify: true, NextProtos: protocols})
		if err != nil {
			continue
		}
		_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
		if _, err := conn.Read(make([]byte, 1)); err == nil || wire.TimedOut(err) {
			t.Errorf("ALPN %v is served (%v)", protocols, err)
		}
		_ = conn.Close()
	}
	if _, err := tls.Dial("tcp", s.Addr, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{wire.ALPN}, MaxVersion: tls.VersionTLS12}); err == nil {
		t.Error("TLS 1.2 is accepted")
	}
}

// TestSilentPeersAreDropped shortens the limits; that they end at all is what counts.
func TestSilentPeersAreDropped(t *testing.T) {
	short := func(c *daemon.Config) {
		c.Limits.Handshake, c.Limits.Login = 50*time.Millisecond, 100*time.Millisecond
		c.Limits.Stall, c.Limits.Transfer = 100*time.Millisecond, 100*time.Millisecond
	}
	t.Run("handshake", func(t *testing.T) {
		raw, err := net.Dial("tcp", daemontest.Start(t, short).Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = raw.Close() }()
		if _, err := io.Copy(io.Discard, raw); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Log(err) // a reset is an end too
		}
	})
	t.Run("login, whatever arrives", func(t *testing.T) {
		p := strange(t, daemontest.Start(t, short))
		for {
			if p.conn.WriteFrame(wire.KindPing, nil) != nil || p.conn.Flush() != nil {
				return
			}
			if _, err := p.conn.ReadFrame(); err != nil {
				return
			}
		}
	})
	t.Run("a frame that has begun", func(t *testing.T) {
		s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Stall = 100 * time.Millisecond; c.Plain = true })
		raw, err := net.Dial("tcp", s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = raw.Close() }()
		_, _ = raw.Write([]byte{0, 0, 1})
		answer, _ := io.ReadAll(raw)
		if !strings.Contains(string(answer), string(wire.Unavailable)) {
			t.Errorf("the answer is %q, want the reason", answer)
		}
	})
	t.Run("a body", func(t *testing.T) {
		s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Transfer = 100 * time.Millisecond })
		p := member(t, s, "alice")
		p.send(wire.Put, wire.PutArgs{
			Upload: wire.UploadID(strings.Repeat("e", 32)), Path: "/f", Size: 8, ModTime: time.Unix(0, 0),
			Precondition: wire.Precondition{If: wire.IfAny},
		})
		if err := p.conn.WriteFrame(wire.KindData, []byte("half")); err != nil {
			t.Fatal(err)
		}
		p.flush()
		p.ended()
		var uploads wire.UploadsReply
		member(t, s, "alice").ask(wire.Uploads, wire.Empty{}, &uploads)
		if len(uploads.Uploads) != 1 || uploads.Uploads[0].Received != 4 {
			t.Errorf("staged is %+v, want the 4 bytes that came", uploads.Uploads)
		}
	})
}

// TestPingsKeepNoBodyOpen sends pings for as long as the daemon takes them, and
// no data.
func TestPingsKeepNoBodyOpen(t *testing.T) {
	s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Transfer = 100 * time.Millisecond })
	p := member(t, s, "alice")
	p.send(wire.Put, wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("e", 32)), Path: "/f", Size: 8, ModTime: time.Unix(0, 0),
		Precondition: wire.Precondition{If: wire.IfAny},
	})
	for {
		if p.conn.WriteFrame(wire.KindPing, nil) != nil || p.conn.Flush() != nil {
			return
		}
		f, err := p.conn.ReadFrame()
		if err != nil {
			return
		}
		if f.Kind == wire.KindMessage {
			return // the reason, just before the end
		}
	}
}

func TestARequestIsSmall(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	p.ask(wire.Stat, map[string]string{"path": "/", "padding": strings.Repeat("x", 15<<10)}, nil)
	p.send(wire.Stat, map[string]string{"path": "/", "padding": strings.Repeat("x", 16<<10)})
	if err := p.answer(0, nil); !errors.Is(err, wire.TooLarge) {
		t.Errorf("a request of more than 16 KiB answers %v, want too_large", err)
	}
	p.ended()
}

// TestASlowLineGetsThrough sends a frame whose bytes come steadily, but take
// longer than a stall may be.
func TestASlowLineGetsThrough(t *testing.T) {
	const stall = 400 * time.Millisecond
	s := daemontest.Start(t, func(c *daemon.Config) { c.Limits.Stall = stall; c.Plain = true })
	p := member(t, s, "alice")
	put := p.send(wire.Put, wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("e", 32)), Path: "/f", Size: 8, ModTime: time.Unix(0, 0),
		Precondition: wire.Precondition{If: wire.IfAny},
	})
	p.flush()
	for _, b := range append(wire.AppendHeader(nil, wire.KindData, 8), "12345678"...) {
		time.Sleep(stall / 8) // the line, not a wait for something
		if _, err := p.raw.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.conn.WriteEndMark(); err != nil {
		t.Fatal(err)
	}
	var r wire.PutReply
	if err := p.answer(put, &r); err != nil || r.Received != 8 {
		t.Errorf("received %d (%v), want 8", r.Received, err)
	}
}

// TestDeclaredLengthsTakeNoMemory opens many connections that each announce
// the longest frame and send nothing of it.
func TestDeclaredLengthsTakeNoMemory(t *testing.T) {
	s := daemontest.Start(t)
	_, token := memberToken(t, s, "alice")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	const connections = 40
	for range connections {
		p := greeted(t, s)
		p.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
		if _, err := p.raw.Write(wire.AppendHeader(nil, wire.KindMessage, wire.MaxFrame-1)); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > connections*(512<<10) {
		t.Errorf("%d connections hold %d KiB, want at most 512 KiB each on both sides", connections, grown>>10)
	}
}

func TestHostileNames(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	names := []string{
		"", "a", "/a/", "//a", "/.", "/..", "/a/../b", "/a\x00b", "/a\nb", "/a\x1b[2J", "/a\u0085", "/a\u2028b", "/a\u202eb", "/a\u200fb",
		"/" + strings.Repeat("a", 256), "/" + strings.Repeat("a/", 65) + "a", "/" + strings.Repeat("aaaaaaaa/", 200), "/e\u0301",
	}
	for _, name := range names {
		for _, request := range []wire.RequestName{wire.Stat, wire.List, wire.Get, wire.Blocks, wire.Mkdir} {
			if err := p.try(request, map[string]string{"path": name}, nil); !errors.Is(err, wire.Invalid) {
				t.Errorf("%s %q answers %v, want invalid", request, name, err)
			}
		}
		id := p.send(wire.Put, map[string]any{"upload": strings.Repeat("a", 32), "path": name, "size": 0, "mtime": time.Unix(0, 0), "if": "any"})
		p.data(nil)
		if err := p.answer(id, nil); !errors.Is(err, wire.Invalid) {
			t.Errorf("put %q answers %v, want invalid", name, err)
		}
	}
	for _, user := range []string{"", ".", "..", "a/b", "../x", "a\x00", "root\n", strings.Repeat("a", 3000), "=cmd()", "_x0061_dmin"} {
		if err := p.try(wire.Register, wire.RegisterArgs{User: user, Password: secret}, nil); !errors.Is(err, wire.Invalid) {
			t.Errorf("register %.20q answers %v, want invalid", user, err)
		}
	}
}

func TestTheKey(t *testing.T) {
	s := daemontest.Start(t)
	before := s.Fingerprint
	for _, name := range []string{"server.key", "server.crt", "sessions.journal"} {
		member(t, s, "alice")
		info, err := os.Stat(filepath.Join(s.Dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v (%v), want 0600", name, info.Mode(), err)
		}
	}
	s.Stop()
	if err := os.Remove(filepath.Join(s.Dir, "server.crt")); err != nil {
		t.Fatal(err)
	}
	s.Restart()
	if s.Fingerprint != before {
		t.Error("a lost certificate changed the key")
	}
	s.Stop()
	if err := os.Remove(filepath.Join(s.Dir, "server.key")); err != nil {
		t.Fatal(err)
	}
	if d, err := daemon.New(daemon.Config{Dir: s.Dir}); err == nil || !strings.Contains(err.Error(), "server.key is missing") {
		t.Errorf("a lost key answers %v, want a refusal that says so", err)
		if err == nil {
			_ = d.Shutdown(context.Background())
		}
	}
}

func TestTokensAreHashedAtRest(t *testing.T) {
	s := daemontest.Start(t)
	_, token := memberToken(t, s, "alice")
	data, err := os.ReadFile(filepath.Join(s.Dir, "sessions.journal"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(token)) {
		t.Error("sessions.journal holds the token itself")
	}
	if text := fmt.Sprintf("%v %+v %#v %s", token, token, token, token); strings.Contains(text, string(token)) {
		t.Errorf("formatting a token shows it: %s", text)
	}
}
