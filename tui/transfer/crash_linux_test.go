package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"wangpan/wire"
)

// A victim is this test binary, started again under strace to download one
// file, and killed at one of its system calls. The survivor is looked at here.

// victimVariable holds the target of a victim.
const victimVariable = "WANGPAN_TRANSFER_VICTIM"

func TestMain(m *testing.M) {
	if target := os.Getenv(victimVariable); target != "" {
		os.Exit(victim(target))
	}
	if target := os.Getenv(folderVictim); target != "" {
		os.Exit(fetchFolder(target))
	}
	if folder := os.Getenv(journalVictim); folder != "" {
		os.Exit(writeJournal(folder))
	}
	goleak.VerifyTestMain(m)
}

func crashData() []byte { return random(2*wire.BlockSize + 5000) }

// victim downloads over an old file, if there is one, and says when it is done.
func victim(target string) int {
	m := newMemory()
	m.set("/f", crashData())
	m.cutGet = []int64{wire.BlockSize + 1000} // so that a partial is opened again, too
	q := New(Options{Dial: m.dial, Origin: origin})
	defer q.Close()
	q.Add(Job{Local: target, Remote: "/f", IfExists: StartOver})
	for s := q.Snapshot(); s.Counts[Done] == 0; s = q.Snapshot() {
		if s.Counts[Failed] > 0 {
			fmt.Println(s.Transfers[0].Err)
			return 1
		}
		q.Nudge()
		<-q.Changed()
	}
	fmt.Println("done")
	return 0
}

// strace runs a victim that is killed at the n-th call of that name on the
// target, its partial or its folder. It reports whether it was.
func strace(t *testing.T, call string, n int, target string) (killed, done bool) {
	t.Helper()
	args := []string{"-f", "-qq", "-o", os.DevNull, "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, n)}
	part := partialPath(target, 1)
	for _, path := range []string{target, filepath.Dir(target), part, recordPath(part), strings.TrimSuffix(recordPath(part), recordSuffix) + rewriteSuffix} {
		args = append(args, "-P", path)
	}
	cmd := exec.CommandContext(background(t), "strace", append(args, os.Args[0])...)
	cmd.Env = append(os.Environ(), victimVariable+"="+target)
	out, err := cmd.Output()
	done = bytes.Contains(out, []byte("done"))
	exit := (*exec.ExitError)(nil)
	switch {
	case err == nil:
		return false, done
	case errors.As(err, &exit) && !exit.Exited():
		return true, done
	default:
		t.Fatalf("the victim failed by itself: %v, %s", err, out)
		return false, false
	}
}

// needStrace skips where programs cannot be traced, and under the race
// detector: a program that is started for each system call and does one thing
// at a time has no race to find, and takes minutes with it.
func needStrace(t *testing.T) {
	t.Helper()
	if testing.Short() || raceEnabled {
		t.Skip("it starts a program for every system call")
	}
	if err := exec.CommandContext(t.Context(), "strace", "-qq", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skip("strace may not trace here: ", err)
	}
}

func TestKilledAtEverySystemCall(t *testing.T) {
	needStrace(t)
	old := []byte("the old file")
	for _, call := range []string{"openat", "pwrite64", "write", "fsync", "renameat", "renameat2", "unlinkat", "utimensat", "flock"} {
		for _, over := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s over a file %v", call, over), func(t *testing.T) {
				kills := 0
				for n := 1; ; n += 1 + n/4 { // there are many writes, and they are alike
					target := filepath.Join(t.TempDir(), "f")
					if over {
						write(t, target, old)
					}
					killed, done := strace(t, call, n, target)
					if !killed {
						break
					}
					kills++
					afterKill(t, target, done, over, old)
				}
				if kills == 0 && (call != "renameat2" || !over) {
					t.Errorf("no call of %s was found", call)
				}
			})
		}
	}
}

// afterKill checks what a killed download has left, and that the next run
// finishes it, sends nothing twice that was recorded, and tidies up.
func afterKill(t *testing.T, target string, done, over bool, old []byte) {
	t.Helper()
	data := crashData()
	content, err := os.ReadFile(target)
	switch {
	case err == nil && bytes.Equal(content, data):
	case err == nil && over && bytes.Equal(content, old) && !done:
	case errors.Is(err, os.ErrNotExist) && !over && !done:
	default:
		t.Fatalf("under the real name are %d bytes (%v), done %v", len(content), err, done)
	}
	there := int64(0)
	if info, err := os.Stat(partialPath(target, 1)); err == nil {
		there = info.Size()
	}
	m := newMemory()
	m.set("/f", data)
	q := start(t, m)
	tr := run(t, q, Job{Local: target, Remote: "/f"})
	if tr.State == Asking {
		answer := AnswerResume
		if !tr.Question.Offers(answer) {
			answer = AnswerStartOver
		}
		q.Answer(tr.ID, answer, false)
		tr = find(t, settle(t, q), tr.ID)
	}
	wantState(t, tr, Done)
	wantFile(t, target, data)
	wantOnly(t, filepath.Dir(target), "f")
	if got, _ := m.moved(); got > int64(len(data))-there {
		t.Errorf("%d bytes moved although %d of %d were there", got, there, len(data))
	}
}
