package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wangpan/tui/explain"
	"wangpan/tui/session"
	"wangpan/wire/client"
)

// open reads the state of earlier runs, and returns a dialer for servers and the
// embedded drive.
func (a *app) open() (*session.Dialer, error) {
	state := session.DefaultDir()
	if a.otherDrive() {
		// All embedded drives have the same name; what is remembered of one
		// stays with it.
		state = filepath.Join(a.flags.data, "client")
		if err := os.MkdirAll(a.flags.data, 0o700); err != nil {
			return nil, err
		}
	}
	keeper, err := session.Open(state)
	if err != nil {
		return nil, err
	}
	keeper.UseKeyring(session.SystemKeyring(a.env, runtime.GOOS))
	a.keeper, a.state = keeper, state
	return &session.Dialer{
		Keeper:   keeper,
		Name:     "wangpan " + version(),
		TrustNew: a.flags.trustNew,
		Timeouts: a.timeouts,
		Embedded: newEmbedded(a.flags.data).dial,
	}, nil
}

// otherDrive reports whether --data selects an embedded drive: it does unless
// another server is named.
func (a *app) otherDrive() bool {
	_, server := session.SplitUser(a.namedServer())
	return a.flags.data != "" && (server == "" || server == session.Embedded)
}

// target returns the server and the user from the flags, the environment or the
// last login. The user may be blank.
func (a *app) target() (server, user string, err error) {
	last := a.keeper.Settings()
	if a.otherDrive() {
		last.LastServer = session.Embedded
	}
	user, server = session.SplitUser(cmp.Or(a.namedServer(), last.LastServer, session.Embedded))
	if server, err = session.Normalize(server); err != nil {
		return "", "", err
	}
	user = cmp.Or(a.flags.user, a.env("WANGPAN_USER"), user)
	if user == "" && server == last.LastServer {
		user = last.LastUser
	}
	return server, cmp.Or(user, a.keeper.LastUser(server)), nil
}

// namedServer returns the server from the flags or the environment, which may
// begin with the user. It is blank when neither names one.
func (a *app) namedServer() string { return cmp.Or(a.flags.server, a.env("WANGPAN_SERVER")) }

// enter logs in, with the password when one is given and with the stored
// session otherwise. A session by password ends with the command: it is not
// worth one of the few that an account may have.
func (a *app) enter(ctx context.Context) (s *session.Session, leave func() error, err error) {
	return a.enterWithin(ctx, 0)
}

// inSession returns the RunE of a command that logs in first, and ends the session
// when it has done its work.
func (a *app) inSession(do func(ctx context.Context, s *session.Session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, leave, err := a.enter(cmd.Context())
		if err != nil {
			return err
		}
		return errors.Join(do(cmd.Context(), s, args), leave())
	}
}

// enterWithin is enter that retries for the time wait while the server is
// unreachable.
func (a *app) enterWithin(ctx context.Context, wait time.Duration) (s *session.Session, leave func() error, err error) {
	dialer, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	server, user, err := a.target()
	if err != nil {
		return nil, nil, err
	}
	password, given, err := a.givenPassword()
	if err != nil {
		return nil, nil, err
	}
	if given && user == "" {
		return nil, nil, usage(a.loc.T("cli.usage.no_user"))
	}
	s, err = trusting(ctx, a, func() (*session.Session, error) {
		return patiently(ctx, a, server, wait, func() (*session.Session, error) {
			if given {
				return dialer.Login(ctx, server, user, password)
			}
			return dialer.Restore(ctx, server, user)
		})
	})
	if err != nil {
		return nil, nil, err
	}
	if given {
		return s, func() error { return endLogin(ctx, s) }, nil
	}
	return s, s.Close, nil
}

// The limits of the logout at the end of a command. It is shorter when the user
// waits for an interrupted command to end.
const (
	endLoginWait        = 5 * time.Second
	endLoginInterrupted = time.Second
)

// endLogin logs out for good, also when the command was interrupted. That the
// server is gone is no failure of what was done before.
func endLogin(command context.Context, s *session.Session) error {
	wait := endLoginWait
	if command.Err() != nil {
		wait = endLoginInterrupted
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(command), wait)
	defer cancel()
	_ = s.Client().Logout(ctx)
	return s.Close()
}

// trusting calls connect. When it fails because the key of the server is unknown,
// trusting asks the user and calls it again.
func trusting[T any](ctx context.Context, a *app, connect func() (T, error)) (T, error) {
	result, err := connect()
	unknown, ok := errors.AsType[*session.KeyError](err)
	if !ok || !errors.Is(err, session.ErrUnknownKey) || !a.console.present() {
		return result, err
	}
	host, _ := session.Normalize(unknown.Server)
	fmt.Fprintln(a.console.out, a.loc.T("cli.trust.unknown", "Server", host))
	fmt.Fprintln(a.console.out, "  "+a.loc.T("cli.trust.fingerprint", "Fingerprint", unknown.Presented))
	answer, asked := a.console.ask(ctx, a.loc.T("cli.trust.question")+" ")
	switch {
	case errors.Is(asked, context.Canceled):
		return result, asked
	case asked != nil || !a.isYes(answer):
		return result, err
	}
	if err := a.keeper.Pin(unknown.Server, unknown.Presented); err != nil {
		return result, err
	}
	return connect()
}

// redial is how long patiently waits between two attempts.
const redial = time.Second

// patiently connects, and again for as long as wait while the server can not be
// reached. The embedded drive is not waited for: each connection starts it if it
// does not run.
func patiently[T any](ctx context.Context, a *app, server string, wait time.Duration, connect func() (T, error)) (T, error) {
	result, err := connect()
	if wait <= 0 || server == session.Embedded || !gone(err) || hopeless(err) {
		return result, err
	}
	if isTerminal(a.stderr) {
		fmt.Fprintln(a.stderr, a.loc.T("cli.move.waiting", "Server", server, "Time", a.loc.Duration(wait)))
	}
	end := time.After(wait)
	for gone(err) && !hopeless(err) {
		select {
		case <-ctx.Done():
			return result, ctx.Err()
		case <-end:
			return result, err
		case <-time.After(redial):
			result, err = connect()
		}
	}
	return result, err
}

// gone reports whether err means that the server cannot be reached any more.
func gone(err error) bool {
	return errors.Is(err, client.ErrLost) || errors.Is(err, client.ErrUnreachable)
}

// isYes takes the whole word only: a key is not trusted by a slip of a finger.
func (a *app) isYes(answer string) bool {
	return strings.EqualFold(answer, "yes") || answer == a.loc.T("cli.trust.yes")
}

// passwordName is the file that was named for the password; blank: none.
func (a *app) passwordName() string {
	return cmp.Or(a.flags.passwordFile, a.env("WANGPAN_PASSWORD_FILE"))
}

// givenPassword reads the password from the file that the flags or the environment
// name. given is false when they name none.
func (a *app) givenPassword() (password string, given bool, err error) {
	name := a.passwordName()
	if name == "" {
		return "", false, nil
	}
	password, err = a.secretIn(name, "password")
	return password, err == nil, err
}

// longestSecret bounds what is read of a file with a password, in bytes. No
// server takes more than 256.
const longestSecret = 4 << 10

// secretIn reads the first line of a file, or of stdin for "-", without its line
// break. kind tells the words for what is wrong with it.
func (a *app) secretIn(name, kind string) (string, error) {
	source := a.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", usage(a.loc.T("cli.usage."+kind+"_file", "File", name, "Cause", explain.Said(err)))
		}
		defer file.Close()
		source = file
	}
	// Line by line: who writes to a pipe may keep it open.
	line, err := bufio.NewReader(io.LimitReader(source, longestSecret+1)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", usage(a.loc.T("cli.usage."+kind+"_file", "File", name, "Cause", explain.Said(err)))
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if line == "" || len(line) > longestSecret {
		return "", usage(a.loc.T("cli.usage."+kind+"_empty", "File", name))
	}
	return line, nil
}

// askPassword returns the given password, or asks for it: twice when it is a
// new one.
func (a *app) askPassword(ctx context.Context, who string, isNew bool) (string, error) {
	password, given, err := a.givenPassword()
	if given || err != nil {
		return password, err
	}
	if !a.console.present() {
		return "", usage(a.loc.T("cli.usage.no_password"))
	}
	question := a.loc.T("cli.password.ask", "User", who)
	if isNew {
		return a.askTwice(ctx, question)
	}
	return a.console.askSecretly(ctx, question+" ")
}

// askTwice asks for a new password until it was typed the same twice, since
// nobody sees what is typed.
func (a *app) askTwice(ctx context.Context, question string) (string, error) {
	for {
		password, err := a.console.askSecretly(ctx, question+" ")
		if err != nil {
			return "", err
		}
		again, err := a.console.askSecretly(ctx, a.loc.T("cli.password.again")+" ")
		if err != nil || again == password {
			return password, err
		}
		fmt.Fprintln(a.console.out, a.loc.T("cli.password.differ"))
	}
}
