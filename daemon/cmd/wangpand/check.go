package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"wangpan/daemon/storage"
	"wangpan/wire"
)

// checkOptions are the flags of check.
type checkOptions struct {
	*program
	digests, restart, json bool
	limit                  string
}

func (p *program) checkCommand() *cobra.Command {
	o := &checkOptions{program: p}
	check := &cobra.Command{
		Use:   "check --digests",
		Short: "read all stored files and report those that are damaged",
		Long: "Read every file in the drives and in the trash and compare it with the digest that was stored when it was\n" +
			"uploaded. Files that were put there or edited on the server itself have no digest and are not damage.\n" +
			"The daemon may be running. After an interruption the next check continues.\n" +
			"The exit code is 1 when something is damaged or cannot be read.",
		Args: cobra.NoArgs,
		RunE: o.run,
	}
	check.Flags().BoolVar(&o.digests, "digests", false, "compare the files with their digests")
	check.Flags().BoolVar(&o.restart, "restart", false, "begin anew instead of continuing an interrupted check")
	check.Flags().StringVar(&o.limit, "limit", "100MB", "how much to read per second, such as 20MB or unlimited")
	check.Flags().BoolVar(&o.json, "json", false, "answer for machines, one object a line: each damaged file, then a summary")
	return check
}

func (o *checkOptions) run(cmd *cobra.Command, _ []string) error {
	if !o.digests {
		return errors.New("what is to be checked? --digests reads all files; account check reads the workbook")
	}
	limit, err := parseRate(o.limit)
	if err != nil {
		return err
	}
	o.begun = true
	progress, erase := o.progress()
	check := &storage.Check{Limit: limit, Restart: o.restart, Progress: progress, Found: func(one storage.Damage) error {
		erase()
		return o.printDamage(one)
	}}
	done, err := check.Run(cmd.Context(), o.data)
	erase()
	if errors.Is(err, context.Canceled) {
		return &hintedError{err, "the same command continues the check"}
	}
	if err != nil {
		return err
	}
	return o.summarise(done)
}

// parseRate reads a number of bytes per second, 0 for any number.
func parseRate(text string) (int64, error) {
	if text == "unlimited" {
		return 0, nil
	}
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > wire.MaxSize {
		return 0, fmt.Errorf("--limit is a size per second such as 20MB, or unlimited, not %q", text)
	}
	return int64(n), nil
}

func (o *checkOptions) printDamage(one storage.Damage) error {
	if o.json {
		return o.printJSON(one)
	}
	what, where := "damaged", one.Folder+":"+one.Path
	if one.Problem != "" {
		what = "unreadable (" + one.Problem + ")"
	}
	if one.Trash {
		where += " (in the trash)"
	}
	_, err := fmt.Fprintf(o.stdout, "%s: %s, %s\n", what, visible(where), size(one.Size))
	return err
}

// summarise says what a check has found, and fails when that is damage.
func (o *checkOptions) summarise(done storage.CheckedSoFar) error {
	if o.json {
		if err := o.printJSON(done); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(o.stdout, "%s files, %s read: %s damaged, %s unreadable, %s without a digest\n",
			humanize.Comma(done.Files), size(done.Bytes), humanize.Comma(done.Damaged), humanize.Comma(done.Unreadable), humanize.Comma(done.NoDigest))
	}
	if done.Damaged+done.Unreadable > 0 {
		o.complain("files are damaged", "restore them from a backup, or ask their owners to upload them again")
		return errSaid
	}
	return nil
}

// progressEvery is how often the line of progress changes.
const progressEvery = 200 * time.Millisecond

// progress returns what shows how far a check has come, on a terminal only, and
// what clears that line.
func (o *checkOptions) progress() (show func(storage.CheckedSoFar), erase func()) {
	out, ok := o.stderr.(*os.File)
	if !ok || !term.IsTerminal(out.Fd()) {
		return func(storage.CheckedSoFar) {}, func() {}
	}
	var shown time.Time
	show = func(done storage.CheckedSoFar) {
		if now := time.Now(); now.Sub(shown) >= progressEvery {
			shown = now
			fmt.Fprintf(out, "\r%s files, %s read, %s damaged%s", humanize.Comma(done.Files), size(done.Bytes), humanize.Comma(done.Damaged+done.Unreadable), ansi.EraseLineRight)
		}
	}
	erase = func() {
		if !shown.IsZero() {
			fmt.Fprint(out, "\r"+ansi.EraseLineRight)
			shown = time.Time{}
		}
	}
	return show, erase
}
