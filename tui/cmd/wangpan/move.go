package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"wangpan/tui/explain"
	"wangpan/tui/session"
	"wangpan/tui/transfer"
)

const (
	// sampling is how often progress is looked at.
	sampling = 100 * time.Millisecond
	// rows is how many of the transfers that wait or have ended are looked at:
	// what ends is told of by itself.
	rows = 100
)

// move runs an order from beginning to end. find turns its arguments into jobs
// once somebody is logged in.
func (a *app) move(ctx context.Context, o order, find func(context.Context, *session.Session) ([]job, error)) error {
	s, leave, err := a.enterWithin(ctx, o.wait)
	if err != nil {
		return err
	}
	jobs, err := find(ctx, s)
	if err != nil {
		return errors.Join(err, leave())
	}
	return errors.Join(a.moveAll(ctx, s, o, jobs), leave())
}

// moveAll runs jobs, and returns the error that ends the command.
func (a *app) moveAll(ctx context.Context, s *session.Session, o order, jobs []job) error {
	m := newMover(a, o, s, jobs)
	for _, j := range jobs {
		if !j.Folder || j.err != nil {
			m.flat++
		}
		if j.err != nil {
			m.tell(j, transfer.Transfer{Job: j.Job, State: transfer.Failed, Err: j.err})
			continue
		}
		j.IfExists = a.policy(o)
		m.jobs[m.queue.Add(j.Job)[0]] = j
	}
	m.watch(ctx)
	_ = m.queue.Close() // always nil; what is unfinished stays for the next time
	m.drain()
	m.progress.clear()
	last := m.queue.Snapshot()
	m.finish(last)
	return m.result(ctx, m.whole(last), last.Moved)
}

func (o order) patience() time.Duration { return cmp.Or(o.wait, defaultWait) }

// options are how a transfer of this order reaches its server.
func (o order) options(s *session.Session, keeper *session.Keeper) transfer.Options {
	return transfer.Options{
		Dial:     func(ctx context.Context) (transfer.Server, error) { return dialTransfer(ctx, s) },
		Hopeless: hopeless,
		Active:   o.jobs,
		Rows:     rows,
		Patience: o.patience(),
		Rate:     o.rate,
		Origin:   s.Fingerprint + " " + s.User,
		Wrote:    func(to transfer.Folder) error { return keeper.WriteTo(session.WroteTo(to), time.Now()) },
	}
}

func dialTransfer(ctx context.Context, s *session.Session) (transfer.Server, error) {
	c, err := s.Dial(ctx)
	if err != nil {
		return nil, err // and not a nil pointer in an interface
	}
	return c, nil
}

// hopeless reports whether waiting mends an error of Dial.
func hopeless(err error) bool {
	_, key := errors.AsType[*session.KeyError](err)
	return key || errors.Is(err, session.ErrLoggedOut)
}

// mover follows the transfers of one order and says what comes of them.
type mover struct {
	*app
	order    order
	session  *session.Session
	to       transfer.Direction // of all jobs
	queue    *transfer.Queue
	jobs     map[transfer.ID]job
	said     map[transfer.ID]bool // of jobs
	several  bool                 // files, or a folder
	flat     int64                // jobs that are files
	progress *progress
	events   *events // nil: no --json
	sum      summary
	tally    tally
	broken   error // of writing to stdout, which ends everything

	ended chan struct{} // wakes watch; capacity 1
	mu    sync.Mutex    // guards news
	news  []transfer.Transfer
}

func newMover(a *app, o order, s *session.Session, jobs []job) *mover {
	m := &mover{
		app: a, order: o, session: s, progress: newProgress(a), sum: summary{began: time.Now()},
		several: len(jobs) > 1 || slices.ContainsFunc(jobs, func(j job) bool { return j.Folder }),
		jobs:    make(map[transfer.ID]job), said: make(map[transfer.ID]bool), ended: make(chan struct{}, 1),
	}
	if len(jobs) > 0 {
		m.to = jobs[0].Direction
	}
	if a.flags.json {
		m.events = newEvents()
		m.events.piped = slices.ContainsFunc(jobs, func(j job) bool { return j.piped })
	}
	options := o.options(s, a.keeper)
	options.OnEnd = m.onEnd
	m.queue = transfer.New(options)
	return m
}

// onEnd is called by the queue. What it is told is said by watch, so that it
// does not stand in the middle of a line.
func (m *mover) onEnd(t transfer.Transfer) {
	m.mu.Lock()
	m.news = append(m.news, t)
	m.mu.Unlock()
	select {
	case m.ended <- struct{}{}:
	default: // it is told already
	}
}

// drain tells of what has ended since.
func (m *mover) drain() {
	m.mu.Lock()
	news := m.news
	m.news = nil
	m.mu.Unlock()
	for _, t := range news {
		if t.Parent == 0 {
			m.said[t.ID] = true
		}
		m.tell(m.jobOf(t), t)
	}
}

// jobOf is the job of a transfer, or of the folder that it belongs to with the
// name that it has there.
func (m *mover) jobOf(t transfer.Transfer) job {
	if t.Parent == 0 {
		return m.jobs[t.ID]
	}
	j := m.jobs[t.Parent]
	if t.Direction == transfer.Upload {
		j.name = j.nameOf(t.Local)
	} else {
		j.name = j.nameOf(string(t.Remote))
	}
	return j
}

// nameOf is what the person would call a path in the folder of j.
func (j job) nameOf(path string) string {
	if j.Direction == transfer.Download {
		return strings.TrimSuffix(j.name, "/") + strings.TrimPrefix(path, strings.TrimSuffix(string(j.Remote), "/"))
	}
	below, err := filepath.Rel(absolute(j.Local), path)
	if err != nil {
		return path
	}
	return filepath.Join(j.name, below)
}

// absolute is what a Queue makes of the path of a job.
func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// watch returns when all has ended, or ctx, or whoever reads stdout is gone.
func (m *mover) watch(ctx context.Context) {
	tick := time.NewTicker(sampling)
	defer tick.Stop()
	for {
		snapshot := m.queue.Snapshot()
		m.drain()
		switch asking := firstAsking(snapshot); {
		case ctx.Err() != nil, m.broken != nil:
			return
		case asking != nil:
			m.progress.clear()
			if !m.answer(ctx, *asking, snapshot.Counts[transfer.Asking]) {
				return
			}
			continue
		case !isOpen(snapshot):
			return
		}
		w, now := m.whole(snapshot), time.Now()
		m.progress.draw(w, snapshot, now)
		m.event(m.events.sample(w, snapshot, now)...)
		select {
		case <-ctx.Done():
		case <-m.queue.Changed():
		case <-m.ended:
		case <-tick.C:
		}
	}
}

func firstAsking(snapshot transfer.Snapshot) *transfer.Transfer {
	for i, t := range snapshot.Transfers {
		if t.State == transfer.Asking && t.Question != nil {
			return &snapshot.Transfers[i]
		}
	}
	return nil
}

// isOpen reports whether something is still to come.
func isOpen(snapshot transfer.Snapshot) bool {
	for state, n := range snapshot.Counts {
		if n > 0 && !state.Ended() {
			return true
		}
	}
	return false
}

// whole is how far an order is, all its transfers together.
type whole struct {
	files, ended int64
	size, done   int64 // bytes, of the files whose size is known
	counted      bool  // that is all there is
	trees        bool
}

// whole adds up. The queue shows few of many files: those that have ended are
// in the summary.
func (m *mover) whole(snapshot transfer.Snapshot) whole {
	w := whole{
		files: m.flat, ended: m.sum.flat, size: m.sum.flatSize, done: m.sum.flatSize,
		counted: snapshot.Hidden == 0 || snapshot.Counts[transfer.Queued] == 0,
	}
	for _, t := range snapshot.Transfers {
		switch {
		case t.Parent != 0:
		case t.Tree != nil:
			w.trees = true
			w.files, w.ended = w.files+t.Tree.Files, w.ended+t.Tree.Done+t.Tree.Failed
			w.size, w.done = w.size+t.Size, w.done+t.Done
			w.counted = w.counted && (t.Tree.Counted || t.State.Ended())
		case !t.State.Ended():
			w.size, w.done = w.size+t.Size, w.done+t.Done
			w.counted = w.counted && (t.Size > 0 || t.Phase != transfer.Looking)
		}
	}
	return w
}

// event writes lines of --json. When nobody reads them any more, the command ends.
func (m *mover) event(lines ...any) {
	if len(lines) > 0 && isTerminal(m.stdout) {
		m.progress.clear()
	}
	for _, line := range lines {
		if err := m.printJSON(line); err != nil && m.broken == nil {
			m.broken = err
		}
	}
}

// finish tells of what was interrupted, and that it can be continued.
func (m *mover) finish(last transfer.Snapshot) {
	for _, t := range last.Transfers {
		j := m.jobOf(t)
		switch {
		case t.State.Ended() && (t.Parent != 0 || m.said[t.ID]):
			continue
		case t.State.Ended():
			m.tell(j, t)
			continue
		}
		m.tally.fail(explain.ExitInterrupted)
		if t.Tree != nil {
			continue
		}
		if m.flags.json {
			m.event(m.line("interrupted", j, t))
		}
		if t.Done > 0 && !m.several {
			fmt.Fprintln(m.stderr, "wangpan: "+m.loc.T("cli.move.kept", "Name", j.name, "Part", m.part(t.Done, t.Size)))
		}
	}
}
