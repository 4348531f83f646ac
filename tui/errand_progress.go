package tui

import (
	"sync/atomic"
	"time"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/text"
)

// farPace is how often the screen looks how far an errand is.
const farPace = 250 * time.Millisecond

// far is how far a step is, as the server tells the command that waits for it.
type far struct{ done, size atomic.Int64 } // bytes; a size of 0: not known

func (f *far) note(done, size int64) {
	f.done.Store(done)
	f.size.Store(size)
}

// inBackground reports whether an errand is under way that takes long and has no
// box: the user goes on working, and the status bar shows its progress.
func (d *drive) inBackground() bool {
	return d.errand != nil && d.errand.waiting == nil && !d.errand.short()
}

// background returns the progress of the errand in the background and the key
// that stops it, nil when there is none.
func (m *Model) background() dialog.Words {
	if m.drive == nil || !m.drive.inBackground() {
		return nil
	}
	e, key := m.drive.errand, m.commands.Label("drive.back")
	return func(l *locale.Locale) string {
		said := l.T(e.what.title) + text.Ellipsis
		if len(e.steps) > 0 {
			said = l.T("act.background", "What", l.T(e.what.title), "Done", l.Count(int64(e.shown)), "All", l.Count(int64(len(e.steps))))
		}
		if e.stopped || key == "" {
			return said
		}
		return said + "  " + l.T("act.stop", "Key", key)
	}
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
