package transfer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wangpan/wire"
)

// journalVictim holds the folder of a victim that writes a journal.
const journalVictim = "WANGPAN_JOURNAL_VICTIM"

// writeJournal opens what is left, adds and ends transfers, and says what is on
// the disk by then.
func writeJournal(folder string) int {
	for round := range 2 {
		j, err := OpenJournal(folder)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		q := New(Options{Dial: noDial, Origin: origin, Journal: j})
		say := func(what string, i int) {
			if err := j.Sync(); err == nil {
				fmt.Printf("%s /%d\n", what, i)
			}
		}
		for i := range 4 {
			n := 10*round + i
			id := q.Add(Job{Local: filepath.Join(folder, "x"), Remote: wire.Path(fmt.Sprintf("/%d", n))})[0]
			say("added", n)
			if i%2 == 1 {
				fmt.Printf("ending /%d\n", n)
				q.Cancel(id)
				say("ended", n)
			}
		}
		_ = q.Close() // always nil
		if err := j.Close(); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	return 0
}

func TestJournalKilledAtEverySystemCall(t *testing.T) {
	needStrace(t)
	for _, call := range []string{"openat", "write", "fsync", "renameat", "unlinkat", "flock", "fchmod"} {
		t.Run(call, func(t *testing.T) {
			kills := 0
			for n := 1; ; n++ {
				folder := t.TempDir()
				out, killed := killWriter(t, call, n, folder)
				if !killed {
					break
				}
				kills++
				afterJournalKill(t, folder, out)
			}
			if kills == 0 {
				t.Errorf("no call of %s was found", call)
			}
		})
	}
}

// killWriter runs a victim that is killed at the n-th call of that name whose
// file is in folder. Names there are made at random, so all are traced, and
// those counted that name a journal.
func killWriter(t *testing.T, call string, n int, folder string) (out string, killed bool) {
	t.Helper()
	inject := fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, n)
	args := []string{"-f", "-qq", "-o", os.DevNull, "-e", "trace=" + call, "-e", inject, os.Args[0]}
	cmd := exec.CommandContext(background(t), "strace", args...)
	cmd.Env = append(os.Environ(), journalVictim+"="+folder, "GOMAXPROCS=1")
	b, err := cmd.Output()
	exit := (*exec.ExitError)(nil)
	switch {
	case err == nil:
		return string(b), false
	case errors.As(err, &exit) && !exit.Exited():
		return string(b), true
	default:
		t.Fatalf("the victim failed by itself: %v, %s", err, b)
		return "", false
	}
}

// afterJournalKill checks that everything that was said to be added is offered,
// unless it was about to end, and nothing that was said to have ended.
func afterJournalKill(t *testing.T, folder, out string) {
	t.Helper()
	must := map[string]bool{}
	for line := range strings.Lines(out) {
		what, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch what {
		case "added":
			must[path] = true
		case "ending":
			delete(must, path)
		}
	}
	j := openJournal(t, folder)
	seen := map[string]bool{}
	for _, path := range remotes(j.Unfinished(origin)) {
		if seen[path] {
			t.Errorf("%s is offered twice", path)
		}
		seen[path] = true
		delete(must, path)
		if strings.Contains(out, "ended "+path+"\n") {
			t.Errorf("%s had ended and is offered", path)
		}
	}
	if len(must) > 0 {
		t.Errorf("lost: %v, after %q", must, out)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 1 {
		t.Errorf("%d files are left", len(entries))
	}
}
