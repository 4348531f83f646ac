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
	"time"

	charmlog "charm.land/log/v2"
	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wangpan/accounts"
	"wangpan/daemon"
	"wangpan/daemon/cmd/desk"
	"wangpan/wire"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	*program
	listen         string
	registration   string
	invitationFile string
	defaultQuota   string
	defaultEntries string
	reserve        string
	memory         string
	logFormat      string
	logFile        string
	log            *logFile // nil: stderr
	plain          bool
	verbose        bool
	limits         daemon.Limits
}

func (o *serveOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.listen, "listen", ":"+wire.DefaultPort, "address to listen on")
	flags.StringVar(&o.registration, "registration", "", "who may make an account: open, invitation, or closed (default: open on a loopback address, closed on others)")
	flags.StringVar(&o.invitationFile, "invitation-file", "", "file whose first line is the code that --registration invitation wants; - is stdin")
	flags.StringVar(&o.defaultQuota, "default-quota", "unlimited", "how much an account may store whose Quota is blank, such as 10GB")
	flags.StringVar(&o.defaultEntries, "default-entries", humanize.Comma(daemon.DefaultEntries), "how many files and folders an account may have whose Entry limit is blank, with its trash and unfinished uploads, such as 50000 or unlimited")
	flags.StringVar(&o.reserve, "reserve", humanize.IBytes(daemon.DefaultReserve), "how much of the disk uploads and copies leave free, so that a full disk keeps nobody from registering; 0: nothing")
	flags.StringVar(&o.memory, "memory", "512 MiB", "how much memory the daemon tries to stay within; the environment's GOMEMLIMIT goes first")
	flags.StringVar(&o.logFormat, "log", "text", "how to log: text for people, json for machines")
	flags.StringVar(&o.logFile, "log-file", "", "file to append the log to, instead of stderr; SIGHUP opens it anew")
	flags.BoolVar(&o.plain, "plain", false, "no encryption: for tests on a loopback address only")
	flags.BoolVar(&o.verbose, "verbose", false, "log every connection")
	addLimitFlags(flags, &o.limits)
}

func (o *serveOptions) run(cmd *cobra.Command, _ []string) error {
	if err := o.check(); err != nil {
		return err
	}
	policy, err := o.policy()
	if err != nil {
		return err
	}
	reserve, err := parseReserve(o.reserve)
	if err != nil {
		return err
	}
	memory, err := parseMemory(o.memory)
	if err != nil {
		return err
	}
	limitMemory(memory)
	o.begun = true
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	to := o.stderr
	if o.logFile != "" {
		if o.log, err = openLogFile(o.logFile); err != nil {
			return fmt.Errorf("open the log file: %w", err)
		}
		defer o.log.close()
		to = o.log
	}
	return o.serve(cmd.Context(), policy, reserve, newLog(to, o.logFormat, level))
}

// newLog writes to w what an administrator wants to read.
func newLog(w io.Writer, format string, level slog.Level) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(charmlog.NewWithOptions(w, charmlog.Options{
		ReportTimestamp: true, TimeFormat: time.DateTime, Level: charmlog.Level(level),
	}))
}

// check refuses flags that cannot work, before anything is made, and completes
// --registration.
func (o *serveOptions) check() error {
	if o.logFormat != "text" && o.logFormat != "json" {
		return fmt.Errorf("--log is text or json, not %q", o.logFormat)
	}
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return fmt.Errorf("--listen is host:port or :port, not %q", o.listen)
	}
	ip := net.ParseIP(host)
	loopback := host == "localhost" || ip != nil && ip.IsLoopback()
	if o.plain && !loopback {
		return fmt.Errorf("--plain sends passwords unencrypted and is for loopback only: listen on 127.0.0.1, or leave it out")
	}
	switch {
	case o.registration != "":
	case loopback:
		o.registration = string(wire.RegistrationOpen)
	default: // not for everybody who reaches the port
		o.registration = string(wire.RegistrationClosed)
	}
	return checkLimits(o.limits)
}

// policy is what the book decides by.
func (o *serveOptions) policy() (accounts.Options, error) {
	var p accounts.Options
	var err error
	switch wire.Registration(o.registration) {
	case wire.RegistrationOpen:
	case wire.RegistrationClosed:
		p.Registration = accounts.RegistrationClosed
	case wire.RegistrationInvitation:
		p.Registration = accounts.RegistrationInvited
		if o.invitationFile == "" {
			return p, errors.New("--registration invitation needs the code: name an --invitation-file")
		}
		if p.InvitationCode, err = o.secretIn(o.invitationFile, "invitation code"); err != nil {
			return p, err
		}
	default:
		return p, fmt.Errorf("--registration is open, invitation or closed, not %q", o.registration)
	}
	if o.invitationFile != "" && p.Registration != accounts.RegistrationInvited {
		return p, errors.New("--invitation-file is for --registration invitation")
	}
	if p.DefaultQuota, err = accounts.ParseQuota(o.defaultQuota); err != nil {
		return p, fmt.Errorf("--default-quota is a size such as 10GB, or unlimited, not %q", o.defaultQuota)
	}
	if p.DefaultEntries, err = accounts.ParseEntryLimit(o.defaultEntries); err != nil || o.defaultEntries == "" {
		return p, fmt.Errorf("--default-entries is a number such as 50000, or unlimited, not %q", o.defaultEntries)
	}
	return p, nil
}

// parseReserve is a number of bytes.
func parseReserve(text string) (int64, error) {
	n, err := humanize.ParseBytes(text)
	if err != nil || n > wire.MaxSize {
		return 0, fmt.Errorf("--reserve is a size such as 1GB, or 0, not %q", text)
	}
	return int64(n), nil
}

// serve runs the daemon until ctx ends.
func (o *serveOptions) serve(ctx context.Context, policy accounts.Options, reserve int64, log *slog.Logger) error {
	policy.Log = log
	err := os.MkdirAll(o.data, 0o700)
	if err == nil {
		err = os.Chmod(o.data, 0o700) //nolint:gosec // a folder is of use with x only
	}
	if err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	policy.Occupied = func(folder string) bool { return daemon.Occupied(o.data, folder) }
	book, err := accounts.Open(o.workbook(), policy)
	if err != nil {
		return err
	}
	defer func() {
		if err := book.Close(); err != nil {
			log.Error("close the account book", "error", err)
		}
	}()
	stop := desk.Serve(ctx, o.data, book, log)
	defer stop()
	defer o.reloading(ctx, book, log)()
	d, err := daemon.New(daemon.Config{
		Dir:          o.data,
		Accounts:     book,
		Log:          log,
		Name:         "wangpand " + version(),
		Registration: wire.Registration(o.registration),
		Plain:        o.plain,
		Reserve:      reserve,
		Limits:       o.limits,
	})
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return errors.Join(err, shutDown(d))
	}
	announce(o.stdout, log, l.Addr(), d.Fingerprint())
	if len(book.List()) == 0 {
		o.explainRegistration(log)
	}
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

// workbook is where the accounts are.
func (p *program) workbook() string { return filepath.Join(p.data, "accounts.xlsx") }

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

// explainRegistration says how the first account comes about.
func (o *serveOptions) explainRegistration(log *slog.Logger) {
	switch wire.Registration(o.registration) {
	case wire.RegistrationClosed:
		log.Warn("no accounts yet, and registration is closed: add one with wangpand account add NAME --data DIR, or restart with --registration open or invitation", "data", o.data)
	case wire.RegistrationInvitation:
		log.Info("no accounts yet: users register with the invitation code, or you add them with wangpand account add NAME --data DIR", "data", o.data)
	default:
		log.Info("no accounts yet: users register themselves, or you add them with wangpand account add NAME --data DIR", "data", o.data)
	}
}

// patience is how long requests at work may go on after the signal to stop.
const patience = 10 * time.Second

func shutDown(d *daemon.Daemon) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return d.Shutdown(ctx)
}
