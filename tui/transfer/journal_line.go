package transfer

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wangpan/wire"
)

// A journal consists of lines of JSON: a journalHeader and then journalLines in the
// order of the events. A reader ignores an incomplete last line.

const (
	journalFormat = 1
	maxLine       = 64 << 10 // bytes
)

type journalHeader struct {
	Format int `json:"format"`
	// Replaces names the journals whose entries this one contains. The process removes
	// them next, and readers ignore them.
	Replaces []string `json:"replaces,omitempty"`
}

type journalLine struct {
	Set  *entryFacts `json:"set,omitempty"`
	Note *entryNote  `json:"note,omitempty"`
	End  entryKey    `json:"end,omitempty"`
	lazy bool        // it needs no flush
}

// entryFacts is the stored form of an entry.
type entryFacts struct {
	Key       entryKey  `json:"key"`
	Origin    string    `json:"origin"`
	Direction word      `json:"direction"`
	Local     string    `json:"local,omitempty"`
	LocalRaw  []byte    `json:"local_raw,omitempty"` // if the path is not valid UTF-8
	Remote    wire.Path `json:"remote"`
	Folder    bool      `json:"folder,omitempty"`
	IfExists  word      `json:"if_exists"`
	State     word      `json:"state"`
	Size      int64     `json:"size,omitempty"`
	Done      int64     `json:"done,omitempty"`
	Added     time.Time `json:"added"`
	Seq       int64     `json:"seq,omitempty"` // orders entries with the same Added
	At        time.Time `json:"at"`            // when it was last active
}

type entryNote struct {
	Key   entryKey  `json:"key"`
	State word      `json:"state"`
	Size  int64     `json:"size,omitempty"`
	Done  int64     `json:"done,omitempty"`
	At    time.Time `json:"at"`
}

// word is a constant of this package in the journal. The numbers of the constants may
// change.
type word string

var (
	directionWords = []word{Download: "download", Upload: "upload"}
	policyWords    = []word{Ask: "ask", Resume: "resume", StartOver: "start-over", KeepBoth: "keep-both", Skip: "skip", Fail: "fail"}
	stateWords     = map[State]word{Queued: "queued", Paused: "paused", Failed: "failed"} // others are stored as queued
)

func (w word) state() State {
	for state, word := range stateWords {
		if word == w {
			return state
		}
	}
	return Queued
}

func wordOf(s State) word { return cmp.Or(stateWords[s], stateWords[Queued]) }

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

// merged combines two entries of the same target: the one recorded last, with the
// earlier time of addition.
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

// check reports whether f can be a transfer.
func (f *entryFacts) check() bool {
	_, err := wire.ParsePath(string(f.Remote))
	local := f.local()
	return err == nil && len(f.Key) > 0 && len(f.Key) <= 64 && filepath.IsAbs(local) && !strings.ContainsRune(local, 0) &&
		f.Size >= 0 && f.Done >= 0 && wordOf(f.State.state()) == f.State &&
		slices.Contains(directionWords, f.Direction) && slices.Contains(policyWords, f.IfExists)
}
