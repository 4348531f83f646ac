package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// itemLine is what rm --json says of each.
type itemLine struct {
	Event string `json:"event"` // removed
	wire.Item
}

func (a *app) removeCommand() *cobra.Command {
	var recursive bool
	cmd := &cobra.Command{
		Use: "rm PATH…", Short: a.loc.T("cli.rm.short"), Long: a.loc.T("cli.rm.long"), Args: a.args(1, -1),
		Example: "  wangpan rm /notes.txt\n  wangpan rm -r /old",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, leave, err := a.enter(ctx)
			if err != nil {
				return err
			}
			err = a.each(ctx, args, func(arg string) error { return a.remove(ctx, s, arg, recursive) })
			return errors.Join(err, leave())
		},
	}
	cmd.Flags().BoolVarP(&recursive, "recursive", "r", false, a.loc.T("cli.rm.recursive"))
	return cmd
}

// remove moves a file to the trash, or a folder if that is allowed, and says
// how it comes back.
func (a *app) remove(ctx context.Context, s *session.Session, arg string, folders bool) error {
	path, err := remotePath(arg)
	if err != nil {
		return err
	}
	if err := (wire.RemoveArgs{Path: path}).Check(); err != nil {
		return err
	}
	ctx = wire.WithKey(ctx, wire.NewKey())
	var sent *wire.RemoveArgs
	item, err := asking(ctx, s, func(c *client.Client, again bool) (wire.Item, error) {
		if sent != nil { // its answer was lost; a server that keeps answers gives it again
			if item, err := c.Remove(ctx, *sent); !errors.Is(err, wire.NotFound) {
				return item, err
			}
		}
		stat, err := c.Stat(ctx, path)
		if again && errors.Is(err, wire.NotFound) {
			return removedBefore(ctx, c, path, err)
		}
		if err == nil && stat.Entry.IsDir && !folders {
			err = &usageError{a.loc.T("cli.rm.folder"), a.loc.T("cli.rm.folder_hint")}
		}
		if err != nil {
			return wire.Item{}, err
		}
		// The version keeps a folder from going that has come in the file's place.
		sent = &wire.RemoveArgs{Path: path, Version: stat.Entry.Version}
		return c.Remove(ctx, *sent)
	})
	if err != nil {
		return err
	}
	return a.tell(itemLine{"removed", item}, "cli.rm.done", "Path", path, "Size", a.loc.Size(itemSize(item)), "Item", item.Item)
}

// removedBefore finds what was removed when the answer was lost.
func removedBefore(ctx context.Context, c *client.Client, path wire.Path, missing error) (wire.Item, error) {
	page, err := c.Trash(ctx, wire.TrashArgs{})
	if err != nil {
		return wire.Item{}, err
	}
	for _, item := range page.Items {
		if item.Path == path && !item.Replaced {
			return item, nil
		}
	}
	return wire.Item{}, missing
}
