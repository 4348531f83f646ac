package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	charmlog "charm.land/log/v2"
	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/wire"
)

// Exit codes.
const (
	exitDone  = 0
	exitError = 1
	exitUsage = 2
)

// options are the flags of serve.
type options struct {
	data         string
	listen       string
	registration string
	logFormat    string
	plain        bool
	verbose      bool
}

// run is the whole program but for signals and os.Exit.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	code := exitUsage // until a command has begun, an error is one of usage
	root := rootCommand(&code)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		_, _ = fmt.Fprintf(stderr, "wangpand: %v\n", err)
		if code == exitUsage {
			_, _ = fmt.Fprintln(stderr, "hint: wangpand --help lists the flags")
		}
		return code
	}
	return exitDone
}

func rootCommand(code *int) *cobra.Command {
	o := options{}
	serve := func(cmd *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		*code = exitError
		return o.serve(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	root := &cobra.Command{
		Use:           "wangpand",
		Short:         "wangpand serves the drives of one data folder",
		Version:       version(),
		Args:          cobra.NoArgs,
		RunE:          serve,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	flags := root.PersistentFlags()
	flags.StringVar(&o.data, "data", filepath.Join(xdg.DataHome, "wangpand"), "folder that holds accounts.xlsx, drives/ and the server's key")
	flags.StringVar(&o.listen, "listen", ":"+wire.DefaultPort, "address to listen on")
	flags.StringVar(&o.registration, "registration", string(wire.RegistrationOpen), "who may make an account: open or closed")
	flags.StringVar(&o.logFormat, "log", "text", "how to log to stderr: text for people, json for machines")
	flags.BoolVar(&o.plain, "plain", false, "no encryption: for tests on a loopback address only")
	flags.BoolVar(&o.verbose, "verbose", false, "log every connection")
	root.AddCommand(&cobra.Command{
		Use: "serve", Short: "serve the drives (what wangpand does without a command)",
		Args: cobra.NoArgs, RunE: serve,
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// logger writes to w what an administrator wants to read.
func (o options) logger(w io.Writer) *slog.Logger {
	level, charmLevel := slog.LevelInfo, charmlog.InfoLevel
	if o.verbose {
		level, charmLevel = slog.LevelDebug, charmlog.DebugLevel
	}
	if o.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(charmlog.NewWithOptions(w, charmlog.Options{
		ReportTimestamp: true, TimeFormat: time.DateTime, Level: charmLevel,
	}))
}

// check refuses flags that cannot work, before anything is made.
func (o options) check() error {
	switch wire.Registration(o.registration) {
	case wire.RegistrationOpen, wire.RegistrationClosed:
	default:
		return fmt.Errorf("--registration is open or closed, not %q", o.registration)
	}
	if o.logFormat != "text" && o.logFormat != "json" {
		return fmt.Errorf("--log is text or json, not %q", o.logFormat)
	}
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return fmt.Errorf("--listen is host:port or :port, not %q", o.listen)
	}
	if ip := net.ParseIP(host); o.plain && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--plain sends passwords unencrypted and is for loopback only: listen on 127.0.0.1, or leave it out")
	}
	return nil
}

// serve runs the daemon until ctx ends.
func (o options) serve(ctx context.Context, stdout, stderr io.Writer) error {
	log := o.logger(stderr)
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	book, err := accounts.Open(filepath.Join(o.data, "accounts.xlsx"), accounts.Options{Log: log})
	if err != nil {
		return err
	}
	defer func() {
		if err := book.Close(); err != nil {
			log.Error("close the account book", "error", err)
		}
	}()
	d, err := daemon.New(daemon.Config{
		Dir:          o.data,
		Accounts:     book,
		Log:          log,
		Name:         "wangpand " + version(),
		Registration: wire.Registration(o.registration),
		Plain:        o.plain,
	})
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return errors.Join(err, shutDown(d))
	}
	announce(stdout, log, l.Addr(), d.Fingerprint())
	served := make(chan error, 1)
	go func() { served <- d.Serve(l) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		log.Info("going down")
	}
	if errors.Is(err, daemon.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, shutDown(d))
}

// announce says where the daemon is and how to know it, on one line each, for
// people and for scripts that wait for it.
func announce(stdout io.Writer, log *slog.Logger, addr net.Addr, fingerprint string) {
	_, _ = fmt.Fprintf(stdout, "wangpand: listening on %s\n", addr)
	if fingerprint == "" {
		log.Warn("connections are NOT encrypted (--plain)")
		return
	}
	_, _ = fmt.Fprintf(stdout, "wangpand: key %s\n", fingerprint)
}

// patience is how long requests at work may go on after the signal to stop.
const patience = 10 * time.Second

func shutDown(d *daemon.Daemon) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return d.Shutdown(ctx)
}
