package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// smallFile is the maximum size in bytes of a file that shares a connection and is moved
// in memory. A connection has at most sharers of them at a time.
const smallFile = 256 << 10

var (
	// errOrdinary means that the quick way does not apply.
	errOrdinary = errors.New("quick transfer not possible")
	// errNoWhole means that createWhole is not possible in this folder.
	errNoWhole = errors.New("files without a name not supported")
)

// child is the work of a file of a folder. It checks that the folder is still the one
// that was walked. Its first attempt takes the quick way without inspecting the target,
// which usually does not exist. Otherwise it uses the ordinary work.
type child struct {
	work
	job    Job
	folder fs.FileInfo // of the local folder that it is in
	quick  func(context.Context, *link) (*Result, error)
}

func newChildWork(t *task, f *found, q *Queue) work {
	ordinary := newWork(t.job, q.env, &t.progress)
	if u, is := ordinary.(*upload); is {
		u.opens = openNoFollow
	}
	c := &child{work: ordinary, job: t.job, folder: f.in.facts}
	if !t.small || f.in.facts == nil {
		return c
	}
	switch w := ordinary.(type) {
	case *upload:
		c.quick = func(ctx context.Context, l *link) (*Result, error) { return w.quick(ctx, l) }
	case *download:
		entry := f.entry
		c.quick = func(ctx context.Context, l *link) (*Result, error) { return w.quick(ctx, l, entry, &q.syncs) }
	}
	return c
}

func (c *child) attempt(ctx context.Context, l *link, t *terms) (*Result, error) {
	if err := c.stands(); err != nil {
		return nil, err
	}
	if quick := c.quick; quick != nil {
		c.quick = nil
		if result, err := quick(ctx, l); !errors.Is(err, errOrdinary) {
			return result, err
		}
	}
	return c.work.attempt(ctx, l, t)
}

// stands checks that the walked folder and file still exist. The transfer does not follow
// a link that replaced one of them.
func (c *child) stands() error {
	folder := filepath.Dir(c.job.Local)
	info, err := os.Stat(folder)
	if err == nil && c.folder != nil && !os.SameFile(info, c.folder) {
		err = &Error{Kind: ErrNotFolder, Path: folder}
	}
	if err == nil && c.job.Direction == Upload {
		if info, err = os.Lstat(c.job.Local); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return &Error{Kind: ErrLink, Path: c.job.Local}
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Kind: ErrVanished, Path: c.job.Local}
	case errors.Is(err, ErrNotFolder):
		return err
	default:
		return &Error{Kind: ErrUnreadable, Path: c.job.Local, Err: cause(err)}
	}
}

// quick sends a small file from memory, with put and commit in one request, if the
// target does not exist.
func (u *upload) quick(ctx context.Context, l *link) (*Result, error) {
	src, err := openSource(u.job.Local, u.opens)
	if err != nil {
		return nil, err
	}
	defer src.close()
	if src.size() > smallFile {
		return nil, errNeedsOwn
	}
	body := make([]byte, src.size())
	if _, err := io.ReadFull(src.f, body); err != nil {
		return nil, src.fromReading(ctx, err)
	}
	if err := src.check(); err != nil {
		return nil, err
	}
	hasher, _ := digest.Read(bytes.NewReader(body)) // it is in memory
	sum := hasher.Sum()
	// If the reply is lost, the ordinary way continues this upload.
	u.facts, u.pieces = src.stamp, &pieces{size: src.size()}
	if len(body) > 0 {
		u.pieces.know(0, hasher.AllBlocks()[0], hasher.Sum)
	}
	u.prior = &draft{id: newUploadID(), path: u.job.Remote, begun: true}
	u.count.start(src.size(), 0)
	u.count.enter(Moving, 0)
	if err := u.count.throttle(ctx, len(body)); err != nil {
		return nil, err
	}
	absent := wire.Precondition{If: wire.IfAbsent}
	args := wire.PutArgs{
		Upload: u.prior.id, Path: u.job.Remote, Size: src.size(), ModTime: src.stamp.info.ModTime().UTC(), Precondition: absent,
	}
	reply, err := l.store(ctx, args, body, wire.CommitArgs{Upload: u.prior.id, Digest: sum, Precondition: absent, Executable: executableOf(src.stamp.info)})
	switch {
	case err == nil:
		u.count.move(len(body))
		return &Result{Local: u.job.Local, Remote: u.job.Remote, Entry: reply.Entry, Digest: sum}, nil
	case isRefusal(err) && (errors.Is(err, wire.Exists) || errors.Is(err, wire.Conflict) || errors.Is(err, wire.Damaged) || errors.Is(err, wire.NotFound)):
		return nil, errOrdinary
	default:
		return nil, err
	}
}

// quick fetches a small file of a known version into memory and writes it, if neither
// the target nor a partial exists.
func (d *download) quick(ctx context.Context, l *link, entry wire.Entry, syncs *folderSyncs) (*Result, error) {
	for _, path := range []string{d.job.Local, partialPath(d.job.Local, 1)} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return nil, errOrdinary
		}
	}
	d.count.start(entry.Size, 0)
	d.count.enter(Moving, 0)
	if err := d.count.throttle(ctx, int(entry.Size)); err != nil {
		return nil, err
	}
	body := bytes.NewBuffer(make([]byte, 0, entry.Size))
	args := wire.GetArgs{Path: d.job.Remote, Version: entry.Version}
	reply, err := l.get(ctx, args, entry.Size, body)
	switch {
	case isRefusal(err) && (errors.Is(err, wire.Conflict) || errors.Is(err, wire.Invalid) || errors.Is(err, wire.Damaged)):
		return nil, errOrdinary
	case err != nil:
		return nil, err
	}
	d.count.move(body.Len())
	hasher, _ := digest.Read(bytes.NewReader(body.Bytes())) // it is in memory
	sum, want := hasher.Sum(), reply.Digest
	if want == nil {
		blocks, _, err := l.blocks(ctx, wire.BlocksArgs{Path: d.job.Remote, Version: entry.Version}, entry.Size)
		if err != nil && !isRefusal(err) {
			return nil, err
		}
		want = blocks.Digest
	}
	if want == nil || *want != sum {
		return nil, errOrdinary // repairs the file or reports ErrDamaged
	}
	d.count.enter(Committing, 0)
	err = d.count.onDisk(func() error { return d.keep(body.Bytes(), reply.Entry, syncs) })
	if err != nil {
		return nil, err
	}
	return &Result{Local: d.job.Local, Remote: d.job.Remote, Entry: reply.Entry, Digest: sum}, nil
}

// keep writes body to the target. The file is durable when keep returns. Files that
// finish together share one flush of the folder.
func (d *download) keep(body []byte, entry wire.Entry, syncs *folderSyncs) error {
	err := createWhole(d.job.Local, body, entry)
	switch {
	case errors.Is(err, errNoWhole):
		return d.keepByPartial(body, entry)
	case errors.Is(err, fs.ErrExist):
		return errOrdinary
	case err != nil:
		return fromDisk(ErrTargetFolder, d.job.Local, err)
	}
	return fromDisk(ErrDisk, d.job.Local, syncs.sync(filepath.Dir(d.job.Local)))
}

// keepByPartial writes body to the target by renaming a partial.
func (d *download) keepByPartial(body []byte, entry wire.Entry) error {
	p, err := createPartial(partialPath(d.job.Local, 1), d.header(d.job.Local, entry))
	if errors.Is(err, fs.ErrExist) {
		return errOrdinary
	}
	if err != nil {
		return fromDisk(ErrTargetFolder, d.job.Local, err)
	}
	whole, err := p.writeFrom(context.Background(), 0)
	if err == nil {
		_, err = whole.Write(body)
	}
	if err == nil {
		err = setMode(p.f, nil, entry.Executable)
	}
	if err == nil {
		err = p.sync()
	}
	if err == nil {
		err = p.name(d.job.Local, false)
	}
	if err == nil {
		return nil
	}
	p.drop()
	if errors.Is(err, fs.ErrExist) {
		return errOrdinary
	}
	return fromDisk(ErrDisk, d.job.Local, err)
}
