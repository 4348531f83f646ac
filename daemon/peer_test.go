package daemon_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
	"wangpan/wire/digest"
)

// peer speaks frames with a daemon, with nothing between the test and the line.
type peer struct {
	t    *testing.T
	raw  net.Conn // below conn
	conn *wire.Conn
	id   uint64
}

// strange is a peer that has not said hello.
func strange(t *testing.T, s *daemontest.Server) *peer {
	t.Helper()
	raw, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return strangeOn(t, s, raw)
}

// strangeOn is a peer that has said nothing on raw.
func strangeOn(t *testing.T, s *daemontest.Server, raw net.Conn) *peer {
	t.Helper()
	if s.Fingerprint != "" {
		raw = tls.Client(raw, &tls.Config{
			InsecureSkipVerify: true,
			NextProtos:         []string{wire.ALPN},
			VerifyConnection: func(state tls.ConnectionState) error {
				if got := wire.Fingerprint(state.PeerCertificates[0].RawSubjectPublicKeyInfo); got != s.Fingerprint {
					return fmt.Errorf("key is %s, want %s", got, s.Fingerprint)
				}
				return nil
			},
		})
	}
	p := &peer{t: t, raw: raw, conn: wire.NewConn(raw, wire.Timeouts{Idle: 30 * time.Second, Stall: 30 * time.Second, Write: 30 * time.Second})}
	p.conn.Open(wire.MaxFrame)
	t.Cleanup(func() { _ = p.conn.Close() })
	return p
}

// greeted is a peer that has said hello.
func greeted(t *testing.T, s *daemontest.Server) *peer {
	t.Helper()
	p := strange(t, s)
	var welcome wire.Welcome
	p.ask(wire.Hello, wire.HelloArgs{Magic: wire.Magic, Versions: []int{1}}, &welcome)
	if welcome.Magic != wire.Magic || welcome.Version != 1 || welcome.Limits.Frame != wire.MaxFrame {
		t.Fatalf("welcome is %+v", welcome)
	}
	return p
}

const secret = "correct horse 马"

// member is a peer logged in as user, whose account is made if need be.
func member(t *testing.T, s *daemontest.Server, user string) *peer {
	t.Helper()
	p, _ := memberToken(t, s, user)
	return p
}

func memberToken(t *testing.T, s *daemontest.Server, user string) (*peer, wire.Token) {
	t.Helper()
	p := greeted(t, s)
	if err := p.try(wire.Register, wire.RegisterArgs{User: user, Password: secret}, nil); err != nil && !errors.Is(err, wire.Exists) {
		t.Fatal(err)
	}
	var session wire.SessionReply
	p.ask(wire.Login, wire.LoginArgs{User: user, Password: secret}, &session)
	return p, session.Token
}

// send writes a request and returns its id; it does not wait.
func (p *peer) send(name wire.RequestName, args any) uint64 {
	p.t.Helper()
	p.id++
	if args == nil {
		args = wire.Empty{}
	}
	data, err := wire.Marshal(args)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.conn.WriteMessage(wire.KindMessage, wire.Request{ID: p.id, Request: name, Args: data}); err != nil {
		p.t.Fatal(err)
	}
	return p.id
}

func (p *peer) flush() {
	p.t.Helper()
	if err := p.conn.Flush(); err != nil {
		p.t.Fatal(err)
	}
}

// frame returns the next one but pings.
func (p *peer) frame() wire.Frame {
	p.t.Helper()
	p.flush()
	f, err := p.conn.ReadFrame()
	if err != nil {
		p.t.Fatal(err)
	}
	return f
}

// answer reads one answer and demands that it is to the request with id.
func (p *peer) answer(id uint64, into any) error {
	p.t.Helper()
	f := p.frame()
	if f.Kind != wire.KindMessage {
		p.t.Fatalf("a frame of kind %d came, want an answer", f.Kind)
	}
	var r wire.Reply
	if err := json.Unmarshal(f.Payload, &r); err != nil {
		p.t.Fatal(err)
	}
	if r.ID != id {
		p.t.Fatalf("the answer is to request %d, want %d: %s", r.ID, id, f.Payload)
	}
	if r.Error != nil {
		if strings.Contains(r.Error.Text, "/tmp") || strings.Contains(r.Error.Text, "goroutine") {
			p.t.Errorf("an error tells of the host: %q", r.Error.Text)
		}
		return r.Error
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(r.Reply, into); err != nil {
		p.t.Fatal(err)
	}
	return nil
}

func (p *peer) try(name wire.RequestName, args, into any) error {
	p.t.Helper()
	return p.answer(p.send(name, args), into)
}

func (p *peer) ask(name wire.RequestName, args, into any) {
	p.t.Helper()
	if err := p.try(name, args, into); err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
}

// body reads data frames up to the end mark.
func (p *peer) body() []byte {
	p.t.Helper()
	var all []byte
	for {
		f := p.frame()
		if f.Kind != wire.KindData {
			p.t.Fatalf("a frame of kind %d stands in a body: %s", f.Kind, f.Payload)
		}
		if f.EndMark() {
			return all
		}
		all = append(all, f.Payload...)
	}
}

// data writes p as a body.
func (p *peer) data(content []byte) {
	p.t.Helper()
	for len(content) > 0 {
		n := min(len(content), wire.ChunkSize)
		if err := p.conn.WriteFrame(wire.KindData, content[:n]); err != nil {
			p.t.Fatal(err)
		}
		content = content[n:]
	}
	if err := p.conn.WriteEndMark(); err != nil {
		p.t.Fatal(err)
	}
}

// upload puts content under path, whatever is there.
func (p *peer) upload(path string, content []byte) wire.StatReply {
	p.t.Helper()
	p.id++
	upload := wire.UploadID(fmt.Sprintf("%032x", p.id))
	anything := wire.Precondition{If: wire.IfAny}
	put := p.send(wire.Put, wire.PutArgs{
		Upload: upload, Path: wire.Path(path), Size: int64(len(content)), ModTime: time.Unix(1700000000, 0), Precondition: anything,
	})
	p.data(content)
	commit := p.send(wire.Commit, wire.CommitArgs{Upload: upload, Digest: digestOf(content), Precondition: anything})
	if err := p.answer(put, nil); err != nil {
		p.t.Fatalf("put %s: %v", path, err)
	}
	var done wire.StatReply
	if err := p.answer(commit, &done); err != nil {
		p.t.Fatalf("commit %s: %v", path, err)
	}
	return done
}

func (p *peer) download(path string) []byte {
	p.t.Helper()
	var r wire.GetReply
	p.ask(wire.Get, wire.GetArgs{Path: wire.Path(path)}, &r)
	content := p.body()
	if int64(len(content)) != r.Length {
		p.t.Fatalf("%d bytes came, %d were announced", len(content), r.Length)
	}
	return content
}

// ended demands that the daemon ends the connection.
func (p *peer) ended() {
	p.t.Helper()
	for {
		f, err := p.conn.ReadFrame()
		if wire.TimedOut(err) {
			p.t.Fatal("the connection goes on")
		}
		if err != nil {
			return
		}
		if f.Kind == wire.KindData {
			continue
		}
	}
}

func digestOf(content []byte) wire.Digest {
	h := new(digest.Hasher)
	_, _ = h.Write(content)
	return h.Sum()
}

func blocksOf(content []byte) []wire.Digest {
	h := new(digest.Hasher)
	_, _ = h.Write(content)
	return h.AllBlocks()
}
