package daemon

import (
	"context"
	"errors"
	"time"

	"wangpan/wire"
)

func (c *connection) hello(_ context.Context, args *wire.HelloArgs) (answered, error) {
	version, err := args.Choose()
	if err != nil {
		return answered{}, err
	}
	c.greeted = true
	return reply(wire.Welcome{
		Magic:        wire.Magic,
		Version:      version,
		Server:       c.d.config.Name,
		Registration: c.d.config.Registration,
		Limits:       c.d.limits.announce(),
		Features:     []string{string(wire.Copy), string(wire.Search), string(wire.Count), string(wire.Watch), string(wire.Progress), wire.FeatureKeys, wire.FeatureExecutable},
	}, nil)
}

func (c *connection) register(ctx context.Context, args *wire.RegisterArgs) (answered, error) {
	if c.d.config.Registration == wire.RegistrationClosed {
		return answered{}, wire.Errorf(wire.Denied, "this server takes no new accounts by itself: ask its administrator for one")
	}
	account, err := c.registerInvited(ctx, args)
	if err != nil {
		return answered{}, err
	}
	if err := c.d.makeDrive(account); err != nil {
		return answered{}, err // the account stands, and the next login makes it
	}
	c.d.log.Info("account registered", "account", account, "address", c.address)
	return reply(wire.RegisterReply{User: account}, nil)
}

func (c *connection) login(ctx context.Context, args *wire.LoginArgs) (answered, error) {
	if c.session.Load() != nil {
		return answered{}, wire.Errorf(wire.Invalid, "this connection is logged in already")
	}
	var account string
	checked := c.d.sessions.checkpoint()
	err := c.hashed(ctx, c.passwordAttempt(args.User, func() (err error) {
		account, err = c.d.config.Accounts.Authenticate(ctx, args.User, args.Password)
		return err
	}))
	if err != nil {
		c.noteRefused(c.d.guessLogs.login, args.User, err)
		return answered{}, err
	}
	folder, err := c.d.config.Accounts.Folder(account)
	if err != nil {
		return answered{}, err
	}
	began, token, err := c.d.sessions.begin(account, folder, c.address, checked)
	if began == nil {
		return answered{}, err
	}
	if err != nil {
		c.d.log.Error("save the sessions: this one ends with the daemon", "account", account, "error", err)
	}
	if err := c.enter(began); err != nil {
		return answered{}, err
	}
	c.d.sightings.note(account, time.Now())
	c.d.log.Info("logged in", "account", account, "address", c.address)
	return reply(wire.SessionReply{User: account, Token: token, Expires: began.Expires}, nil)
}

func (c *connection) join(_ context.Context, args *wire.JoinArgs) (answered, error) {
	if c.session.Load() != nil {
		return answered{}, wire.Errorf(wire.Invalid, "this connection is logged in already")
	}
	found, err := c.d.sessions.find(args.Token)
	if err != nil {
		return answered{}, err
	}
	if err := c.enter(found); err != nil {
		return answered{}, err
	}
	return reply(wire.SessionReply{User: found.Account, Expires: found.Expires}, nil)
}

// registerInvited slows down whoever guesses at an invitation, as it does with
// passwords.
func (c *connection) registerInvited(ctx context.Context, args *wire.RegisterArgs) (account string, err error) {
	invited := c.d.config.Registration == wire.RegistrationInvitation
	a := attempt{
		lane: func() (hashLane, error) {
			if invited {
				return c.d.throttle.allow(c.address, invitations, false, time.Now())
			}
			return c.d.throttle.register(c.address, time.Now())
		},
		hash: func() (err error) {
			account, err = c.d.config.Accounts.RegisterInvited(ctx, args.User, args.Password, args.Invitation)
			return err
		},
		failed:  func(err error) bool { return invited && refusalOf(err).Code == wire.Denied },
		guessed: invitations,
		user:    args.User,
	}
	if err := c.hashed(ctx, a); err != nil {
		c.noteRefused(c.d.guessLogs.register, args.User, err)
		return "", err
	}
	c.d.throttle.registered(c.address, time.Now())
	if err := c.d.sessions.used(account, c.address); err != nil {
		c.d.log.Error("save the address of a new account", "account", account, "error", err)
	}
	return account, nil
}

// makeDrive makes the folder of a new account.
func (d *Daemon) makeDrive(account string) error {
	folder, err := d.config.Accounts.Folder(account)
	if err != nil {
		return err
	}
	drive, err := d.store.Drive(folder)
	if err != nil {
		return err
	}
	return drive.Close()
}

// enter puts the connection into a session.
func (c *connection) enter(s *session) error {
	folder, err := c.d.config.Accounts.Folder(s.Account)
	if err != nil {
		if why := wire.ReasonOf(refusalOf(err)); why != "" {
			return sessionEnded(why)
		}
		return err
	}
	if folder != s.Folder {
		return sessionEnded(wire.ReasonRemoved) // the name is another account's now
	}
	drive, err := c.d.store.Drive(folder)
	if err != nil {
		return err
	}
	if err := c.d.registry.authenticate(c, s); err != nil {
		return errors.Join(err, drive.Close())
	}
	c.account, c.drive = s.Account, drive
	c.conn.Open(wire.MaxFrame)
	return c.conn.Until(time.Time{})
}

// authorize is called before every request of a session, which may have ended
// since: by a logout elsewhere, by its age, or by the administrator.
func (c *connection) authorize() error {
	s := c.session.Load()
	if s == nil {
		return wire.Errorf(wire.Unauthenticated, "log in first")
	}
	return c.d.sessions.check(s)
}

func (c *connection) logout(_ context.Context, args *wire.LogoutArgs) (answered, error) {
	s := c.session.Load()
	why := wire.ReasonLoggedOut
	if args.Everywhere {
		why = wire.ReasonLoggedOutEverywhere
	}
	ends := func(one *session) bool { return args.Everywhere || one.Key == s.Key }
	err := c.d.sessions.end(s.Account, why, args.Everywhere, ends)
	c.d.hangUp(s.Account, why, func(other *connection, o *session) bool { return other != c && ends(o) })
	return answered{reply: wire.Empty{}, last: true}, err
}

// usageWait is how long a first count is waited for.
const usageWait = 250 * time.Millisecond

func (c *connection) usage(ctx context.Context, _ *wire.Empty) (answered, error) {
	quota, err := c.d.config.Accounts.Quota(c.account)
	if err != nil {
		return answered{}, err
	}
	entryLimit, err := c.d.config.Accounts.EntryLimit(c.account)
	if err != nil {
		return answered{}, err
	}
	// Other requests on this connection wait for the answer.
	counting, cancel := context.WithTimeout(ctx, usageWait)
	defer cancel()
	taken, err := c.drive.Usage(counting)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = wire.Errorf(wire.Busy, "what this account takes is still being counted: ask again soon")
	}
	if err != nil {
		return answered{}, err
	}
	free := taken.Free
	if quota > 0 {
		free = min(free, max(quota-taken.Used-taken.Staged-taken.Trash, 0))
	}
	return reply(wire.UsageReply{
		Used: taken.Used, Staged: taken.Staged, Trash: taken.Trash, Files: taken.Files,
		Quota: min(quota, wire.MaxSize), Free: free,
		Entries: taken.Entries, EntryLimit: entryLimit,
	}, nil)
}

func (c *connection) password(ctx context.Context, args *wire.PasswordArgs) (answered, error) {
	err := c.hashed(ctx, c.passwordAttempt(c.account, func() error {
		return c.d.config.Accounts.ChangePassword(ctx, c.account, args.Old, args.New)
	}))
	if err != nil {
		c.noteRefused(c.d.guessLogs.password, c.account, err)
		if refusalOf(err).Code == wire.Unauthenticated { // the session is good, only the old password is not
			err = wire.Errorf(wire.Denied, "the old password is wrong")
		}
		return answered{}, err
	}
	c.d.log.Info("password changed", "account", c.account, "address", c.address)
	return reply(wire.Empty{}, c.d.endSessions(c.account, wire.ReasonPasswordChanged, c.session.Load().Key))
}

// noteRefused logs that a login, a registration or a change of a password was
// refused. Of many in a short time only the first are logged one by one.
func (c *connection) noteRefused(log *summaryLog, user string, err error) {
	refusal := refusalOf(err)
	if refusal.Code == wire.Internal || ctxEnded(err) {
		return // logged with its id, or nobody waits for the answer
	}
	log.add(c.address, "account", loggable(user), "code", string(refusal.Code), "reason", refusal.Text)
}
