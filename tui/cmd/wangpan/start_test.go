package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// Every command pays for the initialization of every package in the program.
// Bytes are limited instead of time, because they do not depend on the machine:
// what takes long at the start builds tables. The password estimate once
// allocated 18 MB here, and took 74 of the 94 ms of every start.
const (
	packageInitLimit = 3 << 20 // bytes that one package may allocate; the most is chroma's 2.7 MB
	totalInitLimit   = 8 << 20
)

var initLine = regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) bytes, \d+ allocs$`)

func TestStartIsCheap(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "wangpan", "version")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", "HOME="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("run wangpan version: %v\n%s", err, &stderr)
	}
	found := initLine.FindAllStringSubmatch(stderr.String(), -1)
	if len(found) < 20 {
		t.Fatalf("the trace lists %d packages, want the whole program:\n%s", len(found), &stderr)
	}
	total := 0
	for _, line := range found {
		allocated, err := strconv.Atoi(line[2])
		if err != nil {
			t.Fatal(err)
		}
		if allocated > packageInitLimit {
			t.Errorf("package %s allocates %d bytes when the program starts, want at most %d", line[1], allocated, packageInitLimit)
		}
		total += allocated
	}
	if total > totalInitLimit {
		t.Errorf("all packages allocate %d bytes when the program starts, want at most %d", total, totalInitLimit)
	}
	t.Logf("%d packages allocate %d bytes", len(found), total)
}
