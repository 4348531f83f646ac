package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wangpan/daemon/daemontest"
	"wangpan/tui/session"
	"wangpan/wire"
)

// testPassword is in the file pw of every place.
const testPassword = "correct horse battery"

// drive is an account of a script's own on a daemon that it shares with others.
type drive struct {
	t       *testing.T
	server  *daemontest.Server
	session *session.Session
}

// users counts the drives, which makes their users' names.
var users atomic.Int64

// open makes the account and leaves its session in the script's state folder,
// as login would.
func (d *drive) open(ts *testscript.TestScript, _ bool, _ []string) {
	var err error
	d.session, err = enterNew(d.t, d.server, filepath.Join(ts.Getenv("XDG_STATE_HOME"), "wangpan"))
	ts.Check(err)
	ts.Setenv("WANGPAN_SERVER", d.server.Addr)
	ts.Setenv("WANGPAN_USER", d.session.User)
}

// enterNew makes an account, logs in and remembers that in a state folder.
func enterNew(t *testing.T, server *daemontest.Server, state string) (*session.Session, error) {
	t.Helper()
	keeper, err := session.Open(state)
	if err != nil {
		return nil, err
	}
	dialer := &session.Dialer{Keeper: keeper, TrustNew: true}
	s, err := dialer.Register(t.Context(), server.Addr, fmt.Sprint("user", users.Add(1)), testPassword, "")
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, s.Remember(keeper)
}

// errCut ends a body early.
var errCut = errors.New("cut")

func (d *drive) stage(ts *testscript.TestScript, _ bool, args []string) {
	path, err := wire.ParsePath(args[0])
	ts.Check(err)
	_, err = d.session.Client().Put(d.t.Context(), wire.PutArgs{
		Upload: wire.UploadID(fmt.Sprintf("%032x", users.Add(1))), Path: path, Size: number(ts, args[1]),
		ModTime: time.Unix(1_700_000_000, 0), Precondition: wire.Precondition{If: wire.IfAny},
	}, io.MultiReader(bytes.NewReader(make([]byte, number(ts, args[2]))), broken{}))
	if !errors.Is(err, errCut) {
		ts.Check(fmt.Errorf("the upload was not cut: %w", err))
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errCut }

func (d *drive) byHand(ts *testscript.TestScript, _ bool, args []string) {
	dir := filepath.Join(d.server.Dir, "drives", d.session.User, filepath.FromSlash(args[0]))
	for i := range number(ts, args[1]) {
		ts.Check(os.WriteFile(filepath.Join(dir, strconv.FormatInt(i, 10)), nil, 0o600))
	}
}
