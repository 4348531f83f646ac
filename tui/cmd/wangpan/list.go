package main

import (
	"context"
	"errors"
	"path"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// entryLine is a line of ls --json, and what mkdir --json says.
type entryLine struct {
	Path    wire.Path    `json:"path"`
	Name    wire.Name    `json:"name"`
	Size    int64        `json:"size"`
	ModTime time.Time    `json:"mtime"`
	IsDir   bool         `json:"is_dir"`
	Version wire.Version `json:"version,omitempty"`
}

func lineOf(p wire.Path, e wire.Entry) entryLine {
	return entryLine{p, e.Name, e.Size, e.ModTime.UTC(), e.IsDir, e.Version}
}

// remotePath reads what a person types as a path on the server: with or
// without the first slash, in either normalisation, cleaned of . and .. as a
// shell's completion leaves them.
func remotePath(arg string) (wire.Path, error) {
	return wire.ParsePath(path.Clean("/" + norm.NFC.String(arg)))
}

func (a *app) listCommand() *cobra.Command {
	recursive, long := false, false
	cmd := &cobra.Command{
		Use: "ls [PATH]", Short: a.loc.T("cli.ls.short"), Long: a.loc.T("cli.ls.long"), Args: a.args(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			folder, err := remotePath(firstOf(args))
			if err != nil {
				return err
			}
			s, leave, err := a.enter(ctx)
			if err != nil {
				return err
			}
			l := &listing{app: a, session: s, recursive: recursive, long: long, left: mostListed}
			return errors.Join(l.show(ctx, folder), leave())
		},
	}
	cmd.Flags().BoolVarP(&recursive, "recursive", "R", false, a.loc.T("cli.ls.recursive"))
	cmd.Flags().BoolVarP(&long, "long", "l", false, a.loc.T("cli.ls.exact"))
	return cmd
}

func firstOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (a *app) mkdirCommand() *cobra.Command {
	var parents bool
	cmd := &cobra.Command{
		Use: "mkdir PATH…", Short: a.loc.T("cli.mkdir.short"), Long: a.loc.T("cli.mkdir.long"), Args: a.args(1, -1),
		RunE: a.inSession(func(ctx context.Context, s *session.Session, args []string) error {
			return a.each(ctx, args, func(arg string) error { return a.makeFolder(ctx, s, arg, parents) })
		}),
	}
	cmd.Flags().BoolVarP(&parents, "parents", "p", false, a.loc.T("cli.mkdir.parents"))
	return cmd
}

// makeFolder makes one folder. With parents it makes those above it too, and
// one that is there already is fine.
func (a *app) makeFolder(ctx context.Context, s *session.Session, arg string, parents bool) error {
	at, err := remotePath(arg)
	if err != nil {
		return err
	}
	steps := []wire.Path{at}
	for parents && steps[0] != wire.Root && steps[0].Dir() != wire.Root {
		steps = slices.Insert(steps, 0, steps[0].Dir())
	}
	var made wire.Entry
	for _, step := range steps {
		made, err = s.Client().Mkdir(ctx, step)
		if parents && errors.Is(err, wire.Exists) {
			made, err = isFolder(ctx, s.Client(), step)
		}
		if err != nil {
			return err
		}
	}
	return a.tell(lineOf(at, made), "cli.mkdir.done", "Path", at)
}

// isFolder returns the folder that is there, and wire.Exists for a file.
func isFolder(ctx context.Context, c *client.Client, at wire.Path) (wire.Entry, error) {
	reply, err := c.Stat(ctx, at)
	if err == nil && !reply.Entry.IsDir {
		err = wire.Errorf(wire.Exists, "%s is a file", at)
	}
	return reply.Entry, err
}
