package dialog

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/command"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// Target describes a transfer whose target exists. No data has moved yet.
type Target struct {
	Transfer      transfer.ID
	Download      bool
	Local, Remote wire.Entry
	Place         string          // the subfolder of the transferred folder; blank for none
	Partial       bool            // the target is a partial of this client
	Replacing     bool            // the target is a partial that will replace a finished file
	Changed       bool            // the source changed after the partial was begun
	Arrived       bool            // the target is a partial of this source; it is verified at the end
	Reason        transfer.Reason // why it cannot resume; ReasonNone when it can
	Proven        int64           // bytes from the start that match the source
	Saves         time.Duration   // the time that resuming saves; 0 if unknown
	Others        int             // the number of other transfers with this question
	Resumable     int             // the number of Others that can resume; negative if unknown
}

// resumable reports whether Resume can be chosen.
func (t Target) resumable() bool { return t.Reason == transfer.ReasonNone }

// source returns the file to transfer.
func (t Target) source() wire.Entry {
	if t.Download {
		return t.Remote
	}
	return t.Local
}

// Chosen answers an Exists. NoAnswer means later: the transfer still asks.
type Chosen struct {
	Transfer transfer.ID
	Answer   transfer.Answer
	Rest     bool // the answer applies to all other transfers that ask
}

// Exists asks what to do with a transfer whose target exists.
type Exists struct {
	Question
	target Target
	rest   bool
}

// Place returns command.Exists: only there a key selects "all others".
func (e *Exists) Place() command.Place { return command.Exists }

// NewExists returns the question. Its default destroys no data: Resume when the
// data were verified, else Keep both or Later.
func NewExists(t Target) *Exists {
	e := &Exists{target: t}
	e.title = e.heading
	e.body = e.describe
	e.foot = e.others
	e.cancel = transfer.NoAnswer
	e.row.buttons, e.row.focus = choices(t)
	return e
}

// Transfer returns the Transfer of the Target.
func (e *Exists) Transfer() transfer.ID { return e.target.Transfer }

// SetOthers sets the number of other transfers with this question, and how many of
// them can resume. Without others there is no switch.
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

// Update toggles "all others" and answers with a Chosen.
func (e *Exists) Update(msg tea.Msg) Outcome {
	press, _ := msg.(command.Press)
	click, clicked := msg.(tea.MouseClickMsg)
	if e.target.Others > 0 && (press.Name == "dialog.all_others" || clicked && click.Y == e.row.top()-1) {
		e.rest = !e.rest
		return Outcome{}
	}
	outcome := e.Question.Update(msg)
	if answer, ok := outcome.Answer.(transfer.Answer); ok {
		outcome.Answer = Chosen{e.target.Transfer, answer, e.rest && answer != transfer.NoAnswer}
	}
	return outcome
}
