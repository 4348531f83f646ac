package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// tested runs the tests with the program in front of the path, and looks for
// goroutines that outlive them.
type tested struct{ *testing.M }

func (t tested) Run() int {
	remove, err := buildPlain()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	code := t.M.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// buildPlain makes the tests run the program without the race detector, with
// which a process takes a second to do nothing. One-shot processes share no
// memory, and what runs in this process is under it: the daemon, the packages'
// own tests, and TestCommandsInThisProcess.
func buildPlain() (remove func(), err error) {
	if !raceEnabled {
		return func() {}, nil // testscript has put this test's own binary there
	}
	dir, err := os.MkdirTemp("", "wangpan-test-*")
	if err != nil {
		return nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	if out, err := exec.Command("go", "build", "-o", dir, ".").CombinedOutput(); err != nil {
		remove()
		return nil, fmt.Errorf("build wangpan: %w\n%s", err, out)
	}
	return remove, os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}
