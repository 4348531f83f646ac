package daemon_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"wangpan/daemon/daemontest"
	"wangpan/wire"
)

// rangeOf are the arguments that write so many bytes of an upload from an offset on.
func rangeOf(args wire.PutArgs, offset, length int64) wire.PutArgs {
	args.Offset, args.Length = offset, &length
	return args
}

// put sends a body that need not be what args announce.
func (p *peer) put(args wire.PutArgs, content []byte) (reply wire.PutReply, err error) {
	p.t.Helper()
	id := p.send(wire.Put, args)
	p.data(content)
	err = p.answer(id, &reply)
	return reply, err
}

// blocksOfUpload asks for the blocks of an upload.
func (p *peer) blocksOfUpload(id wire.UploadID) (reply wire.BlocksReply, digests []byte) {
	p.t.Helper()
	p.ask(wire.Blocks, wire.BlocksArgs{Upload: id}, &reply)
	return reply, p.body()
}

// TestAnUploadOverTwoConnections sends ranges of one upload side by side, one
// of them damaged, which is found and mended.
func TestAnUploadOverTwoConnections(t *testing.T) {
	s := daemontest.Start(t)
	one, token := memberToken(t, s, "alice")
	two := greeted(t, s)
	two.ask(wire.Join, wire.JoinArgs{Token: token}, nil)
	const block = wire.BlockSize
	content := random(3*block + 1000)
	args := wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("d", 32)), Path: "/f", Size: int64(len(content)), ModTime: time.Unix(0, 0),
		Precondition: wire.Precondition{If: wire.IfAbsent},
	}
	if _, err := two.put(rangeOf(args, 2*block, 1), content[:1]); !errors.Is(err, wire.NotFound) {
		t.Fatalf("a range of nothing answers %v, want not_found", err)
	}
	if reply, err := one.put(rangeOf(args, 0, 0), nil); err != nil || reply != (wire.PutReply{Upload: args.Upload}) {
		t.Fatalf("to begin answers %+v, %v", reply, err)
	}

	// While the first is in the middle of its body, the second writes behind it.
	id := one.send(wire.Put, rangeOf(args, 0, 2*block))
	if err := one.conn.WriteFrame(wire.KindData, content[:wire.ChunkSize]); err != nil {
		t.Fatal(err)
	}
	one.flush()
	for received := int64(0); received < wire.ChunkSize; {
		var list wire.UploadsReply
		two.ask(wire.Uploads, wire.Empty{}, &list)
		received = list.Uploads[0].Received
	}
	if _, err := two.put(rangeOf(args, block, 1), content[:1]); !errors.Is(err, wire.Busy) {
		t.Fatalf("a range that is being written answers %v, want busy", err)
	}
	spoilt := slices.Clone(content[2*block:])
	spoilt[5]++
	reply, err := two.put(rangeOf(args, 2*block, block+1000), spoilt)
	if err != nil || reply.End != args.Size {
		t.Fatalf("a range beside another: %+v, %v", reply, err)
	}
	commit := wire.CommitArgs{Upload: args.Upload, Digest: digestOf(content), Precondition: args.Precondition}
	for _, err := range []error{
		two.try(wire.Commit, commit, nil),
		two.try(wire.Discard, wire.DiscardArgs{Upload: args.Upload}, nil),
		two.try(wire.Blocks, wire.BlocksArgs{Upload: args.Upload}, nil),
	} {
		if !errors.Is(err, wire.Busy) {
			t.Errorf("while a range is written the answer is %v, want busy", err)
		}
	}
	one.data(content[wire.ChunkSize : block+100]) // and no more: the body ends early
	if err := one.answer(id, &reply); err != nil || reply.End != block+100 || reply.Received != 2*block+1100 {
		t.Fatalf("the range that ended early: %+v, %v", reply, err)
	}
	if err := two.try(wire.Commit, commit, nil); !errors.Is(err, wire.Invalid) {
		t.Errorf("commit of a part answers %v, want invalid", err)
	}
	if reply, err = one.put(rangeOf(args, block+100, block-100), content[block+100:2*block]); err != nil || reply.Received != args.Size {
		t.Fatalf("the rest of it: %+v, %v", reply, err)
	}
	if err := two.try(wire.Commit, commit, nil); !errors.Is(err, wire.Damaged) {
		t.Errorf("commit of what is spoilt answers %v, want damaged", err)
	}
	summary, got := one.blocksOfUpload(args.Upload)
	var want []byte
	for _, d := range blocksOf(content) {
		want = append(want, d[:]...)
	}
	if summary.Size != args.Size || summary.Length != args.Size || len(summary.Unfinished) != 0 || len(got) != len(want) ||
		!bytes.Equal(got[:64], want[:64]) || bytes.Equal(got[64:96], want[64:96]) || !bytes.Equal(got[96:], want[96:]) {
		t.Fatalf("the blocks are %+v, %x, want all but the third of %x", summary, got, want)
	}
	if _, err := two.put(rangeOf(args, 2*block, block), content[2*block:3*block]); err != nil {
		t.Fatal(err)
	}
	two.ask(wire.Commit, commit, nil)
	if !bytes.Equal(one.download("/f"), content) {
		t.Error("another content comes back")
	}
}

// TestLyingRanges: bodies that are not as long as was said, and ranges that
// are none.
func TestLyingRanges(t *testing.T) {
	p := member(t, daemontest.Start(t), "alice")
	content := random(wire.BlockSize + 100)
	args := wire.PutArgs{
		Upload: wire.UploadID(strings.Repeat("e", 32)), Path: "/f", Size: int64(len(content)), ModTime: time.Unix(0, 0),
		Precondition: wire.Precondition{If: wire.IfAny},
	}
	other := args
	other.ModTime = time.Unix(1, 0)
	tests := []struct {
		name string
		args wire.PutArgs
		body []byte
		code error
		end  int64
	}{
		{"shorter than it said", rangeOf(args, 0, 50), content[:20], nil, 20},
		{"longer than it said", rangeOf(args, 20, 50), content[20:71], wire.Invalid, 0},
		{"within the block", rangeOf(args, 10, 50), content[10:60], wire.Conflict, 0},
		{"past the size", rangeOf(args, wire.BlockSize, 101), content[:101], wire.Invalid, 0},
		{"an end that no number holds", rangeOf(args, wire.MaxSize, wire.MaxSize), nil, wire.Invalid, 0},
		{"negative", rangeOf(args, 0, -1), nil, wire.Invalid, 0},
		{"of another file", rangeOf(other, 20, 1), content[:1], wire.Conflict, 0},
		{"of another file, from its start", other, content, wire.Conflict, 0},
		{"the rest", rangeOf(args, 20, args.Size-20), content[20:], nil, args.Size},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reply, err := p.put(tt.args, tt.body)
			if tt.code != nil && !errors.Is(err, tt.code) || tt.code == nil && (err != nil || reply.End != tt.end) {
				t.Errorf("the answer is %+v, %v, want %v", reply, err, tt.code)
			}
		})
	}
	p.ask(wire.Commit, wire.CommitArgs{Upload: args.Upload, Digest: digestOf(content), Precondition: args.Precondition}, nil)
	if !bytes.Equal(p.download("/f"), content) {
		t.Error("another content comes back")
	}
}
