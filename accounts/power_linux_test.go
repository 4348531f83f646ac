package accounts

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A power cut is an ext4 of its own that is told to stop as if the power had gone: what its own journal
// does not have on the disk by then is lost. The next mount finds what a machine finds that starts again.

const (
	ext4Shutdown   = 0x8004587d // EXT4_IOC_SHUTDOWN, linux/fs/ext4/ext4.h
	ext4NoLogFlush = 2          // EXT4_GOING_FLAGS_NOLOGFLUSH
)

// powerChild names the workbook for the process that registers until the power goes.
const powerChild = "WANGPAN_ACCOUNTS_POWER_CHILD"

// TestPowerChild is not a test but that process. It says whom it has acknowledged.
func TestPowerChild(t *testing.T) {
	path := os.Getenv(powerChild)
	if path == "" {
		t.Skip("runs on a disk of its own only, for TestPowerCut")
	}
	b := must(Open(path, Options{look: time.Hour}))
	for i := 0; ; i++ {
		name := fmt.Sprintf("user%d", i)
		b.change.Lock()
		err := b.record(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash})
		b.change.Unlock()
		if err != nil {
			fmt.Println("refused", err)
			return
		}
		fmt.Println("ok", name)
		if i%3 == 2 {
			_ = b.fold(false)
		}
	}
}

// disk makes an ext4 and returns how to mount it; each mount is a folder that its function unmounts.
func disk(t *testing.T) (mount func() (folder string, unmount func())) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("mounting takes root")
	}
	image := filepath.Join(t.TempDir(), "disk")
	if err := errors.Join(os.WriteFile(image, nil, fileMode), os.Truncate(image, 64<<20)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		t.Skipf("an ext4 can not be made here: %v %s", err, out)
	}
	return func() (string, func()) {
		folder := t.TempDir()
		if out, err := exec.CommandContext(t.Context(), "mount", "-o", "loop", image, folder).CombinedOutput(); err != nil {
			t.Skipf("it can not be mounted here: %v %s", err, out)
		}
		return folder, func() {
			if out, err := exec.Command("umount", folder).CombinedOutput(); err != nil {
				t.Fatalf("umount: %v %s", err, out)
			}
		}
	}
}

// TestPowerCut: whoever was told that the registration succeeded can log in after any power cut.
func TestPowerCut(t *testing.T) {
	plainOnly(t)
	if testing.Short() {
		t.Skip("mounts disks")
	}
	mount := disk(t)
	cuts := 10
	if soak {
		cuts = 100
	}
	random := rand.New(rand.NewPCG(5, 6))
	all := 0
	for cut := range cuts {
		folder, unmount := mount()
		dir := fmt.Sprint(cut)
		if err := os.Mkdir(filepath.Join(folder, dir), folderMode); err != nil {
			t.Fatal(err)
		}
		acknowledged := untilCut(t, folder, filepath.Join(folder, dir, "accounts.xlsx"), 1+random.IntN(25), time.Duration(random.IntN(20))*time.Millisecond)
		all += len(acknowledged)
		unmount()
		folder, unmount = mount()
		path := filepath.Join(folder, dir, "accounts.xlsx")
		if _, ok := goodBackup(path); !ok {
			if _, err := load(must(os.ReadFile(path))); err != nil {
				t.Errorf("cut %d: neither a good workbook nor a backup: %v", cut, err)
			}
		}
		b, err := Open(path, Options{look: time.Hour})
		if err != nil {
			t.Errorf("cut %d: %v", cut, err)
		} else {
			for _, name := range acknowledged {
				if e := b.entry(name); e == nil || !e.usable() {
					t.Errorf("cut %d: %s was acknowledged and is lost", cut, name)
				}
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := os.RemoveAll(filepath.Join(folder, dir)); err != nil {
			t.Fatal(err)
		}
		unmount()
	}
	t.Logf("%d cuts, %d registrations acknowledged before them", cuts, all)
	if all < cuts {
		t.Error("the power went before anything happened")
	}
}

// untilCut lets a process register, and cuts the power so long after so many are acknowledged. It
// returns whom the process has acknowledged before. A machine without power acknowledges nobody, but the
// process lives on, and an fsync that is at work when ext4 is stopped may answer as if all were well.
func untilCut(t *testing.T, folder, path string, many int, after time.Duration) (acknowledged []string) {
	t.Helper()
	top, err := os.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPowerChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), powerChild+"="+path)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	before, done := 0, make(chan struct{})
	cut := time.AfterFunc(time.Hour, func() {
		defer close(done)
		mu.Lock()
		before = len(acknowledged)
		mu.Unlock()
		if err := unix.IoctlSetPointerInt(int(top.Fd()), ext4Shutdown, ext4NoLogFlush); err != nil {
			t.Errorf("cut the power: %v", err)
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "ok "); ok {
			mu.Lock()
			acknowledged = append(acknowledged, name)
			mu.Unlock()
			if len(acknowledged) == many {
				cut.Reset(after)
			}
		}
	}
	_ = cmd.Wait()
	if !cut.Stop() {
		<-done
	}
	return acknowledged[:before]
}

// TestFullDisk: on a disk that is full people are told so, nobody who was acknowledged is lost, and when
// there is room again everything goes on.
func TestFullDisk(t *testing.T) {
	plainOnly(t)
	folder := t.TempDir()
	if err := unix.Mount("none", folder, "tmpfs", 0, "size=160k"); err != nil {
		t.Skip("a tmpfs can not be mounted here: ", err)
	}
	defer func() {
		if err := unix.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	}()
	path := filepath.Join(folder, "accounts.xlsx")
	b := must(Open(path, Options{look: time.Hour}))
	register := func(i int) error {
		name := fmt.Sprintf("user%d", i)
		b.change.Lock()
		defer b.change.Unlock()
		return b.record(op{Kind: opRegister, Folder: name, Name: name, Hash: goodHash})
	}
	acknowledged := 0
	for ; register(acknowledged) == nil; acknowledged++ {
		_ = b.fold(false) // may fail for want of space: the journal holds
		if acknowledged > 5000 {
			t.Fatal("the disk is never full")
		}
	}
	_, err := b.Register(t.Context(), "late", goodPassword)
	if !errors.Is(err, ErrJournal) {
		t.Errorf("on a full disk: %v, want %v", err, ErrJournal)
	}
	_ = b.Close() // can not save everything
	b = must(Open(path, Options{look: time.Hour}))
	for i := range acknowledged {
		if b.entry(fmt.Sprintf("user%d", i)) == nil {
			t.Fatalf("user%d was acknowledged and is lost", i)
		}
	}
	if err := unix.Mount("none", folder, "tmpfs", unix.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	mustRegister(t, b, "late")
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if n := onDisk(t, path).roster.size(); n != acknowledged+1 {
		t.Errorf("%d accounts in the workbook, want %d", n, acknowledged+1)
	}
	t.Logf("full after %d registrations", acknowledged)
}
