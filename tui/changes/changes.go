// Package changes is the feature that changes files on the drive and on this
// computer: it runs batches of package change, shows their progress and how they
// ended, and undoes them.
//
// [Changes.Start] takes a batch. Short batches wait in a queue behind the one that
// runs, so that the user can go on without waiting for the server. A batch that takes
// long either has a box with its progress, or runs in the background with its progress
// in the status bar. The result of each batch goes to the status bar, or to a dialog
// when several files failed. One undo stack serves both sides (undo.go).
//
// Read [Changes.Start] and done in this file first. words.go has the sentences, and
// names.go renames many files in an editor.
package changes

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/command"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/suspend"
	"wangpan/wire/client"
)

// Host is what changes need from the rest of the screen.
type Host interface {
	// Explain returns the sentence for an error.
	Explain(err error) string
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
	// Note writes a sentence to the message log only.
	Note(bad bool, words locale.Words)
	// ShowError shows a sentence in the status bar only, as an error.
	ShowError(words locale.Words)
	// ShowsError reports whether the status bar shows an error.
	ShowsError() bool
	// RefreshSide lists the folder on the screen of a side again.
	RefreshSide(side change.Side) tea.Cmd
	// DriveChanged refreshes the usage and the trash of the drive.
	DriveChanged() tea.Cmd
}

// Options are the dependencies of Changes.
type Options struct {
	Host     Host
	Locale   *locale.Locale
	Dialogs  dialog.Opener
	Panes    [2]*browse.Pane // by side
	Terminal *suspend.Terminal
	Env      []string                       // of the editor for names
	Label    func(name command.Name) string // returns the key of a command as the screen shows it
}

// Changes is the feature. It is not safe for concurrent use.
type Changes struct {
	Options
	// Engine runs the batches. Other features record their own undoable changes in it.
	Engine change.Engine

	session *session.Session   // nil: no drive is shown
	ctx     [2]context.Context // by side: the lifetime of its batches
	here    sync.WaitGroup     // the goroutines that change files on this computer
	box     *box               // of the running batch with a separate connection; nil: none
	shown   int                // the number of ended steps that the status bar shows
	failed  [2][]locale.Words  // by side: why batches failed since the queue was empty
	typed   [2]*editedMsg      // by side: the latest names from the editor that were not applied
	from    change.Side        // the side of the pane in which the user asked for the latest undo
}

// New returns a Changes without a drive. ctx ends the changes on this computer.
func New(ctx context.Context, o Options) *Changes {
	return &Changes{Options: o, ctx: [2]context.Context{change.Here: ctx}}
}

// Enter starts to change the drive of a session. ctx ends its batches. The caller makes
// the transfer queue of the drive report to the returned Uploads.
func (c *Changes) Enter(ctx context.Context, s *session.Session) *change.Uploads {
	c.session, c.ctx[change.Drive] = s, ctx
	return c.Engine.Connect(connect(s))
}

// Leave drops the batches of the drive. The caller ends the context of Enter.
func (c *Changes) Leave() {
	c.Engine.Disconnect()
	c.session, c.box = nil, nil
	c.failed[change.Drive], c.typed[change.Drive] = nil, nil
}

// Close waits for the changes on this computer.
func (c *Changes) Close() { c.here.Wait() }

// connect returns the function with which batches get connections of a session.
func connect(s *session.Session) change.Connect {
	return func(ctx context.Context, own bool) (change.Do, func(), error) {
		current, end := s.Client, func() {} // called for each request, so that it uses a new connection after a reconnect
		if own {
			dialed, err := s.Dial(ctx)
			if err != nil {
				return nil, nil, err
			}
			current = func() *client.Client { return dialed }
			end = func() { _ = dialed.Close() } // all answers have arrived, or the user has cancelled the batch
		}
		return func(ctx context.Context, do func(context.Context, change.Server) error) error {
			return s.Repeat(ctx, current(), func(ctx context.Context, c *client.Client) error { return do(ctx, c) })
		}, end, nil
	}
}

// Commands returns the commands that undo, of the drive's pane and of this computer's.
func (c *Changes) Commands() []command.Command {
	undo := func(from change.Side) func([]string) (tea.Cmd, locale.Words) {
		return command.Do(func() tea.Cmd { return c.Undo(from) })
	}
	return []command.Command{
		{Name: "drive.undo", Help: "act.undo.key", Keys: []string{"z"}, In: command.List, Group: command.FilesGroup, Online: true, Run: undo(change.Drive)},
		{Name: "drive.local_undo", Help: "panes.keys.undo", Keys: []string{"z"}, In: command.Local, Group: command.LocalGroup, Run: undo(change.Here)},
	}
}

// The messages of the feature.
type (
	// doneMsg says that the work of a batch has ended.
	doneMsg struct{ result change.Result }
	// startMsg is the answer of a dialog that starts a batch.
	startMsg struct{ batch *change.Batch }
	// giveUpMsg is the answer that stops the batch of a box.
	giveUpMsg struct{ box *box }
)

// Update takes the messages of the feature. It reports false for any other.
func (c *Changes) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case doneMsg:
		return c.done(msg.result), true
	case startMsg:
		return c.Start(msg.batch), true
	case giveUpMsg:
		msg.box.cancel()
		return nil, true
	case namesMsg:
		return c.openEditor(msg), true
	case editedMsg:
		c.edited(msg)
		return nil, true
	case againMsg:
		return c.editAgain(msg), true
	}
	return nil, false
}

// Start runs a batch, now or after the running one. If the engine refuses the batch, the
// status bar shows why, and the files stay marked.
func (c *Changes) Start(b *change.Batch) tea.Cmd {
	if b.Side == change.Drive && c.session == nil {
		return nil
	}
	pane := c.Panes[b.Side]
	if b.Folder == "" {
		b.Folder = pane.Path()
	}
	b.Moves = pane.Moves()
	work, err := c.Engine.Add(b)
	if err != nil {
		c.sayBusy()
		return nil
	}
	if b.Marked {
		pane.Unmark()
	}
	if b.Hidden {
		pane.Leaving(b.Folder, b.Names(b.Steps)...)
	}
	if b.Kind == change.Renaming {
		c.typed[b.Side] = nil
	}
	if work == nil {
		return nil
	}
	return c.run(b, work)
}

// run returns the command that does the work of a batch. Work on this computer runs in a
// goroutine that Close waits for, because the screen may end first.
func (c *Changes) run(b *change.Batch, work change.Work) tea.Cmd {
	if !b.Queued() {
		c.failed[b.Side] = nil
	}
	ctx := c.ctx[b.Side]
	if b.Side == change.Here {
		ended := make(chan change.Result, 1)
		c.here.Go(func() { ended <- work(ctx) })
		return func() tea.Msg { return doneMsg{<-ended} }
	}
	c.shown = 0
	if b.Own {
		ctx = c.openBox(ctx, b)
	}
	return func() tea.Msg { return doneMsg{work(ctx)} }
}

// done shows the result of a batch and starts the next one.
func (c *Changes) done(result change.Result) tea.Cmd {
	out, current := c.Engine.Finish(result)
	if !current {
		return nil
	}
	s := &out.Summary
	b := s.Batch
	pane := c.Panes[b.Side]
	if b.Own {
		c.closeBox()
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
	cmds := []tea.Cmd{c.sayResult(s), c.askAbout(s), c.startNext(&out), c.refresh(b)}
	if b.Side == change.Drive {
		cmds = append(cmds, c.Host.DriveChanged())
	}
	return tea.Batch(cmds...)
}

// refresh lists the folder of a batch that has ended. It does not if the running batch
// has the same folder, since that refreshes it later.
func (c *Changes) refresh(b *change.Batch) tea.Cmd {
	pane := c.Panes[b.Side]
	if b.Folder != pane.Path() {
		return nil
	}
	if b.Focus != "" && b.Moves == pane.Moves() { // the user has not moved the cursor since
		pane.Seek(b.Focus)
	}
	if next := c.Engine.Running(b.Side); next != nil && next.Folder == b.Folder {
		return nil
	}
	return c.Host.RefreshSide(b.Side)
}

// startNext starts the next batch. After the last one of the queue it shows which batches
// failed, because key presses may have removed those sentences from the status bar.
func (c *Changes) startNext(out *change.Outcome) tea.Cmd {
	side := out.Summary.Batch.Side
	if len(out.Dropped) > 0 {
		for _, b := range out.Dropped {
			c.stay(b)
		}
		words := locale.SayN("act.dropped", len(out.Dropped))
		c.Host.Note(true, words)
		c.failed[side] = append(c.failed[side], words)
	}
	switch {
	case out.Next != nil && out.Next.Kind != change.Undoing && out.Work != nil:
		return c.run(out.Next, out.Work)
	case out.Next != nil || out.Err != nil:
		return c.undone(out.Next, out.Work, out.Err)
	}
	failed := c.failed[side]
	c.failed[side] = nil
	switch len(failed) {
	case 0:
		return nil
	case 1:
		c.Host.ShowError(failed[0])
		return nil
	}
	return c.Dialogs.PushUnasked(dialog.NewMessage(locale.SayN("act.failed", len(failed)), failed...))
}

// box is the dialog with the progress of a batch that has a separate connection. Its
// button cancels the batch, even during a request.
type box struct {
	*dialog.Question
	cancel context.CancelFunc
}

// openBox opens the box of a batch and returns the context that its button cancels.
func (c *Changes) openBox(ctx context.Context, b *change.Batch) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	c.box = &box{cancel: cancel}
	c.box.Question = dialog.NewWaiting(locale.Say(wordsOf[b.Kind].title), []locale.Words{progressWords(b)}, giveUpMsg{c.box})
	c.Dialogs.Push(c.box.Question)
	return ctx
}

func (c *Changes) closeBox() {
	c.box.cancel()
	c.Dialogs.Close(c.box.Question)
	c.box = nil
}

// Busy reports whether a batch of the drive is running. If so, the status bar shows that.
func (c *Changes) Busy() bool {
	if c.Engine.Running(change.Drive) == nil {
		return false
	}
	c.sayBusy()
	return true
}

// sayBusy shows that another change is running, and the key that stops it.
func (c *Changes) sayBusy() {
	if key := c.Label("drive.back"); c.background() != nil && key != "" {
		c.Host.Say(true, locale.Say("act.busy_stop", "Key", key))
		return
	}
	c.Host.Say(true, locale.Say("act.busy"))
}

// background returns the running long batch of the drive without a box, and nil for none.
func (c *Changes) background() *change.Batch {
	b := c.Engine.Running(change.Drive)
	if b == nil || c.box != nil || b.Short() {
		return nil
	}
	return b
}

// StopBackground stops the batch in the background, and reports whether there was one
// to stop. Undo continues an undo that was stopped.
func (c *Changes) StopBackground() bool {
	b := c.background()
	if b == nil || b.Stopped() {
		return false
	}
	b.Stop()
	return true
}

// progressPace is the time between two updates of the progress on the screen.
const progressPace = 250 * time.Millisecond

// Pace returns the time until the next Tick that Changes needs, and 0 for none.
func (c *Changes) Pace() time.Duration {
	if b := c.Engine.Running(change.Drive); b == nil || b.Short() {
		return 0
	}
	return progressPace
}

// Tick updates the progress in the status bar.
func (c *Changes) Tick() {
	if b := c.background(); b != nil {
		c.shown, _, _ = b.Progress()
	}
}
