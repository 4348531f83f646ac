package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// changes is the engine of file operations with what the screen shows about it.
type changes struct {
	engine change.Engine
	box    *waiting           // the progress of a batch with a connection of its own; nil: none runs
	shown  int                // the ended steps that the status bar shows; it follows the tick
	failed [2][]dialog.Words  // by side: why queued batches failed
	typed  [2]*namesEditedMsg // by side: the names that were typed last and are not given yet
}

// left forgets the drive.
func (c *changes) left() {
	c.engine.Disconnect()
	c.box, c.failed[change.Drive], c.typed[change.Drive] = nil, nil, nil
}

// connect returns how batches get connections of a session.
func connect(s *session.Session) change.Connect {
	return func(ctx context.Context, own bool) (change.Do, func(), error) {
		current, end := s.Client, func() {} // the one after a reconnect, too
		if own {
			dialed, err := s.Dial(ctx)
			if err != nil {
				return nil, nil, err
			}
			current = func() *client.Client { return dialed }
			end = func() { _ = dialed.Close() } // all answers are there, or the user gave up
		}
		return func(ctx context.Context, do func(context.Context, change.Server) error) error {
			return s.Repeat(ctx, current(), func(ctx context.Context, c *client.Client) error { return do(ctx, c) })
		}, end, nil
	}
}

// paneOf returns the pane that shows a side.
func (m *Model) paneOf(side change.Side) *browse.Pane {
	if side == change.Here {
		return m.local.pane
	}
	return m.list
}

// start adds a batch, which begins now or waits for another one. ok is false when
// the batch is refused: the status bar says why, and marks should stay.
func (m *Model) start(b *change.Batch) (cmd tea.Cmd, ok bool) {
	pane := m.paneOf(b.Side)
	if b.Folder == "" {
		b.Folder = pane.Path()
	}
	b.Moves = pane.Moves()
	work, err := m.changes.engine.Add(b)
	switch {
	case err != nil:
		m.sayBusy()
		return nil, false
	case work == nil:
		return nil, true
	}
	return m.run(b, work), true
}

// startMsg is the answer of a dialog that a batch is to start.
type startMsg struct {
	batch  *change.Batch
	unmark bool // the batch is about what is marked
}

func (msg startMsg) apply(m *Model) tea.Cmd {
	if msg.batch.Side == change.Drive && m.drive == nil {
		return nil
	}
	cmd, ok := m.start(msg.batch)
	if ok && msg.unmark {
		m.paneOf(msg.batch.Side).Unmark()
	}
	if ok && msg.batch.Kind == change.Renaming {
		m.changes.typed[msg.batch.Side] = nil
	}
	return cmd
}

// batchDoneMsg says that the work of a batch has ended.
type batchDoneMsg struct{ result change.Result }

// run makes the command that does the work of a batch. The end of the program waits
// for a change on this computer.
func (m *Model) run(b *change.Batch, work change.Work) tea.Cmd {
	c := &m.changes
	if !b.Queued() {
		c.failed[b.Side] = nil
	}
	if b.Side == change.Here {
		ctx, ended := m.ctx, make(chan change.Result, 1)
		m.ending.Go(func() { ended <- work(ctx) })
		return func() tea.Msg { return batchDoneMsg{<-ended} }
	}
	c.shown = 0
	ctx := m.drive.ctx
	if b.Own {
		c.box = m.wait(dialog.Say(wordsOf[b.Kind].title), progressWords(b))
		ctx = c.box.ctx // the user may stop it while a request runs
	}
	return tea.Batch(func() tea.Msg { return batchDoneMsg{work(ctx)} }, m.tick())
}

// apply shows how the batch ended and starts what follows from that.
func (msg batchDoneMsg) apply(m *Model) tea.Cmd {
	out, current := m.changes.engine.Finish(msg.result)
	if !current {
		return nil
	}
	s := &out.Summary
	b := s.Batch
	pane := m.paneOf(b.Side)
	if b.Side == change.Drive {
		m.remote.UsageChanged()
	}
	if b.Own {
		m.waited(m.changes.box)
		m.changes.box = nil
	}
	if b.Hidden {
		done, left := s.Ends()
		pane.Gone(b.Folder, done...)
		pane.Stay(b.Folder, left...)
	}
	for _, one := range out.Moved {
		if one.Batch.Hidden {
			pane.Stay(one.From.Dir(), one.From.Base())
			pane.Leaving(one.To.Dir(), one.To.Base())
		}
	}
	cmds := []tea.Cmd{m.tellEnd(s), m.askAbout(s), m.startNext(&out), m.showEnd(b)}
	if b.Side == change.Drive {
		cmds = append(cmds, m.refreshTrash(), m.remote.Tick(), m.tick())
	}
	return tea.Batch(cmds...)
}

// showEnd refreshes the folder of a batch that has ended, unless the next batch of
// that folder will.
func (m *Model) showEnd(b *change.Batch) tea.Cmd {
	pane := m.paneOf(b.Side)
	if b.Folder != pane.Path() {
		return nil
	}
	if b.Focus != "" && b.Moves == pane.Moves() { // else the next key would be about that
		pane.Seek(b.Focus)
	}
	if next := m.changes.engine.Running(b.Side); next != nil && next.Folder == b.Folder {
		return nil
	}
	if b.Side == change.Here {
		return asLocal(pane.Refresh())
	}
	return pane.Refresh()
}

// startNext starts the batch that follows, or says at the end what failed on the
// way: the next key has cleared what was said then.
func (m *Model) startNext(out *change.Outcome) tea.Cmd {
	side := out.Summary.Batch.Side
	if len(out.Dropped) > 0 {
		for _, b := range out.Dropped {
			m.stay(b)
		}
		words := dialog.SayN("act.dropped", len(out.Dropped))
		m.note(true, words)
		m.changes.failed[side] = append(m.changes.failed[side], words)
	}
	switch {
	case out.Next != nil && out.Next.Kind != change.Undoing && out.Work != nil:
		return m.run(out.Next, out.Work)
	case out.Next != nil || out.Err != nil:
		return m.undone(out.Next, out.Work, out.Err)
	}
	failed := m.changes.failed[side]
	m.changes.failed[side] = nil
	switch len(failed) {
	case 0:
		return nil
	case 1:
		m.notice = notice{failed[0], true}
		return nil
	}
	return m.dialogs.PushUnasked(dialog.NewMessage(dialog.SayN("act.failed", len(failed)), failed...))
}

// stay shows the files of a batch again that will not run.
func (m *Model) stay(b *change.Batch) []wire.Name {
	if !b.Hidden {
		return nil
	}
	names := b.Names(b.Steps)
	m.paneOf(b.Side).Stay(b.Folder, names...)
	return names
}

// undo undoes the latest change, on the drive or on this computer.
func (m *Model) undo() tea.Cmd {
	b, work, err := m.changes.engine.Undo()
	return m.undone(b, work, err)
}

// undone runs what change.Engine.Undo returned, or says why there is nothing to run.
func (m *Model) undone(b *change.Batch, work change.Work, err error) tea.Cmd {
	switch {
	case errors.Is(err, change.ErrBusy):
		m.sayBusy()
		return nil
	case errors.Is(err, change.ErrTooMany):
		m.say(true, dialog.Say("act.undo.too_many", "Key", m.commands.Label("drive.trash")))
		return nil
	case err != nil:
		m.say(false, dialog.Say("act.undo.nothing"))
		return nil
	case b == nil: // it follows the batch that runs
		return nil
	}
	pane := m.paneOf(b.Side)
	if work == nil { // the batch had not started
		if names := m.stay(b); len(names) > 0 && b.Folder == pane.Path() {
			pane.Seek(names[0])
		}
		m.say(false, dialog.SayN("act.undo.done", len(b.Steps), "Name", b.Steps[0].Path.Base()))
		return nil
	}
	b.Folder, b.Moves = pane.Path(), pane.Moves()
	b.Across = (m.focus == onLocal) != (b.Side == change.Here)
	if len(b.Steps) > 0 && b.Steps[0].To != "" && b.Steps[0].To.Dir() == b.Folder {
		b.Focus = b.Steps[0].To.Base() // the file is there again
	}
	return m.run(b, work)
}

// busy reports whether any batch of the drive runs, and says so.
func (m *Model) busy() bool {
	if m.drive == nil || m.changes.engine.Running(change.Drive) == nil {
		return false
	}
	m.sayBusy()
	return true
}

// sayBusy says why nothing else can be changed now, and how it can.
func (m *Model) sayBusy() {
	if key := m.commands.Label("drive.back"); m.inBackground() != nil && key != "" {
		m.say(true, dialog.Say("act.busy_stop", "Key", key))
		return
	}
	m.say(true, dialog.Say("act.busy"))
}

// inBackground returns the batch that takes long and has no box: the user goes on
// working, and the status bar shows its progress. It is nil when there is none.
func (m *Model) inBackground() *change.Batch {
	b := m.changes.engine.Running(change.Drive)
	if b == nil || m.changes.box != nil || b.Short() {
		return nil
	}
	return b
}

// longChange reports whether a batch of the drive takes long enough to show its
// progress.
func (m *Model) longChange() bool {
	b := m.changes.engine.Running(change.Drive)
	return b != nil && !b.Short()
}

// notBegun returns the sentences about the changes that would not be made if the
// user left the drive now.
func (m *Model) notBegun() []dialog.Words {
	var body []dialog.Words
	if b := m.inBackground(); b != nil {
		ended, all, _ := b.Progress()
		body = append(body, dialog.SayN("act.under_way", all-ended))
	}
	if n := m.changes.engine.Waiting(change.Drive); n > 0 {
		body = append(body, dialog.SayN("act.not_begun", n))
	}
	return body
}
