package storagetest

import (
	"bytes"
	"slices"

	"pgregory.net/rapid"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

type modelUpload struct {
	args   wire.PutArgs
	data   []byte      // all of it
	bytes  []byte      // what was sent in its place
	staged map[int]int // how much of each block is there, from its beginning
}

// received is how many bytes are there.
func (u *modelUpload) received() (n int) {
	for _, have := range u.staged {
		n += have
	}
	return n
}

func (m *model) begin(t *rapid.T) {
	path, id := anyPath(t), anyID(t)
	data := rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "data")
	if rapid.IntRange(0, 9).Draw(t, "big") == 0 {
		data = append(Bytes(2*wire.BlockSize, 1), data...)
	}
	args := PutArgs(path, data, m.anyPrecondition(t, path))
	args.Upload = id
	s, err := m.drive.Stage(m.ctx, args)
	code := m.refusal(path, args.Precondition)
	u := m.uploads[id]
	if code == "" && u != nil && (u.args.Path != path || len(u.data) != len(data)) {
		code = wire.Conflict
	}
	if code == "" {
		code = m.overLimit(id, args.Size, 1)
	}
	want(t, "stage", err, code)
	if code != "" {
		return
	}
	if u == nil {
		u = &modelUpload{args: args, data: data, bytes: make([]byte, len(data)), staged: make(map[int]int)}
		m.uploads[id] = u
	}
	m.write(t, s, u, 0, len(data), slices.Equal(data, u.data))
}

// goOn writes a range: one that begins with a block or behind what is there of
// it, or nearly so.
func (m *model) goOn(t *rapid.T) {
	id := anyID(t)
	u := m.uploads[id]
	if u == nil {
		args := PutArgs("/a", []byte("xx"), IfAny)
		args.Upload, args.Offset = id, 1
		_, err := m.drive.Stage(m.ctx, args)
		want(t, "go on with nothing", err, m.orNotFound(args))
		return
	}
	block := rapid.IntRange(0, len(u.data)/wire.BlockSize).Draw(t, "block")
	from := block * wire.BlockSize
	if rapid.Bool().Draw(t, "behind what is there") {
		from += u.staged[block] + rapid.IntRange(-1, 1).Draw(t, "error")
	}
	from = max(0, min(len(u.data), from))
	to := rapid.IntRange(from, len(u.data)).Draw(t, "to")
	args := u.args
	args.Precondition = m.anyPrecondition(t, args.Path)
	args.Offset, args.Length = int64(from), new(int64(to-from))
	s, err := m.drive.Stage(m.ctx, args)
	code := m.refusal(args.Path, args.Precondition)
	if code == "" {
		code = m.overLimit(id, args.Size, 1)
	}
	if within := from % wire.BlockSize; code == "" && within != 0 && within != u.staged[from/wire.BlockSize] {
		code = wire.Conflict
	}
	want(t, "go on", err, code)
	if code == "" {
		m.write(t, s, u, from, to, rapid.IntRange(0, 9).Draw(t, "right") > 0)
	}
}

func (m *model) orNotFound(args wire.PutArgs) wire.Code {
	if code := m.refusal(args.Path, args.Precondition); code != "" {
		return code
	}
	return wire.NotFound
}

// write stages some or all of a range of u, or something else in its place.
func (m *model) write(t *rapid.T, s storage.Staging, u *modelUpload, from, to int, right bool) {
	if !rapid.Bool().Draw(t, "all") {
		to = rapid.IntRange(from, to).Draw(t, "cut")
	}
	part := u.data[from:to]
	if !right {
		part = bytes.Repeat([]byte{1}, to-from)
	}
	n, err := s.Write(part)
	u.wrote(from, part)
	if err != nil || n != len(part) || s.End() != int64(to) {
		t.Fatalf("write: %d of %d (%v), up to %d of %d", n, len(part), err, s.End(), to)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	if s.Received() != int64(u.received()) {
		t.Fatalf("received %d, want %d", s.Received(), u.received())
	}
}

// wrote notes that part was written. What was staged behind it stays.
func (u *modelUpload) wrote(from int, part []byte) {
	copy(u.bytes[from:], part)
	for to := from + len(part); from < to; {
		block := from / wire.BlockSize
		end := min(to, (block+1)*wire.BlockSize)
		u.staged[block] = max(u.staged[block], end-block*wire.BlockSize)
		from = end
	}
}

// blocks asks for those of an upload.
func (m *model) blocks(t *rapid.T) {
	id := anyID(t)
	u := m.uploads[id]
	reply, got, err := UploadBlocks(m.ctx, m.drive, id)
	if u == nil {
		want(t, "blocks of nothing", err, wire.NotFound)
		return
	}
	if err != nil || len(got) != int(wire.BlockCount(u.args.Size)) {
		t.Fatalf("blocks: %d of %d bytes (%v)", len(got), u.args.Size, err)
	}
	unfinished := make(map[int]int)
	for _, one := range reply.Unfinished {
		unfinished[int(one.Block)] = int(one.Bytes)
	}
	for block := range got {
		have := u.staged[block]
		whole := have == min(wire.BlockSize, len(u.data)-block*wire.BlockSize)
		if (got[block] == wire.Digest{}) != (have == 0) || !whole && unfinished[block] != have || whole && unfinished[block] != 0 {
			t.Fatalf("of block %d there are %d bytes, unfinished are %v, the digest is %s", block, have, unfinished, got[block])
		}
		if have > 0 && got[block] != beginningOf(u.bytes, block, have) {
			t.Fatalf("the digest of %d bytes of block %d is %s, want that of what was sent", have, block, got[block])
		}
	}
}
