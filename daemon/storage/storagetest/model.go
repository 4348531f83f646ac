package storagetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// model is what a drive ought to hold, in the simplest way that can be told.
// The state machine does the same to a drive and to the model and compares.
type model struct {
	ctx    context.Context
	open   Open
	folder string
	store  storage.Store
	drive  storage.Drive

	files   map[wire.Path]*modelFile // folders have nil data and are folders
	uploads map[wire.UploadID]*modelUpload
	trash   []*modelItem // the oldest first
	limit   int64        // 0: none
}

type modelFile struct {
	folder  bool
	data    []byte
	version wire.Version
}

type modelUpload struct {
	args   wire.PutArgs
	data   []byte       // all of it
	staged map[int]int  // how much of each block is there, from its beginning
	spoilt map[int]bool // blocks of which something else was sent
}

// received is how many bytes are there.
func (u *modelUpload) received() (n int) {
	for _, have := range u.staged {
		n += have
	}
	return n
}

// The alphabet is small, so that paths meet.
var (
	modelPaths = []wire.Path{"/a", "/b", "/a/a", "/a/b", "/b/a", "/a/a/a"}
	modelIDs   = []wire.UploadID{
		"00000000000000000000000000000000", "0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff",
	}
)

func testModel(t *testing.T, open Open) {
	t.Helper()
	run := 0
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	m := &model{ctx: t.Context(), open: open, store: s}
	defer func() { closing(t, m.store) }()
	rapid.Check(t, func(t *rapid.T) {
		run++
		m.folder = fmt.Sprintf("m%d", run)
		m.files = map[wire.Path]*modelFile{wire.Root: {folder: true}}
		m.uploads, m.trash, m.limit = make(map[wire.UploadID]*modelUpload), nil, 0
		if m.drive, err = m.store.Drive(m.folder); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = m.drive.Close() }()
		t.Repeat(m.addActions(map[string]func(*rapid.T){
			"":        m.compare,
			"mkdir":   m.mkdir,
			"begin":   m.begin,
			"go on":   m.goOn,
			"blocks":  m.blocks,
			"commit":  m.commit,
			"discard": m.discard,
			"open":    m.openFile,
			"limit":   m.setLimit,
			"reopen":  m.reopen,
		}))
	})
}

func anyPath(t *rapid.T) wire.Path { return rapid.SampledFrom(modelPaths).Draw(t, "path") }

func anyID(t *rapid.T) wire.UploadID { return rapid.SampledFrom(modelIDs).Draw(t, "upload") }

// anyPrecondition is one of the three, often with the right version.
func (m *model) anyPrecondition(t *rapid.T, path wire.Path) wire.Precondition {
	pre := wire.Precondition{If: rapid.SampledFrom([]wire.Condition{wire.IfAbsent, wire.IfAny, wire.IfVersion}).Draw(t, "if")}
	if pre.If == wire.IfVersion {
		pre.Version = "other"
		if f := m.files[path]; f != nil && !f.folder && rapid.Bool().Draw(t, "right version") {
			pre.Version = f.version
		}
	}
	return pre
}

// refusal is what a write to path must be told under pre, "" if nothing.
func (m *model) refusal(path wire.Path, pre wire.Precondition) wire.Code {
	if above := m.files[path.Dir()]; above == nil || !above.folder {
		return wire.NotFound
	}
	f := m.files[path]
	switch {
	case f != nil && f.folder:
		return wire.Invalid
	case f != nil && pre.If == wire.IfAbsent:
		return wire.Exists
	case pre.If == wire.IfVersion && (f == nil || f.version != pre.Version):
		return wire.Conflict
	}
	return ""
}

func want(t *rapid.T, what string, err error, code wire.Code) {
	if got := Code(err); got != code {
		t.Fatalf("%s: %q (%v), want %q", what, got, err, code)
	}
}

func (m *model) mkdir(t *rapid.T) {
	path := anyPath(t)
	_, err := m.drive.Mkdir(m.ctx, path)
	above := m.files[path.Dir()]
	switch {
	case above == nil || !above.folder:
		want(t, "mkdir", err, wire.NotFound)
	case m.files[path] != nil:
		want(t, "mkdir", err, wire.Exists)
	default:
		want(t, "mkdir", err, "")
		m.files[path] = &modelFile{folder: true}
	}
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
		code = m.overLimit(id, args.Size)
	}
	want(t, "stage", err, code)
	if code != "" {
		return
	}
	if u == nil {
		u = &modelUpload{args: args, data: data, staged: make(map[int]int), spoilt: make(map[int]bool)}
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
		code = m.overLimit(id, args.Size)
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
	u.wrote(from, to, slices.Equal(part, u.data[from:to]))
	if err != nil || n != len(part) || s.End() != int64(to) || s.Received() != int64(u.received()) {
		t.Fatalf("write: %d of %d (%v), up to %d of %d, received %d, want %d", n, len(part), err, s.End(), to, s.Received(), u.received())
	}
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
}

// wrote notes that a range was written.
func (u *modelUpload) wrote(from, to int, right bool) {
	for from < to {
		block, within := from/wire.BlockSize, from%wire.BlockSize
		end := min(to, (block+1)*wire.BlockSize)
		if within == 0 {
			u.spoilt[block] = false
		}
		u.spoilt[block] = u.spoilt[block] || !right
		u.staged[block] = end - block*wire.BlockSize
		from = end
	}
}

// blocks asks for those of an upload.
func (m *model) blocks(t *rapid.T) {
	id := anyID(t)
	u := m.uploads[id]
	reply, got, err := m.drive.UploadBlocks(m.ctx, id)
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
		if have > 0 && (got[block] == beginningOf(u.data, block, have)) == u.spoilt[block] {
			t.Fatalf("the digest of %d bytes of block %d is %s, spoilt: %v", have, block, got[block], u.spoilt[block])
		}
	}
}

func (m *model) commit(t *rapid.T) {
	id := anyID(t)
	args := wire.CommitArgs{Upload: id, Precondition: IfAny}
	u := m.uploads[id]
	if u == nil {
		args.Digest, _ = Sum(nil)
		_, err := m.drive.Commit(m.ctx, args)
		want(t, "commit of nothing", err, wire.NotFound)
		return
	}
	args.Precondition = m.anyPrecondition(t, u.args.Path)
	args.Digest, _ = Sum(u.data)
	damaged := rapid.IntRange(0, 9).Draw(t, "damaged") == 0
	if damaged {
		args.Digest[0]++
	}
	code := m.refusal(u.args.Path, args.Precondition)
	switch {
	case u.received() < len(u.data):
		code = wire.Invalid
	case damaged || slices.Contains(slices.Collect(maps.Values(u.spoilt)), true):
		code = wire.Damaged
	}
	reply, err := m.drive.Commit(m.ctx, args)
	want(t, "commit", err, code)
	if code != "" {
		return
	}
	old := m.files[u.args.Path]
	if old != nil && old.version == reply.Entry.Version {
		t.Fatalf("the version is %s as before", old.version)
	}
	m.replaced(t, u.args.Path, old)
	m.files[u.args.Path] = &modelFile{data: u.data, version: reply.Entry.Version}
	delete(m.uploads, id)
}

func (m *model) discard(t *rapid.T) {
	id := anyID(t)
	var code wire.Code
	if m.uploads[id] == nil {
		code = wire.NotFound
	}
	want(t, "discard", m.drive.Discard(m.ctx, id), code)
	delete(m.uploads, id)
}

func (m *model) openFile(t *rapid.T) {
	path := anyPath(t)
	f := m.files[path]
	c, err := m.drive.Open(m.ctx, path, "")
	switch {
	case f == nil:
		want(t, "open", err, wire.NotFound)
	case f.folder:
		want(t, "open", err, wire.Invalid)
	default:
		want(t, "open", err, "")
		data, err := io.ReadAll(io.NewSectionReader(c, 0, c.Entry().Size))
		if err != nil || !bytes.Equal(data, f.data) || c.Entry().Version != f.version {
			t.Fatalf("%s is %d bytes of version %s (%v), want %d of %s", path, len(data), c.Entry().Version, err, len(f.data), f.version)
		}
		_ = c.Close()
	}
}

func (m *model) reopen(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "really") != 0 {
		return
	}
	if err := m.drive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := m.store.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if m.store, err = m.open(); err != nil {
		t.Fatal(err)
	}
	if m.drive, err = m.store.Drive(m.folder); err != nil {
		t.Fatal(err)
	}
	m.limit = 0
}

func (m *model) setLimit(t *rapid.T) {
	m.limit = rapid.SampledFrom([]int64{0, 1, 100, wire.BlockSize, 2 * wire.BlockSize}).Draw(t, "limit")
	m.drive.Limit(m.limit)
}

// usage is what the account takes, without the upload of one id.
func (m *model) usage(without wire.UploadID) (u storage.Usage) {
	for _, f := range m.files {
		if !f.folder {
			u.Used += int64(len(f.data))
			u.Files++
		}
	}
	for id, upload := range m.uploads {
		if id != without {
			u.Staged += upload.args.Size
		}
	}
	u.Trash = m.trashed()
	return u
}

// overLimit is what an upload of this size must be told, "" if it has room.
func (m *model) overLimit(id wire.UploadID, size int64) wire.Code {
	if u := m.usage(id); m.limit > 0 && size > 0 && u.Used+u.Staged+u.Trash+size > m.limit {
		return wire.QuotaExceeded
	}
	return ""
}

// compare looks at everything that can be seen without reading.
func (m *model) compare(t *rapid.T) {
	for _, path := range slices.Sorted(maps.Keys(m.files)) {
		f := m.files[path]
		stat, err := m.drive.Stat(m.ctx, path)
		if err != nil || stat.Entry.IsDir != f.folder || stat.Entry.Size != int64(len(f.data)) || stat.Entry.Version != f.version {
			t.Fatalf("stat of %s: %+v (%v), want %d bytes of version %s", path, stat.Entry, err, len(f.data), f.version)
		}
		listing, err := m.drive.List(m.ctx, wire.ListArgs{Path: path})
		if !f.folder {
			want(t, "list of a file", err, wire.Invalid)
			continue
		}
		if got, want := len(listing.Entries), m.count(path); err != nil || got != want {
			t.Fatalf("list of %s: %d entries (%v), want %d", path, got, err, want)
		}
	}
	usage, err := m.drive.Usage(m.ctx)
	expected := m.usage("")
	expected.Free = usage.Free
	if err != nil || usage != expected || usage.Free <= 0 {
		t.Fatalf("usage is %+v (%v), want %+v", usage, err, expected)
	}
	m.compareTrash(t)
	uploads, err := m.drive.Uploads(m.ctx)
	if err != nil || len(uploads) != len(m.uploads) {
		t.Fatalf("%d uploads (%v), want %d", len(uploads), err, len(m.uploads))
	}
	for _, got := range uploads {
		if u := m.uploads[got.Upload]; u == nil || got.Path != u.args.Path || got.Received != int64(u.received()) {
			t.Fatalf("there is an upload %+v, want %+v", got, u)
		}
	}
}

// count is how many things lie in a folder.
func (m *model) count(folder wire.Path) (n int) {
	for path := range m.files {
		if path != wire.Root && path.Dir() == folder {
			n++
		}
	}
	return n
}
