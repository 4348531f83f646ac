package accounts

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// powerCut is what one cut did to a book.
type powerCut struct {
	acknowledged []string // read from the process before the cut began
	late         []string // read later: when the disk stopped beneath them nobody can say
	lost         []string // of the acknowledged
	lateLost     int
	unreadable   error // neither workbook nor backup is good, or the book does not open
}

// TestPowerCut: whoever was told that the registration succeeded can log in after any power cut.
func TestPowerCut(t *testing.T) {
	plainOnly(t)
	if testing.Short() {
		t.Skip("mounts disks")
	}
	cuts := 10
	if soak {
		cuts = 200
	}
	all, late, lateLost := 0, 0, 0
	cutPower(t, cuts, nil, func(cut int, p powerCut) {
		if p.unreadable != nil {
			t.Errorf("cut %d: %v", cut, p.unreadable)
		}
		if len(p.lost) > 0 {
			t.Errorf("cut %d: of %d acknowledged are lost: %v", cut, len(p.acknowledged), p.lost)
		}
		all, late, lateLost = all+len(p.acknowledged), late+len(p.late), lateLost+p.lateLost
	})
	t.Logf("%d cuts, %d registrations acknowledged before them; %d more when a cut had begun, of which %d are lost", cuts, all, late, lateLost)
	if all < cuts {
		t.Error("the power went before anything happened")
	}
}

// TestPowerCutUnguarded proves that the cuts are cuts: a book whose fsync does nothing loses what it has
// acknowledged.
func TestPowerCutUnguarded(t *testing.T) {
	plainOnly(t)
	if testing.Short() {
		t.Skip("mounts disks")
	}
	if err := exec.Command("strace", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skipf("strace is not installed or may not trace: %v", err)
	}
	cuts, hurt := 2, 0
	if soak {
		cuts = 20
	}
	noSync := []string{"strace", "-f", "-qq", "-o", os.DevNull, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:retval=0"}
	cutPower(t, cuts, noSync, func(_ int, p powerCut) {
		if len(p.lost) > 0 || p.unreadable != nil {
			hurt++
		}
	})
	t.Logf("%d of %d cuts did damage", hurt, cuts)
	if hurt == 0 {
		t.Error("without any fsync nothing was lost")
	}
}

// cutPower cuts the power of a process that registers, so many times, and tells what each cut did. The
// process is run by a command, which may be nil.
func cutPower(t *testing.T, cuts int, by []string, tell func(cut int, p powerCut)) {
	t.Helper()
	mount := disk(t)
	random := rand.New(rand.NewPCG(5, 6))
	for cut := range cuts {
		folder, unmount := mount()
		dir := fmt.Sprint(cut)
		if err := os.Mkdir(filepath.Join(folder, dir), folderMode); err != nil {
			t.Fatal(err)
		}
		// The folder of a book is there long before the power goes.
		if err := syncFolder(folder); err != nil {
			t.Fatal(err)
		}
		p := untilCut(t, by, folder, filepath.Join(folder, dir, "accounts.xlsx"), 1+random.IntN(25), time.Duration(random.IntN(20))*time.Millisecond)
		unmount()
		folder, unmount = mount()
		p.look(t, filepath.Join(folder, dir, "accounts.xlsx"))
		tell(cut, p)
		if err := os.RemoveAll(filepath.Join(folder, dir)); err != nil {
			t.Fatal(err)
		}
		unmount()
	}
}

// look finds out what is left on the disk.
func (p *powerCut) look(t *testing.T, path string) {
	t.Helper()
	if _, ok := goodBackup(path); !ok {
		data, err := os.ReadFile(path)
		if err == nil {
			_, err = load(data)
		}
		if err != nil {
			p.unreadable = fmt.Errorf("neither a good workbook nor a backup: %w", err)
		}
	}
	b, err := Open(path, Options{look: time.Hour})
	if err != nil {
		p.unreadable = err
		return
	}
	gone := func(name string) bool { e := b.entry(name); return e == nil || !e.usable() }
	for _, name := range p.acknowledged {
		if gone(name) {
			p.lost = append(p.lost, name)
		}
	}
	for _, name := range p.late {
		if gone(name) {
			p.lateLost++
		}
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

// untilCut lets a process register, and cuts the power so long after so many are acknowledged. What is
// read from the process before the cut begins was acknowledged by a machine with power: these are counted
// before ext4 is told to stop, under the lock that the reader takes for each line. The process lives on
// beyond the cut, and an fsync that is at work when ext4 stops may answer as if all were well: nobody hears
// that answer on a machine without power, so what comes later is kept apart.
func untilCut(t *testing.T, by []string, folder, path string, many int, after time.Duration) (p powerCut) {
	t.Helper()
	top, err := os.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	args := append(slices.Clone(by), os.Args[0], "-test.run=^TestPowerChild$", "-test.count=1")
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), powerChild+"="+path)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	begun, done := false, make(chan struct{})
	cut := time.AfterFunc(time.Hour, func() {
		defer close(done)
		mu.Lock()
		begun = true
		mu.Unlock()
		if err := unix.IoctlSetPointerInt(int(top.Fd()), ext4Shutdown, ext4NoLogFlush); err != nil {
			t.Errorf("cut the power: %v", err)
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		name, ok := strings.CutPrefix(lines.Text(), "ok ")
		if !ok {
			continue
		}
		mu.Lock()
		if begun {
			p.late = append(p.late, name)
		} else if p.acknowledged = append(p.acknowledged, name); len(p.acknowledged) == many {
			cut.Reset(after)
		}
		mu.Unlock()
	}
	_ = cmd.Wait()
	if !cut.Stop() {
		<-done
	}
	return p
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
