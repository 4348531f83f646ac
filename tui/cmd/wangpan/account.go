package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"wangpan/tui/explain"
	"wangpan/tui/session"
	"wangpan/wire"
	"wangpan/wire/client"
)

// who is the JSON of the commands about accounts.
type who struct {
	User   string `json:"user"`
	Server string `json:"server"`
}

func (a *app) registerCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "register", Short: a.loc.T("cli.register.short"), Long: a.loc.T("cli.register.long"), Args: a.args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.register(cmd.Context(), file) },
	}
	cmd.Flags().StringVar(&file, "invitation-file", "", a.loc.T("cli.register.invitation"))
	return cmd
}

// register makes an account, with the invitation in a file if one is named. It
// does not log in, but what comes next is probably meant for the same server
// and user.
func (a *app) register(ctx context.Context, invitationFile string) error {
	invitation := ""
	if invitationFile != "" {
		var err error
		if invitation, err = a.secretIn(invitationFile, "invitation"); err != nil {
			return err
		}
	}
	dialer, server, user, password, err := a.credentials(ctx, true)
	if err != nil {
		return err
	}
	c, err := trusting(ctx, a, func() (*client.Client, error) { return dialer.Connect(ctx, server) })
	if err != nil {
		return err
	}
	defer c.Close()
	if invitation, err = dialer.Invitation(ctx, server, invitation); err != nil {
		return err
	}
	reply, err := c.Register(ctx, wire.RegisterArgs{User: user, Password: password, Invitation: invitation})
	if err != nil {
		return about(user, err)
	}
	err = a.keeper.Change(func(s *session.Settings) { s.LastServer, s.LastUser = server, reply.User })
	if err != nil {
		return err
	}
	return a.tell(who{reply.User, server}, "cli.register.done", "User", reply.User, "Server", a.serverName(server))
}

func (a *app) loginCommand() *cobra.Command {
	return &cobra.Command{
		Use: "login", Short: a.loc.T("cli.login.short"), Long: a.loc.T("cli.login.long"), Args: a.args(0, 0),
		Example: "  wangpan login --server drive.lab:7440 --user alice",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			dialer, server, user, password, err := a.credentials(ctx, false)
			if err != nil {
				return err
			}
			s, err := trusting(ctx, a, func() (*session.Session, error) { return dialer.Login(ctx, server, user, password) })
			if err != nil {
				return err
			}
			if err := errors.Join(s.Remember(a.keeper), s.Close()); err != nil {
				return err
			}
			return a.tell(who{s.User, s.Server}, "cli.login.done", "User", s.User, "Server", a.serverName(server))
		},
	}
}

// credentials finds out, or asks, who wants to get in where.
func (a *app) credentials(ctx context.Context, isNew bool) (d *session.Dialer, server, user, password string, err error) {
	if d, err = a.open(); err != nil {
		return nil, "", "", "", err
	}
	if server, user, err = a.target(); err != nil {
		return nil, "", "", "", err
	}
	if isNew && !a.userNamed() {
		user = "" // who was here last has an account already
	}
	if user == "" {
		user, err = a.console.ask(ctx, a.loc.T("cli.user.ask", "Server", a.serverName(server))+" ")
		if errors.Is(err, errNoTerminal) || err == nil && user == "" {
			err = usage(a.loc.T("cli.usage.no_user"))
		}
		if err != nil {
			return nil, "", "", "", err
		}
	}
	password, err = a.askPassword(ctx, user, isNew)
	return d, server, user, password, err
}

func (a *app) logoutCommand() *cobra.Command {
	var everywhere bool
	cmd := &cobra.Command{
		Use: "logout", Short: a.loc.T("cli.logout.short"), Long: a.loc.T("cli.logout.long"), Args: a.args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if everywhere {
				return a.logoutEverywhere(cmd.Context())
			}
			return a.logout(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&everywhere, "everywhere", false, a.loc.T("cli.logout.everywhere"))
	return cmd
}

// logoutEverywhere ends all sessions of the account. It needs one of them, or
// the password.
func (a *app) logoutEverywhere(ctx context.Context) error {
	s, _, err := a.enter(ctx)
	if err != nil {
		return err
	}
	if err := s.LogoutEverywhere(ctx); err != nil {
		return err
	}
	return a.tell(who{s.User, s.Server}, "cli.logout.everywhere_done", "User", s.User, "Server", a.serverName(s.Server))
}

// logout forgets the session here in any case: that is what whoever leaves a
// computer needs most.
func (a *app) logout(ctx context.Context) error {
	dialer, err := a.open()
	if err != nil {
		return err
	}
	server, user, err := a.target()
	if err != nil {
		return err
	}
	s, err := trusting(ctx, a, func() (*session.Session, error) { return dialer.Restore(ctx, server, user) })
	if err != nil {
		if !errors.Is(err, session.ErrLoggedOut) {
			a.say(explain.Outcome{Sentence: a.loc.T("cli.logout.only_here")})
		}
		return errors.Join(err, a.keeper.DropToken(server, user))
	}
	if err := s.Logout(ctx); err != nil {
		return err
	}
	return a.tell(who{s.User, s.Server}, "cli.logout.done", "User", s.User, "Server", a.serverName(server))
}

func (a *app) forgetCommand() *cobra.Command {
	return &cobra.Command{
		Use: "forget HOST[:PORT]", Short: a.loc.T("cli.forget.short"), Long: a.loc.T("cli.forget.long"), Args: a.args(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := a.open(); err != nil {
				return err
			}
			server, err := session.Normalize(args[0])
			if err != nil {
				return err
			}
			found, err := a.keeper.Forget(server)
			if err != nil {
				return err
			}
			if !found {
				return about(server, wire.Errorf(wire.NotFound, "nothing is known of %s", server))
			}
			return a.tell(map[string]string{"server": server}, "cli.forget.done", "Server", server)
		},
	}
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: a.loc.T("cli.version.short"), Args: a.args(0, 0),
		RunE: func(*cobra.Command, []string) error {
			if a.flags.json {
				return a.printJSON(map[string]any{"version": version(), "protocol": wire.Version1, "go": runtime.Version()})
			}
			fmt.Fprintf(a.stdout, "wangpan %s, protocol %d\n", version(), wire.Version1)
			return nil
		},
	}
}

// serverName is a server as people call it.
func (a *app) serverName(server string) string {
	if server == session.Embedded {
		return a.loc.T("cli.embedded")
	}
	return server
}

// userNamed reports whether the call itself says which user is meant.
func (a *app) userNamed() bool {
	user, _ := session.SplitUser(a.namedServer())
	return cmp.Or(a.flags.user, a.env("WANGPAN_USER"), user) != ""
}
