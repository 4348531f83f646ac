package remote

import (
	"context"
	"errors"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"wangpan/tui/dialog"
	"wangpan/tui/locale"
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
	visit  *visit
	search *dialog.Search

	ctx    context.Context //nolint:containedctx // it is the life of the search for one text
	cancel context.CancelFunc
	after  wire.Path // behind which that search goes on

	mu     sync.Mutex     // guards client, which commands use
	client *client.Client // nil until it is needed
}

// askSearch opens the search as it was left.
func (r *Remote) askSearch() tea.Cmd {
	v := r.visit
	if v.finder == nil {
		f := &finder{visit: v}
		f.search = dialog.NewSearch(func(answer any) tea.Msg { return searchMsg{f, answer} })
		v.finder = f
	}
	f := v.finder
	f.search.Reopen()
	r.Dialogs.Push(f.search)
	if serial, text, running := f.search.Running(); running {
		f.begin()
		return f.page(serial, text, 0)
	}
	return nil
}

// typedFind searches for what was typed as words.
func (r *Remote) typedFind(args []string) (tea.Cmd, locale.Words) {
	if len(args[0]) > wire.MaxSearchText {
		return nil, locale.Say("search.long")
	}
	cmd := r.askSearch()
	more, _ := r.Update(r.visit.finder.search.For(args[0]))
	return tea.Batch(cmd, more), nil
}

// searchMsg is an answer of the search's dialog.
type searchMsg struct {
	finder *finder
	answer any
}

// apply does what the user asked for in the dialog.
func (msg searchMsg) apply(r *Remote) tea.Cmd {
	f := msg.finder
	if r.visit != f.visit {
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
		return r.searched(f, answer)
	case dialog.SearchClosed:
		return f.stop()
	}
	return nil
}

// searched does with hits what was asked.
func (r *Remote) searched(f *finder, chosen dialog.SearchChosen) tea.Cmd {
	switch chosen.Do {
	case dialog.SearchGo:
		r.Dialogs.Close(f.search)
		return tea.Batch(f.stop(), r.GoTo(chosen.Hits[0].Path, false))
	case dialog.SearchCopy:
		return r.Clipboard.CopyPaths(pathsOf(chosen.Hits))
	case dialog.SearchDownload:
		return r.Host.Download(func() []wire.Found { return chosen.Hits })
	}
	return nil
}

// begin ends the search that runs and lets the next one live.
func (f *finder) begin() {
	if f.cancel != nil {
		f.cancel()
	}
	f.ctx, f.cancel = context.WithCancel(f.visit.ctx)
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
	c, err := f.visit.session.Dial(ctx)
	if err != nil {
		return nil, err
	}
	f.client = c
	context.AfterFunc(f.visit.ctx, f.hangUp)
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
// here, too: the search continues where it stopped.
func (msg foundPageMsg) apply(r *Remote) tea.Cmd {
	f := msg.finder
	if r.visit != f.visit || msg.ctx != f.ctx {
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
		f.search.Failed(msg.serial, r.because(msg.err), false)
		return nil
	}
	f.search.Failed(msg.serial, locale.Say("search.lost"), true)
	return f.page(msg.serial, msg.text, again)
}
