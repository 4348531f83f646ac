package daemon_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// sendKeyed writes a request with a key.
func (p *peer) sendKeyed(name wire.RequestName, key wire.Key, args any) uint64 {
	p.t.Helper()
	p.id++
	raw, err := wire.Marshal(args)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.conn.WriteMessage(wire.KindMessage, wire.Request{ID: p.id, Request: name, Key: key, Args: raw}); err != nil {
		p.t.Fatal(err)
	}
	return p.id
}

func (p *peer) tryKeyed(name wire.RequestName, key wire.Key, args, into any) error {
	p.t.Helper()
	return p.answer(p.sendKeyed(name, key, args), into)
}

// stage begins an upload of content and sends all of it.
func (p *peer) stage(id wire.UploadID, path wire.Path, content string) wire.CommitArgs {
	p.t.Helper()
	absent := wire.Precondition{If: wire.IfAbsent}
	put := p.send(wire.Put, wire.PutArgs{
		Upload: id, Path: path, Size: int64(len(content)), ModTime: time.Unix(1700000000, 0), Precondition: absent,
	})
	p.data([]byte(content))
	if err := p.answer(put, nil); err != nil {
		p.t.Fatal(err)
	}
	return wire.CommitArgs{Upload: id, Digest: digestOf([]byte(content)), Precondition: absent}
}

// write is a request that takes a key, on a drive that prepare has filled.
type write struct {
	name    string
	request wire.RequestName
	prepare func(p *peer) (args any)
	again   error // what it answers the second time without a key
}

func writes() []write {
	const first, second = wire.UploadID("00000000000000000000000000000001"), wire.UploadID("00000000000000000000000000000002")
	removed := func(p *peer) wire.ItemID {
		p.upload("/gone", []byte("gone"))
		var reply wire.RemoveReply
		p.ask(wire.Remove, wire.RemoveArgs{Path: "/gone"}, &reply)
		return reply.Item.Item
	}
	return []write{
		{"mkdir", wire.Mkdir, func(*peer) any { return wire.MkdirArgs{Path: "/new"} }, wire.Exists},
		{"move", wire.Move, func(p *peer) any {
			p.upload("/from", []byte("content"))
			return wire.MoveArgs{From: "/from", To: "/to"}
		}, wire.NotFound},
		{"move of a folder", wire.Move, func(p *peer) any {
			p.ask(wire.Mkdir, wire.MkdirArgs{Path: "/folder"}, nil)
			return wire.MoveArgs{From: "/folder", To: "/to"}
		}, wire.NotFound},
		{"copy", wire.Copy, func(p *peer) any {
			p.upload("/source", []byte("content"))
			return wire.CopyArgs{From: "/source", To: "/copy"}
		}, wire.Exists},
		{"remove", wire.Remove, func(p *peer) any {
			p.upload("/old", []byte("content"))
			return wire.RemoveArgs{Path: "/old"}
		}, wire.NotFound},
		{"restore", wire.Restore, func(p *peer) any {
			return wire.RestoreArgs{Item: removed(p), Precondition: wire.Precondition{If: wire.IfAbsent}}
		}, wire.NotFound},
		{"purge", wire.Purge, func(p *peer) any { return wire.PurgeArgs{Item: removed(p)} }, wire.NotFound},
		{"commit", wire.Commit, func(p *peer) any { return p.stage(first, "/committed", "content") }, wire.NotFound},
		{"discard", wire.Discard, func(p *peer) any {
			p.stage(second, "/staged", "content")
			return wire.DiscardArgs{Upload: second}
		}, wire.NotFound},
	}
}

// TestKeyedRequestsAnswerAgain repeats each write on the same connection, on
// another one, and after a restart.
func TestKeyedRequestsAnswerAgain(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	type asked struct {
		write
		key  wire.Key
		args any
		want map[string]any
	}
	var all []asked
	for _, w := range writes() {
		a := asked{w, wire.NewKey(), w.prepare(p), nil}
		if err := p.tryKeyed(w.request, a.key, a.args, &a.want); err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		all = append(all, a)
		if w.request == wire.Move { // the target is needed again
			p.ask(wire.Remove, wire.RemoveArgs{Path: "/to"}, nil)
		}
		if err := p.try(w.request, a.args, nil); !errors.Is(err, w.again) {
			t.Errorf("%s again without a key: %v, want %v", w.name, err, w.again)
		}
	}
	repeat := func(p *peer, when string) {
		t.Helper()
		for _, a := range all {
			var got map[string]any
			if err := p.tryKeyed(a.request, a.key, a.args, &got); err != nil || fmt.Sprint(got) != fmt.Sprint(a.want) {
				t.Errorf("%s %s: %v, %v, want %v", a.name, when, got, err, a.want)
			}
		}
	}
	repeat(p, "again")
	repeat(member(t, s, "alice"), "on another connection")
	s.Stop()
	s.Restart()
	repeat(member(t, s, "alice"), "after a restart")
	if err := member(t, s, "bob").tryKeyed(wire.Remove, all[0].key, wire.RemoveArgs{Path: "/new"}, nil); !errors.Is(err, wire.NotFound) {
		t.Errorf("the key of another account: %v, want %v", err, wire.NotFound)
	}
}

// TestKeyedRequestsAfterACrash takes the answers away, as a crash does between a
// request and its record, and repeats each write: what happened is found in the
// drive. A write that a crash has kept from happening happens then.
func TestKeyedRequestsAfterACrash(t *testing.T) {
	for _, w := range writes() {
		t.Run(w.name, func(t *testing.T) {
			s := daemontest.Start(t)
			p := member(t, s, "alice")
			key, args := wire.NewKey(), w.prepare(p)
			var want, got map[string]any
			if err := p.tryKeyed(w.request, key, args, &want); err != nil {
				t.Fatal(err)
			}
			s.Stop()
			forgetAnswers(t, s)
			s.Restart()
			p = member(t, s, "alice")
			if err := p.tryKeyed(w.request, key, args, &got); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("after the crash: %v, %v, want %v", got, err, want)
			}
			if err := p.try(w.request, args, nil); !errors.Is(err, w.again) {
				t.Errorf("without a key: %v, want %v", err, w.again)
			}
		})
	}
}

// forgetAnswers leaves only the intents.
func forgetAnswers(t *testing.T, s *daemontest.Server) {
	t.Helper()
	file := filepath.Join(s.Dir, "answers", "alice", "current.jsonl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var intents strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, `"answer":`) {
			intents.WriteString(line)
		}
	}
	if err := os.WriteFile(file, []byte(intents.String()+`{"key":"cut by the cra`), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestACrashBeforeTheWrite leaves an intent of a move that did not happen.
func TestACrashBeforeTheWrite(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	p.upload("/a", []byte("content"))
	key, args := wire.NewKey(), wire.MoveArgs{From: "/a", To: "/b"}
	if err := p.tryKeyed(wire.Move, key, args, nil); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	forgetAnswers(t, s)
	drive := filepath.Join(s.Dir, "drives", "alice")
	if err := os.Rename(filepath.Join(drive, "b"), filepath.Join(drive, "a")); err != nil {
		t.Fatal(err)
	}
	s.Restart()
	p = member(t, s, "alice")
	var moved wire.StatReply
	if err := p.tryKeyed(wire.Move, key, args, &moved); err != nil || moved.Entry.Name != "b" {
		t.Errorf("the move: %+v, %v, want that it is carried out", moved, err)
	}
	if content := p.download("/b"); string(content) != "content" {
		t.Errorf("/b has %q", content)
	}
}

// TestPurgeOfAllAfterACrash keeps what came into the trash since.
func TestPurgeOfAllAfterACrash(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	p.upload("/a", []byte("a"))
	p.ask(wire.Remove, wire.RemoveArgs{Path: "/a"}, nil)
	key := wire.NewKey()
	if err := p.tryKeyed(wire.Purge, key, wire.PurgeArgs{}, nil); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	forgetAnswers(t, s)
	s.Restart()
	p = member(t, s, "alice")
	p.upload("/b", []byte("b"))
	p.ask(wire.Remove, wire.RemoveArgs{Path: "/b"}, nil)
	if err := p.tryKeyed(wire.Purge, key, wire.PurgeArgs{}, nil); err != nil {
		t.Fatal(err)
	}
	var trash wire.TrashReply
	if p.ask(wire.Trash, wire.TrashArgs{}, &trash); len(trash.Items) != 1 || trash.Items[0].Path != "/b" {
		t.Errorf("the trash has %+v, want /b alone", trash.Items)
	}
}

// TestKeysOfOtherRequests: a key belongs to one request, and refusals are kept
// when they are about the request.
func TestKeysOfOtherRequests(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	key := wire.NewKey()
	if err := p.tryKeyed(wire.Mkdir, key, wire.MkdirArgs{Path: "/a"}, nil); err != nil {
		t.Fatal(err)
	}
	missing := wire.NewKey()
	if err := p.tryKeyed(wire.Mkdir, missing, wire.MkdirArgs{Path: "/x/y"}, nil); !errors.Is(err, wire.NotFound) {
		t.Errorf("a folder in a missing one: %v, want %v", err, wire.NotFound)
	}
	p.ask(wire.Mkdir, wire.MkdirArgs{Path: "/x"}, nil)
	tests := []struct {
		name    string
		request wire.RequestName
		key     wire.Key
		args    any
		want    error
	}{
		{"other arguments", wire.Mkdir, key, wire.MkdirArgs{Path: "/b"}, wire.Invalid},
		{"another request", wire.Remove, key, wire.RemoveArgs{Path: "/a"}, wire.Invalid},
		{"the same answer, although the reason is gone", wire.Mkdir, missing, wire.MkdirArgs{Path: "/x/y"}, wire.NotFound},
		{"a request that takes none", wire.Stat, wire.NewKey(), wire.StatArgs{Path: "/a"}, wire.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := p.tryKeyed(tt.request, tt.key, tt.args, nil); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

// TestOneKeyAtOnce sends the same copy on many connections: one makes it, and
// all get its answer.
func TestOneKeyAtOnce(t *testing.T) {
	s := daemontest.Start(t)
	first, token := memberToken(t, s, "alice")
	first.upload("/a", []byte("content"))
	peers := []*peer{first}
	for range 7 {
		p := greeted(t, s)
		p.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
		peers = append(peers, p)
	}
	key, ids := wire.NewKey(), make([]uint64, len(peers))
	for i, p := range peers {
		ids[i] = p.sendKeyed(wire.Copy, key, wire.CopyArgs{From: "/a", To: "/b"})
		p.flush()
	}
	var want wire.StatReply
	for i, p := range peers {
		var got wire.StatReply
		if err := p.answer(ids[i], &got); err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		if i == 0 {
			want = got
		}
		if got != want {
			t.Errorf("connection %d: %+v, want %+v", i, got, want)
		}
	}
}
