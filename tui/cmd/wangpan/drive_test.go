package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	err = s.Remember(keeper)
	return s, err
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

func (d *drive) partial(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0]) + ".wangpan-part"
	record := fmt.Sprintf(`{"format":2,"origin":"%s %s","path":%q,"name":%q,"version":"v","size":%d,"mtime":"2026-11-20T12:00:00Z"}`+"\n",
		d.session.Fingerprint, d.session.User, args[1], filepath.Base(args[0]), number(ts, args[2]))
	ts.Check(os.WriteFile(path, make([]byte, number(ts, args[3])), 0o600))
	ts.Check(os.WriteFile(path+".json", []byte(record), 0o600))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errCut }

// oddNames are names that people have, and that break programs.
var oddNames = []string{
	"-rf", "a b", " lead", "dot.", ".hidden", "论文 终稿", "👨‍👩‍👧", "quote's", `back\\slash`, "star*", "$HOME", "per%cent", "résumé", "~", "nothing",
}

// forest makes a tree of so many small files with such names in folders with
// such names, one of which is empty.
func forest(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Join(dir, "empty"), 0o700))
	for i := range int(number(ts, args[1])) {
		folder := filepath.Join(dir, oddNames[i%len(oddNames)], oddNames[i/len(oddNames)%3])
		ts.Check(os.MkdirAll(folder, 0o700))
		name := fmt.Sprint(oddNames[i/7%len(oddNames)], i)
		ts.Check(os.WriteFile(filepath.Join(folder, name), bytes.Repeat([]byte{byte(i)}, i*i), 0o600))
	}
}

// sameTrees demands that two folders hold the same files with the same content.
func sameTrees(ts *testscript.TestScript, _ bool, args []string) {
	one, other := contents(ts, args[0]), contents(ts, args[1])
	for name, content := range one {
		if got, there := other[name]; !there || got != content {
			ts.Fatalf("%s differs, or is missing in %s", name, args[1])
		}
	}
	if len(one) != len(other) || len(one) < 2 {
		ts.Fatalf("%s has %d things, %s has %d", args[0], len(one), args[1], len(other))
	}
}

func contents(ts *testscript.TestScript, dir string) map[string]string {
	all := make(map[string]string)
	root := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if err != nil || e.IsDir() {
			all[name] = "a folder"
			return err
		}
		content, err := os.ReadFile(path)
		all[name] = string(content)
		return err
	}))
	return all
}
