package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// sampling is how often progress is looked at.
const sampling = 100 * time.Millisecond

// moved is a line of put --json and get --json: what came of one file.
type moved struct {
	Event     string       `json:"event"`     // done, identical, skipped, failed, interrupted
	Direction string       `json:"direction"` // upload, download
	Local     string       `json:"local"`
	Remote    wire.Path    `json:"remote"`
	Size      *int64       `json:"size,omitempty"`    // nil: not known
	Resumed   int64        `json:"resumed,omitempty"` // bytes that were there already
	Digest    *wire.Digest `json:"digest,omitempty"`
	Exit      int          `json:"exit,omitempty"`  // the exit code that this file alone would give
	Error     string       `json:"error,omitempty"` // one sentence
}

// move runs an order from beginning to end. find turns its arguments into jobs
// once somebody is logged in.
func (a *app) move(ctx context.Context, o order, find func(context.Context, *session.Session) ([]job, error)) error {
	policy, err := a.policy(o)
	if err != nil {
		return err
	}
	s, leave, err := a.enterWithin(ctx, o.wait)
	if err != nil {
		return err
	}
	jobs, err := find(ctx, s)
	if err != nil {
		return errors.Join(err, leave())
	}
	queue := transfer.New(transfer.Options{
		Dial:     func(ctx context.Context) (transfer.Server, error) { return dialTransfer(ctx, s) },
		Hopeless: hopeless,
		Patience: o.patience(),
		Origin:   s.Fingerprint + " " + s.User,
	})
	m := &mover{app: a, queue: queue, jobs: make(map[transfer.ID]job), said: make(map[transfer.ID]bool), progress: newProgress(a)}
	for _, j := range jobs {
		if j.err != nil {
			m.tell(j, transfer.Transfer{Job: j.Job, State: transfer.Failed, Err: j.err})
			continue
		}
		j.IfExists = policy
		m.jobs[queue.Add(j.Job)[0]] = j
	}
	m.watch(ctx)
	_ = queue.Close() // always nil; what is unfinished stays for the next time
	m.finish()
	return errors.Join(m.tally.result(len(jobs)), leave())
}

func (o order) patience() time.Duration {
	if o.wait > 0 {
		return o.wait
	}
	return defaultWait
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
	queue    *transfer.Queue
	jobs     map[transfer.ID]job
	said     map[transfer.ID]bool
	progress *progress
	tally    tally
}

// watch returns when all has ended, or ctx.
func (m *mover) watch(ctx context.Context) {
	tick := time.NewTicker(sampling)
	defer tick.Stop()
	for {
		snapshot := m.queue.Snapshot()
		asking, open := m.look(snapshot)
		switch {
		case ctx.Err() != nil:
			return
		case asking != nil:
			m.progress.clear()
			if !m.answer(ctx, *asking, snapshot.Counts[transfer.Asking]) {
				return
			}
			continue
		case open == 0:
			return
		}
		m.progress.draw(snapshot, time.Now())
		select {
		case <-ctx.Done():
		case <-m.queue.Changed():
		case <-tick.C:
		}
	}
}

// look tells of what has ended since, and returns the first that asks and how
// many have not ended.
func (m *mover) look(snapshot transfer.Snapshot) (asking *transfer.Transfer, open int) {
	for i := range snapshot.Transfers {
		t := snapshot.Transfers[i]
		if !t.State.Ended() {
			open++
			if t.State == transfer.Asking && asking == nil {
				asking = &snapshot.Transfers[i]
			}
			continue
		}
		if !m.said[t.ID] {
			m.said[t.ID] = true
			m.progress.clear()
			m.tell(m.jobs[t.ID], t)
		}
	}
	return asking, open
}

// finish tells of what was interrupted, and that it can be continued.
func (m *mover) finish() {
	m.progress.clear()
	for _, t := range m.queue.Snapshot().Transfers {
		if m.said[t.ID] {
			continue
		}
		if t.State.Ended() {
			m.tell(m.jobs[t.ID], t)
			continue
		}
		m.tally.fail(exitInterrupted)
		if m.flags.json {
			_ = m.printJSON(m.line("interrupted", t)) // when stdout is gone, nobody reads it
		}
		if t.Done > 0 {
			fmt.Fprintln(m.stderr, "wangpan: "+m.loc.T("cli.move.kept", "Name", m.jobs[t.ID].name, "Part", m.part(t.Done, t.Size)))
		}
	}
}

// tell says what came of one file.
func (m *mover) tell(j job, t transfer.Transfer) {
	if t.State != transfer.Done {
		m.tellFailed(j, t)
		return
	}
	event := "done"
	switch {
	case t.Result.Skipped:
		event = "skipped"
	case t.Result.Identical:
		event = "identical"
	}
	if m.flags.json {
		_ = m.printJSON(m.line(event, t)) // when stdout is gone, nobody reads it
		return
	}
	if sentence, notable := m.sentence(event, j, t); notable || isTerminal(m.stderr) {
		fmt.Fprintln(m.stderr, sentence)
	}
}

// sentence words what came of a file. It is notable when it is not simply what
// the person asked for.
func (m *mover) sentence(event string, j job, t transfer.Transfer) (sentence string, notable bool) {
	switch event {
	case "skipped":
		return m.loc.T("cli.move.skipped", "Name", j.name), true
	case "identical":
		return m.loc.T("cli.move.identical", "Name", j.name), true
	}
	where, asked, id := t.Result.Local, t.Local, "queue.downloaded"
	if t.Direction == transfer.Upload {
		where, asked, id = string(t.Result.Remote), string(t.Remote), "queue.uploaded"
	}
	what := m.loc.T(id, "Size", m.loc.Size(t.Result.Entry.Size), "Path", where)
	if t.Resumed > 0 {
		return m.loc.T("cli.move.resumed", "Name", j.name, "What", what, "Part", m.part(t.Resumed, t.Size)), true
	}
	return m.loc.T("cli.move.done", "Name", j.name, "What", what), where != asked
}

func (m *mover) tellFailed(j job, t transfer.Transfer) {
	err := t.Err
	if err == nil {
		err = context.Canceled
	}
	o := m.explainMove(err, t.Direction)
	m.tally.fail(o.code)
	if m.flags.json {
		line := m.line("failed", t)
		line.Exit, line.Error = o.code, o.sentence
		_ = m.printJSON(line) // when stdout is gone, nobody reads it
	}
	m.sayOf(j.name, o)
}

// explainMove is explain with the advice that depends on where a file goes.
func (m *mover) explainMove(err error, to transfer.Direction) outcome {
	o := m.explain(err)
	if errors.Is(err, transfer.ErrIsFolder) {
		o.hint = m.loc.T("cli.hint.folder_download")
		if to == transfer.Upload {
			o.hint = m.loc.T("cli.hint.folder_upload")
		}
	}
	return o
}

func (m *mover) line(event string, t transfer.Transfer) moved {
	line := moved{Event: event, Direction: "download", Local: t.Local, Remote: t.Remote, Resumed: t.Resumed}
	if event != "failed" || t.Size > 0 {
		line.Size = &t.Size
	}
	if t.Direction == transfer.Upload {
		line.Direction = "upload"
	}
	if r := t.Result; r != nil {
		line.Local, line.Remote, line.Size = r.Local, r.Remote, &r.Entry.Size
		if r.Digest != (wire.Digest{}) {
			line.Digest = &r.Digest
		}
	}
	return line
}
