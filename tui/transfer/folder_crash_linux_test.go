package transfer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"wangpan/wire"
)

// folderVictim holds the target of a victim that downloads a folder.
const folderVictim = "WANGPAN_FOLDER_VICTIM"

func crashFolder() *memory {
	m := newMemory()
	grow(m, "/x", 6, 1000)
	grow(m, "/x/in", 2, 500)
	m.set("/x/big", random(700_000))
	return m
}

func fetchFolder(target string) int {
	q := New(Options{Dial: crashFolder().dial, Origin: origin, Active: 1, OnEnd: func(t Transfer) {
		if t.State == Done {
			fmt.Println(t.Local)
		}
	}})
	defer q.Close()
	q.Add(Job{Folder: true, Local: target, Remote: "/x"})
	for s := q.Snapshot(); s.Counts[Done] == 0; s = q.Snapshot() {
		if s.Counts[Failed] > 0 {
			fmt.Println(s.Transfers[0].Err)
			return 1
		}
		<-q.Changed()
	}
	return 0
}

// A program that fetches a folder is killed: every file under its name is
// whole, and the next run leaves nothing but the folder.
func TestFolderKilledAtSystemCalls(t *testing.T) {
	needStrace(t)
	for _, call := range []string{"mkdirat", "fsync", "linkat", "renameat2", "fchmod", "unlinkat"} {
		t.Run(call, func(t *testing.T) {
			for n := 1; ; n++ {
				target := filepath.Join(t.TempDir(), "x")
				cmd := exec.CommandContext(background(t), "strace", "-f", "-qq", "-o", os.DevNull,
					"-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, n), os.Args[0])
				cmd.Env = append(os.Environ(), folderVictim+"="+target)
				out, err := cmd.Output()
				exit := (*exec.ExitError)(nil)
				if err == nil {
					if n == 1 && call != "linkat" { // not every disk has files without a name
						t.Errorf("no call of %s was found", call)
					}
					return
				}
				if !errors.As(err, &exit) || exit.Exited() {
					t.Fatalf("the victim failed by itself: %v, %s", err, out)
				}
				afterFolderKill(t, target)
			}
		})
	}
}

func afterFolderKill(t *testing.T, target string) {
	t.Helper()
	m := crashFolder()
	err := filepath.WalkDir(target, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it was killed before it made anything
		}
		name, _ := filepath.Rel(target, path)
		if f := m.files[wire.Path("/x/"+filepath.ToSlash(name))]; err == nil && f != nil && !d.IsDir() {
			wantFile(t, path, f.data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	q := start(t, m)
	tr := run(t, q, Job{Folder: true, Local: target, Remote: "/x", IfExists: Resume})
	wantState(t, tr, Done)
	wantOnly(t, target, "0", "1", "2", "3", "4", "5", "big", "in")
	wantOnly(t, filepath.Join(target, "in"), "0", "1")
}
