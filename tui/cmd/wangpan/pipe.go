package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// putPipe uploads what stdin brings. It is spooled first: an upload says its
// size before its bytes, and one that is cut needs them again.
func (a *app) putPipe(ctx context.Context, o order) error {
	s, leave, err := a.enterWithin(ctx, o.wait)
	if err != nil {
		return err
	}
	return errors.Join(a.putSpooled(ctx, s, o), leave())
}

func (a *app) putSpooled(ctx context.Context, s *session.Session, o order) error {
	jobs, err := a.uploads(ctx, s, o, []string{o.name}) // what is wrong with the target is known before anything is read
	if err != nil {
		return err
	}
	j := jobs[0]
	if j.err != nil {
		return a.moveAll(ctx, s, o, jobs)
	}
	spool, err := transfer.NewSpool(filepath.Join(a.state, "spool"))
	if err != nil {
		return err
	}
	defer spool.Close()
	progress := newProgress(a)
	err = spool.Fill(ctx, a.stdin, sizeOf(a.stdin), progress.drawSpool)
	progress.clear()
	if err != nil {
		return beside("stdin", err)
	}
	j.Local, j.piped, j.Folder, j.KeepMode = spool.Path, true, false, true
	err = a.moveAll(ctx, s, o, []job{j})
	if err != nil {
		forgetUpload(ctx, s, j, spool)
	}
	return err
}

// sizeOf is how much a stream will bring, negative when nobody knows.
func sizeOf(stream io.Reader) int64 {
	file, ok := stream.(*os.File)
	if !ok {
		return -1
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return -1
	}
	return info.Size()
}

// forgetUpload drops what is staged of an upload from stdin that did not come to
// its end: nobody has the same bytes with the same time again to go on.
func forgetUpload(command context.Context, s *session.Session, j job, spool *transfer.Spool) {
	info, err := os.Stat(spool.Path)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(command), endLoginInterrupted)
	defer cancel()
	reply, err := s.Client().Uploads(ctx, wire.UploadsArgs{Path: j.Remote})
	if err != nil {
		return // it expires
	}
	for _, u := range reply.Uploads {
		if u.Path != j.Remote || u.Size != info.Size() || !u.ModTime.Equal(info.ModTime()) {
			continue
		}
		// The server may be at the last bytes that were sent to it.
		for errors.Is(s.Client().Discard(ctx, u.Upload), wire.Busy) {
			select {
			case <-ctx.Done():
				return // it expires
			case <-time.After(discardRetry):
			}
		}
	}
}

// discardRetry is how long to wait between two attempts.
const discardRetry = 20 * time.Millisecond

// drawSpool tells how much stdin has brought.
func (p *progress) drawSpool(bytes int64) {
	if now := time.Now(); p.file != nil && now.Sub(p.last) >= redraw {
		p.last = now
		p.show(p.loc.T("cli.move.spooling", "Size", p.loc.Size(bytes)))
	}
}

// getPipe writes a remote file to stdout.
func (a *app) getPipe(ctx context.Context, o order, arg string) error {
	remote, err := remotePath(arg)
	if err != nil {
		return err
	}
	s, leave, err := a.enterWithin(ctx, o.wait)
	if err != nil {
		return err
	}
	stream := transfer.NewStream(o.options(s, a.keeper), remote)
	progress := newProgress(a)
	ended := make(chan struct{})
	copied := make(chan error, 1)
	go func() {
		defer close(ended)
		_, err := stream.Copy(ctx, a.stdout)
		copied <- err
	}()
	progress.follow(ctx, stream, ended)
	select {
	case err = <-copied:
	default:
		err = ctx.Err() // a write that waits for its reader is left behind
	}
	switch refusal := (*wire.Error)(nil); {
	case err == nil:
		a.sayStreamed(stream.Transfer())
	case errors.As(err, &refusal):
		err = about(string(remote), err)
	case ctx.Err() == nil && !readerGone(err):
		o := a.explainMove(err, transfer.Download)
		a.sayOf(arg, o)
		err = &failedError{o.Exit}
	}
	return errors.Join(err, leave())
}

// follow draws a stream until it has ended, or ctx has.
func (p *progress) follow(ctx context.Context, stream *transfer.Stream, ended <-chan struct{}) {
	defer p.clear()
	tick := time.NewTicker(sampling)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ctx.Done():
			return
		case now := <-tick.C:
			t := stream.Transfer()
			p.draw(whole{files: 1, size: t.Size, done: t.Done, counted: true},
				transfer.Snapshot{Transfers: []transfer.Transfer{t}, Moved: t.Done}, now)
		}
	}
}

// sayStreamed ends a stream with the line that every transfer on a terminal
// ends with.
func (a *app) sayStreamed(t transfer.Transfer) {
	if isTerminal(a.stderr) && !isTerminal(a.stdout) {
		fmt.Fprintln(a.stderr, a.loc.T("cli.move.streamed", "Path", string(t.Remote), "Size", a.loc.Size(t.Done)))
	}
}
