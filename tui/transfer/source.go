package transfer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"wangpan/wire"
	"wangpan/wire/digest"
)

// source is the open local file of an upload. An upload whose source changes is not
// committed.
type source struct {
	path  string
	f     *os.File
	stamp *stamp
}

// openSource opens a regular file. It follows links, which the user named, unless flag
// is openNoFollow.
func openSource(path string, flag int) (*source, error) {
	look := os.Stat
	if flag&openNoFollow != 0 {
		look = os.Lstat
	}
	info, err := look(path) // first: opening a device may have effects
	if err == nil {
		err = regular(info, path)
	}
	var f *os.File
	if err == nil {
		f, info, err = openChecked(path, os.O_RDONLY|flag)
	}
	switch known := (*Error)(nil); {
	case err == nil:
		return &source{path: path, f: f, stamp: stampOf(info)}, nil
	case errors.As(err, &known):
		return nil, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Kind: ErrVanished, Path: path, Err: cause(err)}
	default:
		return nil, &Error{Kind: ErrUnreadable, Path: path, Err: cause(err)}
	}
}

func (s *source) size() int64 { return s.stamp.info.Size() }

func (s *source) close() { _ = s.f.Close() } // it was only read

// check returns ErrLocalChanged if the file was written or replaced since it was opened,
// and ErrVanished if it was removed.
func (s *source) check() error {
	open, err := s.f.Stat()
	if err != nil {
		return &Error{Kind: ErrUnreadable, Path: s.path, Err: cause(err)}
	}
	named, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Kind: ErrVanished, Path: s.path}
	case err != nil:
		return &Error{Kind: ErrUnreadable, Path: s.path, Err: cause(err)}
	case !s.stamp.sameContent(open), !s.stamp.sameContent(named):
		return &Error{Kind: ErrLocalChanged, Path: s.path}
	}
	return nil
}

// checkWhole calls check. If the change time shows a write that size and modification
// time hide, it also reads the file again, and returns ErrLocalChanged unless the
// content has the digest want.
func (s *source) checkWhole(ctx context.Context, want wire.Digest, count *progress) error {
	if err := s.check(); err != nil {
		return err
	}
	info, err := s.f.Stat()
	if err == nil && (s.stamp.changed == 0 || s.stamp.untouched(info)) {
		return nil
	}
	count.enter(Verifying, s.size())
	hasher, err := readWhole(ctx, s.f, s.size(), count)
	if err != nil {
		return s.fromReading(ctx, err)
	}
	if hasher.Sum() != want {
		return &Error{Kind: ErrLocalChanged, Path: s.path}
	}
	if info != nil {
		s.stamp = stampOf(info)
	}
	return s.check()
}

func (s *source) fromReading(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Kind: ErrLocalChanged, Path: s.path} // it has shrunk
	}
	return fromReading(ctx, s.path, err)
}

// watched is the body of a put. It digests and counts a segment of the source.
type watched struct {
	ctx    context.Context // that of the stream
	source *source
	hasher *digest.Hasher // of everything from the beginning of the block at offset
	offset int64          // of the next byte
	end    int64
	count  *progress
	moved  func(int)
	err    error // of the source, not of the network
}

// Read returns an error if the file has changed. It checks once per block.
func (w *watched) Read(b []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if w.offset == w.end {
		return 0, io.EOF
	}
	b = b[:min(int64(w.count.most(len(b))), w.end-w.offset)]
	var n int
	_ = w.count.onDisk(func() (err error) {
		n, err = w.source.f.ReadAt(b, w.offset)
		if n == 0 {
			w.err = w.source.fromReading(w.ctx, err)
		}
		return nil
	})
	if w.err != nil {
		return 0, w.err
	}
	if before := w.offset; before/wire.BlockSize != (before+int64(n))/wire.BlockSize {
		if w.err = w.source.check(); w.err != nil {
			return 0, w.err
		}
	}
	if w.err = w.count.throttle(w.ctx, n); w.err != nil {
		return 0, w.err
	}
	_, _ = w.hasher.Write(b[:n])
	w.offset += int64(n)
	w.moved(n)
	return n, nil
}

// stamp identifies a file and its content at one moment.
type stamp struct {
	info    fs.FileInfo
	changed int64 // time of the last change of content or metadata in nanoseconds; 0: unknown
}

func stampOf(info fs.FileInfo) *stamp {
	return &stamp{info: info, changed: changeTime(info)}
}

// sameContent reports whether info is the same file with the same size and modification
// time. A write changes the time unless the writer resets it.
func (s *stamp) sameContent(info fs.FileInfo) bool {
	return os.SameFile(s.info, info) && s.info.Size() == info.Size() && s.info.ModTime().Equal(info.ModTime())
}

// untouched reports whether the file has not changed, even by a write that reset its
// modification time. It is false if the change time is unknown.
func (s *stamp) untouched(info fs.FileInfo) bool {
	return s.sameContent(info) && s.changed != 0 && s.changed == changeTime(info)
}

func factsOf(info fs.FileInfo) FileFacts {
	return FileFacts{Size: info.Size(), ModTime: info.ModTime()}
}

// regular returns an error unless info is a regular file.
func regular(info fs.FileInfo, path string) error {
	switch {
	case info.IsDir():
		return &Error{Kind: ErrIsFolder, Path: path}
	case !info.Mode().IsRegular():
		return &Error{Kind: ErrNotRegular, Path: path}
	default:
		return nil
	}
}

// openChecked opens the regular file at path. It does not block on a pipe.
func openChecked(path string, flag int) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(path, flag|openNoHang, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = regular(info, path)
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, nil, err
	}
	return f, info, nil
}
