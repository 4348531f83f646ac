package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	numbers "math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/adrg/xdg"

	"wangpan/tui/explain"
	"wangpan/tui/locale"
	"wangpan/wire"
	"wangpan/wire/client"
)

// liar is the end of a connection at a server that breaks the protocol.
type liar struct {
	*wire.Conn
	raw net.Conn
}

func (l *liar) send(kind wire.Kind, payload string) error {
	if err := l.WriteFrame(kind, []byte(payload)); err != nil {
		return err
	}
	return l.Flush()
}

func (l *liar) reply(id uint64, reply string) error {
	return l.send(wire.KindMessage, fmt.Sprintf(`{"id":%d,"reply":%s}`, id, reply))
}

// answers are what a liar replies to requests, by their names. One that is nil
// hangs up.
type answers map[wire.RequestName]func(l *liar, r wire.Request) error

const (
	liarToken = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	liarFile  = `{"name":"a","size":10,"mtime":"2026-01-01T00:00:00Z","version":"v1"}`
	liarRoot  = `{"name":"/","size":0,"mtime":"2026-01-01T00:00:00Z","is_dir":true}`
)

// says answers with a reply.
func says(reply string) func(*liar, wire.Request) error {
	return func(l *liar, r wire.Request) error { return l.reply(r.ID, reply) }
}

// listen starts a server of TLS that lies, and counts its connections.
func listen(t *testing.T, lies answers) (addr string, connections *atomic.Int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: numbers.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}},
		NextProtos:   []string{wire.ALPN}, MinVersion: tls.VersionTLS13,
	})
	if err != nil {
		t.Fatal(err)
	}
	connections = new(atomic.Int64)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			raw, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			wg.Go(func() {
				defer func() { _ = raw.Close() }()
				lie(raw, lies)
			})
		}
	})
	t.Cleanup(func() { _ = listener.Close(); wg.Wait() })
	return listener.Addr().String(), connections
}

// lie serves one connection: as the protocol says up to the login, and then by
// its answers.
func lie(raw net.Conn, lies answers) {
	l := &liar{wire.NewConn(raw, wire.Timeouts{}), raw}
	session := fmt.Sprintf(`{"user":"alice","token":%q,"expires":"2036-01-01T00:00:00Z"}`, liarToken)
	all := answers{
		wire.Hello:  says(`{"magic":"wangpan","version":1,"server":"liar","registration":"closed","limits":{"frame":1048576,"ahead":64,"block":4194304,"idle_seconds":900}}`),
		wire.Login:  says(session),
		wire.Join:   says(session),
		wire.Logout: says(`{}`),
		wire.Watch:  says(`{}`),
	}
	maps.Copy(all, lies)
	for {
		f, err := l.ReadFrame()
		if err != nil {
			return
		}
		var r wire.Request
		switch f.Kind {
		case wire.KindPing:
			err = l.send(wire.KindPong, string(f.Payload))
		case wire.KindMessage:
			if err = json.Unmarshal(f.Payload, &r); err != nil || all[r.Request] == nil {
				return
			}
			err = all[r.Request](l, r)
		default:
		}
		if err != nil {
			return
		}
		if r.Request == wire.Login || r.Request == wire.Join {
			l.Open(wire.MaxFrame)
		}
	}
}

// Whatever a server does, a command ends, soon, and says why.
func TestCommandsAgainstAHostileServer(t *testing.T) {
	stat := func(l *liar, r wire.Request) error {
		if strings.Contains(string(r.Args), `"/"`) {
			return l.reply(r.ID, `{"entry":`+liarRoot+`}`)
		}
		return l.reply(r.ID, `{"entry":`+liarFile+`}`)
	}
	get := func(l *liar, r wire.Request) error {
		return l.reply(r.ID, `{"entry":`+liarFile+`,"offset":0,"length":10}`)
	}
	tooLong := answers{wire.Stat: stat, wire.Get: func(l *liar, r wire.Request) error {
		if err := get(l, r); err != nil {
			return err
		}
		return l.send(wire.KindData, "0123456789and more")
	}}
	hangsUp := answers{wire.Stat: stat, wire.Get: nil}
	floods := answers{wire.Stat: func(l *liar, _ wire.Request) error {
		for {
			if err := l.send(wire.KindEvent, `{"event":"changed","path":"/"}`); err != nil {
				return err
			}
		}
	}}
	stops := answers{wire.Stat: stat, wire.Get: func(l *liar, r wire.Request) error {
		var args wire.GetArgs
		if err := json.Unmarshal(r.Args, &args); err != nil {
			return err
		}
		if err := l.reply(r.ID, fmt.Sprintf(`{"entry":%s,"offset":%d,"length":%d}`, liarFile, args.Offset, 10-args.Offset)); err != nil {
			return err
		}
		if args.Offset > 0 {
			return nil
		}
		return l.send(wire.KindData, "012")
	}}
	pages := func(page string) answers { return answers{wire.Stat: stat, wire.List: says(page)} }
	again := pages(`{"entries":[` + liarFile + `],"more":true}`)
	disorder := pages(`{"entries":[{"name":"b","size":0,"is_dir":true},{"name":"a","size":0,"is_dir":true}],"more":false}`)
	trash := answers{wire.Trash: func(l *liar, r wire.Request) error {
		item := strings.Repeat("1", 32)
		if strings.Contains(string(r.Args), item) {
			item = strings.Repeat("2", 32)
		}
		return l.reply(r.ID, `{"items":[{"item":"`+item+`","path":"/a","size":1,"files":1,"since":"2026-01-01T00:00:00Z"}],"more":true}`)
	}}
	search := answers{wire.Search: says(`{"found":[],"more":true,"after":"/a"}`)}
	tests := []struct {
		name string
		args string
		lies answers
		code int
		want string // in stderr
	}{
		{"a body longer than announced", "get /a", tooLong, explain.ExitError, "the server violates the protocol"},
		{"the same to stdout", "get /a -o -", tooLong, explain.ExitError, "the server violates the protocol"},
		{"a server that hangs up at every get", "get /a --wait 1500ms", hangsUp, explain.ExitUnreachable, "the connection is lost"},
		{"the same to stdout", "get /a -o - --wait 1500ms", hangsUp, explain.ExitUnreachable, "the connection is lost"},
		{"a body that stops", "get /a --wait 1500ms", stops, explain.ExitUnreachable, "does not answer the request"},
		{"events without end", "ls", floods, explain.ExitUnreachable, "does not answer the request"},
		{"the same page again and again", "ls", again, explain.ExitUnreachable, "the entries are not in order"},
		{"names out of order", "ls", disorder, explain.ExitUnreachable, "the entries are not in order"},
		{"pages of the trash that repeat", "trash", trash, explain.ExitUnreachable, "the pages of the trash are not in order"},
		{"a search that does not go on", "find a", search, explain.ExitUnreachable, "After does not advance"},
	}
	for _, tt := range tests {
		t.Run(tt.name+": "+tt.args, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			addr, connections := listen(t, tt.lies)
			for name, value := range map[string]string{
				"HOME": dir, "XDG_STATE_HOME": filepath.Join(dir, "state"), "WANGPAN_SERVER": addr, "WANGPAN_USER": "alice",
				"WANGPAN_PASSWORD_FILE": filepath.Join(dir, "pw"),
			} {
				t.Setenv(name, value)
			}
			xdg.Reload()
			t.Cleanup(xdg.Reload)
			if err := os.WriteFile("pw", []byte(testPassword), 0o600); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			a := &app{
				stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, env: os.Getenv, loc: locale.New(locale.English),
				timeouts: client.Timeouts{Answer: 300 * time.Millisecond},
			}
			began := time.Now()
			code := a.execute(t.Context(), append(strings.Fields(tt.args), "--trust-new-server"))
			if code != tt.code || !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("it exits with %d and says %q, want %d and %q", code, stderr.String(), tt.code, tt.want)
			}
			if _, err := os.Stat("a"); err == nil {
				t.Error("there is a file under the name of what was not downloaded")
			}
			t.Logf("it ended after %v and %d connections", time.Since(began).Round(time.Millisecond), connections.Load())
		})
	}
}
