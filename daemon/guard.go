package daemon

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"wangpan/wire"
)

// attempt is a request that compares or makes a password hash.
type attempt struct {
	// lane returns where the request waits, or why it is refused now.
	lane func() (hashLane, error)
	// hash computes the hash.
	hash func() error
	// failed reports whether an error of hash is a wrong guess, which the
	// throttle counts under guessed.
	failed  func(error) bool
	guessed string
	user    string // as the client sent it
}

// hashed runs an attempt when its turn comes, so that at most hashesAtOnce run.
// The throttle is asked again then: others may have failed meanwhile.
func (c *connection) hashed(ctx context.Context, a attempt) error {
	lane, err := a.lane()
	if err != nil {
		return err
	}
	leave, err := c.d.hashes.enter(ctx, lane, c.address)
	if err != nil {
		return err
	}
	defer leave()
	if _, err := a.lane(); err != nil {
		return err
	}
	err = a.hash()
	if err != nil && a.failed(err) {
		if what := c.d.throttle.failed(c.address, a.guessed, time.Now()); what != "" {
			c.d.guessLogs.lockout.add(c.address, "account", loggable(a.user), "locked_out", what)
		}
	}
	return err
}

// passwordAttempt is an attempt with the password of the account that user names.
func (c *connection) passwordAttempt(user string, hash func() error) attempt {
	key := guessed(user)
	return attempt{
		lane: func() (hashLane, error) {
			return c.d.throttle.allow(c.address, key, c.d.sessions.returning(key, c.address), time.Now())
		},
		hash:    hash,
		failed:  func(err error) bool { return refusalOf(err).Code == wire.Unauthenticated }, // a busy server is not a wrong password
		guessed: key,
		user:    user,
	}
}

// guessed is the account that a login is aimed at, as the throttle counts it:
// short whatever was sent, and the same for all spellings of one name, which
// the accounts fold by case and width.
func guessed(user string) string {
	sum := sha256.Sum256([]byte(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(user)))))
	return string(sum[:16])
}

// guessLogs are the logs of refusals that a guesser causes.
type guessLogs struct{ login, register, password, lockout *summaryLog }

func newGuessLogs(log *slog.Logger) *guessLogs {
	warn := func(message string) *summaryLog { return newSummaryLog(log, slog.LevelWarn, message) }
	return &guessLogs{
		login: warn("login refused"), register: warn("registration refused"),
		password: warn("change of password refused"), lockout: warn("locked out after too many failures"),
	}
}

func (l *guessLogs) summarize() {
	for _, log := range []*summaryLog{l.login, l.register, l.password, l.lockout} {
		log.summarize()
	}
}

// loggedText is how much of a text that a client sent is logged, in characters.
const loggedText = 256

// loggable returns text of a client in a form that is safe in a log: control
// characters and the like are escaped, and the end of a long text is cut off.
func loggable(text string) string {
	cut := []rune(text)
	if len(cut) > loggedText {
		cut = append(cut[:loggedText], '…')
	}
	quoted := strconv.Quote(string(cut))
	return quoted[1 : len(quoted)-1]
}

// ctxEnded reports whether err is the end of a connection or of the daemon.
func ctxEnded(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
