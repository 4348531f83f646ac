package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/wire"
)

// movedLine is what mv and cp --json say of each.
type movedLine struct {
	Event string    `json:"event"` // moved or copied
	From  wire.Path `json:"from"`
	entryLine
}

func (a *app) moveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "mv FROM… TO", Short: a.loc.T("cli.mv.short"), Long: a.loc.T("cli.mv.long"), Args: a.args(2, -1),
		Example: "  wangpan mv /notes.txt /archive\n  wangpan mv draft.txt final.txt",
		RunE: a.inSession(func(ctx context.Context, s *session.Session, args []string) error {
			return a.toTarget(ctx, s, args, func(from, to wire.Path) error {
				entry, err := s.Client().Move(ctx, wire.MoveArgs{From: from, To: to})
				if err != nil {
					return err
				}
				return a.tell(movedLine{"moved", from, lineOf(to, entry)}, "cli.mv.done", "From", from, "To", to)
			})
		}),
	}
}

func (a *app) copyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "cp FROM… TO", Short: a.loc.T("cli.cp.short"), Long: a.loc.T("cli.cp.long"), Args: a.args(2, -1),
		Example: "  wangpan cp /report.pdf /archive\n  wangpan cp /thesis /thesis-2026",
		RunE: a.inSession(func(ctx context.Context, s *session.Session, args []string) error {
			return a.toTarget(ctx, s, args, func(from, to wire.Path) error {
				p := newProgress(a)
				entry, err := s.Client().Copy(ctx, wire.CopyArgs{From: from, To: to}, func(done, size int64) {
					p.copying(from.Base(), done, size, time.Now())
				})
				p.clear()
				if err != nil {
					return err
				}
				return a.tell(movedLine{"copied", from, lineOf(to, entry)}, "cli.cp.done", "From", from, "To", to)
			})
		}),
	}
}

// toTarget does something with each of args but the last, which says where it
// goes: into that folder or, if it is none, to that path itself.
func (a *app) toTarget(ctx context.Context, s *session.Session, args []string, do func(from, to wire.Path) error) error {
	from, to := args[:len(args)-1], args[len(args)-1]
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
		at := target
		if into && path != wire.Root {
			if at, err = target.Join(string(path.Base())); err != nil {
				return err
			}
		}
		return do(path, at)
	})
}

// isFolderThere reports whether there is a folder at path; that nothing is
// there is no error.
func isFolderThere(ctx context.Context, s *session.Session, path wire.Path) (bool, error) {
	reply, err := s.Client().Stat(ctx, path)
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
			a.failed(t, arg, err)
		}
	}
	return t.result(len(args))
}
