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
	// typingPause is how long a search waits for the next letter.
	typingPause = 150 * time.Millisecond
	// retryPause is the wait before the next request after a lost connection.
	retryPause = time.Second
)

// finder searches the drive. While its dialog is open it uses a separate connection, so
// that browsing does not wait for a search.
type finder struct {
	visit  *visit
	search *dialog.Search

	ctx    context.Context //nolint:containedctx // it ends with the search for one text
	cancel context.CancelFunc
	after  wire.Path // the After of the next page

	mu     sync.Mutex     // guards client, which commands use
	client *client.Client // nil: not connected
}

// askSearch opens the search dialog in its last state.
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

// typedFind searches for the argument of the typed command find.
func (r *Remote) typedFind(args []string) (tea.Cmd, locale.Words) {
	if len(args[0]) > wire.MaxSearchText {
		return nil, locale.Say("search.long")
	}
	cmd := r.askSearch()
	more, _ := r.Update(r.visit.finder.search.For(args[0]))
	return tea.Batch(cmd, more), nil
}

// searchMsg is an answer of the search dialog.
type searchMsg struct {
	finder *finder
	answer any
}

// apply handles the answer.
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
		return f.page(answer.Serial, answer.Text, typingPause)
	case dialog.SearchChosen:
		return r.searched(f, answer)
	case dialog.SearchClosed:
		return f.stop()
	}
	return nil
}

// searched carries out the action that the user chose for hits.
func (r *Remote) searched(f *finder, chosen dialog.SearchChosen) tea.Cmd {
	switch chosen.Do {
	case dialog.SearchGo:
		r.Dialogs.Close(f.search)
		return tea.Batch(f.stop(), r.goTo(chosen.Hits[0].Path, false))
	case dialog.SearchCopy:
		return r.Clipboard.CopyPaths(pathsOf(chosen.Hits))
	case dialog.SearchDownload:
		return r.Host.Download(func() []wire.Found { return chosen.Hits })
	}
	return nil
}

// begin cancels the running search and makes the context of the next one.
func (f *finder) begin() {
	if f.cancel != nil {
		f.cancel()
	}
	f.ctx, f.cancel = context.WithCancel(f.visit.ctx)
}

// stop cancels the running search and returns the command that closes the connection.
func (f *finder) stop() tea.Cmd {
	f.begin()
	return func() tea.Msg {
		f.hangUp()
		return nil
	}
}

// foundPageMsg has a page of results of a search.
type foundPageMsg struct {
	finder *finder
	ctx    context.Context //nolint:containedctx // it identifies the search
	serial int
	text   string
	reply  wire.SearchReply
	err    error
}

// page returns the command that fetches the next page after a wait.
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

// ask requests a page. It connects first if there is no connection, and closes a lost one.
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

// hangUp closes the connection if it is open.
func (f *finder) hangUp() {
	f.mu.Lock()
	c := f.client
	f.client = nil
	f.mu.Unlock()
	if c != nil {
		_ = c.Close() // no write is pending on it
	}
}

// apply shows a page and requests the next one. After a lost connection it requests the
// same page again.
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
	return f.page(msg.serial, msg.text, retryPause)
}
