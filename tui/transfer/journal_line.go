package transfer

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wangpan/wire"
)

// A journal is lines of JSON: first a journalHeader, then journalLines, in the
// order in which things happened. A torn last line is one that was not written.

const (
	journalFormat = 1
	maxLine       = 64 << 10 // bytes
)

type journalHeader struct {
	Format int `json:"format"`
	// Replaces names the journals whose entries are in this one: they are
	// removed next, and count no more.
	Replaces []string `json:"replaces,omitempty"`
}

type journalLine struct {
	Set  *entryFacts `json:"set,omitempty"`
	Note *entryNote  `json:"note,omitempty"`
	End  entryKey    `json:"end,omitempty"`
}

// journalOp is a line that is going to be written.
type journalOp struct {
	set  *entryFacts
	note *entryNote
	end  entryKey
	lazy bool // it need not be flushed
}

// entryFacts are an entry as it is written.
type entryFacts struct {
	Key       entryKey  `json:"key"`
	Origin    string    `json:"origin"`
	Direction word      `json:"direction"`
	Local     string    `json:"local,omitempty"`
	LocalRaw  []byte    `json:"local_raw,omitempty"` // where it is no valid UTF-8
	Remote    wire.Path `json:"remote"`
	Folder    bool      `json:"folder,omitempty"`
	IfExists  policy    `json:"if_exists"`
	State     stateWord `json:"state"`
	Size      int64     `json:"size,omitempty"`
	Done      int64     `json:"done,omitempty"`
	Added     time.Time `json:"added"`
	Seq       int64     `json:"seq,omitempty"` // tells the order of what was added together
	At        time.Time `json:"at"`            // when it was last known to be at work
}

type entryNote struct {
	Key   entryKey  `json:"key"`
	State stateWord `json:"state"`
	Size  int64     `json:"size,omitempty"`
	Done  int64     `json:"done,omitempty"`
	At    time.Time `json:"at"`
}

// Words stand in the file for numbers that this program may change.
type (
	word      string
	policy    string
	stateWord string
)

var (
	directionWords = []word{Download: "download", Upload: "upload"}
	policyWords    = []policy{Ask: "ask", Resume: "resume", StartOver: "start-over", KeepBoth: "keep-both", Skip: "skip", Fail: "fail"}
)

func (w word) known() bool { return slices.Contains(directionWords, w) }

func (p policy) known() bool { return slices.Contains(policyWords, p) }

func (s stateWord) known() bool { return s == "queued" || s == "paused" || s == "failed" }

func (s stateWord) state() State {
	switch s {
	case "paused":
		return Paused
	case "failed":
		return Failed
	default:
		return Queued
	}
}

func wordOf(s State) stateWord {
	switch s {
	case Paused:
		return "paused"
	case Failed:
		return "failed"
	default:
		return "queued"
	}
}

func factsOfJob(job Job) entryFacts {
	f := entryFacts{
		Direction: directionWords[job.Direction], Remote: job.Remote, Folder: job.Folder,
		IfExists: policyWords[job.IfExists], State: "queued",
	}
	if utf8.ValidString(job.Local) {
		f.Local = job.Local
	} else {
		f.LocalRaw = []byte(job.Local)
	}
	return f
}

func (f *entryFacts) local() string {
	if f.Local != "" {
		return f.Local
	}
	return string(f.LocalRaw)
}

func (f *entryFacts) job() Job {
	return Job{
		Direction: Direction(slices.Index(directionWords, f.Direction)), Local: f.local(), Remote: f.Remote,
		Folder: f.Folder, IfExists: Policy(slices.Index(policyWords, f.IfExists)),
	}
}

// merged returns one entry for two of the same target: the one recorded last,
// with the beginning of the earlier one.
func (f *entryFacts) merged(other entryFacts) entryFacts {
	first, last := *f, other
	if last.At.Before(first.At) {
		first, last = last, first
	}
	if first.Added.Before(last.Added) {
		last.Added, last.Seq = first.Added, first.Seq
	}
	return last
}

func (f *entryFacts) take(n *entryNote) {
	f.State, f.Size, f.Done, f.At = n.State, n.Size, n.Done, n.At
}

func isAbs(path string) bool {
	return filepath.IsAbs(path) && !strings.ContainsRune(path, 0)
}
