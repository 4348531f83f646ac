package tui

import (
	"cmp"
	"context"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"wangpan/tui/browse"
	"wangpan/tui/local"
	"wangpan/wire"
)

// localPane shows this computer's folders beside the drive.
type localPane struct {
	pane    *browse.Pane
	folders *local.Folders
	watcher *local.Watcher

	shown   bool // beside the drive, or in its place
	front   bool // it had the focus after the drive: it is seen where only one is
	dragged bool // the line between the panes follows the mouse
	share   int  // of the width that the drive has, in thousandths

	ctx     context.Context //nolint:containedctx // it is the life of the listing under way
	cancel  context.CancelFunc
	hearing bool // a command waits for changes
}

// newLocalPane returns the pane as it was left, shown or not.
func newLocalPane(m *Model) localPane {
	l := localPane{folders: local.NewFolders(), watcher: local.NewWatcher()}
	l.ctx, l.cancel = context.WithCancel(m.ctx)
	l.share = min(max(cmp.Or(m.Keeper.Settings().PaneShare, halfShare), 1), whole-1)
	l.pane = browse.New(browse.Options{
		Theme: m.theme, Locale: m.locale, Source: m.localSource, Explain: m.explain, Crumbs: localCrumbs,
		Join: func(folder wire.Path, name wire.Name) (wire.Path, error) { return local.Join(folder, name), nil },
	})
	showAs(l.pane, m.Keeper.Settings())
	return l
}

// localCrumbs writes a path of this computer as one of a drive, but for the home
// folder, which no drive has.
func localCrumbs(folder wire.Path) string {
	home := local.Path(xdg.Home)
	if rest, ok := strings.CutPrefix(string(folder), string(home)); ok && home != wire.Root && (rest == "" || rest[0] == '/') {
		return "~ /" + browse.Crumbs(wire.Path(rest))
	}
	return "/" + browse.Crumbs(folder)
}

// showAs makes a pane show folders as the person wants to have them.
func showAs(p *browse.Pane, s settings) {
	if s.SortBy >= 0 && s.SortBy <= int(browse.ByKind) {
		p.SetOrder(browse.Order{By: browse.By(s.SortBy), Reverse: s.SortReverse})
	}
	p.ShowHidden(s.ShowHidden)
}

// toLocal is a message for the local pane. Both panes know the same messages.
type toLocal struct{ msg tea.Msg }

// asLocal makes what a command comes to a message for the local pane.
func asLocal(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		switch msg := cmd().(type) {
		case nil:
			return nil
		case result:
			return msg
		case tea.BatchMsg:
			for i := range msg {
				msg[i] = asLocal(msg[i])
			}
			return msg
		default:
			return toLocal{msg}
		}
	}
}

func (msg toLocal) apply(m *Model) tea.Cmd {
	switch said := msg.msg.(type) {
	case browse.Chosen:
		m.localDetails(said.Entry)
		return nil
	case browse.Viewed:
		return m.showSo(said)
	}
	return asLocal(m.local.pane.Update(msg.msg))
}

// showLocal shows the local pane where it was last, with what is there now.
func (m *Model) showLocal() tea.Cmd {
	l := &m.local
	if l.shown {
		return nil
	}
	l.shown = true
	m.layout()
	if path := l.pane.Path(); path != "" {
		return tea.Batch(asLocal(l.pane.Refresh()), m.hearLocal(0))
	}
	folder := m.Keeper.Settings().LocalFolder
	if folder == "" {
		folder = cmp.Or(m.transfers.UploadFolder(), xdg.Home, string(os.PathSeparator))
	}
	return tea.Batch(asLocal(l.pane.Open(local.Path(folder))), m.hearLocal(0))
}

func (m *Model) hideLocal() {
	l := &m.local
	l.shown, l.front, l.dragged = false, false, false
	l.cancel()
	l.watcher.Follow(m.ctx, "")
	if m.focus == onLocal {
		m.setFocus(onList)
	}
	m.layout()
}

// localListed is a page for the local pane; late says that sizes and dates in
// the folder are not known yet.
type localListed struct {
	page browse.Page
	ctx  context.Context //nolint:containedctx // it is that of the listing
	late bool
}

// localSource makes the command that reads a page for the local pane. The first
// page of a folder ends the reading of all others.
func (m *Model) localSource(r browse.Request) tea.Cmd {
	l := &m.local
	if r.After == "" {
		l.cancel()
		l.ctx, l.cancel = context.WithCancel(m.ctx)
	}
	ctx := l.ctx
	folders, watcher := l.folders, l.watcher
	return func() tea.Msg {
		if r.After == "" {
			watcher.Follow(ctx, r.Path)
		}
		listing, late, err := folders.List(ctx, r.Path, r.After)
		return localListed{browse.Page{Request: r, Listing: listing, Err: err}, ctx, late}
	}
}

func (msg localListed) apply(m *Model) tea.Cmd {
	cmd := tea.Batch(asLocal(m.local.pane.Update(msg.page)), m.localFolderRemoved(msg.page))
	if !msg.late || msg.ctx.Err() != nil {
		return cmd
	}
	folders, path := m.local.folders, msg.page.Request.Path
	return tea.Batch(cmd, func() tea.Msg {
		if folders.Settle(msg.ctx) != nil {
			return nil
		}
		return localSettledMsg{path}
	})
}

// localSettledMsg says that all is known of a folder that was shown before it
// was.
type localSettledMsg struct{ path wire.Path }

func (msg localSettledMsg) apply(m *Model) tea.Cmd {
	if msg.path != m.local.pane.Path() || !m.local.shown {
		return nil
	}
	return asLocal(m.local.pane.Refresh())
}

// localChangedMsg says that the folder shown is not as it was.
type localChangedMsg struct{}

// hearLocal waits for changes of the folder shown, after it has stood still for
// a while. One command does so at a time.
func (m *Model) hearLocal(pause time.Duration) tea.Cmd {
	if m.local.hearing {
		return nil
	}
	m.local.hearing = true
	ctx, watcher := m.ctx, m.local.watcher
	return func() tea.Msg {
		still := time.NewTimer(pause)
		defer still.Stop()
		select {
		case <-still.C:
		case <-ctx.Done():
			return nil
		}
		if watcher.Wait(ctx) != nil {
			return nil
		}
		return localChangedMsg{}
	}
}

func (msg localChangedMsg) apply(m *Model) tea.Cmd {
	l := &m.local
	pause := l.pane.RefreshPause()
	if l.shown && l.pane.Loading() { // what is under way may be older than the change
		return tea.Tick(pause, func(time.Time) tea.Msg { return msg })
	}
	l.hearing = false
	if !l.shown {
		return m.hearLocal(pause)
	}
	return tea.Batch(asLocal(l.pane.Refresh()), m.hearLocal(pause))
}

// keepLocal remembers where the local pane is and how wide, for the next run.
func (m *Model) keepLocal(s *settings) {
	l := &m.local
	s.LocalPane = l.shown
	if path := l.pane.Path(); path != "" {
		s.LocalFolder = local.Host(path)
	}
	if l.share != halfShare || s.PaneShare != 0 {
		s.PaneShare = l.share
	}
}
