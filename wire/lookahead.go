package wire

import (
	"errors"
	"io"
)

// lookahead reads ahead of the frames, so that many small ones need one read.
// While it waits for a frame to begin it has no more than its first bytes to
// read into. It takes a buffer only after these were filled in one read, and
// gives it back when a read did not fill it.
type lookahead struct {
	source io.Reader
	budget *Budget // of the large buffer
	first  [1 << 10]byte
	large  *Buffer // or nil
	full   bool    // the last read filled what it had
	unread []byte  // of first or large
}

// readAhead is the size of the large buffer, when the budget has room for it.
const readAhead = 64 << 10

// direct is the minimum length of a read that bypasses the buffer: for more bytes, a copy
// costs more than another read.
const direct = 8 << 10

// fill reads when nothing is unread. It returns when there is at least a byte.
func (l *lookahead) fill() error {
	for len(l.unread) == 0 {
		into := l.first[:]
		if l.full {
			if l.large == nil {
				l.large = l.budget.Take(readAhead)
			}
			into = l.large.Bytes
		} else {
			l.release()
		}
		n, err := l.source.Read(into)
		l.unread, l.full = into[:n], n == len(into)
		if n == 0 && err != nil {
			return err
		}
	}
	return nil
}

// release releases the large buffer and drops its unread bytes.
func (l *lookahead) release() {
	l.unread = nil
	if l.large != nil {
		l.large.Release()
		l.large = nil
	}
}

// next returns n unread bytes that are good until the next call of fill, or nil
// when there are fewer.
func (l *lookahead) next(n int) []byte {
	if n > len(l.unread) {
		return nil
	}
	p := l.unread[:n:n]
	l.unread = l.unread[n:]
	return p
}

// read fills p, directly when that is long.
func (l *lookahead) read(p []byte) error {
	for {
		n := copy(p, l.unread)
		l.unread, p = l.unread[n:], p[n:]
		if len(p) == 0 {
			return nil
		}
		if !l.full || len(p) >= direct {
			break
		}
		if err := l.fill(); err != nil {
			return within(err)
		}
	}
	l.full = false
	_, err := io.ReadFull(l.source, p)
	return within(err)
}

// within returns err for a place within a frame, where io.EOF is io.ErrUnexpectedEOF.
func within(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// header reads n bytes, n being small, through the buffer.
func (l *lookahead) header(p []byte) error {
	for n := 0; n < len(p); {
		if err := l.fill(); err != nil {
			if n > 0 {
				err = within(err)
			}
			return err
		}
		m := copy(p[n:], l.unread)
		l.unread, n = l.unread[m:], n+m
	}
	return nil
}
