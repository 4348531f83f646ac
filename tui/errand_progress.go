package tui

import (
	"sync/atomic"
	"time"

	"wangpan/tui/locale"
)

// farPace is how often the screen looks how far an errand is.
const farPace = 250 * time.Millisecond

// far is how far a step is, as the server tells the command that waits for it.
type far struct{ done, size atomic.Int64 } // bytes; a size of 0: not known

func (f *far) note(done, size int64) {
	f.done.Store(done)
	f.size.Store(size)
}

// words say how far an errand is: how many of its steps, and how much of the
// one at work.
func (e *errand) words(l *locale.Locale) string {
	said := l.T("act.progress", "Done", l.Count(int64(e.at)), "All", l.Count(int64(len(e.steps))))
	if e.at >= len(e.steps) || e.steps[e.at].far == nil {
		return said
	}
	f := e.steps[e.at].far
	done, size := f.done.Load(), f.size.Load()
	if size == 0 {
		return said
	}
	part := l.T("act.far", "Percent", l.Percent(float64(done)/float64(size)), "Part", l.Part(done, size))
	if len(e.steps) == 1 {
		return part
	}
	return said + "  " + part
}
