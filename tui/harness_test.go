package tui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"wangpan/daemon/daemontest"
	"wangpan/tui/locale"
	"wangpan/tui/session"
)

// childState is the environment variable that makes this test program show the
// screen instead of running tests: the state folder of the client. childServer
// names the server, childLang the language.
const (
	childState  = "WANGPAN_TEST_STATE"
	childServer = "WANGPAN_TEST_SERVER"
	childLang   = "WANGPAN_TEST_LANG"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // recorded screens show dates
	if state := os.Getenv(childState); state != "" {
		os.Exit(child(state))
	}
	goleak.VerifyTestMain(m)
}

// child is the client on the terminal that a test gave it.
func child(state string) int {
	keeper, err := session.Open(state)
	if err == nil {
		err = Run(context.Background(), Options{
			Dialer: &session.Dialer{Keeper: keeper, Name: "test"}, Keeper: keeper,
			Locale: locale.New(os.Getenv(childLang)), Server: os.Getenv(childServer), Env: os.Environ(),
		})
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
}

const (
	testUser     = "alice"
	testPassword = "correct horse 9"
)

// newPlace starts a server. The client has been there before: its key is
// pinned, and with login there is a stored session too.
func newPlace(t *testing.T, login bool) *place {
	t.Helper()
	p := &place{Server: daemontest.Start(t), state: t.TempDir(), downloads: t.TempDir()}
	p.drive = filepath.Join(p.Dir, "drives", testUser)
	var err error
	if p.keeper, err = session.Open(p.state); err != nil {
		t.Fatal(err)
	}
	dialer := &session.Dialer{Keeper: p.keeper, Name: "test", TrustNew: true}
	s, err := dialer.Register(t.Context(), p.Addr, testUser, testPassword, "")
	if err != nil {
		t.Fatal(err)
	}
	if login {
		if err := s.Remember(p.keeper); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	settings := p.keeper.Settings()
	settings.DownloadDir = p.downloads
	if err := p.keeper.Save(settings); err != nil {
		t.Fatal(err)
	}
	return p
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
