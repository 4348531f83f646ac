package tui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"wangpan/daemon/daemontest"
	"wangpan/tui/draft"
	"wangpan/tui/locale"
	"wangpan/tui/session"
	"wangpan/tui/suspend"
	"wangpan/wire"
	"wangpan/wire/client"
)

// childState is the environment variable that makes this test program show the
// screen instead of running tests: the state folder of the client. childServer
// names the server, childLang the language; childEmbedded and childKey are
// where the embedded drive is and what its key's fingerprint is.
const (
	childState    = "WANGPAN_TEST_STATE"
	childServer   = "WANGPAN_TEST_SERVER"
	childLang     = "WANGPAN_TEST_LANG"
	childEmbedded = "WANGPAN_TEST_EMBEDDED"
	childKey      = "WANGPAN_TEST_KEY"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC                        // recorded screens show dates
	retry.Random = func() float64 { return 0.5 } // and waits
	if state := os.Getenv(childState); state != "" {
		os.Exit(child(state))
	}
	// teatest waits for an interrupt in a goroutine that it never ends.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/charmbracelet/x/exp/teatest/v2.NewTestModel.func2"))
}

// child is the client on the terminal that a test gave it.
func child(state string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	ctx, stopInterrupt := suspend.NotifyInterrupt(ctx)
	defer stopInterrupt()
	keeper, err := session.Open(state)
	if err == nil {
		dialer := &session.Dialer{Keeper: keeper, Name: "test", Embedded: func(context.Context) (session.EmbeddedDrive, error) {
			return session.EmbeddedDrive{Addr: os.Getenv(childEmbedded), Fingerprint: os.Getenv(childKey)}, nil
		}}
		err = Run(ctx, Options{
			Dialer: dialer, Keeper: keeper, Locale: locale.New(os.Getenv(childLang)),
			Server: os.Getenv(childServer), Env: os.Environ(), Journal: filepath.Join(state, "transfers"),
		})
	}
	if errors.Is(err, context.Canceled) {
		return 130
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// place is a real server with an account on it, and a client's folders.
type place struct {
	*daemontest.Server
	state     string // the client's state folder
	drive     string // where the account's files are on the server's disk
	downloads string
	keeper    *session.Keeper
	cwd       string    // where the client is started; blank: here
	cmd       *exec.Cmd // the client shown last
}

const (
	testUser     = "alice"
	testPassword = "correct horse 9"
)

// newPlace starts a server. The client has a session stored for it, under its
// address and, since that is another one in each run, as the embedded drive.
func newPlace(tb testing.TB) *place {
	tb.Helper()
	p := &place{Server: daemontest.Start(tb), state: tb.TempDir(), downloads: tb.TempDir()}
	p.drive = filepath.Join(p.Dir, "drives", testUser)
	var err error
	if p.keeper, err = session.Open(p.state); err != nil {
		tb.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: p.keeper, Name: "test", TrustNew: true}
	s, err := dialer.Register(tb.Context(), p.Addr, testUser, testPassword, "")
	if err != nil {
		tb.Fatal(err)
	}
	choose := func(s *settings) { s.DownloadDir = p.downloads }
	token := p.enter(tb)
	for _, err := range []error{
		s.Remember(p.keeper), p.keeper.SaveToken(session.Embedded, testUser, token), s.Close(), p.keeper.Change(choose),
	} {
		if err != nil {
			tb.Fatal(err)
		}
	}
	return p
}

// dial makes a connection that ends with the test.
func (p *place) dial(tb testing.TB) *client.Client {
	tb.Helper()
	c, err := client.Dial(tb.Context(), p.Addr, client.Options{Name: "test", Trust: func(context.Context, string, string) error { return nil }})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// enter begins another session and returns its token.
func (p *place) enter(tb testing.TB) wire.Token {
	tb.Helper()
	c := p.dial(tb)
	defer c.Close()
	reply, err := c.Login(tb.Context(), testUser, testPassword)
	if err != nil {
		tb.Fatal(err)
	}
	return reply.Token
}

// through makes another address of the server as known to the client as its
// own.
func (p *place) through(t *testing.T, addr string) string {
	t.Helper()
	if err := p.keeper.Pin(addr, p.Fingerprint); err != nil {
		t.Fatal(err)
	}
	if err := p.keeper.SaveToken(addr, testUser, p.enter(t)); err != nil {
		t.Fatal(err)
	}
	return addr
}

// put lays a file into the account's drive, as an administrator might.
func (p *place) put(t *testing.T, name string, size int) {
	t.Helper()
	path := filepath.Join(p.drive, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(i * 7 >> 3)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, noon, noon); err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// store uploads a short file whole, and returns its version.
func store(ctx context.Context, c *client.Client, at wire.Path, content []byte, on wire.Precondition) (wire.Version, error) {
	id := wire.UploadID(wire.NewKey())
	_, err := c.Put(ctx, wire.PutArgs{Upload: id, Path: at, Size: int64(len(content)), ModTime: noon, Precondition: on}, bytes.NewReader(content))
	if err != nil {
		return "", err
	}
	reply, err := c.Commit(ctx, wire.CommitArgs{Upload: id, Digest: draft.Sum(content), Precondition: on})
	return reply.Entry.Version, err
}
