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
	limit   int64        // bytes; 0: none
	entries int64        // 0: no limit
}

type modelFile struct {
	folder  bool
	data    []byte
	version wire.Version
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
		m.uploads, m.trash, m.limit, m.entries = make(map[wire.UploadID]*modelUpload), nil, 0, 0
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
			"copy":    m.copy,
			"find":    m.find,
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
		code := m.overLimit("", 0, 1)
		want(t, "mkdir", err, code)
		if code == "" {
			m.files[path] = &modelFile{folder: true}
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
	case damaged || !bytes.Equal(u.bytes, u.data):
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
	m.limit, m.entries = 0, 0
}

func (m *model) setLimit(t *rapid.T) {
	m.limit = rapid.SampledFrom([]int64{0, 1, 100, wire.BlockSize, 2 * wire.BlockSize}).Draw(t, "limit")
	m.drive.Limit(m.limit)
	m.entries = rapid.SampledFrom([]int64{0, 1, 3, 6, 10}).Draw(t, "entries")
	m.drive.LimitEntries(m.entries)
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
			u.Entries++
		}
	}
	u.Entries += int64(len(m.files)) - 1 // without the root
	for _, item := range m.trash {
		size, _ := item.size()
		u.Trash += size
		u.Entries += int64(len(item.tree))
	}
	return u
}

// overLimit is what an upload or a request for so much must be told, "" if it has room.
func (m *model) overLimit(id wire.UploadID, size, entries int64) wire.Code {
	u := m.usage(id)
	if m.uploads[id] != nil {
		entries = 0 // it is counted already
	}
	if m.limit > 0 && size > 0 && u.Used+u.Staged+u.Trash+size > m.limit || m.entries > 0 && entries > 0 && u.Entries+entries > m.entries {
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
