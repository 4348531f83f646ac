package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/wire"
)

// errOccupied says that something is where an item was: the person chooses
// between the two places that the flags offer.
var errOccupied = errors.New("something else is there now")

// trashCommand is about what was removed or replaced: it counts in the quota
// and can be restored until it expires.
func (a *app) trashCommand() *cobra.Command {
	list := a.inSession(func(ctx context.Context, s *session.Session, _ []string) error { return a.listTrash(ctx, s) })
	cmd := &cobra.Command{
		Use: "trash", Short: a.loc.T("cli.trash.short"), Long: a.loc.T("cli.trash.long"),
		Args: a.args(0, 0), RunE: list,
		Example: "  wangpan trash\n  wangpan trash restore /notes.txt\n  wangpan trash empty",
	}
	cmd.AddCommand(
		&cobra.Command{Use: "ls", Short: a.loc.T("cli.trash.ls"), Long: a.loc.T("cli.trash.long"), Args: a.args(0, 0), RunE: list},
		a.restoreCommand(), a.emptyCommand(),
	)
	return cmd
}

// relists is how often a listing of the trash begins again because an item
// went away between two pages.
const relists = 10

// wholeTrash gets all pages of the trash, the newest first.
func wholeTrash(ctx context.Context, s *session.Session) (items []wire.Item, err error) {
	for range relists {
		var more bool
		items, more, err = s.Client().WholeTrash(ctx, mostHeld)
		if more {
			err = errEndless
		}
		if !errors.Is(err, wire.Conflict) {
			break
		}
	}
	return items, err
}

func (a *app) listTrash(ctx context.Context, s *session.Session) error {
	items, err := wholeTrash(ctx, s)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, item := range items {
		if a.flags.json {
			if err := a.printJSON(item); err != nil {
				return err
			}
			continue
		}
		what := visible(a.stdout, string(item.Path))
		if item.IsDir {
			what += "/"
		}
		if item.Replaced {
			what += "  " + a.loc.T("cli.trash.replaced")
		}
		_, err := fmt.Fprintf(a.stdout, "%s  %s  %s  %s  %s\n", text.PadLeft(a.loc.Size(itemSize(item)), 9), text.PadLeft(a.loc.Ago(item.Since, now), 14),
			a.loc.T("cli.trash.expires", "Date", a.loc.Date(item.Expires.Local())), item.Item, what)
		if err != nil {
			return err // who reads has seen enough
		}
	}
	return nil
}

// inTrash returns the items that an argument means: one by its ID, or all that
// were at a path, the newest first.
func inTrash(items []wire.Item, arg string) ([]wire.Item, error) {
	var id wire.ItemID
	isID := id.UnmarshalText([]byte(arg)) == nil
	path, err := remotePath(arg)
	if err != nil {
		return nil, err
	}
	var meant []wire.Item
	for _, item := range items {
		if isID && item.Item == id || item.Path == path {
			meant = append(meant, item)
		}
	}
	if len(meant) == 0 {
		return nil, wire.Errorf(wire.NotFound, "there is no %s in the trash", arg)
	}
	return meant, nil
}

// restoredLine is what trash restore --json says.
type restoredLine struct {
	Event string      `json:"event"` // restored
	Item  wire.ItemID `json:"item"`
	entryLine
}

func (a *app) restoreCommand() *cobra.Command {
	var to string
	var replace bool
	cmd := &cobra.Command{
		Use: "restore ITEM|PATH", Short: a.loc.T("cli.trash.restore"), Long: a.loc.T("cli.trash.restore_long"), Args: a.args(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, leave, err := a.enter(cmd.Context())
			if err != nil {
				return err
			}
			pre := wire.Precondition{If: wire.IfAbsent}
			if replace {
				pre.If = wire.IfAny
			}
			return errors.Join(about(args[0], a.restore(cmd.Context(), s, args[0], to, pre)), leave())
		},
	}
	cmd.Flags().StringVar(&to, "to", "", a.loc.T("cli.trash.to"))
	cmd.Flags().BoolVar(&replace, "replace", false, a.loc.T("cli.trash.replace"))
	return cmd
}

// restore brings the newest item that is meant back to where it was, or into or
// as to.
func (a *app) restore(ctx context.Context, s *session.Session, arg, to string, pre wire.Precondition) error {
	items, err := wholeTrash(ctx, s)
	if err != nil {
		return err
	}
	meant, err := inTrash(items, arg)
	if err != nil {
		return err
	}
	args := wire.RestoreArgs{Item: meant[0].Item, Path: meant[0].Path, Precondition: pre}
	if to != "" {
		if args.Path, err = remotePath(to); err != nil {
			return err
		}
		into, err := isFolderThere(ctx, s, args.Path)
		if err == nil && into {
			args.Path, err = args.Path.Join(string(meant[0].Path.Base()))
		}
		if err != nil {
			return err
		}
	}
	reply, err := s.Client().Restore(ctx, args)
	if errors.Is(err, wire.Exists) && pre.If == wire.IfAbsent {
		return fmt.Errorf("%w: %w", errOccupied, err)
	}
	if err != nil {
		return err
	}
	return a.tell(restoredLine{"restored", args.Item, lineOf(reply.Path, reply.Entry)}, "cli.trash.restored", "Path", reply.Path)
}

func (a *app) emptyCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "empty [ITEM|PATH…]", Short: a.loc.T("cli.trash.empty"), Long: a.loc.T("cli.trash.empty_long"), Args: a.args(0, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes && !a.console.present() {
				return &usageError{a.loc.T("cli.trash.no_yes"), a.loc.T("cli.trash.no_yes_hint")}
			}
			s, leave, err := a.enter(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(a.empty(cmd.Context(), s, args, yes), leave())
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, a.loc.T("cli.trash.yes"))
	return cmd
}

// emptiedLine is what trash empty --json says.
type emptiedLine struct {
	Event string `json:"event"` // emptied
	wire.PurgeReply
}

// empty drops what was shown to whoever has agreed to it, and not what came
// into the trash since.
func (a *app) empty(ctx context.Context, s *session.Session, args []string, yes bool) error {
	items, err := wholeTrash(ctx, s)
	if err != nil {
		return err
	}
	doomed := items
	t := &tally{}
	if len(args) > 0 {
		if doomed, err = a.chosen(items, args, t); err != nil {
			return err
		}
	}
	var size int64
	for _, item := range doomed {
		size += item.Size
	}
	if !yes && len(doomed) > 0 {
		question := a.loc.N("cli.trash.question", len(doomed), "Size", a.loc.Size(size))
		switch answer, err := a.console.ask(ctx, question+" "); {
		case err != nil:
			return err
		case !a.isYes(answer):
			fmt.Fprintln(a.console.out, a.loc.T("cli.trash.kept"))
			return nil
		}
	}
	var dropped wire.PurgeReply
	for _, item := range doomed {
		reply, err := purgeOne(ctx, s, item.Item)
		if err != nil {
			return err
		}
		dropped.Items += reply.Items
		dropped.Size += reply.Size
	}
	if err := a.tell(emptiedLine{"emptied", dropped}, "cli.trash.emptied", "Size", a.loc.Size(dropped.Size)); err != nil {
		return err
	}
	return t.result(max(len(args), 1))
}

// chosen are the items that the arguments mean, each once.
func (a *app) chosen(items []wire.Item, args []string, t *tally) (all []wire.Item, err error) {
	seen := make(map[wire.ItemID]bool)
	for _, arg := range args {
		meant, err := inTrash(items, arg)
		if err != nil {
			a.failed(t, arg, err)
		}
		for _, item := range meant {
			if !seen[item.Item] {
				seen[item.Item] = true
				all = append(all, item)
			}
		}
	}
	if len(all) == 0 {
		return nil, t.result(len(args))
	}
	return all, nil
}

// purgeOne drops an item. One that is gone already is as good.
func purgeOne(ctx context.Context, s *session.Session, id wire.ItemID) (wire.PurgeReply, error) {
	reply, err := s.Client().Purge(ctx, wire.PurgeArgs{Item: id})
	if errors.Is(err, wire.NotFound) {
		err = nil
	}
	return reply, err
}

// itemSize is how many bytes an item has; -1: nobody has counted them yet.
func itemSize(item wire.Item) int64 {
	if item.Uncounted {
		return -1
	}
	return item.Size
}
