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

// Login starts a session. Other connections can join it with the token in the reply.
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

// Join adds this connection to the session that a Login on another connection started.
func (c *Client) Join(ctx context.Context, token wire.Token) (wire.SessionReply, error) {
	if err := checkToken(token); err != nil {
		return wire.SessionReply{}, wire.Errorf(wire.Unauthenticated, "the saved login is damaged: log in again")
	}
	return ask(ctx, c, wire.Join, "", wire.JoinArgs{Token: token}, c.entered)
}

// entered handles a successful login. The reader calls it before it reads the next frame,
// which may already be longer than before the login.
func (c *Client) entered(r *wire.SessionReply) error {
	if err := checkUser(r.User); err != nil {
		return err
	}
	c.raiseFrameLimit()
	return nil
}

// Logout ends the session on all its connections.
func (c *Client) Logout(ctx context.Context) error {
	_, err := ask[wire.Empty](ctx, c, wire.Logout, "", wire.Empty{}, nil)
	return err
}

// LogoutEverywhere ends all sessions of the account, including this one.
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

// Usage returns the space that the account uses.
func (c *Client) Usage(ctx context.Context) (wire.UsageReply, error) {
	return ask(ctx, c, wire.Usage, "", wire.Empty{}, checkUsage)
}

// checkTexts refuses texts that are not valid UTF-8. JSON encoding would silently replace
// their invalid bytes, which makes another password.
func checkTexts(texts ...string) error {
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return wire.Errorf(wire.Invalid, "the name or the password is not valid UTF-8")
		}
	}
	return nil
}

// checkUser checks that user is a valid name, as of a file.
func checkUser(user string) error {
	if _, err := wire.ParseName(user); err != nil {
		return violation("it names no user")
	}
	return nil
}

// checkToken checks that a token has 64 lower-case hexadecimal digits. Its error does not
// contain the token.
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
