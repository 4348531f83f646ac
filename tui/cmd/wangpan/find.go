package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/wire"
	"wangpan/wire/client"
)

func (a *app) findCommand() *cobra.Command {
	var below string
	var long bool
	cmd := &cobra.Command{
		Use: "find WORD…", Short: a.loc.T("cli.find.short"), Long: a.loc.T("cli.find.long"), Args: a.args(1, -1),
		Example: "  wangpan find report 2026\n  wangpan find '*.jpg' --in /photos",
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, err := remotePath(below)
			if err != nil {
				return about(below, err)
			}
			s, leave, err := a.enter(cmd.Context())
			if err != nil {
				return err
			}
			err = a.find(cmd.Context(), s, wire.SearchArgs{Path: folder, Text: strings.Join(args, " ")}, long)
			return errors.Join(err, leave())
		},
	}
	cmd.Flags().StringVar(&below, "in", "/", a.loc.T("cli.find.in"))
	cmd.Flags().BoolVarP(&long, "long", "l", false, a.loc.T("cli.ls.exact"))
	return cmd
}

// find writes the hits as they arrive.
func (a *app) find(ctx context.Context, s *session.Session, args wire.SearchArgs, long bool) error {
	hits := 0
	for range mostPages {
		page, err := s.Client().Search(ctx, args)
		if err != nil {
			return about(string(args.Path), err)
		}
		for _, f := range page.Found {
			if err := a.printFound(f, long); err != nil {
				return err
			}
		}
		if hits += len(page.Found); !page.More {
			return nil
		}
		if hits > mostListed {
			break
		}
		args.After = page.After
	}
	return beside(string(args.Path), errEndless)
}

func (a *app) printFound(f wire.Found, long bool) error {
	switch {
	case a.flags.json:
		return a.printJSON(lineOf(f.Path, f.Entry))
	case long:
		return a.line(string(f.Path), f.Entry, true)
	}
	name := string(f.Path)
	if f.Entry.IsDir {
		name += "/"
	}
	_, err := fmt.Fprintln(a.stdout, visible(a.stdout, name))
	return err
}

// countLine is what du --json says of each.
type countLine struct {
	Path wire.Path `json:"path"`
	wire.CountReply
}

func (a *app) duCommand() *cobra.Command {
	return &cobra.Command{
		Use: "du [PATH…]", Short: a.loc.T("cli.du.short"), Long: a.loc.T("cli.du.long"), Args: a.args(0, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if len(args) == 0 {
				args = []string{"/"}
			}
			s, leave, err := a.enter(ctx)
			if err != nil {
				return err
			}
			err = a.each(ctx, args, func(arg string) error {
				path, err := remotePath(arg)
				if err != nil {
					return err
				}
				n, err := s.Client().Count(ctx, path)
				if err != nil {
					return err
				}
				return a.printCount(path, n)
			})
			return errors.Join(err, leave())
		},
	}
}

func (a *app) printCount(path wire.Path, n wire.CountReply) error {
	if a.flags.json {
		return a.printJSON(countLine{path, n})
	}
	_, err := fmt.Fprintf(a.stdout, "%s  %s  %s\n",
		text.PadLeft(a.loc.Size(n.Size), 9), a.loc.N("cli.summary.files", int(n.Files)), visible(a.stdout, string(path)))
	return err
}

// statLine is what stat --json says of each.
type statLine struct {
	entryLine
	Digest *wire.Digest `json:"digest,omitempty"`
}

func (a *app) statCommand() *cobra.Command {
	var digest bool
	cmd := &cobra.Command{
		Use: "stat PATH…", Short: a.loc.T("cli.stat.short"), Long: a.loc.T("cli.stat.long"), Args: a.args(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, leave, err := a.enter(ctx)
			if err != nil {
				return err
			}
			err = a.each(ctx, args, func(arg string) error {
				path, err := remotePath(arg)
				if err != nil {
					return err
				}
				reply, err := statWith(ctx, s.Client(), path, digest)
				if err != nil {
					return err
				}
				return a.printStat(path, reply)
			})
			return errors.Join(err, leave())
		},
	}
	cmd.Flags().BoolVar(&digest, "digest", false, a.loc.T("cli.stat.digest"))
	return cmd
}

// statWith asks for an entry, and with digest makes the server read a file of
// which it does not know the digest.
func statWith(ctx context.Context, c *client.Client, path wire.Path, digest bool) (wire.StatReply, error) {
	reply, err := c.Stat(ctx, path)
	if err != nil || !digest || reply.Digest != nil || reply.Entry.IsDir {
		return reply, err
	}
	none := int64(0)
	blocks, _, err := c.Blocks(ctx, wire.BlocksArgs{Path: path, Version: reply.Entry.Version, Length: &none})
	reply.Digest = blocks.Digest
	return reply, err
}

func (a *app) printStat(path wire.Path, reply wire.StatReply) error {
	e := reply.Entry
	if a.flags.json {
		return a.printJSON(statLine{lineOf(path, e), reply.Digest})
	}
	lines := [][2]string{
		{"cli.stat.path", visible(a.stdout, string(path))},
		{"cli.stat.changed", a.loc.LongDate(e.ModTime.Local())},
	}
	if !e.IsDir {
		size := a.loc.ExactSize(e.Size)
		lines = append(lines, [2]string{"cli.stat.size", size})
	}
	if reply.Digest != nil {
		lines = append(lines, [2]string{"cli.stat.blake3", reply.Digest.String()})
	}
	for _, line := range lines {
		if _, err := fmt.Fprintf(a.stdout, "%s %s\n", text.Pad(a.loc.T(line[0])+":", 9), line[1]); err != nil {
			return err
		}
	}
	return nil
}
