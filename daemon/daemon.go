// Package daemon is the server of wangpan as a library: it speaks the protocol
// of package wire, keeps the files in package daemon/storage, and asks an
// [Accounts] who may come in. [New] makes one, [Daemon.Serve] runs it on a
// listener, [Daemon.Shutdown] ends it.
//
// Where to find what: registry.go decides which connections are admitted, drop.go
// which unauthenticated ones make room, linger.go ends one that is told why.
// A connection's life is in connection.go (one goroutine reads frames, one answers
// the requests in the queue of pending.go in order), what TLS reads from it in
// records.go, logging in and what outlives a
// connection in session.go and throttle.go, the flat switch over the requests
// in handle.go and the handlers, by family, in handle_account.go,
// handle_files.go, handle_upload.go and handle_trash.go. keyed.go carries out
// requests with a key once. refuse.go maps causes to codes, and
// sightings.go tells the Accounts what their owners do.
package daemon

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"wangpan/daemon/answers"
	"wangpan/daemon/clock"
	"wangpan/daemon/storage"
	"wangpan/wire"
)

// Accounts is what the daemon needs of an account store. Errors that a user may
// cause have a method Code() string with one of the protocol's codes, and their
// text is a sentence for that user; any other error is internal. A method
// Reason() string may return one of the protocol's reasons why an account
// cannot be used.
type Accounts interface {
	// RegisterInvited makes an account, when everybody may or the invitation
	// is right, and returns its name as the store keeps it.
	RegisterInvited(ctx context.Context, name, password, invitation string) (account string, err error)
	// Authenticate returns the account that name and password open. An unknown
	// name and a wrong password must be indistinguishable, also by the time
	// they take; that an account is disabled is said for the right password only.
	Authenticate(ctx context.Context, name, password string) (account string, err error)
	// ChangePassword replaces the password old.
	ChangePassword(ctx context.Context, account, old, replacement string) error
	// Folder returns the name of the account's folder, or an error that says
	// why the account may not be used (any more).
	Folder(account string) (string, error)
	// Quota returns how many bytes the account may store; 0 is no limit.
	Quota(account string) (int64, error)
	// EntryLimit returns how many entries the account may have; 0 is no limit.
	EntryLimit(account string) (int64, error)
	// Seen is told what the account takes and, unless login is the zero time,
	// when its owner logged in.
	Seen(account string, usedBytes, files, entries int64, login time.Time)
	// Ended tells of accounts whose sessions must end now.
	Ended() <-chan string
}

// Config is what a Daemon is made of.
type Config struct {
	Dir          string            // the data folder; whoever opened the Accounts owns it
	Accounts     Accounts          // required
	Log          *slog.Logger      // nil: slog.Default
	Name         string            // program and version, shown in welcome
	Registration wire.Registration // as Accounts decides it; "" means open
	Plain        bool              // no TLS: for tests and loopback only
	Limits       Limits            // zero fields take the defaults
	Reserve      int64             // bytes of the disk that uploads and copies leave free
	Clock        clock.Source      // zero: the clocks of the operating system
}

// ErrServerClosed is what Serve returns after Shutdown.
var ErrServerClosed = errors.New("daemon: server closed")

// Daemon serves the drives of one data folder.
type Daemon struct {
	config      Config
	log         *slog.Logger
	limits      Limits
	store       storage.Store
	tls         *tls.Config // nil when plain
	fingerprint string
	sessions    *sessions
	throttle    *throttle
	hashes      hashQueue
	sightings   *sightings
	answers     *answers.Book
	clock       *clock.Guard // what everything that expires is compared with

	refusedLog *summaryLog // connections over a limit
	acceptLog  *summaryLog // errors of Accept
	filesLog   *summaryLog // requests that found too many files open
	guessLogs  *guessLogs

	bodies *wire.Budget // memory of bodies in flight
	turns  *turns       // of heavy requests

	ctx    context.Context // ends when the daemon goes down
	cancel context.CancelFunc
	wg     sync.WaitGroup // connections, the watcher of ended accounts, and who tells of sightings

	registry *registry // the connections

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
}

// DefaultReserve is a good Config.Reserve: more than the account book, the
// sessions and the records of the trash grow before somebody has made room, and
// than uploads side by side write, a MiB each, before they ask again.
const DefaultReserve = 64 << 20

// DefaultEntries is how many files, folders, items of the trash and staged uploads
// an account may have by default: more than people make, and few enough that one account does
// not take all inodes of a disk.
const DefaultEntries = 1_000_000

// New opens the data folder, making what is not there yet: the server's key
// (0600), the folders of the drives and of unfinished uploads, the sessions.
func New(c Config) (*Daemon, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Registration == "" {
		c.Registration = wire.RegistrationOpen
	}
	store, err := storage.Open(c.Dir, c.Log)
	if err != nil {
		return nil, fmt.Errorf("open the drives: %w", err)
	}
	store.KeepFree(c.Reserve)
	if c.Clock.Wall == nil {
		c.Clock = clock.System()
	}
	guard, err := clock.Open(filepath.Join(c.Dir, clockName), writeFile, c.Clock, c.Log)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the newest time seen: %w", err), store.Close())
	}
	store.UseClock(guard)
	d := &Daemon{
		config:    c,
		log:       c.Log,
		limits:    c.Limits.withDefaults(),
		store:     store,
		throttle:  newThrottle(),
		sightings: newSightings(),
		answers:   answers.Open(filepath.Join(c.Dir, "answers"), guard, c.Log),
		clock:     guard,
		bodies:    wire.NewBudget(bodyMemory),
		turns:     newTurns(),
		listeners: map[net.Listener]struct{}{},
		registry:  newRegistry(c.Limits.withDefaults()),

		refusedLog: newSummaryLog(c.Log, slog.LevelWarn, "connection refused"),
		acceptLog:  newSummaryLog(c.Log, slog.LevelError, "accept a connection"),
		filesLog:   newSummaryLog(c.Log, slog.LevelError, "request refused: too many open files"),
		guessLogs:  newGuessLogs(c.Log),
	}
	if d.sessions, err = openSessions(c.Dir, guard); err != nil {
		return nil, errors.Join(fmt.Errorf("open the sessions: %w", err), store.Close())
	}
	if !c.Plain {
		cert, err := loadKey(c.Dir)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("load the server's key: %w", err), store.Close())
		}
		d.fingerprint = wire.Fingerprint(cert.Leaf.RawSubjectPublicKeyInfo)
		d.tls = &tls.Config{
			Certificates: []tls.Certificate{cert},
			MinVersion:   tls.VersionTLS13,
			NextProtos:   []string{wire.ALPN},
		}
	}
	d.begin()
	return d, nil
}

// begin starts what runs beside the connections.
func (d *Daemon) begin() {
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.wg.Go(d.watchAccounts)
	d.wg.Go(d.tellAccounts)
	d.wg.Go(d.releaseMemory)
	d.wg.Go(d.saveClock)
}

// clockName is the file of the newest time seen in the data folder.
const clockName = "clock.json"

// saveClock keeps the newest time seen until the daemon goes down.
func (d *Daemon) saveClock() {
	tick := time.NewTicker(clock.SaveEvery)
	defer tick.Stop()
	for ended := false; !ended; {
		select {
		case <-d.ctx.Done():
			ended = true
		case <-tick.C:
		}
		if err := d.clock.Save(); err != nil {
			d.log.Error("save the newest time seen", "error", err)
		}
	}
}

// Fingerprint names the server's public key for people; "" when plain.
func (d *Daemon) Fingerprint() string { return d.fingerprint }

// Damaged is how often, since the start, a file was not what its digest says.
func (d *Daemon) Damaged() int64 { return d.store.Damaged() }

// watchAccounts ends the sessions of accounts that may not go on.
func (d *Daemon) watchAccounts() {
	for {
		select {
		case <-d.ctx.Done():
			return
		case account, ok := <-d.config.Accounts.Ended():
			if !ok {
				return
			}
			why := d.reasonOf(account)
			d.log.Info("sessions ended by the account book", "account", account, "reason", string(why))
			if err := d.endSessions(account, why, ""); err != nil {
				d.log.Error("save the sessions", "error", err)
			}
		}
	}
}

// Serve accepts connections until Shutdown, and returns ErrServerClosed then.
// It may be called for several listeners and closes each that it was given.
func (d *Daemon) Serve(l net.Listener) error {
	defer func() { _ = l.Close() }()
	if !d.track(l) {
		return ErrServerClosed
	}
	var spare spareFile
	defer spare.close()
	pause := time.Duration(0)
	for {
		spare.open()
		raw, err := l.Accept()
		if err == nil {
			pause = 0
			d.admit(raw, nil)
			continue
		}
		if d.ctx.Err() != nil {
			return ErrServerClosed
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		d.acceptLog.add("", "error", err)
		if outOfFiles(err) && d.acceptOnSpare(l, &spare) {
			continue
		}
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		select {
		case <-time.After(pause):
		case <-d.ctx.Done():
		}
	}
}

func (d *Daemon) track(l net.Listener) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing {
		return false
	}
	d.listeners[l] = struct{}{}
	return true
}

// admit begins to serve a connection. With a reason it is served only to be told
// why it is refused. The channel is closed when it has ended.
func (d *Daemon) admit(raw net.Conn, reason *wire.Error) <-chan struct{} {
	ended := make(chan struct{})
	watchPeer(raw)
	c := newConnection(d, raw)
	if !d.registry.admit(c, reason) {
		_ = raw.Close()
		close(ended)
		return ended
	}
	d.wg.Go(func() {
		defer close(ended)
		c.serve()
	})
	runtime.Gosched() // it may read what has come before the next one takes its place
	return ended
}

// Connections returns the number of open connections.
func (d *Daemon) Connections() int {
	d.registry.mu.Lock()
	defer d.registry.mu.Unlock()
	return len(d.registry.all)
}

// Shutdown stops accepting, tells every client that the server goes down, lets
// the requests at work finish until ctx ends, closes what is left, and returns
// when all is saved. Bodies are cut short; what of an upload arrived is kept.
func (d *Daemon) Shutdown(ctx context.Context) error {
	d.mu.Lock()
	if d.closing {
		d.mu.Unlock()
		return ErrServerClosed
	}
	d.closing = true
	d.cancel() // before the listeners close, so that Serve knows why
	for l := range d.listeners {
		_ = l.Close()
	}
	d.mu.Unlock()
	open := d.registry.close()
	var farewells sync.WaitGroup
	for _, c := range open {
		farewells.Go(c.goDown)
	}
	done := make(chan struct{})
	go func() { d.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		for _, c := range open {
			c.cancel()
			_ = c.conn.Close()
		}
		<-done
	}
	farewells.Wait()
	d.refusedLog.summarize()
	d.acceptLog.summarize()
	d.filesLog.summarize()
	d.guessLogs.summarize()
	d.tellLast()
	return errors.Join(d.sessions.close(), d.store.Close())
}
