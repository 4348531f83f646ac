package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/wire"
)

// unfinished describes a command on unfinished transfers, which lists them, and
// discards those that the arguments name.
type unfinished struct {
	name, short, long, ls, example string

	use, discard, discardLong, all string // of "discard"

	list, drop func(*cobra.Command, []string) error // drop has no arguments for all of them
}

func (a *app) unfinishedCommand(u unfinished) *cobra.Command {
	cmd := &cobra.Command{Use: u.name, Short: u.short, Long: u.long, Args: a.args(0, 0), RunE: u.list, Example: u.example}
	var all bool
	discard := &cobra.Command{
		Use: u.use, Short: u.discard, Long: u.discardLong, RunE: u.drop,
		Args: func(cmd *cobra.Command, args []string) error {
			if all {
				return a.args(0, 0)(cmd, args)
			}
			return a.args(1, -1)(cmd, args)
		},
	}
	discard.Flags().BoolVar(&all, "all", false, u.all)
	cmd.AddCommand(&cobra.Command{Use: "ls", Short: u.ls, Long: u.long, Args: a.args(0, 0), RunE: u.list}, discard)
	return cmd
}

// uploadsCommand lists and discards the uploads that are staged on the server:
// they were interrupted, count towards the quota, and can be resumed until they
// expire.
func (a *app) uploadsCommand() *cobra.Command {
	return a.unfinishedCommand(unfinished{
		name: "uploads", short: a.loc.T("cli.uploads.short"), long: a.loc.T("cli.uploads.long"), ls: a.loc.T("cli.uploads.ls"),
		example: "  wangpan uploads\n  wangpan uploads discard /photos/big.mov",
		use:     "discard ID|PATH…", discard: a.loc.T("cli.uploads.discard"), discardLong: a.loc.T("cli.uploads.discard_long"),
		all:  a.loc.T("cli.uploads.all"),
		list: a.inSession(func(ctx context.Context, s *session.Session, _ []string) error { return a.listUploads(ctx, s) }),
		drop: a.inSession(func(ctx context.Context, s *session.Session, args []string) error {
			d := &discarding{app: a, session: s}
			if len(args) == 0 {
				return d.everything(ctx)
			}
			return d.named(ctx, args)
		}),
	})
}

func uploadsOf(ctx context.Context, s *session.Session, path wire.Path) (wire.UploadsReply, error) {
	return s.Client().Uploads(ctx, wire.UploadsArgs{Path: path})
}

// listUploads shows the oldest first: it expires first.
func (a *app) listUploads(ctx context.Context, s *session.Session) error {
	reply, err := uploadsOf(ctx, s, "")
	if err != nil {
		return err
	}
	slices.SortFunc(reply.Uploads, func(x, y wire.Upload) int {
		return cmp.Or(x.Begun.Compare(y.Begun), cmp.Compare(x.Path, y.Path), cmp.Compare(x.Upload, y.Upload))
	})
	if reply.More {
		fmt.Fprintln(a.stderr, "wangpan: "+a.loc.T("cli.uploads.more"))
	}
	now := time.Now()
	for _, u := range reply.Uploads {
		if a.flags.json {
			if err := a.printJSON(u); err != nil {
				return err
			}
			continue
		}
		_, err := fmt.Fprintf(a.stdout, "%s  %s  %s  %s  %s\n",
			text.PadLeft(a.part(u.Received, u.Size), 18), text.PadLeft(a.loc.Ago(u.Begun, now), 10),
			a.loc.T("cli.uploads.expires", "Date", a.loc.Date(u.Expires)), u.Upload, visible(a.stdout, string(u.Path)))
		if err != nil {
			return err // who reads has seen enough
		}
	}
	return nil
}

// discarding drops staged uploads and tells of each.
type discarding struct {
	*app
	session *session.Session
	tally   tally
	dropped int
}

// named drops what the arguments mean: an upload by its ID, or all that go to a
// path.
func (d *discarding) named(ctx context.Context, args []string) error {
	for _, arg := range args {
		if err := d.one(ctx, arg); err != nil {
			if ctx.Err() != nil {
				return err
			}
			d.failed(&d.tally, arg, err)
		}
	}
	return d.tally.result(len(args))
}

func (d *discarding) one(ctx context.Context, arg string) error {
	var id wire.UploadID
	if id.UnmarshalText([]byte(arg)) == nil {
		return d.drop(ctx, wire.Upload{Upload: id})
	}
	path, err := remotePath(arg)
	if err != nil {
		return err
	}
	reply, err := uploadsOf(ctx, d.session, path)
	if err != nil {
		return err
	}
	if len(reply.Uploads) == 0 {
		return wire.Errorf(wire.NotFound, "there is no unfinished upload to %s", path)
	}
	for _, u := range reply.Uploads {
		if err := d.drop(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// everything drops all uploads, also those that one reply has no room for. What
// can not be dropped stands in every reply again and is tried once.
func (d *discarding) everything(ctx context.Context) error {
	tried := make(map[wire.UploadID]bool)
	for {
		reply, err := uploadsOf(ctx, d.session, "")
		if err != nil {
			return err
		}
		progress := false
		for _, u := range reply.Uploads {
			if tried[u.Upload] {
				continue
			}
			tried[u.Upload], progress = true, true
			if err := d.drop(ctx, u); err != nil {
				if ctx.Err() != nil {
					return err
				}
				d.failed(&d.tally, string(u.Path), err)
			}
		}
		if !reply.More || !progress {
			return d.tally.result(d.dropped + d.tally.failed)
		}
	}
}

// discarded is a line of uploads discard --json.
type discarded struct {
	Event  string        `json:"event"` // discarded
	Upload wire.UploadID `json:"upload"`
	Path   wire.Path     `json:"path,omitempty"` // when it was not named by its ID
}

func (d *discarding) drop(ctx context.Context, u wire.Upload) error {
	if err := d.session.Client().Discard(ctx, u.Upload); err != nil {
		return err
	}
	d.dropped++
	name := string(u.Path)
	if name == "" {
		name = string(u.Upload)
	}
	return d.tell(discarded{"discarded", u.Upload, u.Path}, "cli.uploads.discarded", "Name", name)
}
