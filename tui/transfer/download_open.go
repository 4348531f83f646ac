package transfer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"wangpan/wire"
	"wangpan/wire/durable"
)

// begin makes the plan for an answer and opens the partial.
func (d *download) begin(ctx context.Context, f *finding, answer Answer) error {
	d.digest.Store(f.digest)
	p := &plan{entry: f.entry, target: d.job.Local, replaces: f.target.stamp}
	own := f.partial
	aboutPartial := f.question != nil && f.question.Partial
	if aboutPartial && answer != AnswerResume {
		own = nil // keep it until the new partial is complete
	}
	if answer == AnswerKeepBoth {
		p.replaces, p.copies = nil, 2
		if f.target.stamp != nil {
			name, n, err := freeCopy(d.job.Local, 2)
			if err != nil {
				return err
			}
			p.target, p.copies = name, n+1
			own = d.ownCopy(name, f.entry.Version, own)
		}
	}
	d.plan = p
	err := d.open(ctx, f, own, answer)
	if err != nil {
		d.plan = nil
		return err
	}
	p.partial = d.part.path
	if answer != AnswerKeepBoth {
		p.old = f.target.others(p.partial)
	}
	d.count.start(f.entry.Size, d.part.arrived())
	return nil
}

// ownCopy returns own, or else our partial of the file called name.
func (d *download) ownCopy(name string, version wire.Version, own *slot) *slot {
	if own != nil {
		return own
	}
	at, err := inspect(name, d.env.origin, d.job.Remote)
	if err != nil {
		return nil
	}
	if s := at.best(version); s != nil && s.header.Version == version {
		return s
	}
	return nil
}

// open opens our own partial if it is usable. Otherwise it makes one. If the answer is
// to resume, the new partial begins with the verified bytes of the seed.
func (d *download) open(ctx context.Context, f *finding, own *slot, answer Answer) error {
	usable := own != nil && own.header.Version == f.entry.Version
	if usable && answer == AnswerResume && f.seed != "" && f.same.bytes > own.pieces.arrived {
		usable = false // the other file saves more
	}
	if usable || own != nil && f.question != nil && f.question.Partial {
		return d.openOwn(ctx, f, own)
	}
	if err := d.create(f); err != nil {
		return err
	}
	if answer != AnswerResume || f.seed == "" || f.same.bytes == 0 {
		return nil
	}
	if err := d.copySeed(ctx, f); err != nil {
		d.part.drop()
		d.part = nil
		return err
	}
	return nil
}

func (d *download) openOwn(ctx context.Context, f *finding, own *slot) error {
	part, err := openPartial(ctx, own.path, d.known)
	switch {
	case errors.Is(err, ErrInUse):
		return &Error{Kind: ErrInUse, Path: d.job.Local}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNoRecord):
		return errLookAgain
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return fromDisk(ErrDisk, own.path, err)
	}
	d.part = part
	if part.header.Version == f.entry.Version {
		return nil
	}
	d.count.restart(ReasonChanged, f.same.bytes)
	return d.rebase(f.entry, f.same)
}

// create makes an empty partial under the first free name.
func (d *download) create(f *finding) error {
	h := d.header(d.plan.target, f.entry)
	if d.plan.replaces != nil {
		h.Replaces = &replaced{Size: d.plan.replaces.info.Size(), ModTime: d.plan.replaces.info.ModTime()}
	}
	for n := 1; n <= maxPartials; n++ {
		part, err := createPartial(partialPath(d.plan.target, n), h)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		d.part = part
		return fromDisk(ErrTargetFolder, filepath.Dir(d.plan.target), err)
	}
	return &Error{Kind: ErrInUse, Path: d.plan.target}
}

// header returns the header of a new partial of target.
func (d *download) header(target string, entry wire.Entry) *header {
	return &header{
		Format: recordFormat, Origin: d.env.origin, Path: d.job.Remote, Name: filepath.Base(target),
		Version: entry.Version, Size: entry.Size, ModTime: entry.ModTime,
	}
}

// copySeed copies the verified beginning of another file to the new partial. The system
// may share the blocks instead of copying; verify reads them at the end.
func (d *download) copySeed(ctx context.Context, f *finding) error {
	const step = 64 << 20 // bytes between two checks of ctx
	from, _, err := openChecked(f.seed, os.O_RDONLY|openNoFollow)
	if err != nil {
		return fromReading(ctx, f.seed, err)
	}
	defer from.Close()
	if free := durable.FreeSpace(filepath.Dir(d.part.path)); free >= 0 && f.entry.Size > free {
		return &Error{Kind: ErrDiskFull, Path: d.job.Local, Needed: f.entry.Size, Free: free}
	}
	d.count.enter(Copying, f.same.bytes)
	for left := f.same.bytes; left > 0; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := io.CopyN(d.part.f, from, min(step, left))
		if err == io.EOF { //nolint:errorlint // CopyN returns it bare
			return errLookAgain // it has shrunk
		}
		if err != nil {
			return fromDisk(ErrDisk, d.job.Local, err)
		}
		left -= n
		d.count.read.Add(n)
	}
	return fromDisk(ErrDisk, d.job.Local, d.part.rebase(d.part.header, f.same.bytes, f.same.blocks))
}
