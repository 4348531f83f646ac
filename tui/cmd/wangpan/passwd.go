package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func (a *app) passwdCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "passwd", Short: a.loc.T("cli.passwd.short"), Long: a.loc.T("cli.passwd.long"), Args: a.args(0, 0),
		Example: "  wangpan passwd\n  wangpan passwd --password-file old --new-password-file new",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.passwd(cmd.Context(), file) },
	}
	cmd.Flags().StringVar(&file, "new-password-file", "", a.loc.T("cli.passwd.new_file"))
	return cmd
}

// passwd changes the password of whoever is logged in. The server wants the old
// one as well, so that a session left open is not enough.
func (a *app) passwd(ctx context.Context, newFile string) (err error) {
	s, leave, err := a.enter(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	previous, err := a.askPassword(ctx, s.User, false)
	if err != nil {
		return err
	}
	replacement, err := a.newPassword(ctx, s.User, newFile)
	if err != nil {
		return err
	}
	if err := s.Client().Password(ctx, previous, replacement); err != nil {
		return about(s.User, err)
	}
	return a.tell(who{s.User, s.Server}, "cli.passwd.done", "User", s.User, "Server", a.serverName(s.Server))
}

// newPassword reads the new password from a file if one is named, and else asks
// for it twice.
func (a *app) newPassword(ctx context.Context, user, file string) (string, error) {
	if file != "" {
		return a.secretIn(file, "password")
	}
	if !a.console.present() {
		return "", usage(a.loc.T("cli.usage.no_new_password"))
	}
	return a.askTwice(ctx, a.loc.T("cli.password.ask_new", "User", user))
}
