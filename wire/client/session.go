package client

import (
	"context"
	"unicode/utf8"

	"wangpan/wire"
)

// Register makes an account. It does not log in.
func (c *Client) Register(ctx context.Context, args wire.RegisterArgs) (wire.RegisterReply, error) {
	if err := checkTexts(args.User, args.Password, args.Invitation); err != nil {
		return wire.RegisterReply{}, err
	}
	return ask(ctx, c, wire.Register, "", args, func(r *wire.RegisterReply) error { return checkUser(r.User) })
}

// Login begins a session. With its token other connections can join.
func (c *Client) Login(ctx context.Context, user, password string) (wire.SessionReply, error) {
	if err := checkTexts(user, password); err != nil {
		return wire.SessionReply{}, err
	}
	return ask(ctx, c, wire.Login, "", wire.LoginArgs{User: user, Password: password}, func(r *wire.SessionReply) error {
		if err := checkToken(r.Token); err != nil {
			return err
		}
		return c.entered(r)
	})
}

// Join puts this connection into the session that a Login began elsewhere.
func (c *Client) Join(ctx context.Context, token wire.Token) (wire.SessionReply, error) {
	if err := checkToken(token); err != nil {
		return wire.SessionReply{}, wire.Errorf(wire.Unauthenticated, "the saved login is damaged: log in again")
	}
	return ask(ctx, c, wire.Join, "", wire.JoinArgs{Token: token}, c.entered)
}

// entered is run by the reader before it reads on, so that the next frame may
// already be a long one.
func (c *Client) entered(r *wire.SessionReply) error {
	if err := checkUser(r.User); err != nil {
		return err
	}
	c.lift()
	return nil
}

// Logout ends the session, also for its other connections.
func (c *Client) Logout(ctx context.Context) error {
	_, err := ask[wire.Empty](ctx, c, wire.Logout, "", wire.Empty{}, nil)
	return err
}

// LogoutEverywhere ends every session of the account, this one too.
func (c *Client) LogoutEverywhere(ctx context.Context) error {
	_, err := ask[wire.Empty](ctx, c, wire.Logout, "", wire.LogoutArgs{Everywhere: true}, nil)
	return err
}

// Password changes the account's password and ends its other sessions.
func (c *Client) Password(ctx context.Context, old, replacement string) error {
	if err := checkTexts(old, replacement); err != nil {
		return err
	}
	_, err := ask[wire.Empty](ctx, c, wire.Password, "", wire.PasswordArgs{Old: old, New: replacement}, nil)
	return err
}

// Usage asks what the account takes.
func (c *Client) Usage(ctx context.Context) (wire.UsageReply, error) {
	return ask(ctx, c, wire.Usage, "", wire.Empty{}, checkUsage)
}

// checkTexts refuses what JSON would change in silence: a password with
// replaced bytes would be another password.
func checkTexts(texts ...string) error {
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return wire.Errorf(wire.Invalid, "the name or the password is not valid UTF-8")
		}
	}
	return nil
}

// checkUser demands a name that could be one of a folder, as accounts have.
func checkUser(user string) error {
	if _, err := wire.ParseName(user); err != nil {
		return violation("it names no user")
	}
	return nil
}

// checkToken demands 64 lower-case hexadecimal digits. Its error does not repeat them.
func checkToken(token wire.Token) error {
	if len(token) != 64 {
		return violation("a token has not 64 digits")
	}
	for _, c := range []byte(token) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return violation("a token holds what is no hexadecimal digit")
		}
	}
	return nil
}
