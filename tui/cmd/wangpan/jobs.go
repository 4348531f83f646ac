package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
)

// policies are the values of --if-exists.
var policies = map[string]transfer.Policy{
	"ask":       transfer.Ask,
	"resume":    transfer.Resume,
	"restart":   transfer.StartOver,
	"keep-both": transfer.KeepBoth,
	"skip":      transfer.Skip,
	"fail":      transfer.Fail,
}

// order is what put or get was asked to do.
type order struct {
	folder    string // where to, -t
	name      string // of the target: put --as, get -o; blank: that of the source
	recursive bool
	ifExists  string
	wait      time.Duration // for a server that is gone
	jobs      int           // at a time
	limitRate string
	rate      int64 // of limitRate, bytes a second; 0: no limit
}

// job is one file or folder of an order, or why it can not even be tried.
type job struct {
	transfer.Job
	name  string // as the person gave it
	piped bool   // Local holds what came from stdin
	err   error
}

// pipe is the name that stands for stdin, or stdout.
const pipe = "-"

const (
	// defaultWait is how long put and get wait for a lost server before they
	// give up. It outlasts a restart and a change of networks.
	defaultWait = 2 * time.Minute
	defaultJobs = 4
	mostJobs    = 16
)

func (a *app) orderFlags(cmd *cobra.Command, o *order, folderHelp string) {
	f := cmd.Flags()
	f.StringVarP(&o.folder, "target", "t", "", folderHelp)
	f.BoolVarP(&o.recursive, "recursive", "r", false, a.loc.T("cli.flag.recursive"))
	f.StringVar(&o.ifExists, "if-exists", "", a.loc.T("cli.flag.if_exists"))
	f.IntVar(&o.jobs, "jobs", defaultJobs, a.loc.T("cli.flag.jobs", "Default", defaultJobs, "Most", mostJobs))
	f.Lookup("jobs").DefValue = "0" // the words say it already
	f.StringVar(&o.limitRate, "limit-rate", "", a.loc.T("cli.flag.limit_rate"))
	f.DurationVar(&o.wait, "wait", 0, a.loc.T("cli.flag.wait", "Default", a.loc.Duration(defaultWait)))
}

// check reads the flags that need it.
func (a *app) check(o *order) error {
	bad := func(flag, value string) error {
		return usage(a.loc.T("cli.usage.bad_value", "Flag", flag, "Value", value))
	}
	if o.jobs < 1 || o.jobs > mostJobs {
		return bad("--jobs", a.loc.Count(int64(o.jobs)))
	}
	if o.limitRate != "" {
		rate, err := humanize.ParseBytes(o.limitRate)
		if err != nil || rate == 0 || rate > wire.MaxSize {
			return bad("--limit-rate", o.limitRate)
		}
		o.rate = int64(rate)
	}
	if _, known := policies[o.ifExists]; o.ifExists != "" && !known {
		return &usageError{
			a.loc.T("cli.usage.bad_value", "Flag", "--if-exists", "Value", o.ifExists),
			a.loc.T("cli.hint.policies", "Policies", a.loc.List(slices.Sorted(maps.Keys(policies)))),
		}
	}
	return nil
}

// policy is what the order says about targets that exist. Asking needs
// somebody to ask: without, it means to fail.
func (a *app) policy(o order) transfer.Policy {
	policy := policies[o.ifExists] // Ask when it is blank
	if policy == transfer.Ask && !a.console.present() {
		policy = transfer.Fail
	}
	return policy
}

func (a *app) putCommand() *cobra.Command {
	var o order
	cmd := &cobra.Command{
		Use: "put LOCAL… [-t REMOTE_DIR]", Short: a.loc.T("cli.put.short"), Long: a.loc.T("cli.put.long"), Args: a.args(1, -1),
		Example: "  wangpan put *.jpg -t /photos/2026\n  wangpan put -r thesis --if-exists=resume\n  tar c src | wangpan put - --as src.tar -t /backups",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.checkPut(&o, args); err != nil {
				return err
			}
			if args[0] == pipe {
				return a.putPipe(cmd.Context(), o)
			}
			return a.move(cmd.Context(), o, func(ctx context.Context, s *session.Session) ([]job, error) {
				return a.uploads(ctx, s, o, args)
			})
		},
	}
	a.orderFlags(cmd, &o, a.loc.T("cli.put.target"))
	cmd.Flags().StringVar(&o.name, "as", "", a.loc.T("cli.put.as"))
	return cmd
}

func (a *app) checkPut(o *order, args []string) error {
	for _, arg := range args {
		if arg != pipe {
			continue
		}
		switch {
		case len(args) > 1:
			return usage(a.loc.T("cli.usage.pipe_alone"))
		case o.name == "":
			return usage(a.loc.T("cli.usage.pipe_name"))
		case a.passwordName() == pipe:
			return usage(a.loc.T("cli.usage.pipe_password"))
		}
	}
	if o.name != "" && len(args) > 1 {
		return usage(a.loc.T("cli.usage.one_only", "Flag", "--as"))
	}
	return a.check(o)
}

// uploads turns local files into jobs. The folder is looked at once: if it is
// wrong, no file needs to be tried.
func (a *app) uploads(ctx context.Context, s *session.Session, o order, files []string) ([]job, error) {
	folder, err := remotePath(o.folder)
	if err != nil {
		return nil, err
	}
	reply, err := s.Client().Stat(ctx, folder)
	if err != nil {
		return nil, about(string(folder), err)
	}
	if !reply.Entry.IsDir {
		return nil, usage(a.loc.T("cli.usage.not_a_folder", "Path", folder))
	}
	jobs := make([]job, len(files))
	for i, file := range files {
		j := job{name: file, Job: transfer.Job{Direction: transfer.Upload, Local: file}}
		if o.recursive {
			info, err := os.Stat(file) // a link that was named is followed; one in a folder is not
			j.Folder = err == nil && info.IsDir()
		}
		name := o.name
		if name == "" {
			name = localBase(file)
		}
		// macOS keeps names decomposed; the protocol knows one form only.
		j.Remote, j.err = folder.Join(norm.NFC.String(name))
		jobs[i] = j
	}
	return jobs, nil
}

// localBase is the last name of a path, which "." and ".." do not have themselves.
func localBase(path string) string {
	name := filepath.Base(path)
	if name != "." && name != ".." {
		return name
	}
	if whole, err := filepath.Abs(path); err == nil {
		return filepath.Base(whole)
	}
	return name
}

func (a *app) getCommand() *cobra.Command {
	var o order
	cmd := &cobra.Command{
		Use: "get REMOTE… [-t LOCAL_DIR]", Short: a.loc.T("cli.get.short"), Long: a.loc.T("cli.get.long"), Args: a.args(1, -1),
		Example: "  wangpan get /photos/2026/a.jpg /photos/2026/b.jpg -t pictures\n" +
			"  wangpan get -r /thesis --if-exists=resume\n  wangpan get /backups/src.tar -o - | tar x",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.checkGet(&o, args); err != nil {
				return err
			}
			if o.name == pipe {
				return a.getPipe(cmd.Context(), o, args[0])
			}
			return a.move(cmd.Context(), o, func(ctx context.Context, s *session.Session) ([]job, error) {
				jobs := downloads(o, args)
				if !o.recursive {
					return jobs, nil
				}
				return jobs, findFolders(ctx, s, jobs)
			})
		},
	}
	a.orderFlags(cmd, &o, a.loc.T("cli.get.target"))
	cmd.Flags().StringVarP(&o.name, "output", "o", "", a.loc.T("cli.get.output"))
	return cmd
}

func (a *app) checkGet(o *order, args []string) error {
	switch {
	case o.name != "" && len(args) > 1:
		return usage(a.loc.T("cli.usage.one_only", "Flag", "-o"))
	case o.name != "" && o.folder != "":
		return usage(a.loc.T("cli.usage.not_both", "One", "-o", "Other", "-t"))
	case o.name == "" && o.recursive && slices.ContainsFunc(args, isRoot):
		return usage(a.loc.T("cli.usage.root_name"))
	case o.name == pipe && o.recursive:
		return usage(a.loc.T("cli.usage.not_both", "One", "-o -", "Other", "-r"))
	case o.name == pipe && a.flags.json:
		return usage(a.loc.T("cli.usage.not_both", "One", "-o -", "Other", "--json"))
	}
	return a.check(o)
}

func isRoot(arg string) bool {
	path, err := remotePath(arg)
	return err == nil && path == wire.Root
}

// downloads turns remote paths into jobs. The local name is the one that the
// person typed; nothing that the server says goes into it.
func downloads(o order, paths []string) []job {
	jobs := make([]job, len(paths))
	for i, arg := range paths {
		j := job{name: arg, Job: transfer.Job{Direction: transfer.Download, Local: o.name}}
		j.Remote, j.err = remotePath(arg)
		switch {
		case o.name != "":
		case j.err == nil && j.Remote == wire.Root:
			j.err = transfer.ErrIsFolder // and has no name
		case j.err == nil:
			j.err = transfer.CheckName(j.Remote.Base())
		}
		if o.name == "" {
			j.Local = filepath.Join(o.folder, string(j.Remote.Base()))
		}
		jobs[i] = j
	}
	return jobs
}

// lookAhead is how many stats are on their way at a time.
const lookAhead = 16

// findFolders asks which of the jobs are folders. What can not be told is taken
// for a file, whose own look says what is wrong.
func findFolders(ctx context.Context, s *session.Session, jobs []job) error {
	looks, ctx := errgroup.WithContext(ctx)
	looks.SetLimit(lookAhead)
	for i := range jobs {
		j := &jobs[i]
		if j.err != nil {
			continue
		}
		looks.Go(func() error {
			reply, err := s.Client().Stat(ctx, j.Remote)
			j.Folder = err == nil && reply.Entry.IsDir
			if gone(err) {
				return err
			}
			return ctx.Err()
		})
	}
	return looks.Wait()
}
