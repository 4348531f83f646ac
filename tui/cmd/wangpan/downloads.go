package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// errInUse is the failure to discard a partial that a transfer has.
var errInUse = &transfer.Error{Kind: transfer.ErrInUse}

// downloadsCommand lists and discards partials on this computer: interrupted
// downloads, of all servers and users. It needs no server.
func (a *app) downloadsCommand() *cobra.Command {
	return a.unfinishedCommand(unfinished{
		name: "downloads", short: a.loc.T("cli.downloads.short"), long: a.loc.T("cli.downloads.long"), ls: a.loc.T("cli.downloads.ls"),
		example: "  wangpan downloads\n  wangpan downloads discard Downloads/big.mov",
		use:     "discard FILE…", discard: a.loc.T("cli.downloads.discard"), discardLong: a.loc.T("cli.downloads.discard_long"),
		all: a.loc.T("cli.downloads.all"),
		list: func(cmd *cobra.Command, _ []string) error {
			found, err := a.findDownloads(cmd.Context(), nil)
			if err != nil {
				return err
			}
			return a.listDownloads(found)
		},
		drop: func(cmd *cobra.Command, args []string) error {
			found, err := a.findDownloads(cmd.Context(), args)
			switch {
			case err != nil:
				return err
			case len(args) == 0:
				return a.discardDownloads(found)
			}
			return a.discardNamed(found, args)
		},
	})
}

// findDownloads returns the unfinished downloads in the folders that downloads
// were written to, in the folder for downloads, in the current folder, and in
// the folders of files.
func (a *app) findDownloads(ctx context.Context, files []string) ([]transfer.Unfinished, error) {
	if _, err := a.open(); err != nil {
		return nil, err
	}
	wrote, err := a.keeper.Wrote()
	if err != nil {
		return nil, err
	}
	folders := []transfer.Folder{{Path: xdg.UserDirs.Download}, {Path: absolute(".")}}
	if chosen := a.keeper.Settings().DownloadDir; chosen != "" {
		folders = append(folders, transfer.Folder{Path: chosen})
	}
	for _, file := range files {
		folders = append(folders, transfer.Folder{Path: filepath.Dir(absolute(file))})
	}
	for _, w := range wrote {
		folders = append(folders, transfer.Folder(w))
	}
	found := transfer.FindDownloads(ctx, folders)
	clean := make([]session.WroteTo, len(found.Clean))
	for i, folder := range found.Clean {
		clean[i] = session.WroteTo(folder)
	}
	return found.Unfinished, errors.Join(ctx.Err(), a.keeper.ForgetWrote(clean, time.Now()))
}

// unfinishedLine is a line of downloads --json.
type unfinishedLine struct {
	Local    string    `json:"local"`
	Remote   wire.Path `json:"remote"`
	Size     int64     `json:"size"`
	Received int64     `json:"received"`
	Stopped  time.Time `json:"stopped"`
	InUse    bool      `json:"in_use"`
	Partials []string  `json:"partials"`
}

// listDownloads lists unfinished downloads, the one that stopped first at the top.
func (a *app) listDownloads(found []transfer.Unfinished) error {
	now := time.Now()
	for _, u := range found {
		if a.flags.json {
			line := unfinishedLine{u.Job.Local, u.Job.Remote, u.Size, u.Done, u.Stopped.UTC(), u.InUse, nil}
			for _, file := range u.Partials {
				line.Partials = append(line.Partials, file.Path)
			}
			if err := a.printJSON(line); err != nil {
				return err
			}
			continue
		}
		state := a.loc.Ago(u.Stopped, now)
		if u.InUse {
			state = a.loc.T("unfinished.in_use")
		}
		_, err := fmt.Fprintf(a.stdout, "%s  %s  %s  %s\n", text.PadLeft(a.part(u.Done, u.Size), 18), text.PadLeft(state, 10),
			visible(a.stdout, u.Job.Local), a.loc.T("cli.downloads.from", "Path", visible(a.stdout, string(u.Job.Remote))))
		if err != nil {
			return err // the reader has closed the pipe
		}
	}
	return nil
}

// discardNamed discards the downloads that files name: by the file that is to be,
// or by its partial.
func (a *app) discardNamed(found []transfer.Unfinished, files []string) error {
	var tally tally
	for _, file := range files {
		known := false
		for _, u := range found {
			if !isFile(u, absolute(file)) {
				continue
			}
			known = true
			if err := a.discardDownload(u); err != nil {
				a.failed(&tally, file, err)
			}
		}
		if !known {
			a.failed(&tally, file, wire.Errorf(wire.NotFound, "there is no unfinished download to %s", file))
		}
	}
	return tally.result(len(files))
}

func (a *app) discardDownloads(found []transfer.Unfinished) error {
	var tally tally
	for _, u := range found {
		if err := a.discardDownload(u); err != nil {
			a.failed(&tally, u.Job.Local, err)
		}
	}
	return tally.result(len(found))
}

// isFile reports whether path is the target of an unfinished download, or one of
// its partials.
func isFile(u transfer.Unfinished, path string) bool {
	if path == u.Job.Local {
		return true
	}
	for _, file := range u.Partials {
		if path == file.Path {
			return true
		}
	}
	return false
}

// discardedDownload is a line of downloads discard --json.
type discardedDownload struct {
	Event   string    `json:"event"` // discarded
	Local   string    `json:"local"`
	Remote  wire.Path `json:"remote"`
	Partial string    `json:"partial"`
	Size    int64     `json:"size"` // bytes that had arrived
}

// discardDownload deletes the partials of a download and names each.
func (a *app) discardDownload(u transfer.Unfinished) error {
	dropped := transfer.DropPartials(u)
	for _, file := range dropped {
		line := discardedDownload{"discarded", u.Job.Local, u.Job.Remote, file.Path, file.Size}
		if err := a.tell(line, "cli.downloads.discarded", "Name", file.Path, "Size", a.loc.Size(file.Size)); err != nil {
			return err
		}
	}
	if len(dropped) < len(u.Partials) {
		return errInUse
	}
	return nil
}
