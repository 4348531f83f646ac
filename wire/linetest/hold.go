package linetest

// hold stops one way of the line, of all its connections. Line.mu guards it.
type hold struct {
	way      Way
	left     int64         // bytes that may still pass
	waiting  bool          // some may not
	held     chan struct{} // closed when the first one waits
	released chan struct{} // closed when it is over
}

// Hold lets so many more bytes pass this way, of all connections together, and
// then none on any of them, later ones too, until Release or another Hold.
// Nobody is told, and the other way is open. held is closed when the first byte
// waits. What waits on a connection that ends is lost.
func (l *Line) Hold(way Way, after int64) (held <-chan struct{}) {
	h := &hold{way: way, left: after, held: make(chan struct{}), released: make(chan struct{})}
	l.replace(h)
	return h.held
}

// Release lets pass what Hold holds, and all that follows. A line that is not
// held stays as it is.
func (l *Line) Release() {
	l.replace(nil)
}

// replace makes what waits ask again.
func (l *Line) replace(h *hold) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hold != nil {
		close(l.hold.released)
	}
	l.hold = h
}

// let returns those of the bytes that may pass. If these are not all, released
// is closed when the others may be tried.
func (h *hold) let(way Way, bytes []byte) (passed []byte, released <-chan struct{}) {
	if h == nil || h.way != way {
		return bytes, nil
	}
	n := min(int64(len(bytes)), h.left)
	h.left -= n
	if n == int64(len(bytes)) {
		return bytes, nil
	}
	if !h.waiting {
		h.waiting = true
		close(h.held)
	}
	return bytes[:n], h.released
}
