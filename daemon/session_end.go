package daemon

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"wangpan/daemon/clock"
	"wangpan/wire"
)

// endSentences say for each reason why a session has ended.
var endSentences = map[wire.Reason]string{
	wire.ReasonDisabled:            "this account is disabled: ask the administrator of this server",
	wire.ReasonRemoved:             "this account was removed: ask the administrator of this server",
	wire.ReasonPasswordChanged:     "the session has ended because the password was changed: log in with the new one",
	wire.ReasonLoggedOut:           "the session has ended by a logout: log in again",
	wire.ReasonLoggedOutEverywhere: "the session has ended by a logout everywhere: log in again",
	wire.ReasonExpired:             "the session has expired: log in again",
	wire.ReasonReplaced:            "the session has ended because of many later logins: log in again",
}

var errSessionEnded = wire.Errorf(wire.Unauthenticated, "the session has ended: log in again")

// sessionEnded is the refusal of a session that has ended for a reason.
func sessionEnded(why wire.Reason) *wire.Error {
	sentence, ok := endSentences[why]
	if !ok {
		return errSessionEnded
	}
	refusal := wire.Errorf(wire.Unauthenticated, "%s", sentence)
	refusal.Reason = why
	return refusal
}

// EndSessions ends the sessions of account in the data folder dir, on which no
// daemon may run: the caller has its account book open.
func EndSessions(dir, account string, why wire.Reason) error {
	guard, err := clock.Open(filepath.Join(dir, clockName), writeFile, clock.System(), slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("open the newest time seen: %w", err)
	}
	s, err := openSessions(dir, guard)
	if err == nil {
		err = s.end(account, why, true, func(*session) bool { return true })
		err = errors.Join(err, s.close())
	}
	if err != nil {
		return fmt.Errorf("end the sessions of %s: %w", account, err)
	}
	return nil
}

// reasonOf derives from the account store why the sessions of account must end.
func (d *Daemon) reasonOf(account string) wire.Reason {
	if _, err := d.config.Accounts.Folder(account); err != nil {
		return wire.ReasonOf(refusalOf(err))
	}
	return wire.ReasonPasswordChanged
}

// endSessions ends those of account but for the one with the key except, and
// closes their connections.
func (d *Daemon) endSessions(account string, why wire.Reason, except string) error {
	ends := func(s *session) bool { return s.Key != except }
	err := d.sessions.end(account, why, true, ends)
	d.hangUp(account, why, func(_ *connection, s *session) bool { return ends(s) })
	return err
}

// hangUp tells the clients of account that which selects why their session has
// ended, and ends the connections. A client that reads nothing delays no other.
func (d *Daemon) hangUp(account string, why wire.Reason, which func(*connection, *session) bool) {
	for _, c := range d.registry.ofAccount(account) {
		if which(c, c.session.Load()) {
			d.wg.Go(func() { c.dismiss(sessionEnded(why)) })
		}
	}
}

// farewellTime is how long a client may take to read why its connection ends.
const farewellTime = 2 * time.Second

// dismiss sends why the connection ends, gives up the request at work, and lets
// the reader end.
func (c *connection) dismiss(why *wire.Error) {
	late := time.AfterFunc(farewellTime, func() { _ = c.line.Close() })
	defer late.Stop()
	c.cancel()
	_ = c.conn.WriteLast(wire.KindMessage, wire.Reply{Error: why})
	_ = c.conn.Until(time.Now())
}
