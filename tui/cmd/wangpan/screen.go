package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"

	"wangpan/tui"
	"wangpan/tui/session"
)

// thrift is how much the heap of a screen may grow, in per cent, before what is
// not used is given back: many people's screens run on one ssh host, and a
// screen does little. A folder of 100,000 entries takes some 25 MiB less so.
const thrift = 50

// openScreen starts the full-screen client. It asks what it needs to know by
// itself; what is given with the call is only where it begins.
func (a *app) openScreen(cmd *cobra.Command, args []string) error {
	if !isTerminal(a.stdin) || !isTerminal(a.stdout) {
		return usage(a.loc.T("cli.usage.no_terminal"))
	}
	if len(args) > 0 {
		a.flags.server = args[0]
	}
	dialer, err := a.open()
	if err != nil {
		return err
	}
	server, user, err := a.target()
	if err != nil {
		return err
	}
	if chosen := a.keeper.Settings().Lang; a.flags.lang == "" && chosen != "" {
		a.loc.Use(chosen)
	}
	if err := a.logInFirst(cmd.Context(), dialer, server, user); err != nil {
		return err
	}
	debug.SetGCPercent(thrift)
	return tui.Run(cmd.Context(), tui.Options{
		Dialer:  dialer,
		Keeper:  a.keeper,
		Locale:  a.loc,
		Server:  server,
		User:    user,
		Config:  session.ConfigDir(),
		Env:     os.Environ(),
		Input:   a.stdin,
		Output:  a.stdout,
		Journal: filepath.Join(a.keeper.Dir(), "transfers"),
	})
}

// logInFirst begins the session that the screen opens with, when a password is
// given.
func (a *app) logInFirst(ctx context.Context, dialer *session.Dialer, server, user string) error {
	password, given, err := a.givenPassword()
	if !given || err != nil {
		return err
	}
	if user == "" {
		return usage(a.loc.T("cli.usage.no_user"))
	}
	s, err := trusting(ctx, a, func() (*session.Session, error) { return dialer.Login(ctx, server, user, password) })
	if err != nil {
		return err
	}
	return errors.Join(s.Remember(a.keeper), s.Close())
}
