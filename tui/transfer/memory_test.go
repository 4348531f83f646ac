package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// memory is a server's drive that obeys the documentation of package wire and
// does, when told so, what networks and hostile servers do.
type memory struct {
	mu       sync.Mutex
	files    map[wire.Path]*memoryFile
	staged   map[wire.UploadID]*memoryUpload
	versions int
	calls    []string // every request by name
	got      int64    // bytes sent in bodies of get
	put      int64    // bytes received in bodies of put

	// Faults. A cut ends the connection after so many bytes of a body; each is
	// used once.
	cutGet, cutPut []int64
	answers        map[wire.Key]wire.StatReply           // to commits, for their repetition; nil: none are kept
	noDigest       bool                                  // stat and get say none
	refuse         func(request string) error            // refuses a request, or loses the connection
	before         func(request string)                  // called without the lock
	spoil          func(offset int64, b []byte)          // changes what a get sends
	after          func(request string, err error) error // changes the outcome, the work being done
	bodyBegun      func()                                // called when the first bytes of a put have arrived
	bodyEnd        func()                                // called when the body of a put has ended
	dialErr        func() error
}

type memoryFile struct {
	data    []byte
	version wire.Version
	modTime time.Time
	isDir   bool
}

type memoryUpload struct {
	wire.Upload
	data []byte  // of Size bytes
	have []int64 // of each block
}

// newUpload stages content, the beginning of a file.
func newUpload(u wire.Upload, content []byte) *memoryUpload {
	m := &memoryUpload{Upload: u, data: make([]byte, u.Size), have: make([]int64, wire.BlockCount(u.Size))}
	m.write(0, content)
	return m
}

// write puts b at offset, where it may begin.
func (u *memoryUpload) write(offset int64, b []byte) {
	for len(b) > 0 {
		i := offset / wire.BlockSize
		n := min(int64(len(b)), (i+1)*wire.BlockSize-offset)
		copy(u.data[offset:], b[:n])
		offset += n
		u.have[i] = max(u.have[i], offset-i*wire.BlockSize)
		b = b[n:]
	}
}

func (u *memoryUpload) received() (n int64) {
	for _, have := range u.have {
		n += have
	}
	return n
}

func (u *memoryUpload) blocks(reply *wire.BlocksReply) (all []wire.Digest) {
	reply.Size, reply.Length = u.Size, u.Size
	for i, have := range u.have {
		start := int64(i) * wire.BlockSize
		d := wire.Digest{}
		if have > 0 {
			h := digest.From(int64(i))
			_, _ = h.Write(u.data[start : start+have])
			d = blockAt(h, 0)
			if have < min(wire.BlockSize, u.Size-start) {
				reply.Unfinished = append(reply.Unfinished, wire.Unfinished{Block: int64(i), Bytes: have})
			}
		}
		all = append(all, d)
	}
	return all
}

var errCut = errors.New("the connection was cut")

func newMemory() *memory {
	return &memory{files: map[wire.Path]*memoryFile{}, staged: map[wire.UploadID]*memoryUpload{}}
}

// set puts a file there and returns its version.
func (m *memory) set(path wire.Path, data []byte) wire.Version {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.setLocked(path, data, time.Unix(1_700_000_000, 123_456_789))
}

func (m *memory) setLocked(path wire.Path, data []byte, modTime time.Time) wire.Version {
	m.versions++
	v := wire.Version(fmt.Sprintf("v%d", m.versions))
	m.files[path] = &memoryFile{data: data, version: v, modTime: modTime.UTC()}
	return v
}

func (m *memory) content(path wire.Path) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.files[path]; f != nil {
		return f.data
	}
	return nil
}

func (m *memory) count(request string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.calls {
		if c == request {
			n++
		}
	}
	return n
}

func (m *memory) uploadCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.staged)
}

func (m *memory) moved() (got, put int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.got, m.put
}

// memoryConn is one connection to it.
type memoryConn struct {
	m    *memory
	once sync.Once
	done chan struct{}
}

var _ Server = (*memoryConn)(nil)

func (m *memory) dial(ctx context.Context) (Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if m.dialErr != nil {
		if err := m.dialErr(); err != nil {
			return nil, err
		}
	}
	return &memoryConn{m: m, done: make(chan struct{})}, nil
}

func (c *memoryConn) Done() <-chan struct{} { return c.done }

func (c *memoryConn) Close() error {
	c.once.Do(func() { close(c.done) })
	return nil
}

// begin takes the lock, unless the request is refused.
func (c *memoryConn) begin(ctx context.Context, request string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case <-c.done:
		return errCut
	default:
	}
	if c.m.before != nil {
		c.m.before(request)
	}
	c.m.mu.Lock()
	c.m.calls = append(c.m.calls, request)
	if c.m.refuse != nil {
		if err := c.m.refuse(request); err != nil {
			c.m.mu.Unlock()
			if !isRefusal(err) {
				_ = c.Close()
			}
			return err
		}
	}
	return nil
}

func (c *memoryConn) end(request string, err error) error {
	c.m.mu.Unlock()
	if c.m.after != nil {
		if changed := c.m.after(request, err); changed != nil {
			_ = c.Close()
			return changed
		}
	}
	return err
}

func (m *memory) digest(data []byte) *wire.Digest {
	if m.noDigest {
		return nil
	}
	h, _ := digest.Read(bytes.NewReader(data))
	sum := h.Sum()
	return &sum
}

func (f *memoryFile) entry(path wire.Path) wire.Entry {
	return wire.Entry{Name: path.Base(), Size: int64(len(f.data)), ModTime: f.modTime, Version: f.version, IsDir: f.isDir}
}

func (m *memory) find(path wire.Path, version wire.Version) (*memoryFile, error) {
	f := m.files[path]
	switch {
	case f == nil:
		return nil, wire.Errorf(wire.NotFound, "there is no %s", path)
	case version != "" && f.version != version:
		return nil, wire.Errorf(wire.Conflict, "%s is another version", path)
	}
	return f, nil
}

func (c *memoryConn) Stat(ctx context.Context, path wire.Path) (reply wire.StatReply, err error) {
	if err := c.begin(ctx, "stat"); err != nil {
		return reply, err
	}
	f, err := c.m.find(path, "")
	if err == nil {
		reply = wire.StatReply{Entry: f.entry(path), Digest: c.m.digest(f.data)}
	}
	return reply, c.end("stat", err)
}

func (c *memoryConn) Get(ctx context.Context, args wire.GetArgs, sink func(wire.GetReply) (io.Writer, error)) (reply wire.GetReply, err error) {
	if err := c.begin(ctx, "get"); err != nil {
		return reply, err
	}
	f, err := c.m.find(args.Path, args.Version)
	if err == nil && args.Length == nil {
		rest := int64(len(f.data)) - args.Offset
		args.Length = &rest
	}
	if err == nil && args.Offset+*args.Length > int64(len(f.data)) {
		err = wire.Errorf(wire.Invalid, "the range is past the end")
	}
	if err != nil {
		return reply, c.end("get", err)
	}
	body := slices.Clone(f.data[args.Offset : args.Offset+*args.Length])
	reply = wire.GetReply{Entry: f.entry(args.Path), Offset: args.Offset, Length: *args.Length, Digest: c.m.digest(f.data)}
	if c.m.spoil != nil {
		c.m.spoil(args.Offset, body)
	}
	cut := take(&c.m.cutGet)
	if err := c.end("get", nil); err != nil {
		return reply, err
	}
	w, err := sink(reply)
	if err != nil {
		_ = c.Close()
		return reply, err
	}
	sent := int64(0)
	for chunk := range slices.Chunk(body, wire.ChunkSize) {
		if cut >= 0 && sent+int64(len(chunk)) > cut {
			chunk = chunk[:cut-sent]
		}
		if _, err := w.Write(chunk); err != nil || ctx.Err() != nil {
			_ = c.Close()
			return reply, errors.Join(err, ctx.Err())
		}
		sent += int64(len(chunk))
		c.m.mu.Lock()
		c.m.got += int64(len(chunk))
		c.m.mu.Unlock()
		if sent == cut {
			_ = c.Close()
			return reply, errCut
		}
	}
	return reply, nil
}

// take removes the first cut; -1 is none.
func take(cuts *[]int64) int64 {
	if len(*cuts) == 0 {
		return -1
	}
	cut := (*cuts)[0]
	*cuts = (*cuts)[1:]
	return cut
}

func (c *memoryConn) Blocks(ctx context.Context, args wire.BlocksArgs) (reply wire.BlocksReply, blocks []wire.Digest, err error) {
	if err := c.begin(ctx, "blocks"); err != nil {
		return reply, nil, err
	}
	if args.Upload != "" {
		u := c.m.staged[args.Upload]
		if u == nil {
			return reply, nil, c.end("blocks", wire.Errorf(wire.NotFound, "no such upload"))
		}
		blocks = u.blocks(&reply)
		return reply, blocks, c.end("blocks", nil)
	}
	f, err := c.m.find(args.Path, args.Version)
	if err != nil {
		return reply, nil, c.end("blocks", err)
	}
	data := f.data
	whole, _ := digest.Read(bytes.NewReader(data))
	sum := whole.Sum()
	reply.Version, reply.Digest = f.version, &sum
	reply.Size, reply.Length = int64(len(data)), int64(len(data))
	if args.Length != nil {
		if reply.Length = *args.Length; reply.Length > reply.Size {
			return reply, nil, c.end("blocks", wire.Errorf(wire.Invalid, "past the end"))
		}
	}
	h, _ := digest.Read(bytes.NewReader(data[:reply.Length]))
	return reply, h.AllBlocks(), c.end("blocks", nil)
}
