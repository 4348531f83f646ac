package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/maruel/natural"
	"github.com/spf13/cobra"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/session"
	"wangpan/tui/text"
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
	return &cobra.Command{
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
			return errors.Join(a.list(ctx, s, folder), leave())
		},
	}
}

func firstOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// found is what is at a path.
type found struct {
	folder   wire.Path // that the entries are in
	entries  []wire.Entry
	unlisted int
}

// list shows a folder in natural order, or the one file that has the path.
func (a *app) list(ctx context.Context, s *session.Session, at wire.Path) error {
	f, err := asking(ctx, s, func(c *client.Client, _ bool) (found, error) { return look(ctx, c, at) })
	if err != nil {
		return about(string(at), err)
	}
	slices.SortFunc(f.entries, func(x, y wire.Entry) int {
		return natural.Compare(string(x.Name), string(y.Name))
	})
	if f.unlisted > 0 {
		fmt.Fprintln(a.stderr, "wangpan: "+a.loc.N("cli.ls.unlisted", f.unlisted))
	}
	return a.printEntries(f.folder, f.entries)
}

func look(ctx context.Context, c *client.Client, at wire.Path) (found, error) {
	reply, err := c.Stat(ctx, at)
	if err != nil {
		return found{}, err
	}
	if !reply.Entry.IsDir {
		return found{folder: at.Dir(), entries: []wire.Entry{reply.Entry}}, nil
	}
	f := found{folder: at}
	f.entries, f.unlisted, err = wholeFolder(ctx, c, at)
	return f, err
}

// wholeFolder gets all pages of a folder.
func wholeFolder(ctx context.Context, c *client.Client, at wire.Path) (entries []wire.Entry, unlisted int, err error) {
	args := wire.ListArgs{Path: at}
	for {
		page, err := c.List(ctx, args)
		if err != nil {
			return nil, 0, err
		}
		entries = append(entries, page.Entries...)
		if !page.More || len(page.Entries) == 0 {
			return entries, page.Unlisted, nil
		}
		args.After = page.Entries[len(page.Entries)-1].Name
	}
}

func (a *app) printEntries(folder wire.Path, entries []wire.Entry) error {
	for _, e := range entries {
		if a.flags.json {
			at, err := folder.Join(string(e.Name))
			if err != nil {
				return err
			}
			if err := a.printJSON(lineOf(at, e)); err != nil {
				return err
			}
			continue
		}
		size, slash := a.loc.Size(e.Size), ""
		if e.IsDir {
			size, slash = "-", "/"
		}
		_, err := fmt.Fprintf(a.stdout, "%s  %s  %s%s\n", text.PadLeft(size, 9), a.loc.Date(e.ModTime.Local()), visible(a.stdout, string(e.Name)), slash)
		if err != nil {
			return err // who reads has seen enough
		}
	}
	return nil
}

func (a *app) mkdirCommand() *cobra.Command {
	var parents bool
	cmd := &cobra.Command{
		Use: "mkdir PATH…", Short: a.loc.T("cli.mkdir.short"), Long: a.loc.T("cli.mkdir.long"), Args: a.args(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, leave, err := a.enter(ctx)
			if err != nil {
				return err
			}
			t := &tally{}
			for _, arg := range args {
				err := a.makeFolder(ctx, s, arg, parents)
				if ctx.Err() != nil {
					return errors.Join(err, leave())
				}
				if err != nil {
					o := a.explain(err)
					t.fail(o.code)
					a.sayToMachines(o)
					a.sayOf(arg, o)
				}
			}
			return errors.Join(t.result(len(args)), leave())
		},
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
		made, err = asking(ctx, s, func(c *client.Client, again bool) (wire.Entry, error) {
			entry, err := c.Mkdir(ctx, step)
			if (parents || again) && errors.Is(err, wire.Exists) {
				return isFolder(ctx, c, step)
			}
			return entry, err
		})
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
