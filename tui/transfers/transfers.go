// Package transfers is the feature that moves files between the drive and this
// computer: it adds files to the queue, shows the queue, asks what to do where a
// target exists, and lists unfinished transfers of earlier runs.
//
// [Transfers.Enter] starts a [transfer.Queue] for a session, and
// [Transfers.Leave] ends it. Between the two the feature takes a snapshot of the
// queue ([Transfers.Sample]): on each tick of the screen while bytes move,
// otherwise when the queue reports a change. The screen owns the tick, because
// other parts need it, too; [Transfers.Moving] and [Transfers.Waiting] say how
// soon the next one must come.
//
// Start reading at [Transfers] in this file. sample.go reads the queue, add.go adds to
// it, and question.go asks about existing targets. unfinished.go lists the unfinished
// transfers and partials of earlier runs, staged.go the staged uploads on the server.
package transfers

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/queue"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// rows is the maximum number of queued transfers in a snapshot, and also of ended ones.
// Each sample copies them.
const rows = 300

// Host is what the feature needs from the rest of the screen.
type Host interface {
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
	// Note keeps a sentence in the message log only.
	Note(bad bool, words locale.Words)
	// Explain returns the sentence for an error.
	Explain(err error) string
	// Store runs do outside of the event loop, after everything that was stored before.
	Store(do func() error) tea.Cmd
	// Folder returns the folder of the drive that is shown.
	Folder() wire.Path
	// LocalFolder returns the folder of this computer that is shown, blank for none.
	LocalFolder() string
	// FocusTransfers moves the focus to the transfers, or from them back to the folders.
	FocusTransfers(on bool)
	// Sampled is called after each sample. The screen lays its panes out again and
	// schedules the tick. changed reports whether a transfer has changed its state:
	// then the account's usage and the folder on the screen may be out of date; see
	// [Transfers.Uploaded].
	Sampled(changed bool) tea.Cmd
}

// Options are the dependencies of a Transfers. All of them are required but Log.
type Options struct {
	Host    Host
	Theme   *theme.Theme
	Locale  *locale.Locale
	Keeper  *session.Keeper
	Dialogs dialog.Opener
	Log     *slog.Logger     // nil: no log
	Now     func() time.Time // returns when the message arrived that the screen handles
	Calm    time.Duration    // see [queue.Options]
}

// Transfers is the state of the feature. It is not safe for concurrent use.
type Transfers struct {
	Options
	// Pane draws the transfers. The screen resizes and focuses it.
	Pane *queue.Pane

	drive   *drive            // of the session; nil outside of one
	journal *transfer.Journal // nil: unfinished transfers are not recorded

	downloads string // the folder that the user chose for downloads; blank: the system's
	uploads   string // the folder that the user picked files from last; blank: unknown
	limit     int64  // bytes per second that all transfers may move together; 0: no limit
	lastRate  int64  // bytes per second that all transfers moved last; 0: unknown

	folders     *local.Folders
	picker      *dialog.Picker     // the latest one
	stopReading context.CancelFunc // cancels the listing for the picker
	question    *dialog.Exists     // the latest one
}

// drive is the part of the state that belongs to one session.
type drive struct {
	ctx     context.Context //nolint:containedctx // it bounds the commands of the session, which Update returns
	cancel  context.CancelFunc
	session *session.Session
	queue   *transfer.Queue

	awaiting   bool                   // a command waits for the queue to change
	postponed  map[transfer.ID]bool   // the transfers whose questions the user postponed
	failed     time.Time              // when the latest transfer failed that the message log has
	unfinished []*transfer.Unfinished // of earlier runs, and partials; none is in the queue
	list       *dialog.List           // of the unfinished transfers; nil before it is opened
	surveys    int                    // the number of the latest survey; results of earlier ones are dropped
}

// New returns a Transfers without a session.
func New(o Options) *Transfers {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := o.Keeper.Settings()
	t := &Transfers{
		Options:   o,
		downloads: s.DownloadDir, limit: max(s.RateLimit, 0), lastRate: max(s.LastRate, 0),
		folders: local.NewFolders(), stopReading: func() {},
	}
	t.uploads, _ = os.Getwd() // blank when the folder was removed
	t.Pane = queue.New(queue.Options{Theme: o.Theme, Locale: o.Locale, Explain: o.Host.Explain, Calm: o.Calm, Shorten: local.Shorten})
	t.Pane.SetLimit(t.limit)
	return t
}

// OpenJournal records the transfers of later sessions in a folder.
func (t *Transfers) OpenJournal(folder string) (err error) {
	t.journal, err = transfer.OpenJournal(folder)
	return err
}

// Close closes the journal. The queues that use it must have ended.
func (t *Transfers) Close() {
	if t.journal != nil {
		_ = t.journal.Close() // each record is on the disk already
	}
}

// Keep stores in s the speed of the last transfers, for the next run.
func (t *Transfers) Keep(s *session.Settings) { s.LastRate = t.lastRate }

// Enter starts the queue of a session and looks for unfinished transfers. The
// queue calls ended as [transfer.Options.OnEnd]. ctx bounds the session.
func (t *Transfers) Enter(ctx context.Context, s *session.Session, ended func(transfer.Transfer)) tea.Cmd {
	d := &drive{session: s, postponed: make(map[transfer.ID]bool)}
	d.ctx, d.cancel = context.WithCancel(ctx)
	keeper := t.Keeper
	d.queue = transfer.New(transfer.Options{
		Dial: func(ctx context.Context) (transfer.Server, error) { return s.Dial(ctx) },
		Hopeless: func(err error) bool {
			return errors.Is(err, session.ErrChangedKey) || errors.Is(err, session.ErrLoggedOut)
		},
		Origin:  s.Origin(),
		Journal: t.journal,
		Wrote:   func(folder transfer.Folder) error { return keeper.WriteTo(session.WroteTo(folder), time.Now()) },
		Rate:    t.limit,
		Rows:    rows,
		OnEnd:   ended,
		Log:     t.Log,
	})
	t.drive = d
	return tea.Batch(d.awaitChange(), t.survey(atStart))
}

// Leave ends the session. The returned function stops the queue and waits for
// it; the journal keeps the unfinished transfers. It is never nil.
func (t *Transfers) Leave() (stop func()) {
	d := t.drive
	if d == nil {
		return func() {}
	}
	t.drive = nil
	d.cancel()
	t.Pane.Sample(t.Now(), transfer.Snapshot{})
	t.Pane.SetEarlier(0)
	return func() { _ = d.queue.Close() } // always nil
}

// Update handles the results of the feature's commands and the answers of its dialogs. It
// reports false for any other message.
func (t *Transfers) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case changedMsg:
		return t.changed(msg), true
	case surveyedMsg:
		return t.surveyed(msg), true
	case queuedMsg:
		return t.queued(msg), true
	case stagedMsg:
		t.showStaged(msg)
		return nil, true
	case discardedMsg:
		return t.stagedDiscarded(msg), true
	case folderMsg:
		return t.useFolder(msg), true
	case putMsg:
		return t.putFound(msg), true
	case listedMsg:
		msg.picker.Update(msg.listed)
		return msg.complete, true
	}
	return t.answered(msg)
}

// answered handles the answers of dialogs. They arrive with the key press, so the session
// still exists.
func (t *Transfers) answered(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case dialog.Chosen:
		return t.answer(msg), true
	case dialog.ListChosen:
		return t.chosen(msg), true
	case dialog.ListFolder:
		return t.read(msg), true
	case dialog.PickerClosed:
		t.stopReading()
		return nil, true
	case dialog.Picked:
		return t.pickedFiles(msg.Picks), true
	case discardMsg:
		return t.discard(msg.of), true
	case discardAnswerMsg:
		return t.discardAnswer(msg), true
	case discardStagedMsg:
		return t.discardStaged(msg), true
	case intoMsg:
		return msg.examine, true
	case limitMsg:
		return t.setLimit(msg.bytes), true
	}
	return nil, false
}

// DownloadFolder returns the folder that downloads go to.
func (t *Transfers) DownloadFolder() string {
	if t.downloads != "" {
		return t.downloads
	}
	return xdg.UserDirs.Download
}

// UploadFolder returns the folder of the last upload. In the first upload that is the
// folder where the program was started; blank if that does not exist.
func (t *Transfers) UploadFolder() string { return t.uploads }

// Moving reports whether bytes move, so that the bars change with each frame.
func (t *Transfers) Moving() bool { return t.count(transfer.Active) > 0 }

// Waiting reports whether a transfer waits for the server, so that the pane
// counts seconds.
func (t *Transfers) Waiting() bool { return t.count(transfer.Waiting) > 0 }

func (t *Transfers) count(state transfer.State) int { return t.Pane.Snapshot().Counts[state] }

// ProgressBar returns the progress for the indicator of the terminal, and nil when no
// transfer is running.
func (t *Transfers) ProgressBar() *tea.ProgressBar {
	value := int(t.Pane.Progress() * 100)
	switch {
	case t.Moving():
		return tea.NewProgressBar(tea.ProgressBarDefault, value)
	case t.Waiting(), t.count(transfer.Asking) > 0:
		return tea.NewProgressBar(tea.ProgressBarWarning, value)
	}
	return nil
}

// Farewell returns the warning for leaving the drive now: the number of transfers that
// stop, and that the next run can continue them. It returns nil for none.
func (t *Transfers) Farewell() []locale.Words {
	running := 0
	for state, count := range t.Pane.Snapshot().Counts {
		if !state.Ended() {
			running += count
		}
	}
	if running == 0 {
		return nil
	}
	return []locale.Words{locale.SayN("screen.unfinished", running), locale.Say("screen.kept")}
}

// Nudge makes the transfers that wait for the server try again at once.
func (t *Transfers) Nudge() {
	if t.drive != nil {
		t.drive.queue.Nudge()
	}
}

// Uploaded reports whether an upload into a folder has ended after the given time.
func (t *Transfers) Uploaded(into wire.Path, after time.Time) bool {
	for i := range t.Pane.Snapshot().Transfers {
		one := &t.Pane.Snapshot().Transfers[i]
		if one.State == transfer.Done && one.Direction == transfer.Upload && one.Finished.After(after) && one.Remote.Dir() == into {
			return true
		}
	}
	return false
}

func (t *Transfers) sayError(err error) {
	t.Host.Say(true, func(*locale.Locale) string { return t.Host.Explain(err) })
}

// save changes the stored settings.
func (t *Transfers) save(change func(*session.Settings)) tea.Cmd {
	keeper := t.Keeper
	return t.Host.Store(func() error { return keeper.Change(change) })
}
