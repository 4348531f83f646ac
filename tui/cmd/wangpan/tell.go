package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"wangpan/tui/explain"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// moved is a line of put --json and get --json: what came of one file.
type moved struct {
	Event     string       `json:"event"`     // done, identical, skipped, failed, interrupted, left_out
	Direction string       `json:"direction"` // upload, download
	Local     string       `json:"local"`     // "-" for stdin
	Remote    wire.Path    `json:"remote"`
	Size      *int64       `json:"size,omitempty"`    // nil: not known
	Resumed   int64        `json:"resumed,omitempty"` // bytes that were there already
	Digest    *wire.Digest `json:"digest,omitempty"`
	Exit      int          `json:"exit,omitempty"`  // the exit code that this file alone would give
	Error     string       `json:"error,omitempty"` // one sentence
}

// tell says what came of one file or folder.
func (m *mover) tell(j job, t transfer.Transfer) {
	if t.Tree != nil {
		m.tellFolder(j, t)
		return
	}
	m.sum.add(t)
	if t.State != transfer.Done {
		m.tellFailed(j, t, t.Err)
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
		m.event(m.line(event, j, t))
		return
	}
	sentence, notable := m.sentence(event, j, t)
	switch {
	case t.Parent != 0 && !elsewhere(t): // the summary counts the files of a folder
	case notable || isTerminal(m.stderr):
		m.progress.clear()
		fmt.Fprintln(m.stderr, sentence)
	}
}

// elsewhere reports whether a file got another name than the one asked for.
func elsewhere(t transfer.Transfer) bool {
	if t.Direction == transfer.Upload {
		return t.Result.Remote != t.Remote
	}
	return t.Result.Local != t.Local
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
	where, id := t.Result.Local, "queue.downloaded"
	if t.Direction == transfer.Upload {
		where, id = string(t.Result.Remote), "queue.uploaded"
	}
	what := m.loc.T(id, "Size", m.loc.Size(t.Result.Entry.Size), "Path", where)
	if t.Resumed > 0 {
		return m.loc.T("cli.move.resumed", "Name", j.name, "What", what, "Part", m.part(t.Resumed, t.Size)), true
	}
	return m.loc.T("cli.move.done", "Name", j.name, "What", what), elsewhere(t)
}

func (m *mover) tellFailed(j job, t transfer.Transfer, err error) {
	if err == nil {
		err = context.Canceled
	}
	m.askUsage(m.session, err)
	o := m.explainMove(err, t.Direction)
	m.tally.fail(o.Exit)
	if m.flags.json {
		line := m.line("failed", j, t)
		line.Exit, line.Error = o.Exit, o.Sentence
		m.event(line)
	}
	m.progress.clear()
	m.sayOf(j.name, o)
}

// explainMove is explain with the advice that depends on where a file goes.
func (a *app) explainMove(err error, to transfer.Direction) explain.Outcome {
	o := a.explain(err)
	if errors.Is(err, transfer.ErrIsFolder) {
		o.Hint = a.loc.T("cli.hint.folder_download")
		if to == transfer.Upload {
			o.Hint = a.loc.T("cli.hint.folder_upload")
		}
	}
	return o
}

// tellFolder says what a folder's files have not said themselves: why none of
// them was tried, and what was left out.
func (m *mover) tellFolder(j job, t transfer.Transfer) {
	for _, left := range t.Tree.Omitted {
		m.tellLeft(j, left)
	}
	m.sum.leftOut += t.Tree.OmittedCount
	if rest := t.Tree.OmittedCount - int64(len(t.Tree.Omitted)); rest > 0 {
		m.progress.clear()
		fmt.Fprintln(m.stderr, "wangpan: "+m.loc.N("cli.move.left_more", int(rest), "Name", j.name))
	}
	if t.State == transfer.Failed && !errors.Is(t.Err, transfer.ErrSomeFailed) {
		m.sum.failed, m.sum.folders = m.sum.failed+1, m.sum.folders+1
		m.tellFailed(j, t, t.Err)
	}
}

// nameProblems are why something with content was left out: that is a failure.
// Links and devices have none that could go anywhere.
var nameProblems = []error{transfer.ErrLocalName, transfer.ErrRemoteName, transfer.ErrTooDeep, errUnlisted}

// errUnlisted says that the server has something that it can not name.
var errUnlisted = errors.New("the server can not name it")

func (m *mover) tellLeft(j job, left transfer.Omitted) {
	why := left.Why
	if why == nil {
		why = errUnlisted
	}
	o := m.explain(why)
	if slices.ContainsFunc(nameProblems, func(problem error) bool { return errors.Is(why, problem) }) {
		m.tally.fail(o.Exit)
	}
	if m.flags.json {
		line := moved{Event: "left_out", Direction: "download", Remote: wire.Path(left.Path), Error: o.Sentence}
		if j.Direction == transfer.Upload {
			line.Direction, line.Local, line.Remote = "upload", left.Path, ""
		}
		m.event(line)
	}
	o.Sentence = m.loc.T("cli.move.left_out", "Why", o.Sentence)
	m.progress.clear()
	m.sayOf(j.nameOf(left.Path), o)
}

func (m *mover) line(event string, j job, t transfer.Transfer) moved {
	line := moved{Event: event, Direction: directionWord(t.Direction), Local: t.Local, Remote: t.Remote, Resumed: t.Resumed}
	if event != "failed" || t.Size > 0 {
		line.Size = &t.Size
	}
	if r := t.Result; r != nil {
		line.Local, line.Remote, line.Size = r.Local, r.Remote, &r.Entry.Size
		if r.Digest != (wire.Digest{}) {
			line.Digest = &r.Digest
		}
	}
	if j.piped {
		line.Local = pipe
	}
	return line
}

func directionWord(d transfer.Direction) string {
	if d == transfer.Upload {
		return "upload"
	}
	return "download"
}
