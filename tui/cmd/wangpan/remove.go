package main

import (
	"context"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/wire"
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
		RunE: a.inSession(func(ctx context.Context, s *session.Session, args []string) error {
			return a.each(ctx, args, func(arg string) error { return a.remove(ctx, s, arg, recursive) })
		}),
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
	stat, err := s.Client().Stat(ctx, path)
	if err == nil && stat.Entry.IsDir && !folders {
		err = &usageError{a.loc.T("cli.rm.folder"), a.loc.T("cli.rm.folder_hint")}
	}
	if err != nil {
		return err
	}
	// The version protects a folder that replaced the file since.
	item, err := s.Client().Remove(ctx, wire.RemoveArgs{Path: path, Version: stat.Entry.Version})
	if err != nil {
		return err
	}
	return a.tell(itemLine{"removed", item}, "cli.rm.done", "Path", path, "Size", a.loc.Size(itemSize(item)), "Item", item.Item)
}
