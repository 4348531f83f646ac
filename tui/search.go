package tui

import (
	"context"
	"errors"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

const (
	// typing is how long a search waits for the next letter.
	typing = 150 * time.Millisecond
	// again is how long it waits before it asks again, once the connection is
	// lost.
	again = time.Second
)

// finder searches the drive. It has a connection of its own while its dialog is
// open, so that browsing waits for no search.
type finder struct {
	drive  *drive
	search *dialog.Search

	ctx    context.Context //nolint:containedctx // it is the life of the search for one text
	cancel context.CancelFunc
	after  wire.Path // behind which that search goes on

	mu     sync.Mutex     // guards client, which commands use
	client *client.Client // nil until it is needed
}

// askSearch opens the search as it was left.
func (m *Model) askSearch() tea.Cmd {
	d := m.drive
	if d.finder == nil {
		f := &finder{drive: d}
		f.search = dialog.NewSearch(func(answer any) tea.Msg { return searchMsg{f, answer} })
		d.finder = f
	}
	f := d.finder
	f.search.Reopen()
	m.dialogs.Push(f.search)
	if serial, text, running := f.search.Running(); running {
		f.begin()
		return f.page(serial, text, 0)
	}
	return nil
}

// typedFind searches for what was typed as words.
func (m *Model) typedFind(args []string) (tea.Cmd, dialog.Words) {
	if len(args[0]) > wire.MaxSearchText {
		return nil, dialog.Say("search.long")
	}
	cmd := m.askSearch()
	return tea.Batch(cmd, m.handle(m.drive.finder.search.For(args[0]))), nil
}

// searchMsg is an answer of the search's dialog.
type searchMsg struct {
	finder *finder
	answer any
}

func (msg searchMsg) apply(m *Model) tea.Cmd {
	f := msg.finder
	if m.drive != f.drive {
		return nil
	}
	switch answer := msg.answer.(type) {
	case dialog.SearchTyped:
		f.begin()
		f.after = ""
		if answer.Text == "" {
			return nil
		}
		return f.page(answer.Serial, answer.Text, typing)
	case dialog.SearchChosen:
		return m.searched(f, answer)
	case dialog.SearchClosed:
		return f.stop()
	}
	return nil
}

// searched does with hits what was asked.
func (m *Model) searched(f *finder, chosen dialog.SearchChosen) tea.Cmd {
	switch chosen.Do {
	case dialog.SearchGo:
		m.dialogs.Close(f.search)
		return tea.Batch(f.stop(), m.goTo(chosen.Hits[0].Path, false))
	case dialog.SearchCopy:
		return m.external.CopyPaths(pathsOf(chosen.Hits))
	case dialog.SearchDownload:
		return m.download(selected(pickedOf(chosen.Hits)...))
	}
	return nil
}

// begin ends the search that runs and lets the next one live.
func (f *finder) begin() {
	if f.cancel != nil {
		f.cancel()
	}
	f.ctx, f.cancel = context.WithCancel(f.drive.ctx)
}

// stop ends the search that runs, and the connection.
func (f *finder) stop() tea.Cmd {
	f.begin()
	return func() tea.Msg {
		f.hangUp()
		return nil
	}
}

// foundPageMsg brings a page of what a search found.
type foundPageMsg struct {
	finder *finder
	ctx    context.Context //nolint:containedctx // it names the search that the page is for
	serial int
	text   string
	reply  wire.SearchReply
	err    error
}

// page makes the command that fetches the next page, after a while.
func (f *finder) page(serial int, text string, wait time.Duration) tea.Cmd {
	ctx, after := f.ctx, f.after
	return func() tea.Msg {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
		reply, err := f.ask(ctx, wire.SearchArgs{Path: wire.Root, Text: text, After: after})
		return foundPageMsg{f, ctx, serial, text, reply, err}
	}
}

// ask asks for a page, on a new connection when there is none or the last one
// is lost.
func (f *finder) ask(ctx context.Context, args wire.SearchArgs) (wire.SearchReply, error) {
	c, err := f.connection(ctx)
	if err != nil {
		return wire.SearchReply{}, err
	}
	reply, err := c.Search(ctx, args)
	if _, refused := errors.AsType[*wire.Error](err); err != nil && !refused && ctx.Err() == nil {
		f.hangUp()
	}
	return reply, err
}

func (f *finder) connection(ctx context.Context) (*client.Client, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.client != nil {
		return f.client, nil
	}
	c, err := f.drive.session.Dial(ctx)
	if err != nil {
		return nil, err
	}
	f.client = c
	context.AfterFunc(f.drive.ctx, f.hangUp)
	return c, nil
}

// hangUp closes the connection, if there is one.
func (f *finder) hangUp() {
	f.mu.Lock()
	c := f.client
	f.client = nil
	f.mu.Unlock()
	if c != nil {
		_ = c.Close() // nothing is lost on it
	}
}

// apply shows a page and asks for the next one. A lost connection is a state
// here too: the search goes on where it was.
func (msg foundPageMsg) apply(m *Model) tea.Cmd {
	f := msg.finder
	if m.drive != f.drive || msg.ctx != f.ctx {
		return nil
	}
	_, refused := errors.AsType[*wire.Error](msg.err)
	switch {
	case msg.err == nil:
		f.after = msg.reply.After
		if !f.search.Found(msg.serial, msg.reply.Found, msg.reply.More) {
			return nil
		}
		return f.page(msg.serial, msg.text, 0)
	case refused || errors.Is(msg.err, session.ErrLoggedOut):
		f.search.Failed(msg.serial, m.because(msg.err), false)
		return nil
	}
	f.search.Failed(msg.serial, dialog.Say("search.lost"), true)
	return f.page(msg.serial, msg.text, again)
}
