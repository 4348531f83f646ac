package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// movedLine is what mv --json says of each.
type movedLine struct {
	Event string    `json:"event"` // moved
	From  wire.Path `json:"from"`
	entryLine
}

func (a *app) moveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "mv FROM… TO", Short: a.loc.T("cli.mv.short"), Long: a.loc.T("cli.mv.long"), Args: a.args(2, -1),
		Example: "  wangpan mv /notes.txt /archive\n  wangpan mv draft.txt final.txt",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, leave, err := a.enter(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(a.rename(cmd.Context(), s, args[:len(args)-1], args[len(args)-1]), leave())
		},
	}
}

// rename gives each of from another path: into the folder to or, if that is
// none, to itself. It never replaces anything.
func (a *app) rename(ctx context.Context, s *session.Session, from []string, to string) error {
	target, err := remotePath(to)
	if err != nil {
		return err
	}
	into, err := isFolderThere(ctx, s, target)
	if err == nil && !into && (len(from) > 1 || strings.HasSuffix(to, "/")) {
		err = wire.Errorf(wire.NotFound, "there is no folder %s: make it first", target)
	}
	if err != nil {
		return about(to, err)
	}
	return a.each(ctx, from, func(arg string) error {
		path, err := remotePath(arg)
		if err != nil {
			return err
		}
		args := wire.MoveArgs{From: path, To: target}
		if into && path != wire.Root {
			if args.To, err = target.Join(string(path.Base())); err != nil {
				return err
			}
		}
		entry, err := asking(ctx, s, func(c *client.Client, again bool) (wire.Entry, error) {
			entry, err := c.Move(ctx, args)
			if again && errors.Is(err, wire.NotFound) { // it may have been moved when the answer was lost
				if there, failed := c.Stat(ctx, args.To); failed == nil {
					return there.Entry, nil
				}
			}
			return entry, err
		})
		if err != nil {
			return err
		}
		return a.tell(movedLine{"moved", path, lineOf(args.To, entry)}, "cli.mv.done", "From", path, "To", args.To)
	})
}

// isFolderThere reports whether there is a folder at path; that nothing is
// there is no error.
func isFolderThere(ctx context.Context, s *session.Session, path wire.Path) (bool, error) {
	reply, err := asking(ctx, s, func(c *client.Client, _ bool) (wire.StatReply, error) { return c.Stat(ctx, path) })
	if errors.Is(err, wire.NotFound) {
		return false, nil
	}
	return reply.Entry.IsDir, err
}

// each does something with every argument and says which of them failed.
func (a *app) each(ctx context.Context, args []string, do func(arg string) error) error {
	t := &tally{}
	for _, arg := range args {
		err := do(arg)
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			o := a.explain(err)
			t.fail(o.code)
			a.sayToMachines(o)
			a.sayOf(arg, o)
		}
	}
	return t.result(len(args))
}
