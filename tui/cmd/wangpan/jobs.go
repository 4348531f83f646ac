package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/unicode/norm"

	"wangpan/tui/session"
	"wangpan/tui/transfer"
	"wangpan/wire"
	"wangpan/wire/client"
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
	folder   string // where to, -t
	ifExists string
	wait     time.Duration // for a server that is gone
}

// job is one file of an order, or why it can not even be tried.
type job struct {
	transfer.Job
	name string // as the person gave it
	err  error
}

// defaultWait is how long put and get wait for a lost server before they give
// up. It outlasts a restart and a change of networks.
const defaultWait = 2 * time.Minute

func (a *app) orderFlags(cmd *cobra.Command, o *order, folderHelp string) {
	cmd.Flags().StringVarP(&o.folder, "target", "t", "", folderHelp)
	cmd.Flags().StringVar(&o.ifExists, "if-exists", "", a.loc.T("cli.flag.if_exists"))
	cmd.Flags().DurationVar(&o.wait, "wait", 0, a.loc.T("cli.flag.wait", "Default", a.loc.Duration(defaultWait)))
}

// policy is what the order says about targets that exist. Asking needs
// somebody to ask: without, it means to fail.
func (a *app) policy(o order) (transfer.Policy, error) {
	if o.ifExists == "" {
		o.ifExists = "ask"
	}
	policy, ok := policies[o.ifExists]
	if !ok {
		return 0, usage(a.loc.T("cli.usage.bad_value", "Flag", "--if-exists", "Value", o.ifExists))
	}
	if policy == transfer.Ask && !a.console.present() {
		policy = transfer.Fail
	}
	return policy, nil
}

func (a *app) putCommand() *cobra.Command {
	var o order
	cmd := &cobra.Command{
		Use: "put LOCAL… [-t REMOTE_DIR]", Short: a.loc.T("cli.put.short"), Long: a.loc.T("cli.put.long"), Args: a.args(1, -1),
		Example: "  wangpan put *.jpg -t /photos/2026\n  wangpan put --if-exists=keep-both report.pdf",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.move(cmd.Context(), o, func(ctx context.Context, s *session.Session) ([]job, error) {
				return a.uploads(ctx, s, o, args)
			})
		},
	}
	a.orderFlags(cmd, &o, a.loc.T("cli.put.target"))
	return cmd
}

// uploads turns local files into jobs. The folder is looked at once: if it is
// wrong, no file needs to be tried.
func (a *app) uploads(ctx context.Context, s *session.Session, o order, files []string) ([]job, error) {
	folder, err := remotePath(o.folder)
	if err != nil {
		return nil, err
	}
	reply, err := asking(ctx, s, func(c *client.Client, _ bool) (wire.StatReply, error) { return c.Stat(ctx, folder) })
	if err != nil {
		return nil, about(string(folder), err)
	}
	if !reply.Entry.IsDir {
		return nil, usage(a.loc.T("cli.usage.not_a_folder", "Path", folder))
	}
	jobs := make([]job, len(files))
	for i, file := range files {
		jobs[i] = job{name: file, Job: transfer.Job{Direction: transfer.Upload, Local: file}}
		// macOS keeps names decomposed; the protocol knows one form only.
		jobs[i].Remote, jobs[i].err = folder.Join(norm.NFC.String(filepath.Base(file)))
	}
	return jobs, nil
}

func (a *app) getCommand() *cobra.Command {
	var o order
	cmd := &cobra.Command{
		Use: "get REMOTE… [-t LOCAL_DIR]", Short: a.loc.T("cli.get.short"), Long: a.loc.T("cli.get.long"), Args: a.args(1, -1),
		Example: "  wangpan get /photos/2026/a.jpg /photos/2026/b.jpg -t pictures\n  wangpan get --if-exists=resume debian.iso",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.move(cmd.Context(), o, func(context.Context, *session.Session) ([]job, error) {
				return downloads(o, args), nil
			})
		},
	}
	a.orderFlags(cmd, &o, a.loc.T("cli.get.target"))
	return cmd
}

// errLocalName says that a remote name can not be a file's here.
var errLocalName = errors.New("no file can have this name on this system")

// downloads turns remote paths into jobs. The local name is the one that the
// person typed; nothing that the server says goes into it.
func downloads(o order, paths []string) []job {
	jobs := make([]job, len(paths))
	for i, arg := range paths {
		jobs[i] = job{name: arg, Job: transfer.Job{Direction: transfer.Download}}
		jobs[i].Remote, jobs[i].err = remotePath(arg)
		name := string(jobs[i].Remote.Base())
		switch {
		case jobs[i].err != nil:
		case jobs[i].Remote == wire.Root:
			jobs[i].err = transfer.ErrIsFolder
		case !filepath.IsLocal(name) || filepath.Base(name) != name: // a backslash or CON, on Windows
			jobs[i].err = errLocalName
		}
		jobs[i].Local = filepath.Join(o.folder, name)
	}
	return jobs
}
