package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/maruel/natural"

	"wangpan/tui/session"
	"wangpan/tui/text"
	"wangpan/wire"
	"wangpan/wire/client"
)

// Bounds against a server whose pages, or folders, have no end. A folder is
// sorted in memory, where an entry takes some 200 bytes.
const (
	mostHeld   = 1_000_000  // entries of a folder and of those above it
	mostListed = 10_000_000 // entries of one ls -R, hits of one find
	mostPages  = 1_000_000  // of one find; a server takes 300 ms for a page with few hits
)

// errEndless says that a listing was cut at one of these bounds.
var errEndless = errors.New("the listing has no end")

// listing is one call of ls.
type listing struct {
	*app
	session   *session.Session
	recursive bool
	long      bool
	held      int // entries in memory: of the folders that are being gone through
	left      int // entries that may still be shown
}

// found is what is at a path.
type found struct {
	folder   wire.Path // that the entries are in
	entries  []wire.Entry
	unlisted int
	cut      bool // there are more than fit
}

// show lists what is at a path: a folder in natural order, or the one file that
// has the path. With recursive, what is in a folder follows behind it.
func (l *listing) show(ctx context.Context, at wire.Path) error {
	f, err := look(ctx, l.session.Client(), at, mostHeld-l.held)
	if err != nil {
		return about(string(at), err)
	}
	l.held += len(f.entries)
	defer func() { l.held -= len(f.entries) }()
	slices.SortFunc(f.entries, func(x, y wire.Entry) int {
		return natural.Compare(string(x.Name), string(y.Name))
	})
	if f.unlisted > 0 {
		fmt.Fprintln(l.stderr, "wangpan: "+l.loc.N("cli.ls.unlisted", f.unlisted))
	}
	for _, e := range f.entries {
		if err := l.entry(ctx, f.folder, e); err != nil {
			return err
		}
	}
	if f.cut {
		return beside(string(at), errEndless)
	}
	return nil
}

func (l *listing) entry(ctx context.Context, folder wire.Path, e wire.Entry) error {
	if l.left--; l.left < 0 {
		return beside(string(folder), errEndless)
	}
	at, err := folder.Join(string(e.Name))
	if err != nil {
		return err
	}
	if err := l.print(at, e); err != nil || !l.recursive || !e.IsDir {
		return err
	}
	err = l.show(ctx, at) // wire.Path bounds how deep that goes
	if errors.Is(err, wire.NotFound) {
		return nil // removed since its folder was listed
	}
	return err
}

func (l *listing) print(at wire.Path, e wire.Entry) error {
	if l.flags.json {
		return l.printJSON(lineOf(at, e))
	}
	name := string(e.Name)
	if l.recursive {
		name = string(at)
	}
	return l.line(name, e, l.long)
}

// line is an entry for people: its size, its date and what it is called here;
// with exact every byte and second of it.
func (a *app) line(name string, e wire.Entry, exact bool) error {
	size, date, width := a.loc.Size(e.Size), a.loc.Date(e.ModTime.Local()), 9
	if exact {
		size, date, width = strconv.FormatInt(e.Size, 10), e.ModTime.Local().Format(time.DateTime), 16
	}
	if e.IsDir {
		size, name = "-", name+"/"
	}
	_, err := fmt.Fprintf(a.stdout, "%s  %s  %s\n", text.PadLeft(size, width), date, visible(a.stdout, name))
	return err // who reads has seen enough
}

func look(ctx context.Context, c *client.Client, at wire.Path, room int) (found, error) {
	reply, err := c.Stat(ctx, at)
	if err != nil {
		return found{}, err
	}
	if !reply.Entry.IsDir {
		return found{folder: at.Dir(), entries: []wire.Entry{reply.Entry}}, nil
	}
	return wholeFolder(ctx, c, at, room)
}

// wholeFolder gets the pages of a folder until there is no room for another.
func wholeFolder(ctx context.Context, c *client.Client, at wire.Path, room int) (found, error) {
	f := found{folder: at}
	args := wire.ListArgs{Path: at}
	for {
		page, err := c.List(ctx, args)
		if err != nil {
			return found{}, err
		}
		f.entries, f.unlisted = append(f.entries, page.Entries...), page.Unlisted
		if !page.More {
			return f, nil
		}
		if len(f.entries)+wire.MaxEntries > room {
			f.cut = true
			return f, nil
		}
		args.After = page.Entries[len(page.Entries)-1].Name // of a page that has others behind it, the client made sure
	}
}
