package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"wangpan/tui/session"
	"wangpan/wire"
)

// whoHas is the JSON of whoami: who, and what the account takes where the
// server says so.
type whoHas struct {
	who
	*wire.UsageReply
}

func (a *app) whoamiCommand() *cobra.Command {
	return &cobra.Command{
		Use: "whoami", Short: a.loc.T("cli.whoami.short"), Long: a.loc.T("cli.whoami.long"), Args: a.args(0, 0),
		RunE: a.inSession(func(ctx context.Context, s *session.Session, _ []string) error { return a.whoami(ctx, s) }),
	}
}

// whoami says to a script who is logged in where, and to a person also how much
// is stored there.
func (a *app) whoami(ctx context.Context, s *session.Session) error {
	var used *wire.UsageReply
	if a.flags.json || isTerminal(a.stdout) {
		var err error
		if used, err = a.usage(ctx, s); err != nil {
			return err
		}
	}
	if a.flags.json {
		return a.printJSON(whoHas{who{s.User, s.Server}, used})
	}
	fmt.Fprintf(a.stdout, "%s@%s\n", visible(a.stdout, s.User), s.Server)
	if used != nil {
		taken := used.Used + used.Staged + used.Trash
		part, id := a.loc.Size(taken), "cli.whoami.used"
		if used.Quota > 0 {
			part = a.loc.Part(taken, used.Quota)
		}
		if used.Trash > 0 {
			id = "cli.whoami.used_by_trash"
		}
		fmt.Fprintln(a.stdout, a.loc.T(id, "Used", part, "Trash", a.loc.Size(used.Trash), "Free", a.loc.Size(used.Free)))
	}
	return nil
}

// How often a server is asked that still counts, and how long it takes in all
// before the answer goes without.
const (
	usageLook  = 250 * time.Millisecond
	usageTries = 40
)

// usage asks what the account takes. It is nil when the server does not know,
// because it is an older one or counts for too long.
func (a *app) usage(ctx context.Context, s *session.Session) (*wire.UsageReply, error) {
	for range usageTries {
		said, err := s.Client().Usage(ctx)
		switch {
		case err == nil:
			return &said, nil
		case errors.Is(err, wire.Invalid):
			return nil, nil //nolint:nilnil // that nobody knows is an answer
		case !errors.Is(err, wire.Busy):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(usageLook):
		}
	}
	return nil, nil //nolint:nilnil // that nobody knows is an answer
}

// usageWait is how long the usage is waited for, which only completes a hint.
const usageWait = 5 * time.Second

// askUsage asks what the account uses, for the hint about err.
func (a *app) askUsage(s *session.Session, err error) {
	if !errors.Is(err, wire.QuotaExceeded) || a.used != (wire.UsageReply{}) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), usageWait)
	defer cancel()
	said, err := s.Client().Usage(ctx)
	if err == nil {
		a.used = said
	}
}
