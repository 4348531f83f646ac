package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wangpan/tui/explain"
	"wangpan/tui/transfer"
)

// summary counts what came of the files of an order.
type summary struct {
	began time.Time

	done      int64 // with the identical and the skipped ones
	resumed   int64 // of done
	identical int64 // of done
	skipped   int64 // of done
	failed    int64
	folders   int64 // of failed, those that are folders and no files
	leftOut   int64

	flat, flatSize int64 // of all these, those that were named and not in a folder, and their bytes
}

// transferred is how many files were moved.
func (s *summary) transferred() int64 { return s.done - s.identical - s.skipped }

func (s *summary) add(t transfer.Transfer) {
	if t.Parent == 0 {
		s.flat, s.flatSize = s.flat+1, s.flatSize+t.Size
	}
	if t.State != transfer.Done {
		s.failed++
		if t.Folder {
			s.folders++
		}
		return
	}
	s.done++
	switch {
	case t.Result.Skipped:
		s.skipped++
	case t.Result.Identical:
		s.identical++
	case t.Resumed > 0:
		s.resumed++
	}
}

// summed is the last line of put --json and get --json.
type summed struct {
	Event       string  `json:"event"` // summary
	Files       int64   `json:"files"` // that were found: all below together
	Done        int64   `json:"done"`  // with the identical and the skipped ones
	Transferred int64   `json:"transferred"`
	Resumed     int64   `json:"resumed"`
	Identical   int64   `json:"identical"`
	Skipped     int64   `json:"skipped"`
	Failed      int64   `json:"failed"`
	Interrupted int64   `json:"interrupted"`
	LeftOut     int64   `json:"left_out"` // links, devices and names that the other side can not have
	Moved       int64   `json:"moved"`    // bytes over the network
	Seconds     float64 `json:"seconds"`
	Exit        int     `json:"exit"`
}

// result says what came of all files together, where that is worth a line, and
// returns the error that ends the command.
func (m *mover) result(ctx context.Context, w whole, moved int64) error {
	s, took := m.sum, time.Since(m.sum.began)
	files := max(w.files+s.folders, s.done+s.failed)
	err := m.tally.result(int(files + s.leftOut))
	if ctx.Err() != nil {
		err = &failedError{explain.ExitInterrupted}
		if m.several {
			m.goOn = m.howToGoOn()
		}
	}
	if m.flags.json {
		m.event(summed{
			"summary", files, s.done, s.transferred(), s.resumed, s.identical, s.skipped, s.failed, files - s.done - s.failed, s.leftOut,
			moved, took.Seconds(), codeOf(err),
		})
		m.summed = true
	}
	if isTerminal(m.stderr) || m.several && !m.flags.json {
		fmt.Fprintln(m.stderr, m.summary(files, moved, took))
	}
	return errors.Join(m.broken, err)
}

func codeOf(err error) int {
	if failed, ok := errors.AsType[*failedError](err); ok {
		return failed.code
	}
	return explain.ExitDone
}

// summary counts the files by what became of them: those that moved, and the
// others where there are any.
func (m *mover) summary(files, moved int64, took time.Duration) string {
	s := m.sum
	took = max(took.Round(time.Second), time.Second) // a rate that the two numbers beside it give
	id := "cli.summary.downloaded"
	if m.to == transfer.Upload {
		id = "cli.summary.uploaded"
	}
	counts := m.loc.N(id, int(s.transferred()))
	if s.resumed > 0 {
		counts = m.loc.N("cli.summary.resumed", int(s.resumed), "Files", counts)
	}
	for _, part := range []struct {
		n  int64
		id string
	}{
		{s.identical, "cli.summary.identical"},
		{s.skipped, "cli.summary.skipped"},
		{s.failed, "cli.summary.failed"},
		{files - s.done - s.failed, "cli.summary.interrupted"},
		{s.leftOut, "cli.summary.left_out"},
	} {
		if part.n > 0 {
			counts = m.loc.T("cli.summary.and", "Before", counts, "Next", m.loc.N(part.id, int(part.n)))
		}
	}
	return m.loc.T("cli.summary.line",
		"Counts", counts, "Size", m.loc.Size(moved), "Time", m.loc.Duration(took), "Rate", m.loc.Rate(float64(moved)/took.Seconds()))
}

// howToGoOn is the advice after an interruption. What is done is there, which
// most policies take for a reason to do something else than to go on.
func (m *mover) howToGoOn() string {
	switch m.policy(m.order) {
	case transfer.Resume, transfer.Skip:
		return m.loc.T("cli.hint.go_on")
	default:
		return m.loc.T("cli.hint.go_on_resume")
	}
}
