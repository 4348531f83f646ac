package daemon

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

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
		Features:     []string{string(wire.Copy), string(wire.Search), string(wire.Count), string(wire.Watch), string(wire.Progress), wire.FeatureKeys},
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
	if err := c.d.throttle.allow(c.address, guessed(args.User), time.Now()); err != nil {
		return answered{}, err
	}
	checked := c.d.sessions.now()
	account, err := c.d.config.Accounts.Authenticate(ctx, args.User, args.Password)
	if err != nil {
		if refusalOf(err).Code == wire.Unauthenticated { // a busy server is not a wrong password
			c.d.throttle.failed(c.address, guessed(args.User), time.Now())
		}
		return answered{}, err
	}
	folder, err := c.d.config.Accounts.Folder(account)
	if err != nil {
		return answered{}, err
	}
	began, token, err := c.d.sessions.begin(account, folder, checked, time.Now())
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

// guessed is the account that a login is aimed at, as the throttle counts it:
// short whatever was sent, and the same for all spellings of one name, which
// the accounts fold by case and width.
func guessed(user string) string {
	sum := sha256.Sum256([]byte(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(user)))))
	return string(sum[:16])
}

func (c *connection) join(_ context.Context, args *wire.JoinArgs) (answered, error) {
	if c.session.Load() != nil {
		return answered{}, wire.Errorf(wire.Invalid, "this connection is logged in already")
	}
	found := c.d.sessions.find(args.Token, time.Now())
	if found == nil {
		return answered{}, errSessionEnded
	}
	if err := c.enter(found); err != nil {
		return answered{}, err
	}
	return reply(wire.SessionReply{User: found.Account, Expires: found.Expires}, nil)
}

var errSessionEnded = wire.Errorf(wire.Unauthenticated, "the session has ended: log in again")

// registerInvited slows down whoever guesses at an invitation, as it does with
// passwords.
func (c *connection) registerInvited(ctx context.Context, args *wire.RegisterArgs) (account string, err error) {
	invited := c.d.config.Registration == wire.RegistrationInvitation
	if invited {
		err = c.d.throttle.allow(c.address, invitations, time.Now())
	} else {
		err = c.d.throttle.register(c.address, time.Now())
	}
	if err != nil {
		return "", err
	}
	account, err = c.d.config.Accounts.RegisterInvited(ctx, args.User, args.Password, args.Invitation)
	switch {
	case err == nil:
		c.d.throttle.registered(c.address, time.Now())
	case invited && refusalOf(err).Code == wire.Denied:
		c.d.throttle.failed(c.address, invitations, time.Now())
	}
	return account, err
}

// invitations is what the throttle counts guesses at invitations under. No
// account is counted under it: those are hashes.
const invitations = "invitations"

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
		return err
	}
	if folder != s.Folder {
		return errSessionEnded // the name is somebody else's now
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

// authorize is asked before every request of a session: it may have ended
// since, by a logout elsewhere, by its age, or by the administrator.
func (c *connection) authorize() error {
	s := c.session.Load()
	if s == nil {
		return wire.Errorf(wire.Unauthenticated, "log in first")
	}
	if !s.Expires.After(time.Now()) || !c.d.sessions.has(s) {
		return errSessionEnded
	}
	return nil
}

func (c *connection) logout(_ context.Context, args *wire.LogoutArgs) (answered, error) {
	s := c.session.Load()
	ends := func(one *session) bool { return args.Everywhere || one.Key == s.Key }
	err := c.d.sessions.end(s.Account, args.Everywhere, ends)
	c.d.hangUp(s.Account, func(other *connection, o *session) bool { return other != c && ends(o) })
	return answered{reply: wire.Empty{}, last: true}, err
}

// usageWait is how long a first count is waited for.
const usageWait = 250 * time.Millisecond

func (c *connection) usage(ctx context.Context, _ *wire.Empty) (answered, error) {
	quota, err := c.d.config.Accounts.Quota(c.account)
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
		Entries: taken.Entries, EntryLimit: max(c.d.config.Entries, 0),
	}, nil)
}

func (c *connection) password(ctx context.Context, args *wire.PasswordArgs) (answered, error) {
	if err := c.d.throttle.allow(c.address, guessed(c.account), time.Now()); err != nil {
		return answered{}, err
	}
	if err := c.d.config.Accounts.ChangePassword(ctx, c.account, args.Old, args.New); err != nil {
		code := refusalOf(err).Code
		if code == wire.Unauthenticated || code == wire.Denied {
			c.d.throttle.failed(c.address, guessed(c.account), time.Now())
		}
		if code == wire.Unauthenticated { // the session is good, only the old password is not
			err = wire.Errorf(wire.Denied, "the old password is wrong")
		}
		return answered{}, err
	}
	return reply(wire.Empty{}, c.d.endSessions(c.account, c.session.Load().Key))
}
