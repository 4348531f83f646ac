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

// smallFile is the size in bytes up to which a file of a folder shares a
// connection and is kept in memory on its way: of at most sharers a connection.
const smallFile = 256 << 10

// errOrdinary is the error of a quick try that met something to look at.
var errOrdinary = errors.New("it is no simple case")

// child is the work of a file of a folder. It makes sure that the folder is
// still the one that was walked, and tries the short way once: no look before,
// since mostly nothing has the name. Whatever comes in the way is left to the
// ordinary work.
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

// stands makes sure that what was walked is there: nothing is read or written
// through a link that has taken its place.
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

// quick sends a small file from memory, put and commit in one go, for a name
// that nothing has.
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
	// Should its answer be lost, the ordinary way goes on with this one.
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

// quick fetches a small file of a known version into memory and gives it its
// name, where nothing has it and nothing was begun.
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
		return nil, errOrdinary // which fetches what is wrong once more, and says so
	}
	d.count.enter(Committing, 0)
	err = d.count.onDisk(func() error { return d.keep(body.Bytes(), reply.Entry, syncs) })
	if err != nil {
		return nil, err
	}
	return &Result{Local: d.job.Local, Remote: d.job.Remote, Entry: reply.Entry, Digest: sum}, nil
}

// keep makes body the file at the target. It is durable when keep returns; the
// folder is flushed once for all that were given their names meanwhile.
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

// keepByPartial is keep by way of a partial, where files without a name are
// not known.
func (d *download) keepByPartial(body []byte, entry wire.Entry) error {
	p, err := createPartial(partialPath(d.job.Local, 1), &header{
		Format: recordFormat, Origin: d.env.origin, Path: d.job.Remote, Name: filepath.Base(d.job.Local),
		Version: entry.Version, Size: entry.Size, ModTime: entry.ModTime,
	})
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
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		p.drop()
		return errOrdinary
	}
	p.drop()
	return fromDisk(ErrDisk, d.job.Local, err)
}
