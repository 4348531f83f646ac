package daemon_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

func random(n int) []byte {
	p := make([]byte, n)
	_, _ = rand.Read(p)
	return p
}

func TestFilesComeBackAsTheyWent(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	tests := []struct {
		name    string
		path    string
		content []byte
	}{
		{"empty", "/empty", nil},
		{"one byte", "/one", []byte{0}},
		{"a chunk and a byte", "/chunk", random(wire.ChunkSize + 1)},
		{"two blocks and a half", "/blocks", random(5 * wire.BlockSize / 2)},
		{"chinese", "/论文-final.pdf", random(1000)},
		{"spaces and emoji", "/ a  b 👩‍🔬.txt", random(1000)},
		{"leading dashes", "/--rf", random(1000)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			done := p.upload(test.path, test.content)
			if got, want := *done.Digest, digestOf(test.content); got != want {
				t.Errorf("digest is %s, want %s", got, want)
			}
			if !bytes.Equal(p.download(test.path), test.content) {
				t.Error("another content comes back")
			}
			onDisk, err := os.ReadFile(filepath.Join(s.Dir, "drives", "alice", test.path))
			if err != nil || !bytes.Equal(onDisk, test.content) {
				t.Errorf("the file in the user's folder differs (%v)", err)
			}
		})
	}
	var list wire.Listing
	p.ask(wire.List, wire.ListArgs{Path: wire.Root}, &list)
	if len(list.Entries) != len(tests) || list.More {
		t.Errorf("%d entries are listed, want %d", len(list.Entries), len(tests))
	}
}

func TestRanges(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	content := random(3*wire.ChunkSize + 7)
	entry := p.upload("/f", content).Entry
	number := func(n int64) *int64 { return &n }
	size := int64(len(content))
	tests := []struct {
		name   string
		args   wire.GetArgs
		want   []byte
		refuse wire.Code
	}{
		{name: "all", args: wire.GetArgs{}, want: content},
		{name: "the end", args: wire.GetArgs{Offset: size - 3}, want: content[size-3:]},
		{name: "the middle", args: wire.GetArgs{Offset: 5, Length: number(wire.ChunkSize)}, want: content[5 : 5+wire.ChunkSize]},
		{name: "nothing at the end", args: wire.GetArgs{Offset: size}, want: nil},
		{name: "length 0 is nothing, not everything", args: wire.GetArgs{Length: number(0)}, want: nil},
		{name: "this version", args: wire.GetArgs{Version: entry.Version, Offset: 1}, want: content[1:]},
		{name: "past the end", args: wire.GetArgs{Offset: size + 1}, refuse: wire.Invalid},
		{name: "length past the end", args: wire.GetArgs{Offset: 1, Length: number(size)}, refuse: wire.Invalid},
		{name: "overflow", args: wire.GetArgs{Offset: 1, Length: number(wire.MaxSize)}, refuse: wire.Invalid},
		{name: "negative", args: wire.GetArgs{Offset: -1}, refuse: wire.Invalid},
		{name: "another version", args: wire.GetArgs{Version: "other"}, refuse: wire.Conflict},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.args.Path = "/f"
			var r wire.GetReply
			err := p.try(wire.Get, test.args, &r)
			if test.refuse != "" {
				if !errors.Is(err, test.refuse) {
					t.Fatalf("the answer is %v, want %v", err, test.refuse)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := p.body(); !bytes.Equal(got, test.want) || r.Length != int64(len(test.want)) {
				t.Errorf("%d bytes came and %d were announced, want %d", len(got), r.Length, len(test.want))
			}
		})
	}
}

func TestRequestsAreAnsweredInOrder(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	p.upload("/f", random(100_000))
	var ids []uint64
	for range 20 {
		ids = append(ids, p.send(wire.Stat, wire.StatArgs{Path: "/f"}), p.send(wire.Get, wire.GetArgs{Path: "/f"}), p.send(wire.Stat, wire.StatArgs{Path: "/none"}))
	}
	for i, id := range ids {
		err := p.answer(id, nil)
		switch i % 3 {
		case 1:
			if n := len(p.body()); n != 100_000 {
				t.Fatalf("a body of %d bytes came", n)
			}
		case 2:
			if !errors.Is(err, wire.NotFound) {
				t.Fatalf("answer %d is %v, want not_found", i, err)
			}
		}
	}
}

func TestARefusedBodyIsDrained(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	put := p.send(wire.Put, wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("b", 32)), Path: "/no/such/folder/f", Size: 3 << 20, ModTime: time.Unix(0, 0),
		Precondition: wire.Precondition{If: wire.IfAny},
	})
	p.data(random(3 << 20))
	after := p.send(wire.Stat, wire.StatArgs{Path: wire.Root})
	if err := p.answer(put, nil); !errors.Is(err, wire.NotFound) {
		t.Errorf("put into no folder answers %v, want not_found", err)
	}
	if err := p.answer(after, nil); err != nil {
		t.Errorf("the connection does not go on: %v", err)
	}
}

func TestAPingInsideABodyIsAnswered(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	put := p.send(wire.Put, wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("c", 32)), Path: "/f", Size: 8, ModTime: time.Unix(0, 0),
		Precondition: wire.Precondition{If: wire.IfAny},
	})
	write := func(kind wire.Kind, payload string) {
		if err := p.conn.WriteFrame(kind, []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	write(wire.KindData, "half")
	write(wire.KindPing, "are you there?")
	if f := p.frame(); f.Kind != wire.KindPong || string(f.Payload) != "are you there?" {
		t.Fatalf("a frame of kind %d came: %q, want the pong", f.Kind, f.Payload)
	}
	write(wire.KindData, "full")
	write(wire.KindData, "")
	var r wire.PutReply
	if err := p.answer(put, &r); err != nil || r.Received != 8 {
		t.Errorf("received %d (%v), want 8", r.Received, err)
	}
}

func TestAnUploadGoesOnAfterARestart(t *testing.T) {
	s := daemontest.Start(t)
	p, token := memberToken(t, s, "alice")
	content := random(wire.BlockSize + 1234)
	half := len(content) / 2
	args := wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("d", 32)), Path: "/f", Size: int64(len(content)), ModTime: time.Unix(0, 0),
		Precondition: wire.Precondition{If: wire.IfAbsent},
	}
	put := p.send(wire.Put, args)
	p.data(content[:half])
	if err := p.answer(put, nil); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	s.Restart()
	p = greeted(t, s)
	p.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
	if err := p.try(wire.Stat, wire.StatArgs{Path: "/f"}, nil); !errors.Is(err, wire.NotFound) {
		t.Fatalf("before the commit the answer is %v, want not_found", err)
	}
	var uploads wire.UploadsReply
	p.ask(wire.Uploads, wire.Empty{}, &uploads)
	if len(uploads.Uploads) != 1 || uploads.Uploads[0].Received != int64(half) {
		t.Fatalf("the staged uploads are %+v, want one of %d bytes", uploads.Uploads, half)
	}
	args.Offset = int64(half)
	put = p.send(wire.Put, args)
	p.data(content[half:])
	if err := p.answer(put, nil); err != nil {
		t.Fatal(err)
	}
	commit := wire.CommitArgs{Upload: args.Upload, Digest: digestOf(content[1:]), Precondition: args.Precondition}
	if err := p.try(wire.Commit, commit, nil); !errors.Is(err, wire.Damaged) {
		t.Errorf("a commit with another digest answers %v, want damaged", err)
	}
	commit.Digest = digestOf(content)
	p.ask(wire.Commit, commit, nil)
	if !bytes.Equal(p.download("/f"), content) {
		t.Error("another content comes back")
	}
}

func TestADownloadFinishesWithTheVersionItBegan(t *testing.T) {
	s := daemontest.Start(t)
	p, token := memberToken(t, s, "alice")
	old := random(16 << 20) // more than the line's buffers hold
	p.upload("/f", old)
	get := p.send(wire.Get, wire.GetArgs{Path: "/f"})
	if err := p.answer(get, nil); err != nil {
		t.Fatal(err)
	}
	other := greeted(t, s)
	other.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
	other.upload("/f", random(1000))
	if !bytes.Equal(p.body(), old) {
		t.Error("the download holds something else than the version that it began")
	}
}

func TestBlocks(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	content := random(2*wire.BlockSize + 5)
	p.upload("/f", content)
	for _, length := range []int64{0, 1, wire.BlockSize, wire.BlockSize + 1, int64(len(content))} {
		var r wire.BlocksReply
		p.ask(wire.Blocks, wire.BlocksArgs{Path: "/f", Length: &length}, &r)
		body := p.body()
		var want []byte
		for _, d := range blocksOf(content[:length]) {
			want = append(want, d[:]...)
		}
		if !bytes.Equal(body, want) {
			t.Errorf("the blocks of the first %d bytes differ", length)
		}
		if r.Digest == nil || *r.Digest != digestOf(content) || r.Length != length || r.Size != int64(len(content)) {
			t.Errorf("the reply is %+v", r)
		}
	}
}

func TestShutdownTellsAndCutsBodies(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	p.upload("/f", random(64<<20))
	get := p.send(wire.Get, wire.GetArgs{Path: "/f"})
	if err := p.answer(get, nil); err != nil {
		t.Fatal(err)
	}
	var stopped sync.WaitGroup
	stopped.Go(s.Stop)
	defer stopped.Wait()
	told, refused := false, false
	for {
		f, err := p.conn.ReadFrame()
		if err != nil {
			break
		}
		switch f.Kind {
		case wire.KindEvent:
			told = strings.Contains(string(f.Payload), string(wire.GoingDown))
		case wire.KindMessage:
			refused = strings.Contains(string(f.Payload), string(wire.Unavailable))
		default: // the body so far
		}
	}
	if !told || !refused {
		t.Errorf("told of going down: %v, body refused: %v, want both", told, refused)
	}
}

// TestShutdownGivesUpACopy: a copy that would take long is refused when the
// daemon goes down, and leaves nothing.
func TestShutdownGivesUpACopy(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	const size = 8 << 30 // of nothing but a hole
	at := filepath.Join(s.Dir, "drives", "alice", "large")
	if err := errors.Join(os.WriteFile(at, nil, 0o600), os.Truncate(at, size)); err != nil {
		t.Fatal(err)
	}
	var usage wire.UsageReply
	p.ask(wire.Usage, nil, &usage)
	if usage.Free < size {
		t.Skipf("the disk has %d bytes free only: the copy would be refused at once", usage.Free)
	}
	p.send(wire.Copy, wire.CopyArgs{From: "/large", To: "/copy"})
	p.flush()
	staged := filepath.Join(s.Dir, "uploads", "alice")
	for copying := false; !copying; {
		names, err := os.ReadDir(staged)
		if err != nil {
			t.Fatal(err)
		}
		copying = len(names) > 0
	}
	s.Stop()
	told, answer := false, ""
	for range 2 { // in either order: the copy may end before the daemon writes the event
		f := p.frame()
		if f.Kind == wire.KindEvent {
			told = strings.Contains(string(f.Payload), string(wire.GoingDown))
		} else {
			answer = string(f.Payload)
		}
	}
	if !told || !strings.Contains(answer, string(wire.Unavailable)) {
		t.Errorf("told of going down: %v, and the answer is %s, want both", told, answer)
	}
	if names, err := os.ReadDir(staged); err != nil || len(names) != 0 {
		t.Errorf("%v is left (%v)", names, err)
	}
}

// TestLongListings lists names that become long as JSON: each page fits into a
// frame, and the pages together are the folder.
func TestLongListings(t *testing.T) {
	s := daemontest.Start(t)
	p := member(t, s, "alice")
	const count = 1200
	for i := range count {
		name := fmt.Sprintf("%04d%s", i, strings.Repeat("<&>", 80))
		if err := os.WriteFile(filepath.Join(s.Dir, "drives", "alice", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	seen, after := 0, wire.Name("")
	for more := true; more; {
		var list wire.Listing
		p.ask(wire.List, wire.ListArgs{Path: wire.Root, After: after}, &list)
		if len(list.Entries) == 0 {
			t.Fatal("an empty page says that more follows")
		}
		seen, after, more = seen+len(list.Entries), list.Entries[len(list.Entries)-1].Name, list.More
	}
	if seen != count {
		t.Errorf("%d entries in all, want %d", seen, count)
	}
}

func TestManyUploadsAreListed(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	folder := ""
	for range 4 {
		folder += "/" + strings.Repeat(`"`, 250)
		p.ask(wire.Mkdir, wire.MkdirArgs{Path: wire.Path(folder)}, nil)
	}
	const count = 500
	for i := range count {
		put := p.send(wire.Put, wire.PutArgs{
			Upload: wire.UploadID(fmt.Sprintf("%032x", i)), Path: wire.Path(folder + "/f"), Size: 1, ModTime: time.Unix(0, 0),
			Precondition: wire.Precondition{If: wire.IfAny},
		})
		p.data(nil)
		if err := p.answer(put, nil); err != nil {
			t.Fatal(err)
		}
	}
	pages, seen, args := 0, 0, wire.UploadsArgs{}
	for more := true; more; pages++ {
		var page wire.UploadsReply
		if p.ask(wire.Uploads, args, &page); len(page.Uploads) == 0 {
			t.Fatal("an empty page")
		}
		seen, args.After, more = seen+len(page.Uploads), page.Uploads[len(page.Uploads)-1].Upload, page.More
	}
	if seen != count || pages != 2 {
		t.Errorf("%d uploads in %d pages, want %d in 2", seen, pages, count)
	}
	var one wire.UploadsReply
	p.ask(wire.Uploads, wire.UploadsArgs{Path: wire.Path(folder + "/other")}, &one)
	if len(one.Uploads) != 0 || one.More {
		t.Errorf("of another path %d uploads are listed", len(one.Uploads))
	}
}

func TestPutNeedsATimeAndCommitADigest(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	id := strings.Repeat("f", 32)
	for _, mtime := range []string{"", "0001-01-01T00:00:00Z", "1600-01-01T00:00:00Z", "2400-01-01T00:00:00Z"} {
		args := map[string]any{"upload": id, "path": "/f", "size": 0, "if": "any"}
		if mtime != "" {
			args["mtime"] = mtime
		}
		put := p.send(wire.Put, args)
		p.data(nil)
		if err := p.answer(put, nil); !errors.Is(err, wire.Invalid) {
			t.Errorf("mtime %q answers %v, want invalid", mtime, err)
		}
	}
	if err := p.try(wire.Commit, map[string]any{"upload": id, "if": "any"}, nil); !errors.Is(err, wire.Invalid) {
		t.Errorf("a commit without a digest answers %v, want invalid", err)
	}
}
