package tui

import (
	"context"
	"errors"
	"sync"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/wire"
	"wangpan/wire/client"
)

// An errand is one thing that is asked for and done to many paths: request after
// request, with what came of each, and with a way back.
type errand struct {
	drive *drive
	what  *errandKind
	steps []step
	where wire.Path // a folder that is refreshed when it is done
	seek  wire.Name // what the cursor goes to there; blank: it stays
	own   bool      // it may take long, and has a connection of its own
	quiet bool      // there is no way back from it

	inOrder bool // each step needs the one before
	again   bool // its steps had found their targets taken: they may be about the same target
	waited  bool // for another one to end
	hidden  bool // what it removes is off the screen already
	moves   int  // of the cursor, when it was asked for

	ctx     context.Context //nolint:containedctx // it is the life of its requests
	waiting *waiting        // the box that shows how far it is; nil where it has no connection of its own
	stopped bool            // the user stopped it: no further step begins
	shown   int             // of at, what the status bar says; it follows with the tick
	upload  *upload         // that it undoes; nil: none

	// plan finds out the steps, in a command, before the first begins; nil: they
	// are known.
	plan    func() ([]step, error)
	client  *client.Client // its own, used by its one command only
	at      int            // steps that have ended, whatever they came to
	done    int            // steps that were done
	first   wire.Path      // what the first of these was about
	firstTo wire.Path      // where that is now; blank: nowhere, or nobody knows
	broken  []step         // those that were given up, or of which no answer came
	back    []step         // what undoes them, in the order of the steps
	taken   []step         // those whose target is taken
	failed  []failure
}

// errandKind is what an errand is called: message ids.
type errandKind struct {
	title, done, failed string

	doneTo, doneAs string // done, with where to; blank: it is where it was
}

// The kinds of errands.
var (
	renaming  = &errandKind{title: "act.rename.title", done: "act.rename.done", failed: "act.rename.failed"}
	moving    = &errandKind{title: "act.move.title", done: "act.move.done", failed: "act.move.failed", doneTo: "act.move.done_to", doneAs: "act.move.done_as"}
	copying   = &errandKind{title: "act.copy.title", done: "act.copy.done", failed: "act.copy.failed", doneTo: "act.copy.done_to", doneAs: "act.copy.done_as"}
	removing  = &errandKind{title: "act.remove.title", done: "act.remove.done", failed: "act.remove.failed"}
	restoring = &errandKind{title: "act.restore.title", done: "act.restore.done", failed: "act.restore.failed"}
	purging   = &errandKind{title: "act.purge.title", done: "act.purge.done", failed: "act.purge.failed"}
	emptying  = &errandKind{title: "act.purge.title", done: "act.purge.emptied", failed: "act.purge.failed"}
	undoing   = &errandKind{title: "act.undo.title", done: "act.undo.done", failed: "act.undo.failed"}
)

// step is one request of an errand.
type step struct {
	path  wire.Path    // what it is about
	to    wire.Path    // where it is to go; blank: nowhere
	only  wire.Version // of what is at path; blank: any
	was   wire.Version // what is at to had this one, before it came to path; blank: not known
	after bool         // it begins when all before it have ended
	far   *far         // nil: it is short, or nobody knows how far it is

	// again is the same of what another errand has brought elsewhere meanwhile;
	// nil: it would not be the same. moves says that it brings something elsewhere.
	again func(path wire.Path, version wire.Version) step
	moves bool

	free func(to wire.Path) step
	do   func(ctx context.Context, c *client.Client, only wire.Version) (back step, err error)
}

// failure is a step that did not work.
type failure struct {
	path wire.Path
	err  error
}

// sideBySide is how many steps are under way together: requests on one connection
// are answered in order, so that many cost one round trip.
const sideBySide = 16

// steppedMsg says how some steps ended.
type steppedMsg struct {
	errand *errand
	back   []step
	errs   []error
}

// start begins an errand, unless another is under way.
func (m *Model) start(e *errand) tea.Cmd {
	d := m.drive
	if d == nil || len(e.steps) == 0 && e.plan == nil {
		return nil
	}
	if !e.waited {
		e.moves = m.list.Moves()
	}
	if d.errand != nil {
		return m.line(e)
	}
	if !e.waited {
		d.unsaid = nil
	}
	d.errand, e.drive, e.ctx = e, d, d.ctx
	if e.own {
		e.waiting = m.wait(dialog.Say(e.what.title), e.words)
		e.ctx = e.waiting.ctx // the steps of the others are short: their answers are waited for
	}
	if e.plan != nil {
		return tea.Batch(e.planned, m.tick())
	}
	return tea.Batch(e.more(), m.tick())
}

// givenUp reports whether the user does not want the rest.
func (e *errand) givenUp() bool {
	return e.stopped || e.waiting != nil && e.waiting.ctx.Err() != nil
}

// more is the command that does the next steps.
func (e *errand) more() tea.Cmd {
	width := sideBySide
	if e.own || e.inOrder {
		width = 1
	}
	some := e.steps[e.at:min(e.at+width, len(e.steps))]
	for i := range some {
		if some[i].after {
			some = some[:max(i, 1)]
			break
		}
	}
	return func() tea.Msg {
		msg := steppedMsg{e, make([]step, len(some)), make([]error, len(some))}
		c, err := e.connection()
		var group sync.WaitGroup
		for i, s := range some {
			if err != nil {
				msg.errs[i] = err
				continue
			}
			group.Go(func() {
				msg.errs[i] = e.drive.session.Repeat(e.ctx, c, func(ctx context.Context, c *client.Client) (err error) {
					msg.back[i], err = s.do(ctx, c, s.only)
					return err
				})
			})
		}
		group.Wait()
		return msg
	}
}

// connection is what the steps go over.
func (e *errand) connection() (*client.Client, error) {
	if !e.own {
		return e.drive.session.Client(), nil
	}
	if e.client == nil {
		c, err := e.drive.session.Dial(e.ctx)
		if err != nil {
			return nil, err
		}
		e.client = c
	}
	return e.client, nil
}

// apply counts what was done, and goes on or comes to the end.
func (msg steppedMsg) apply(m *Model) tea.Cmd {
	e := msg.errand
	if e.drive != m.drive {
		return e.hangUp()
	}
	lost := false
	for i, err := range msg.errs {
		s := e.steps[e.at]
		e.at++
		_, refused := errors.AsType[*wire.Error](err)
		refused = refused || errors.Is(err, errNotEmpty) || errors.Is(err, errNothingReplaced)
		switch {
		case err == nil:
			e.did(s, msg.back[i])
			m.renew(s, msg.back[i])
			m.follow(s, msg.back[i])
		case errors.Is(err, wire.Exists) && s.free != nil:
			e.taken = append(e.taken, s)
		case errors.Is(err, context.Canceled):
			lost = true
			e.broken = append(e.broken, s)
		default:
			e.failed = append(e.failed, failure{s.path, err})
			if !refused {
				lost = true
				e.broken = append(e.broken, s)
			}
		}
	}
	if !lost && e.at < len(e.steps) && !e.givenUp() {
		return e.more()
	}
	return tea.Batch(e.hangUp(), m.finish(e))
}

// did counts a step that was done.
func (e *errand) did(s, back step) {
	if e.done++; e.done == 1 {
		e.first, e.firstTo = s.path, ""
		if e.what == undoing && s.to != "" {
			e.first = s.to // where it is again, under its own name
		}
		if s.to != "" && back.do != nil {
			e.firstTo = back.path // which need not be what was asked for
		}
	}
	if back.do == nil {
		return
	}
	back.was = s.only
	e.back = append(e.back, back)
}

// hangUp closes the connection that an errand had for itself.
func (e *errand) hangUp() tea.Cmd {
	c := e.client
	if c == nil {
		return nil
	}
	e.client = nil
	return func() tea.Msg {
		_ = c.Close() // what it was for is done, or given up
		return nil
	}
}

// finish says what came of an errand, and remembers the way back.
func (m *Model) finish(e *errand) tea.Cmd {
	d := m.drive
	d.errand = nil
	d.usage.old = true
	if e.waiting != nil {
		m.waited(e.waiting)
	}
	done := e.done
	m.tookAway(e)
	if !e.quiet {
		m.canUndo(undone{steps: e.back, inOrder: e.inOrder || e.again})
	}
	if e.what == undoing {
		m.undoLater(e)
	}
	var told tea.Cmd
	switch {
	case len(e.failed) > 0:
		told = m.tellFailed(e, done)
	case done+len(e.taken) < len(e.steps):
		m.say(true, func(l *locale.Locale) string {
			id := "act.given_up"
			if e.what == undoing {
				id = "act.undo.stopped"
			}
			return l.T(id, "Done", l.Count(int64(done)), "All", l.Count(int64(len(e.steps))), "Key", m.commands.Label("drive.undo"))
		})
	case done > 0 && e.waited && m.notice.bad: // which nobody has read yet
		m.note(false, m.doneWords(e, done))
	case done > 0:
		m.say(false, m.doneWords(e, done))
	}
	var asked tea.Cmd
	if len(e.taken) > 0 {
		asked = m.askTaken(e)
	}
	next := m.next(e)
	var show tea.Cmd
	if e.where == m.list.Path() {
		if e.seek != "" && e.moves == m.list.Moves() { // else the next key would be about it
			m.list.Seek(e.seek)
		}
		if d.errand == nil || d.errand.where != e.where { // else that does
			show = m.list.Refresh()
		}
	}
	return tea.Batch(told, asked, next, show, m.refreshTrash(), m.askUsageAgain(), m.tick())
}

// againMsg is the answer of the question what to do where something is already.
type againMsg struct {
	errand *errand
	steps  []step
}

func (msg againMsg) apply(m *Model) tea.Cmd {
	e := msg.errand
	if e.drive != m.drive {
		return nil
	}
	return m.start(&errand{what: e.what, steps: msg.steps, where: e.where, own: e.own, inOrder: e.inOrder, again: true})
}

// askTaken asks once for all whose names are taken where they are to go. Whoever
// types something else by then answers nothing.
func (m *Model) askTaken(e *errand) tea.Cmd {
	both, over := make([]step, len(e.taken)), make([]step, len(e.taken))
	body := []dialog.Words{}
	for i, s := range e.taken {
		both[i], over[i] = keepBoth(s), replacing(s)
		if i < 5 {
			body = append(body, dialog.Quote(string(s.to)))
		}
	}
	body = append(body, dialog.Say("act.taken.body"))
	return m.dialogs.PushUnasked(dialog.NewConfirm(
		dialog.SayN("act.taken.title", len(e.taken)), body,
		dialog.NewButton("b", "act.taken.both", againMsg{e, both}),
		dialog.NewButton("r", "act.taken.replace", againMsg{e, over}),
	))
}
