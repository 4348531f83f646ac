package main

import (
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"wangpan/daemon/daemontest"
)

// The scripts run the real commands, each in a process of its own, against the
// real daemon. Beside testscript's own commands they have:
//
//	drive                a drive that is empty and logged in to, on a daemon that
//	                     all scripts share; for those that are not about that
//	partial FILE PATH SIZE N  leaves what an interrupted download of PATH to FILE does, N bytes of it
//	stage PATH SIZE N    stages N bytes of an upload to the drive, and no more
//	forest DIR N         makes a tree of N files with odd names
//	same DIR DIR         demands that two trees are equal
//	server               starts a daemon; SERVER and FINGERPRINT tell of it
//	server stop|start    stops it, and starts it again at the same address
//	http                 starts a web server at HTTP
//	exits CODE CMD…      runs CMD and demands that exit code
//	random FILE SIZE     makes a file of bytes that look random, the same each time
//	cut FILE SIZE        cuts a file to so many bytes
//	flip FILE OFFSET     changes one bit
//	replace OLD NEW FILE replaces text in a file
//	modes DIR            demands that all below is private
func TestMain(m *testing.M) {
	testscript.Main(tested{m}, map[string]func(){"wangpan": main})
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no scripts: %v", err)
	}
	shared := daemontest.Start(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runScript(t, file, shared)
		})
	}
}

func runScript(t *testing.T, file string, shared *daemontest.Server) {
	t.Helper()
	var server *daemontest.Server
	d := &drive{t: t, server: shared}
	testscript.Run(t, testscript.Params{
		Files:               []string{file},
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			for name, folder := range map[string]string{
				"HOME": "home", "XDG_STATE_HOME": "state", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config",
			} {
				env.Setenv(name, filepath.Join(env.WorkDir, folder))
			}
			env.Setenv("LC_ALL", "en_US.UTF-8")
			env.Setenv("ESCAPE", "\x1b[2J")
			env.Setenv(driveIdleName, "30s")
			env.Defer(func() {
				locks, err := filepath.Glob(filepath.Join(env.WorkDir, "*", driveLock))
				inData, _ := filepath.Glob(filepath.Join(env.WorkDir, "*", "*", driveLock))
				if err != nil {
					t.Error(err)
				}
				for _, lock := range append(locks, inData...) {
					stopDrive(t, filepath.Dir(lock))
				}
			})
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": func(ts *testscript.TestScript, _ bool, args []string) {
				switch {
				case len(args) == 0:
					server = daemontest.Start(t)
					ts.Setenv("SERVER", server.Addr)
					ts.Setenv("FINGERPRINT", server.Fingerprint)
				case args[0] == "stop":
					server.Stop()
				case args[0] == "start":
					server.Restart()
				}
			},
			"drive": d.open,
			"stage": d.stage,

			"partial": d.partial,
			"forest":  forest,
			"same":    sameTrees,
			"http": func(ts *testscript.TestScript, _ bool, _ []string) {
				s := httptest.NewUnstartedServer(http.NotFoundHandler())
				s.Config.ErrorLog = log.New(t.Output(), "", 0)
				s.Start()
				t.Cleanup(s.Close)
				ts.Setenv("HTTP", s.Listener.Addr().String())
			},
			"exits":  exits,
			"random": random,
			"cut": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(os.Truncate(ts.MkAbs(args[0]), number(ts, args[1])))
			},
			"replace": func(ts *testscript.TestScript, _ bool, args []string) {
				content := strings.ReplaceAll(ts.ReadFile(args[2]), args[0], args[1])
				ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(content), 0o600))
			},
			"flip":  flip,
			"modes": modes,
		},
	})
}

func number(ts *testscript.TestScript, s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	ts.Check(err)
	return n
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	want := int(number(ts, args[0]))
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s exits with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func random(ts *testscript.TestScript, _ bool, args []string) {
	content := make([]byte, number(ts, args[1]))
	_, _ = rand.NewChaCha8([32]byte{1}).Read(content) // never fails
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o600))
}

func flip(ts *testscript.TestScript, _ bool, args []string) {
	content, offset := []byte(ts.ReadFile(args[0])), number(ts, args[1])
	content[offset] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o600))
}

func modes(ts *testscript.TestScript, _ bool, args []string) {
	found := 0
	ts.Check(filepath.Walk(ts.MkAbs(args[0]), func(name string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			err = fmt.Errorf("%s has mode %v", name, info.Mode())
		}
		found++
		return err
	}))
	if found < 2 {
		ts.Fatalf("%s is empty", args[0])
	}
}
