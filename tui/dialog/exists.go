package dialog

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/transfer"
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
	Place         string          // the folder within the folder that is transferred; blank: none
	Partial       bool            // the target is our own unfinished copy
	Replacing     bool            // there is such a copy, and a finished file that it would replace
	Changed       bool            // the source changed since the copy was begun
	Arrived       bool            // the target is an unfinished copy of this very source; it is compared at the end
	Reason        transfer.Reason // why it cannot be resumed; ReasonNone: it can
	Proven        int64           // bytes from the start that are there already
	Saves         time.Duration   // what resuming saves in time; 0 if unknown
	Others        int             // further transfers that wait for the same question
	Resumable     int             // of Others, those that can be resumed; negative if unknown
}

// resumable reports whether Resume can be chosen.
func (t Target) resumable() bool { return t.Reason == transfer.ReasonNone }

// source returns the file that is to be transferred.
func (t Target) source() Side {
	if t.Download {
		return t.Remote
	}
	return t.Local
}

// Chosen answers a Target. NoAnswer means later: the transfer goes on asking.
type Chosen struct {
	Transfer any
	Answer   transfer.Answer
	Rest     bool // the same for all the other transfers that ask
}

// Exists asks what to do about a target that exists.
type Exists struct {
	Question
	target Target
	rest   bool
}

// Place is one of its own: "all others" works only here.
func (e *Exists) Place() command.Place { return command.Exists }

// NewExists returns the question. Its default destroys nothing: Resume when
// that was proven right, else Keep both, or to decide later.
func NewExists(t Target) *Exists {
	e := &Exists{target: t}
	e.title = e.heading
	e.body = e.describe
	e.foot = e.others
	e.cancel = transfer.NoAnswer
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
	resume := NewButton("r", "exists.resume", transfer.AnswerResume)
	resume.Key.SetEnabled(t.resumable())
	over := NewDanger("o", "exists.start_over", transfer.AnswerStartOver)
	skip := NewButton("s", "exists.skip", transfer.AnswerSkip)
	if t.Partial {
		discard := NewDanger("d", "exists.discard", transfer.AnswerDiscard)
		buttons = []Button{resume, over, discard, NewButton("l", "exists.later", transfer.NoAnswer)}
		focus = 3
	} else {
		buttons = []Button{resume, over, NewButton("k", "exists.keep_both", transfer.AnswerKeepBoth), skip}
		focus = 2
	}
	if t.resumable() && !t.Replacing {
		focus = 0
	}
	return buttons, focus
}

// Update toggles "all the rest" and answers with a Chosen.
func (e *Exists) Update(msg tea.Msg) Outcome {
	if press, ok := msg.(command.Press); ok && e.target.Others > 0 && press.Name == "dialog.all_others" {
		e.rest = !e.rest
		return Outcome{}
	}
	if click, ok := msg.(tea.MouseClickMsg); ok && e.target.Others > 0 && click.Y == e.press-1 {
		e.rest = !e.rest
		return Outcome{}
	}
	outcome := e.Question.Update(msg)
	if answer, ok := outcome.Answer.(transfer.Answer); ok {
		outcome.Answer = Chosen{e.target.Transfer, answer, e.rest && answer != transfer.NoAnswer}
	}
	return outcome
}
