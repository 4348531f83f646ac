package dialog

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Proof is what comparing the two files has shown.
type Proof int

const (
	Unproven  Proof = iota // they differ, or could not be compared: see Reason
	Beginning              // the target is the beginning of the source
	Arrived                // the target is what an earlier run took of this source; it is compared at the end
	Same                   // they are identical
)

// Reason is why a transfer can not be resumed.
type Reason int

const (
	Different     Reason = iota // the contents differ, behind Proven bytes
	TargetLarger                // the target begins with all of the source, and goes on
	Finished                    // the target is no unfinished copy, but a file of other content
	SourceChanged               // the source changed since the target was begun
	NotCompared                 // one of them could not be read
)

// Side is one of the two files.
type Side struct {
	Name    string
	Size    int64 // bytes
	ModTime time.Time
}

// Target is a transfer whose target exists, as far as it was looked at. Nothing
// has moved yet.
type Target struct {
	Transfer      any // the owner's name for the transfer; comes back in the Answer
	Download      bool
	Local, Remote Side
	Place         string // the folder within the folder that is transferred; blank: none
	Partial       bool   // the target is our own unfinished copy
	Replacing     bool   // there is such a copy, and a finished file that it would replace
	Changed       bool   // the source changed since the copy was begun
	Proof         Proof
	Reason        Reason
	Since         time.Time     // when the source changed, for SourceChanged; zero if unknown
	Proven        int64         // bytes from the start that are there already
	Saves         time.Duration // what resuming saves in time; 0 if unknown
	Others        int           // further transfers that wait for the same question
	Resumable     int           // of Others, those that can be resumed; negative if unknown
}

// resumable reports whether Resume can be chosen.
func (t Target) resumable() bool { return t.Proof == Beginning || t.Proof == Arrived }

// source returns the file that is to be transferred.
func (t Target) source() Side {
	if t.Download {
		return t.Remote
	}
	return t.Local
}

// Choice is what to do about a target that exists.
type Choice int

const (
	Later     Choice = iota // not decided; the transfer goes on asking
	Resume                  // go on from what was verified
	StartOver               // replace the target, once the new copy is complete
	KeepBoth                // transfer under another name
	Skip                    // leave the target as it is and drop the transfer
	Discard                 // drop the unfinished copy and the transfer
)

// Chosen answers a Target.
type Chosen struct {
	Transfer any
	Choice   Choice
	Rest     bool // the same for all the other transfers that ask
}

// Exists asks what to do about a target that exists.
type Exists struct {
	Question
	target Target
	rest   bool
}

// toggleRest is the only key that does not answer.
var toggleRest = key.NewBinding(key.WithKeys("a", "A", "space"), key.WithHelp("A", "exists.rest_key"))

// NewExists returns the question. Its default destroys nothing: Resume when
// that was proven right, else Keep both, or to decide later.
func NewExists(t Target) *Exists {
	e := &Exists{target: t}
	e.title = e.heading
	e.body = e.describe
	e.foot = e.others
	e.cancel = Later
	e.row.buttons, e.row.focus = choices(t)
	return e
}

// Transfer is the owner's name for the transfer that is asked about.
func (e *Exists) Transfer() any { return e.target.Transfer }

// SetOthers says how many further transfers wait for the same question by now,
// and how many of them can be resumed. Where none waits, there is nothing to
// switch.
func (e *Exists) SetOthers(n, resumable int) {
	e.target.Others, e.target.Resumable = n, resumable
	e.rest = e.rest && n > 0
}

func choices(t Target) (buttons []Button, focus int) {
	resume := NewButton("r", "exists.resume", Resume)
	resume.Key.SetEnabled(t.resumable())
	over := NewButton("o", "exists.start_over", StartOver)
	over.Danger = true
	skip := NewButton("s", "exists.skip", Skip)
	if t.Partial {
		discard := NewButton("d", "exists.discard", Discard)
		discard.Danger = true
		buttons = []Button{resume, over, discard, NewButton("l", "exists.later", Later)}
		focus = 3
	} else {
		buttons = []Button{resume, over, NewButton("k", "exists.keep_both", KeepBoth), skip}
		focus = 2
	}
	switch {
	case t.Proof == Same:
		focus = 3 // there is nothing to transfer
	case t.resumable() && !t.Replacing:
		focus = 0
	}
	return buttons, focus
}

// Update toggles "all the rest" and answers with a Chosen.
func (e *Exists) Update(msg tea.Msg) Outcome {
	if press, ok := msg.(tea.KeyPressMsg); ok && e.target.Others > 0 && key.Matches(press, toggleRest) {
		e.rest = !e.rest
		return Outcome{}
	}
	if click, ok := msg.(tea.MouseClickMsg); ok && e.target.Others > 0 && click.Y == e.press-1 {
		e.rest = !e.rest
		return Outcome{}
	}
	outcome := e.Question.Update(msg)
	if choice, ok := outcome.Answer.(Choice); ok {
		outcome.Answer = Chosen{e.target.Transfer, choice, e.rest && choice != Later}
	}
	return outcome
}
