// Package here is the feature that shows the folders of this computer beside the
// drive.
//
// A [Here] holds one pane, hidden at first. While the pane is shown, a watcher
// reports changes of the folder, and the feature lists it again (watch.go). Listing a
// folder never blocks the screen: it runs in a command, and the next listing cancels it.
// Changes by the user run as batches of package change, which the Host starts.
//
// Read this file first; files.go has the commands, and goto.go the question for a path.
package here

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"wangpan/tui/browse"
	"wangpan/tui/change"
	"wangpan/tui/dialog"
	"wangpan/tui/local"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/theme"
	"wangpan/wire"
)

// Host is what this computer's folders need from the rest of the screen.
type Host interface {
	// Explain returns the sentence for an error.
	Explain(err error) string
	// Say shows a sentence in the status bar and keeps it in the message log.
	Say(bad bool, words locale.Words)
	// FocusHere moves the focus to this computer.
	FocusHere()
	// Start runs a batch, or says in the status bar why it cannot.
	Start(b *change.Batch) tea.Cmd
	// RenameMany asks for the new names of several files in the user's editor.
	RenameMany(side change.Side, items []wire.Found) tea.Cmd
	// Upload adds files to the transfers, into the folder of the drive that is shown.
	// It returns how many it added.
	Upload(picks []dialog.Pick) (cmd tea.Cmd, added int)
	// Copy puts a text on the clipboard and shows a sentence.
	Copy(text string, said locale.Words) tea.Cmd
	// DownloadFolder returns the folder that downloads go to.
	DownloadFolder() string
}

// Options are the dependencies of a Here.
type Options struct {
	Host    Host
	Theme   *theme.Theme
	Locale  *locale.Locale
	Keeper  *session.Keeper
	Dialogs dialog.Opener
}

// Here is the feature. It is not safe for concurrent use.
type Here struct {
	Options
	// Pane shows the folder. The screen resizes it and passes keys to it.
	Pane *browse.Pane

	ctx         context.Context //nolint:containedctx // the lifetime of the commands, which Update returns
	reading     context.Context //nolint:containedctx // the lifetime of the listing of the folder, page after page
	stopReading context.CancelFunc
	folders     *local.Folders
	watcher     *local.Watcher
	watching    bool // a command waits for changes
	shown       bool
}

// New returns a Here whose pane is hidden. ctx ends its commands.
func New(ctx context.Context, o Options) *Here {
	h := &Here{Options: o, ctx: ctx, stopReading: func() {}, folders: local.NewFolders(), watcher: local.NewWatcher()}
	h.Pane = browse.New(browse.Options{
		Theme: o.Theme, Locale: o.Locale, Source: h.source, Explain: o.Host.Explain, Crumbs: crumbs,
		Join: func(folder wire.Path, name wire.Name) (wire.Path, error) { return local.Join(folder, name), nil },
	})
	return h
}

// Close ends the watcher.
func (h *Here) Close() { h.watcher.Close() }

// Keep stores in s whether the pane is shown, and its folder, for the next run.
func (h *Here) Keep(s *session.Settings) {
	s.LocalPane = h.shown
	if path := h.Pane.Path(); path != "" {
		s.LocalFolder = local.Host(path)
	}
}

// crumbs formats a path for the header of the pane. It shortens the home folder to ~.
func crumbs(folder wire.Path) string {
	home := local.Path(xdg.Home)
	if rest, ok := strings.CutPrefix(string(folder), string(home)); ok && home != wire.Root && (rest == "" || rest[0] == '/') {
		return "~ /" + browse.Crumbs(wire.Path(rest))
	}
	return "/" + browse.Crumbs(folder)
}

// Shown reports whether the pane is shown.
func (h *Here) Shown() bool { return h.shown }

// Folder returns the folder that is shown, blank for none.
func (h *Here) Folder() string {
	if host := local.Host(h.Pane.Path()); h.shown && filepath.IsAbs(host) {
		return host
	}
	return ""
}

// Show shows the pane with the folder that it showed last. In the first run that is the
// folder first, or the home folder if first is blank.
func (h *Here) Show(first string) tea.Cmd {
	if h.shown {
		return nil
	}
	h.shown = true
	if h.Pane.Path() != "" {
		return tea.Batch(h.Pane.Refresh(), h.watch(0))
	}
	folder := cmp.Or(h.Keeper.Settings().LocalFolder, first, xdg.Home, string(os.PathSeparator))
	return tea.Batch(h.Pane.Open(local.Path(folder)), h.watch(0))
}

// Hide hides the pane and stops reading its folder.
func (h *Here) Hide() {
	h.shown = false
	h.stopReading()
	h.watcher.Follow(h.ctx, "")
}

// Update takes the messages of the feature and of its pane. It reports false for any
// other message.
func (h *Here) Update(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case listedMsg:
		return tea.Batch(h.Pane.Update(msg.page), h.folderRemoved(msg.page), msg.settle), true
	case settledMsg:
		return h.settled(msg), true
	case changedMsg:
		return h.changed(msg), true
	case removedMsg:
		return h.retreat(msg), true
	case startMsg:
		return h.Host.Start(msg.batch), true
	case goMsg:
		return msg.examine, true
	case foundMsg:
		return h.found(msg), true
	case placesMsg:
		return msg.list, true
	case browse.Chosen:
		h.describe(msg.Entry)
		return nil, true
	}
	if browse.Handles(msg) {
		return h.Pane.Update(msg), true
	}
	return nil, false
}

// listedMsg is a page for the pane. settle is the command that reads the missing sizes and
// dates of the folder; nil: none are missing.
type listedMsg struct {
	page   browse.Page
	settle tea.Cmd
}

// settledMsg says that the sizes and dates in a folder are complete.
type settledMsg struct{ path wire.Path }

// source returns the command that reads a page for the pane. The request for a first page
// cancels the running listing.
func (h *Here) source(r browse.Request) tea.Cmd {
	if r.After == "" {
		h.stopReading()
		h.reading, h.stopReading = context.WithCancel(h.ctx)
	}
	ctx, folders, watcher := h.reading, h.folders, h.watcher
	return func() tea.Msg {
		if r.After == "" {
			watcher.Follow(ctx, r.Path)
		}
		listing, incomplete, err := folders.List(ctx, r.Path, r.After)
		msg := listedMsg{page: browse.Page{Request: r, Listing: listing, Err: err}}
		if incomplete {
			msg.settle = func() tea.Msg {
				if folders.Settle(ctx) != nil {
					return nil
				}
				return settledMsg{r.Path}
			}
		}
		return msg
	}
}

func (h *Here) settled(msg settledMsg) tea.Cmd {
	if msg.path != h.Pane.Path() || !h.shown {
		return nil
	}
	return h.Pane.Refresh()
}

// because returns the sentence for an error, in the language in use when it is drawn.
func (h *Here) because(err error) locale.Words {
	return func(*locale.Locale) string { return h.Host.Explain(err) }
}
