// Package remote is the feature that shows the drive: its folders, the changes that
// others make in them, the connection to the server, and the space that the account
// uses.
//
// A [Remote] is empty until [Remote.Enter] hands it a session, and again after
// [Remote.Leave]. The time between the two is a visit. Every command belongs to the
// visit that started it: its context ends with the visit, and a message of an earlier
// visit is dropped.
//
// A lost connection is a state, not an error: the pane still shows the entries that it has
// loaded, and the feature reconnects (link.go).
//
// Read this file first. Each other file has one group of commands with their messages: a
// message type implements message, and its apply method handles it. words.go has the
// commands that are typed.
package remote

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/backoff"
	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// Host is what the drive needs from the rest of the screen.
type Host interface {
	// Explain returns the sentence for an error.
	Explain(err error) string
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
	// Reconnect resumes all other work that waits for the connection. It is called
	// when the connection is back, and when the user wants an attempt at once.
	Reconnect() tea.Cmd
	// SessionEnded leaves the drive because of an error: the server ended the
	// session, or presented another key.
	SessionEnded(err error) tea.Cmd
	// Show moves the focus to the drive.
	Show()
	// Download adds entries to the transfers. items may take long: it runs in a command.
	Download(items func() []wire.Found) tea.Cmd
}

// Clipboard is the clipboard of the user's terminal.
type Clipboard interface {
	// Copy puts a text on the clipboard and says so.
	Copy(text string, said locale.Words) tea.Cmd
	// CopyPaths puts paths on the clipboard, one per line, and says so.
	CopyPaths(paths []wire.Path) tea.Cmd
}

// Changes runs batches of changes, one after the other.
type Changes interface {
	// Start runs a batch, now or after others.
	Start(b *change.Batch) tea.Cmd
	// RenameMany lets the user edit the names of entries in an editor.
	RenameMany(side change.Side, items []wire.Found) tea.Cmd
	// Record makes a finished change undoable: steps undo it.
	Record(side change.Side, steps ...change.Step)
	// Busy reports whether a batch of the drive runs, and says so in the status bar.
	Busy() bool
}

// Options are the dependencies of a Remote. All but Backoff are required.
type Options struct {
	Host      Host
	Changes   Changes
	Clipboard Clipboard
	Theme     *theme.Theme
	Locale    *locale.Locale
	Keeper    *session.Keeper
	Dialogs   dialog.Opener
	Backoff   backoff.Backoff     // the waits between attempts to reconnect
	Now       func() time.Time    // returns when the message arrived that Update handles
	Key       func(string) string // returns the key of a command as the screen shows it
}

// Remote is the drive on the screen. It is not safe for concurrent use.
type Remote struct {
	Options
	Pane  *browse.Pane
	visit *visit // nil: no drive is shown
}

// visit is the time that the screen shows one drive.
type visit struct {
	ctx     context.Context //nolint:containedctx // the lifetime of the commands of this visit
	session *session.Session

	link   link
	usage  usage
	folder folderState
	recent []wire.Path  // the folders shown last, the newest first
	finder *finder      // nil until the user searches
	trash  *dialog.List // nil until the user opens it
}

// New returns a Remote that shows no drive.
func New(o Options) *Remote {
	r := &Remote{Options: o}
	r.Pane = browse.New(browse.Options{Theme: o.Theme, Locale: o.Locale, Source: r.source, Explain: o.Host.Explain, Invite: r.invite})
	return r
}

// Enter shows the drive of a session. ctx must end with the visit.
func (r *Remote) Enter(ctx context.Context, s *session.Session) tea.Cmd {
	r.visit = &visit{ctx: ctx, session: s}
	return tea.Batch(r.Pane.Open(wire.Root), r.visit.watchLink(), r.visit.watchFolders())
}

// Leave ends the visit and empties the pane. The caller ends the context and the session.
func (r *Remote) Leave() {
	r.visit = nil
	r.Pane.Forget()
}

// message is a result of one of the feature's commands, or an answer of one of its
// dialogs.
type message interface{ apply(r *Remote) tea.Cmd }

// Update takes the messages of the feature and of its pane. It reports false for
// any other message.
func (r *Remote) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case browse.Page:
		return tea.Batch(r.Pane.Update(msg), r.folderRemoved(msg)), true
	case browse.Chosen:
		return r.showDetails(selected(wire.Found{Path: msg.Path, Entry: msg.Entry})), true
	case dialog.ListChosen:
		return r.listChosen(msg)
	case message:
		return msg.apply(r), true
	}
	if browse.Handles(msg) {
		return r.Pane.Update(msg), true
	}
	return nil, false
}

// listChosen carries out a button of one of the feature's list dialogs.
func (r *Remote) listChosen(chosen dialog.ListChosen) (tea.Cmd, bool) {
	switch do := chosen.Do.(type) {
	case bookmarkDo:
		return r.bookmarkChosen(do, chosen), true
	case trashDo:
		return r.trashChosen(do, chosen), true
	}
	return nil, false
}

// invite returns the text for an empty folder: how to add files.
func (r *Remote) invite() string {
	return r.Locale.T("screen.invite", "Upload", r.Key("drive.upload"), "Folder", r.Key("drive.mkdir"))
}

// because returns the sentence for an error, in the language in use when it is drawn.
func (r *Remote) because(err error) locale.Words {
	return func(*locale.Locale) string { return r.Host.Explain(err) }
}

func (r *Remote) sayError(err error) { r.Host.Say(true, r.because(err)) }

func pathsOf(found []wire.Found) []wire.Path {
	paths := make([]wire.Path, len(found))
	for i, f := range found {
		paths[i] = f.Path
	}
	return paths
}

// Tick starts the work that is due: an attempt to reconnect, a refresh, a request for the
// usage. The screen calls it on each tick.
func (r *Remote) Tick() tea.Cmd {
	if r.visit == nil {
		return nil
	}
	return tea.Batch(r.reconnectDue(), r.refreshStale(), r.askUsageAgain())
}

// NeedsTick reports whether work will become due, so that the next tick must come within
// a second.
func (r *Remote) NeedsTick() bool {
	v := r.visit
	return v != nil && (v.link.lost || v.folder.stale || v.usage.old && !v.usage.asking)
}

// firstPage is the number of entries in the first page of a folder: it fills any
// screen, and arrives at once even on a slow line.
const firstPage = 256

// source returns the command that fetches a page for the pane.
func (r *Remote) source(request browse.Request) tea.Cmd {
	v := r.visit
	if v == nil {
		return nil
	}
	list := func() tea.Msg {
		args := wire.ListArgs{Path: request.Path, After: request.After}
		list := v.session.Client().List
		if request.After == "" {
			args.Limit = firstPage
			list = v.session.Client().ListWatched
		}
		listing, err := list(v.ctx, args)
		return browse.Page{Request: request, Listing: listing, Err: err}
	}
	if request.After != "" {
		return list
	}
	v.visited(request.Path)
	v.usage.old = true
	return tea.Batch(list, r.askUsage())
}

// maxRecent is how many recent folders a visit stores.
const maxRecent = 20

// visited puts a folder in front of the folders shown last.
func (v *visit) visited(folder wire.Path) {
	if len(v.recent) > 0 && v.recent[0] == folder {
		return
	}
	recent := slices.DeleteFunc(v.recent, func(other wire.Path) bool { return other == folder })
	recent = slices.Insert(recent, 0, folder)
	v.recent = recent[:min(len(recent), maxRecent)]
}
